"""Retrievers for other people's programs, each an extra of its own.

langchain.py    pip install 'rag[langchain]'
llama_index.py  pip install 'rag[llama-index]'
"""
