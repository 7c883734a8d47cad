"""English verbs and their forms: enough to turn a question round. Pure.

Common verbs only: a word that is not here is no verb to this module, and whoever asks must take
that for "unknown", not for "no".
"""

from __future__ import annotations

import re

# base past participle; one spelling where the two are the same
_IRREGULAR = """
arise arose arisen; awake awoke awoken; be was been; bear bore borne; beat beat beaten;
become became become; begin began begun; bend bent; bet bet; bind bound; bite bit bitten;
bleed bled; blow blew blown; break broke broken; breed bred; bring brought; broadcast broadcast;
build built; burn burned; burst burst; buy bought; cast cast; catch caught; choose chose chosen;
cling clung; come came come; cost cost; cut cut; deal dealt; dig dug; do did done; draw drew drawn;
dream dreamed; drink drank drunk; drive drove driven; eat ate eaten; fall fell fallen; feed fed;
feel felt; fight fought; find found; flee fled; fly flew flown; forbid forbade forbidden;
forecast forecast; foresee foresaw foreseen; forget forgot forgotten; forgive forgave forgiven;
freeze froze frozen; get got; give gave given; go went gone; grow grew grown; hang hung; have had;
hear heard; hide hid hidden; hit hit; hold held; hurt hurt; keep kept; know knew known; lay laid;
lead led; learn learned; leave left; lend lent; let let; lie lay lain; light lit; lose lost;
make made; mean meant; meet met; mistake mistook mistaken; outgrow outgrew outgrown;
overcome overcame overcome; oversee oversaw overseen; overtake overtook overtaken;
overthrow overthrew overthrown; pay paid; put put; quit quit; read read; rebuild rebuilt;
rewrite rewrote rewritten; ride rode ridden; ring rang rung; rise rose risen; run ran run;
say said; see saw seen; seek sought; sell sold; send sent; set set; shake shook shaken; shed shed;
shine shone; shoot shot; show showed shown; shrink shrank shrunk; shut shut; sing sang sung;
sink sank sunk; sit sat; sleep slept; slide slid; speak spoke spoken; spend spent; spin spun;
split split; spread spread; spring sprang sprung; stand stood; steal stole stolen; stick stuck;
strike struck; strive strove striven; swear swore sworn; sweep swept; swim swam swum;
swing swung; take took taken; teach taught; tear tore torn; tell told; think thought;
throw threw thrown; undergo underwent undergone; understand understood;
undertake undertook undertaken; undo undid undone; uphold upheld; wake woke woken;
wear wore worn; weave wove woven; win won; wind wound; withdraw withdrew withdrawn;
withhold withheld; withstand withstood; write wrote written
"""
_REGULAR = """
abandon abolish absorb accept access accompany accomplish account accuse achieve acknowledge acquire
act adapt add address adjust administer admire admit adopt advance advertise advise advocate affect
afford agree aim air align allege allocate allow alter amend amount analyse analyze anger announce
answer anticipate apologise apologize appeal appear apply appoint appreciate approach approve argue
arrange arrest arrive ask assassinate assemble assert assess assign assist associate assume assure
attach attack attain attempt attend attract attribute authorise authorize average avoid award back
balance ban base battle begin believe belong benefit blame block board boast bomb boost border
borrow bounce branch brand breach broaden calculate call campaign cancel capture care carry cause
cease celebrate centre challenge change charge chart chase check cite claim classify clean clear
climb close coach coin collaborate collapse collect colonise colonize combine comment commission
commit communicate compare compete compile complain complete compose comprise concede conceive
concentrate concern conclude condemn conduct confer confess confine confirm conflict confront
connect conquer consider consist constitute construct consult consume contact contain continue
contract contribute control convert convey convict convince cooperate coordinate cope copy correlate
correspond count cover crash create credit criticise criticize cross cultivate cure damage dance
date debate decide declare decline decrease dedicate deem defeat defend define delay delete deliver
demand demonstrate demote denounce deny depart depend depict deploy deposit derive descend describe
deserve design designate desire destroy detail detain detect determine develop devote diagnose die
differ diminish direct disagree disappear disclose discontinue discover discuss dislike dismiss
display dispute dissolve distinguish distribute divide divorce donate double doubt download draft
drain dress drop earn ease educate elect eliminate embrace emerge emigrate emit emphasise emphasize
employ empower emulate enable enact encompass encounter encourage end endorse endure enforce engage
enhance enjoy enlist enroll ensure enter entitle equal equip erect escape establish estimate
evacuate evaluate evolve examine exceed exchange exclude execute exempt exercise exert exhibit exist
expand expect expel experience experiment expire explain explode exploit explore export expose
express extend face facilitate fail favor favour fear feature figure file fill film finance finish
fire fit fix flow focus follow force form formulate found fuel fulfil fulfill function fund gain
gather generate govern graduate grant guarantee guard guess guide hail handle happen harm hate head
headline help hire host house hunt identify ignore illustrate imagine immigrate implement imply
import impose impress imprison improve include incorporate increase indicate influence inform
inhabit inherit initiate injure inspect inspire install institute instruct insure integrate intend
interact interest interfere interpret interview introduce invade invent invest investigate invite
involve isolate issue join judge jump justify kick kidnap kill label lack land last launch legalise
legalize liberate license lift like limit link list listen live load lobby locate look love lower
lure maintain manage manufacture march mark market marry master match matter measure mention merge
migrate miss mix model modify monitor motivate mount move murder name narrow need negotiate nominate
note notice notify number obey object oblige observe obtain occupy occur offend offer open operate
oppose order organise organize originate oust overlook owe own pack paint participate partner pass
patent pause peak perceive perform permit persuade phase pick pilot place plan plant play plead
please pledge point possess post postpone pour practice practise praise predict prefer premiere
prepare present preserve press prevent price print proceed process proclaim produce profit prohibit
project promise promote prompt propose prosecute protect protest prove provide publish pull punish
purchase pursue push qualify question race raise range rank rate reach react realise realize recall
recapture receive recognise recognize recommend record recover recruit recur recycle reduce refer
reflect reform refuse regain regard register regret regulate reign reinforce reintroduce reject
relate relax release relocate rely remain remark remember remind remove rename renew renounce
renovate rent reopen repair repeal repeat replace replicate reply report represent reproduce request
require rescue research resemble reserve reside resign resist resolve respond rest restore restrict
result resume retain retire retreat return reunite reveal reverse review revise revive revolt reward
risk roll rule sail sample sanction satisfy save scan schedule score search secure seem seize select
sentence separate serve settle shape share shift ship shock shorten sign signal simplify slow smell
smoke solve sort sound source spark specialise specialize specify sponsor spot stabilise stage star
start starve state stay step stop store strengthen stress stretch struggle study submit succeed sue
suffer suggest suit summarise supply support suppose surpass surprise surrender surround survive
suspect suspend sustain switch symbolise symbolize talk target taste tax tend terminate test testify
thank threaten thrive top total touch tour track trade train transfer transform translate transmit
transport travel treat trigger triple trust try turn type undermine unify unite unveil update
upgrade urge use utilise utilize value vanish vary veto view violate visit volunteer vote wait walk
want warn warrant wash waste watch weaken weigh welcome widen wish witness wonder work worry worsen
yield
"""
_DOUBLED = frozenset(
    """admit ban commit compel confer control deter drop emit equip expel fit fulfil grab incur jog
    kidnap occur omit patrol permit plan plot prefer rebel recur refer regret rob scan ship shop sit
    slip spot star step stop strip submit tip top transfer transmit trap trim tug wrap""".split()
)
_DOUBLED_ING = frozenset(
    "begin bet bid cut dig forbid forget get hit let put quit run set shut sit spin split swim "
    "win".split()
)
_SYLLABIC_E = re.compile(r"(?:s|x|z|ch|sh|o)$")


def _irregular() -> dict[str, tuple[str, str]]:
    rows = (row.split() for row in _IRREGULAR.replace("\n", " ").split(";"))
    return {row[0]: (row[1], row[-1]) for row in rows}


_FORMS = _irregular()
_BASES = frozenset(_FORMS) | frozenset(_REGULAR.split())


def past(base: str) -> str:
    """Return the past form.

    >>> past("take"), past("stop"), past("carry"), past("deny"), past("agree")
    ('took', 'stopped', 'carried', 'denied', 'agreed')
    """
    return _FORMS[base][0] if base in _FORMS else _with_ed(base)


def participle(base: str) -> str:
    """Return the past participle.

    >>> participle("take"), participle("open")
    ('taken', 'opened')
    """
    return _FORMS[base][1] if base in _FORMS else _with_ed(base)


def third(base: str) -> str:
    """Return the form of the third person singular of the present.

    >>> third("have"), third("carry"), third("pass"), third("go"), third("play"), third("cost")
    ('has', 'carries', 'passes', 'goes', 'plays', 'costs')
    """
    if base in ("be", "have"):
        return {"be": "is", "have": "has"}[base]
    if _ends_in_y(base):
        return base[:-1] + "ies"
    return base + ("es" if _SYLLABIC_E.search(base) else "s")


def gerund(base: str) -> str:
    """Return the form in -ing.

    >>> gerund("take"), gerund("win"), gerund("admit"), gerund("lie"), gerund("see"), gerund("be")
    ('taking', 'winning', 'admitting', 'lying', 'seeing', 'being')
    """
    if base.endswith("ie"):
        return base[:-2] + "ying"
    if base.endswith("e") and base[-2:] not in ("ee", "oe", "ye") and base != "be":
        return base[:-1] + "ing"
    return base + (base[-1] if base in _DOUBLED | _DOUBLED_ING else "") + "ing"


def base_of(word: str) -> str:
    """Return the base of a verb's form, in lower case; "" where it is none of a known verb.

    >>> base_of("met"), base_of("denies"), base_of("buying"), base_of("found"), base_of("table")
    ('meet', 'deny', 'buy', 'find', '')
    """
    return _BASE_OF.get(word, "")


def _with_ed(base: str) -> str:
    if base.endswith("e"):
        return base + "d"
    if _ends_in_y(base):
        return base[:-1] + "ied"
    return base + (base[-1] if base in _DOUBLED else "") + "ed"


def _ends_in_y(base: str) -> bool:
    return base.endswith("y") and base[-2:-1] not in "aeiou"


_PASTS = frozenset(map(past, _BASES)) | {"were"}
_PARTICIPLES = frozenset(map(participle, _BASES)) | {"born", "located", "gotten", "headquartered"}
_THIRDS = frozenset(map(third, _BASES))


# An irregular form goes before a base that is spelled alike: "found" is of "find" mostly.
_BASE_OF = {
    form: base
    for bases in (sorted(_BASES - set(_FORMS)), sorted(_FORMS))
    for base in bases
    for form in (base, third(base), gerund(base), past(base), participle(base))
}


def is_base(word: str) -> bool:
    """Return whether `word`, in lower case, can be a verb's base form."""
    return word in _BASES


def is_finite(word: str) -> bool:
    """Return whether `word`, in lower case, can be a past or a third person's form."""
    return word in _PASTS or word in _THIRDS


def is_participle(word: str) -> bool:
    """Return whether `word`, in lower case, can be a past participle; every "-ed" may be one."""
    return word in _PARTICIPLES or (len(word) > 4 and word.endswith("ed"))
