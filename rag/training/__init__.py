"""Training of the bundled reader: question sets -> rag/models/reader.

    python -m rag.training train --data FOLDER --checkpoints RUN --passes 4
    python -m rag.training export --data FOLDER --checkpoints RUN --reader rag/models/reader
    python -m rag.training measure --data FOLDER --reader rag/models/reader

The same data, seed and number of passes on the same machine give the same weights. Nothing here is
used to answer questions, and nothing outside of this package imports it.
"""
