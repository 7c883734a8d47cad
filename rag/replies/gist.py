"""An article -> its sentences in the order in which a summary takes them.

A sentence counts for more the nearer it is to what all of them say (the centroid: Radev et al.,
2004) and to the title, and a little for standing early; one that is like a sentence taken before
counts for less (maximal marginal relevance: Carbonell and Goldstein, 1998). Questions, items of a
list and sentences that lean on the one before are not taken: there they would tell nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from rag.articles.typography import ends_sentence
from rag.chunk import statement_spans
from rag.datatypes import Article, BlockKind
from rag.encoder import Vectors
from rag.reading.antecedent import leans_back

Values = NDArray[np.floating]
Encode = Callable[[Sequence[str]], Vectors]  # n texts -> n vectors of length 1

_LEAST_OF_PROSE = 8  # sentences; a shorter text is summed up by its opening
_MOST_READ = 300  # sentences; of a longer text those that open its paragraphs
_WORDS = range(6, 61)  # of a sentence that is taken
# What opens a sentence that goes on with the one before: "However", "The second reason is".
_GOES_ON = re.compile(
    r"[\"'“‘(\[]*(?:but|and|or|so|yet|nor|still|then|thus|hence|however|moreover|furthermore|also|too"
    r"|instead|otherwise|meanwhile|therefore|consequently|additionally|besides|likewise|similarly"
    r"|nevertheless|nonetheless|indeed|perhaps|even so|all the same|as a result|for example"
    r"|for instance"
    r"|in (?:addition|contrast|turn|fact|other words|the (?:same|first|second))|at the same time"
    r"|on (?:the (?:other hand|contrary)|a similar note)"
    r"|(?:the|an?) (?:first|second|third|last|other|latter|former)|another)\b",
    re.IGNORECASE,
)
_EARLY = 0.5  # what standing early counts beside the two others
_ALIKE = 3.5  # what is taken off by likeness to a sentence taken before, 1 for the very same


def gist(article: Article, encode: Encode) -> list[tuple[int, int]]:
    """Return the (start, end) of the article's sentences, the most telling ones first.

    Of a text with little prose those of all its statements, in its order.
    """
    spans = statement_spans(article)
    prose = [span for span in spans if _is_told(article, span)]
    if len(prose) > _MOST_READ:
        opening = {block.start for block in article.blocks}
        prose = [span for span in prose if span[0] in opening][:_MOST_READ] or prose[:_MOST_READ]
    if len(prose) < _LEAST_OF_PROSE:
        return spans
    texts = [article.text[start:end] for start, end in prose]
    vectors = encode([*texts, article.title])
    return [prose[at] for at in _ranked(vectors[:-1], vectors[-1])]


def _is_told(article: Article, span: tuple[int, int]) -> bool:
    """Return whether a sentence stands in a paragraph and says something by itself."""
    start, end = span
    text = article.text[start:end]
    return (
        len(text.split()) in _WORDS
        and ends_sentence(text)
        and not text.rstrip("\"'”’)]* ").endswith("?")
        and not leans_back(text)
        and not _GOES_ON.match(text)
        and article.kind_at(start) is BlockKind.PARAGRAPH
    )


def _ranked(sentences: Vectors, title: Vectors) -> list[int]:
    """Return the indices of n sentences, each the best beside those before it."""
    alike = sentences @ sentences.T
    early = 1 / np.sqrt(np.arange(1, len(sentences) + 1))
    scores = (
        _standard(alike.mean(axis=1)) + _standard(sentences @ title) + _EARLY * _standard(early)
    )
    nearest = np.zeros(len(sentences))
    ranked: list[int] = []
    for _ in sentences:
        left = scores - _ALIKE * nearest
        left[ranked] = -np.inf
        best = int(left.argmax())
        ranked.append(best)
        nearest = np.maximum(nearest, alike[best])
    return ranked


def _standard(values: Values) -> Values:
    """Return values with mean 0 and deviation 1; all 0 where they are the same."""
    spread = values.std()
    return (values - values.mean()) / spread if spread > 0 else np.zeros_like(values)
