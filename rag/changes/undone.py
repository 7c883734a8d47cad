"""What a newer article tells is no more: a toll, a ban; and what was closed and is open again.

    "Cars pay a toll on the bridge."      "There will be no toll."
    "Nobody may sleep on the beach."      "The council tore up the order."
    "Bathing in the lake is banned."      "Bathers are back at the lake."

English only.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.text import tokenise

_UNDO = (
    r"(?:d(?:o|oes|id|one)\s+away\s+with|scrap(?:s|ped)?|abolish(?:es|ed)?|lift(?:s|ed)?|axed?"
    r"|t(?:ears?|ore|orn)\s+up|repeal(?:s|ed)?|revok(?:es|ed?)|withdr(?:aws|ew))"
)
_UNDONE = re.compile(
    rf"\b{_UNDO}\s+(?:(?:the|its|his|her|their|that|this|all)\s+)?(?:\w+\s+){{0,2}}?(?P<thing>\w+)\b"
    r"|\b(?:there\s+(?:will\s+be|is|are)|has|have)\s+no\s+(?:more\s+|longer\s+an?\s+)?(?P<none>\w+)\b"
    r"(?!\s+(?:left|available|to\s+be\s+had)\b)"
    r"|\b(?P<gone>\w+)\s+(?:has\s+been|have\s+been|was|were|is|are)\s+(?:now\s+|since\s+)?"
    r"(?:scrapped|abolished|lifted|axed|done\s+away\s+with|called\s+off|cancelled|withdrawn"
    r"|repealed|revoked|torn\s+up)\b",
    re.IGNORECASE,
)
# What forbids is called by one of these words in one article, and by another in the next.
_RULES = re.compile(
    r"ban|orders?|rules?|restrictions?|prohibition|bylaws?|closure|curfew", re.IGNORECASE
)
_FORBIDS = re.compile(
    r"\b(?:ban(?:s|ned)?|barred|forbid(?:s|den)?|forbade|prohibit(?:s|ed)?|clos(?:es|ed|ure)|shut"
    r"|suspend(?:s|ed)|off[\s-]limits|(?:not|nobody\s+\w+(?:\s+be)?|no\s+longer)\s+allowed)\b",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"\bre-?open(?:s|ed)?\b|\b(?:is|are)\s+back\s+(?:in|at|on|open)\b|\ball[\s-]clear\b"
    r"|\b(?:allowed|open|permitted|running)\s+again\b|\bresum(?:es|ed)\b"
    r"|\bmay\s+(?:\w+\s+){1,4}again\b",
    re.IGNORECASE,
)


def undone(
    sentences: Sequence[str],
    said: str,
    terms: frozenset[str],
    about: frozenset[str],
    *,
    language: str = "en",
) -> int | None:
    """Return which of the sentences tells that what was `said` is no more, None if none does.

    `terms` are those of the question, `about` those of its names.
    """
    stated = frozenset(tokenise(said, language))
    forbids = _FORBIDS.search(said) is not None
    for at, sentence in enumerate(sentences):
        beside = frozenset(tokenise(" ".join(sentences[max(0, at - 1) : at + 1]), language))
        around = beside | frozenset(tokenise(" ".join(sentences[at : at + 2]), language))
        for match in _UNDONE.finditer(sentence):
            word = match["thing"] or match["none"] or match["gone"]
            thing = set(tokenise(word, language))
            if thing & stated and (thing & terms or len(terms & beside) > 1):
                return at
            if forbids and _RULES.fullmatch(word) and len(terms & around) > 1:
                return at
        own = frozenset(tokenise(sentence, language))
        if forbids and about and about <= own and _AGAIN.search(sentence):
            return at
    return None
