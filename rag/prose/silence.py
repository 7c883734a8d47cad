"""Does a sentence that a model wrote say that it was not given the answer?

    The provided passages do not say who founded 01.AI. -> it does
    The report does not say who founded 01.AI. -> it doesn't: an article may say so of a report

Such a sentence is no statement of an article, however near it is to one. It is told by what it is
about: the article, the passages and the like, most of them in the plural, or what was "provided";
and it stands in the present tense, as "the sources did not say when" is news. A model that speaks
of itself says it, too: "I could not find it". Where it goes on with a "but", it has more to say and
states it.
"""

from __future__ import annotations

import re

_THING = (
    r"(?:passages?|excerpts?|snippets?|extracts?|articles?|sources?|documents?|texts?|contexts?|"
    r"information|materials?|content)"
)
_MINE = r"(?:passages?|excerpts?|snippets?|articles?|sources|documents|texts|context)"
_GIVEN = r"(?:provided|given|supplied|available|retrieved|attached|numbered|above|cited)"
_GIVEN_BEHIND = (
    r"(?:\s+(?:provided|given|supplied|available|above|here|at\s+hand|"
    r"(?:(?:that|which)\s+)?(?:I\s+(?:was|were|have|have\s+been|am)\s+(?:given|provided(?:\s+with)?)|"
    r"you\s+(?:gave|provided|supplied|have\s+provided))(?:\s+(?:to\s+)?me)?))"
)
_THE = r"(?:(?:any|all|most)\s+of\s+)?(?:the|these|those|my|your|any|all(?:\s+the)?)\s+"
# "the passages", "the provided text", "the information provided", but not "the text"
_GIVEN_THINGS = (
    rf"(?:(?:{_THE})?(?:{_GIVEN}\s+){{1,2}}{_THING}{_GIVEN_BEHIND}?"
    rf"|{_THE}(?:{_THING}{_GIVEN_BEHIND}|{_MINE})|passages)\b"
)
_PLACE = rf"(?:in|by|from|within|of|on|with)\s+(?:any(?:where)?\s+(?:of|in)\s+)?{_GIVEN_THINGS}"
_FOLLOWING = rf"(?:based\s+on|according\s+to|from|in)\s+{_GIVEN_THINGS}"

_ADVERBS = (
    r"(?:(?:explicitly|directly|specifically|actually|clearly|themselves|itself|also|even|"
    r"seem\s+to|appear\s+to)\s+){0,2}"
)
_SAY = (
    r"(?:say|state|mention|specify|contain|include|provide|give|answer|tell|indicate|discuss|"
    r"describe|address|reveal|explain|list|report|cover|offer|disclose|identify|detail|clarify|"
    r"note|refer|name|have|make|hold|go\s+into)"
)
_SAID = (
    r"(?:mentioned|stated|specified|given|provided|discussed|described|included|found|reported|"
    r"covered|disclosed|listed|available|answered|addressed|indicated|detailed|named|contained|"
    r"explained|revealed|clear|known|present|identified|said|told)"
)
_IT_IS_UNSAID = (
    r"(?:it['’]s|it\s+is)\s+(?:not\s+(?:stated|mentioned|specified|clear|said|known|possible)|"
    r"unclear|unknown|impossible)\b"
)
_DO_NOT = r"(?:(?:do|does|can)\s*not|(?:do|does|ca)n['’]t)"
_CANNOT = (
    r"(?:(?:could|can|do)\s*not|(?:could|ca|do)n['’]t|(?:am|was)\s+(?:unable|not\s+able)\s+to)"
)
_IS_NOT = r"(?:(?:is|are)\s+(?:not|never|nowhere)|(?:is|are)n['’]t)"
_KNOWLEDGE = r"(?:information|mention|details?|data|answers?|references?|statements?)"
_SOME = r"(?:\s+[\w-]{1,20}){0,2}"  # "no specific information"

_SAYS_NOTHING = rf"""(?:
    {_DO_NOT}\s+{_ADVERBS}{_SAY}\b
  | {_ADVERBS}(?:never\s+|fails?\s+to\s+){_SAY}\b
  | {_ADVERBS}(?:{_SAY}s?|has)\s+(?:nothing|no)\b
  | lacks?\s+(?:any|the|this|such|information|details?)\b
  | (?:is|are)\s+(?:silent|unclear|insufficient|not\s+(?:clear|sufficient|enough|specific))\b
)"""
_FIRST = rf"""(?:
    unfortunately | regrettably | sorry | however | but | so | thus | therefore | also | overall
  | additionally | moreover | furthermore | in\s+addition | note(?:\s+that)? | answer
  | finally | yet
  | i(?:['’]m|\s+am)\s+(?:sorry|afraid) | i\s+apologi[sz]e | it\s+(?:seems|appears)\s+that
  | {_FOLLOWING}
  | (?:as\s+for|regarding|about)\s+[^,.]{{1,60}}
)"""
_TELLS_NOTHING = re.compile(
    rf"""
    (?:{_FIRST}\s*[,:;]?\s*(?:(?:but|that)\s+)?){{0,3}}
    (?:
        {_GIVEN_THINGS}\s+{_SAYS_NOTHING}
      | (?:none|neither|nothing)\s+(?:of|in)\s+{_GIVEN_THINGS}\s+{_ADVERBS}
            (?:{_SAY}s?|has|specifies|specify|identifies|clarifies|answers)\b
      | no\s+(?:{_GIVEN}\s+)?(?:passages?|excerpts?|snippets?)\s+{_ADVERBS}
            (?:{_SAY}s?|has|specifies)\b
      | i\s+{_CANNOT}\s+{_ADVERBS}(?:find|locate|answer|determine|identify|confirm)\b
      | i\s+{_CANNOT}\s+{_ADVERBS}(?:have|see|say|tell|know|give|provide)\b.{{0,200}}?\b
            (?:information|mention|details|{_PLACE})\b
      | there\s+(?:is|are)\s+no{_SOME}\s+{_KNOWLEDGE}\b(?=.{{0,300}}?\b{_PLACE})
      | there\s+(?:is|are)\s+no{_SOME}\s+(?:information|mention)\s+
            (?:in|about|on|of|regarding|concerning|as\s+to|available|given|provided)\b
            (?!.{{0,300}}\b(?:(?:in|by|within)\s+(?:the|an?|its|his|her|their|this)|said|says|told)\b)
      | no{_SOME}\s+{_KNOWLEDGE}\b.{{0,200}}?\b(?:is|are|can\s+be|could\s+be|was|were)\s+
            {_SAID}\b.{{0,200}}?\b{_PLACE}
      | {_IT_IS_UNSAID}.{{0,300}}?\b(?:{_PLACE}|{_FOLLOWING})
      | {_FOLLOWING},?\s+{_IT_IS_UNSAID}
      | not\s+in\s+(?:the\s+)?passages\W*$
      | [^"“”]{{1,200}}?\b{_IS_NOT}\s+{_ADVERBS}(?:{_SAID}\b.{{0,120}}?\b)?{_PLACE}
      | [^"“”]{{1,200}}?\b(?:can\s*not|can['’]t|could\s+not)\s+be\s+{_ADVERBS}
            (?:determined|answered|found|told|inferred|established|known|said|verified|confirmed)\b
            .{{0,120}}?\b{_PLACE}
    )
    """,
    re.I | re.X,
)
_IN_CHINESE = re.compile(
    r"(?:(?:很?抱歉|对不起|但是?|不过|然而|根据)[，,]?)?"
    r"(?:所?提供的?|给定的?|给出的?|这些|上述|以上|现有的?)*(?:文章|段落|资料|材料|文本|上下文|来源|文档|信息)"
    r"(?:里面|中|里|内容|本身)*[，,]?(?:都|均|并|也)*(?:没有?|未|无法?|不)(?:能|曾|有|明确|直接|具体|足够)*"
    r"(?:提到|提及|提供|说明|说|包含|给出|回答|指出|涉及|介绍|透露|写明|的?相关|关于|任何|的?信息)"
)
_MOST_CHARS = 1000  # of a sentence that are looked at
_GOES_ON = re.compile(
    r"(?i)[,;–—]\s*(?:but|however|though|although|yet|while|whereas|only|they|passage)\b|"
    r"[，；](?:但|不过|然而|只)"
)


def tells_nothing(sentence: str) -> bool:
    """Return whether a sentence, without markers, says that what was given does not answer.

    >>> tells_nothing("The articles don’t mention how many tokens Baidu offers.")
    True
    >>> tells_nothing("The company did not say how many tokens it offers.")
    False
    """
    sentence = " ".join(sentence.split())[:_MOST_CHARS].lstrip("(（")
    told = _TELLS_NOTHING.match(sentence) or _IN_CHINESE.match(sentence)
    return told is not None and not _GOES_ON.search(sentence, told.end())
