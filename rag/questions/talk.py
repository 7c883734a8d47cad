"""Is a message small talk, or a question about this program itself? In English.

    "hello", "thanks, that helped", "bye", "ok great"  -> a greeting, thanks, a farewell, a nod
    "that's wrong", "are you sure?", "say that again"  -> doubt
    "what can you do?", "how do I use this?"           -> about the program

Only a message that is nothing else is taken for one of these. They are not leant on: what was said
before them stands.
"""

from __future__ import annotations

import re
from typing import Literal

from rag.questions.manners import LED, PLEASE
from rag.text import normalise

Talk = Literal["greeting", "thanks", "farewell", "nod", "doubt"]

# A message of these words and no others, with one of those of its kind, is small talk.
_COURTESY = frozenset(
    """there again everyone everybody all folks friend friends good great nice perfect fine lovely
    ok okay yes well oh so very really and just to you your me i it that this the a an is are
    was were how doing going today morning afternoon evening day night now then for later soon
    lot much many bunch million help helped helpful answer answers useful appreciated meet see
    be nice talk what up it's that's hope have take care tomorrow""".split()
)
_GREETINGS = frozenset("hello hi hey greetings hallo hiya morning afternoon evening".split())
_THANKS = frozenset("thanks thank thx cheers ty appreciated".split())
_BYES = frozenset("bye goodbye farewell ciao night".split())
_PRAISE = frozenset(
    "great nice cool perfect wonderful awesome fine good lovely interesting helpful useful".split()
)
_NODS = _PRAISE | frozenset(
    """ok okay yes yeah yep no nope sure right alright understood lol haha wow hm hmm oh ah aha huh
    uh um mm""".split()
)
# Said of an answer, whatever the words: taken out, and a nod where nothing else is left.
_PHRASES = re.compile(
    r"\b(?:i (?:see|understand|get it|got it|did ?n't know that|had no idea)|got (?:it|that)|gotcha"
    r"|(?:that )?makes sense|(?:that's )?good to know|(?:that|this) (?:helps|helped|works)|nice one"
    r"|well (?:done|put|said)|good (?:job|work|point)|fair enough|noted|of course|exactly|agreed"
    r"|indeed"
    r"|you(?:'re| are) the best|yes please|no problem|never ?mind|you don't say|as i thought"
    r"|what a (?:surprise|shame|pity)|too bad"
    r"|(?:(?:what|such) an? |an? )?(?:nice|good|great|funny|lovely|sad|strange|odd|crazy|beautiful)"
    r" (?:story|tale|find)"
    r"|(?<!is )(?<!was )(?:that|this)(?: is|'s| was)? (?:quite |really |very |so |rather )?"
    r"(?:a lot|amazing|crazy|funny|sad|surprising|strange|odd|impressive|terrible|awful"
    r"|brilliant|hilarious))\b"
)
_GREETS = re.compile(r"(?:good )?(?:morning|afternoon|evening|day)\b|how are you|what's up")
_FAREWELL = re.compile(r"see you(?: (?:later|soon|again|then|tomorrow))?|good night|take care")
_MOST_WORDS = 10
# The same of questions about this program: "how do I use this?", "what sort of things can I ask?"
_PROGRAM = frozenset(
    """what which who how can could may do does should would i you me we this thing program tool
    app bot assistant page chat here there is are am kind kinds sort sorts type types of
    questions question things a an the to with for please explain tell show work works use used
    ask asked help know answer answers about your yourself purpose able start begin get started
    made capable need some it""".split()
)
_OF_THE_PROGRAM = re.compile(
    rf"help(?: me)?{PLEASE}|(?:who|what) (?:are|is) (?:you|this(?: \w+)?)"
    r"|.*\b(?:you|i|we|this)\b.*\b(?:help|use|ask|do|work|works|know|answer|able|capable|start|"
    r"started)\b.*|.*\b(?:what|how)\b.*\b(?:this|you)\b.*\b(?:for|works?|purpose)\b.*"
    r"|explain (?:yourself|this(?: \w+)?)"
)
_DOUBT = re.compile(
    rf"{LED}(?:no[,. ]+)?"
    r"(?:(?:are )?(?:you|u) (?:really |quite )?sure(?: (?:about|of) (?:that|this|it))?"
    r"|(?:oh )?really|seriously|is (?:that|this|it) (?:really )?(?:true|right|correct)"
    r"|(?:that|this|it)(?: is|'s) (?:all )?(?:wrong|incorrect|false|nonsense"
    r"|not (?:right|true|correct|what i (?:asked|meant|wanted)))"
    r"|(?:that|this) (?:is ?n't|does ?n't seem) (?:right|true|correct)|you(?:'re| are) wrong"
    r"|i (?:do ?n't|do not) (?:understand|get it|believe (?:that|it|you)|follow)"
    r"(?: (?:that|it|this))?"
    r"|what do you mean(?: by that)?|say that again|(?:repeat|rephrase) (?:that|it))"
    rf"{PLEASE}"
)
_REPEAT = re.compile(
    rf"{LED}(?:(?:say|tell me) (?:that|it) again|repeat(?: (?:that|it|the answer))?|once more"
    rf"|again){PLEASE}"
)
_WHAT_IT_IS = re.compile(
    r"who (?:made|built|wrote|created|trained|programmed) (?:you|this)|what is your name"
    r"|(?:what|which) languages? (?:do|can) you (?:speak|understand|know|read)"
    r"|where do you (?:get|take|have) your (?:information|answers?|data|knowledge|facts)(?: from)?"
    r"|are you (?:really |actually )?(?:(?:a|an|the) )?(?:real )?(?:chat ?gpt|gpt[\w.-]*|claude|"
    r"gemini|copilot|siri|alexa|ai|llm|(?:chat)?bot|robot|human|person|machine|computer|program|"
    r"(?:large )?language model|search engine|assistant)"
)
# What no folder of articles is asked for: a joke, a sum, the weather outside, doubt.
_OUTSIDE = re.compile(
    rf"{LED}(?:(?:tell|write|sing)(?: me| us)? (?:a|an|another|some) "
    r"(?:\w+ )?(?:jokes?|poems?|songs?|riddles?|limericks?|haikus?)"
    r"|(?:what is|how much is|calculate|compute) "
    r"[\d.,]+(?: ?(?:[-+*/x×÷^]|plus|minus|times) ?[\d.,]+)+ ?=?"
    r"|what is the weather(?: like)? (?:today|now|right now|outside)|what time is it(?: now)?"
    r"|(?:ignore|forget|disregard) (?:all )?(?:of )?(?:your|the|my|previous|prior) "
    r"(?:previous |prior )?instructions\b.{0,200})"
)
# What a question before may have brought up as well.
_POINTING = frozenset("it this thing things".split())


def kind_of_talk(message: str) -> Talk | None:
    """Return what kind of small talk `message` is; None where it is anything else.

    >>> kind_of_talk("Is that a lot?"), kind_of_talk("That is a lot!") is not None
    (None, True)
    >>> kind_of_talk("Thank you, that helped a lot!"), kind_of_talk("Thank whom?")
    ('thanks', None)
    """
    nodded, taken = _PHRASES.subn(" ok ", normalise(message).rstrip("?!. "))
    asked = " ".join(nodded.split())
    if _DOUBT.fullmatch(normalise(message).rstrip("?!. ")):
        return "doubt"
    words = re.findall(r"[\w']+", asked)
    said = {*words}
    known = _COURTESY | _GREETINGS | _THANKS | _BYES | _NODS
    if not words or len(words) > _MOST_WORDS or not said <= known:
        return None
    if said & _THANKS:
        return "thanks"
    if said & (_BYES - {"night"}) or _FAREWELL.fullmatch(asked):
        return "farewell"
    if words[0] in _GREETINGS - {"morning", "afternoon", "evening"} or _GREETS.match(asked):
        return "greeting"
    praises = words[0] in ("that", "that's", "it's", "very", "really", "so") and said & _PRAISE
    return "nod" if (words[0] in _NODS or praises or taken) and "?" not in message else None


def asks_to_repeat(message: str) -> bool:
    """Return whether `message` asks for the last answer once more: "say that again"."""
    return _REPEAT.fullmatch(normalise(message).rstrip("?!. ")) is not None


def is_talk(message: str, *, alone: bool) -> bool:
    """Return whether `message` is small talk or a question about this program."""
    return kind_of_talk(message) is not None or asks_about_the_program(message, alone=alone)


def asks_about_the_program(message: str, *, alone: bool) -> bool:
    """Return whether `message` asks what this program is and does, or for what it does not do.

    `alone` tells that nothing was said before it: "this" may be what was spoken of otherwise.
    """
    asked = normalise(message).rstrip("?!. ").replace("what's", "what is")
    if _WHAT_IT_IS.fullmatch(asked) or _OUTSIDE.fullmatch(asked):
        return True
    words = re.findall(r"\w+", asked)
    inside = {*words} <= (_PROGRAM if alone else _PROGRAM - _POINTING)
    return inside and len(words) <= _MOST_WORDS and _OF_THE_PROGRAM.fullmatch(asked) is not None
