"""What was read before is not read again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Sequence
from threading import Lock

from rag.reader.datatypes import Reading, Span

# A passage and the spans of its sentences.
Page = tuple[str, tuple[Span, ...]]


class Memory:
    """Keeps the readings of the last `most` pairs of a question and a passage; thread-safe."""

    def __init__(self, *, most: int = 4096) -> None:
        self._most = most
        self._kept: OrderedDict[tuple[str, Page], Reading] = OrderedDict()
        self._lock = Lock()

    def read(
        self,
        question: str,
        passages: Sequence[str],
        sentences: Sequence[Sequence[Span]],
        read_new: Callable[[Sequence[Page]], Sequence[Reading]],
    ) -> list[Reading]:
        """Return one Reading for each passage, in order.

        `read_new` is called once with the pages that are not kept, each once, in order; not at
        all where every page is kept.

        Raises:
            ValueError: there are not as many lists of sentences as passages.
        """
        if len(passages) != len(sentences):
            raise ValueError(f"{len(passages)} passages, but sentences of {len(sentences)}")
        pages = [
            (passage, tuple(spans)) for passage, spans in zip(passages, sentences, strict=True)
        ]
        found: dict[Page, Reading] = {}
        with self._lock:
            for page in pages:
                if (kept := self._kept.get((question, page))) is not None:
                    self._kept.move_to_end((question, page))
                    found[page] = kept
        new = [page for page in dict.fromkeys(pages) if page not in found]
        if new:
            found.update(zip(new, read_new(new), strict=True))
            with self._lock:
                self._kept.update({(question, page): found[page] for page in new})
                while len(self._kept) > self._most:
                    self._kept.popitem(last=False)
        return [found[page] for page in pages]
