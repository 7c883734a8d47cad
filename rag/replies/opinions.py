"""Who holds a view in a sentence that quotes nobody in as many words as "said".

"Some pilots, Ana Ruiz among them, think it a waste."       Ana Ruiz
"Ana Ruiz, who flies the ferry, has called it a waste."     Ana Ruiz
"Ana Ruiz voted against with the words that it is a waste." Ana Ruiz
"For Ana Ruiz it is a waste."                               Ana Ruiz
"""

from __future__ import annotations

import re
from collections.abc import Iterable

# Who it is, between the name and the verb: ", who flies the ferry,", ", 43,", " among them,".
_WHO = r"(?:\s+among\s+them,|,\s[^,.;:“”\"]{1,90},|,|\s+\([^()]{1,40}\))?"
_HELPS = (
    r"(?:\s+(?:has|have|had|is|was|would|also|still|now|never|always|long|often|once|again|herself|"
    r"himself|themselves|do|does|did|not|doesn['’]t|didn['’]t|don['’]t|therefore|however)){0,4}"
)
_VIEW = (
    r"think(?:s|ing)?|thought|believ(?:e[sd]?|ing)|argu(?:e[sd]?|ing)|doubt(?:s|ed|ing)?|"
    r"fear(?:s|ed|ing)?|hop(?:e[sd]?|ing)|prefer(?:s|red)?|wants?|wanted|regret(?:s|ted)?|"
    r"suspect(?:s|ed)?|oppos(?:e[sd]?|ing)|support(?:s|ed|ing)?|favou?r(?:s|ed)?|object(?:s|ed)|"
    r"(?:dis)?agree[sd]?|dismiss(?:es|ed)|reject(?:s|ed)|welcom(?:es|ed)|criticis(?:es|ed)|"
    r"criticiz(?:es|ed)|prais(?:es|ed)|describ(?:es|ed)|maintain(?:s|ed)|suggest(?:s|ed)?|"
    r"propos(?:es|ed)|advis(?:es|ed)|urg(?:es|ed)|recommend(?:s|ed)?|consider(?:s|ed)?|"
    r"point(?:s|ed)?\s+out|den(?:y|ies|ied)|answer(?:s|ed)|repl(?:y|ies|ied)|"
    r"(?:call(?:s|ed)?|finds?|found)\s+(?=(?:it|this|that|them|these|those)\b|"
    r"[^.;“\"]{1,60}[“\"])|"
    r"(?:against|opposed|(?:un)?certain|(?:un)?sure|(?:un)?convinced|sceptical|skeptical|doubtful|"
    r"worried|in\s+favou?r|(?:less|more|not\s+so|not)\s+(?:certain|sure|convinced|hopeful))|"
    r"vot(?:es|ed)\s+(?:for|against|in\s+favou?r)|[^.;“\"]{1,60}\bwith\s+the\s+words"
)
_HOLDS = re.compile(rf"{_WHO}{_HELPS}\s+(?:{_VIEW})\b", re.IGNORECASE)
_TO_WHOM = re.compile(r"\b(?:for|to)\s+$", re.IGNORECASE)
_IT_IS = re.compile(rf"{_WHO}\s+(?:it|this|that)\s+(?:is|was|would|has|had|means|meant|seems)\b")
_OWN_VIEW = re.compile(
    r"['’]s?\s+(?:own\s+)?(?:view|opinion|eyes|words|judge?ment|verdict|objection|argument|"
    r"complaint|answer|reply|phrase)\b"
)


def holder_of(sentence: str, people: Iterable[tuple[int, int]]) -> tuple[int, int] | None:
    """Return which of the names of `people`, as (start, end), is that of who holds a view, or None.

    >>> holder_of("Ana Ruiz doubts it.", [(0, 8)]), holder_of("Ana Ruiz left.", [(0, 8)])
    ((0, 8), None)
    """
    for start, end in sorted(people):
        held = _HOLDS.match(sentence, end) or _OWN_VIEW.match(sentence, end)
        if held or (_TO_WHOM.search(sentence[:start]) and _IT_IS.match(sentence, end)):
            return start, end
    return None
