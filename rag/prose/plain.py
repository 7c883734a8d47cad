"""Text with markup -> the plain words that it shows.

    "**Zhipu** ([site](https://a.example/x)) <b>grew</b>" -> "Zhipu (site) grew"

Links, images, HTML and emphasis are taken to their words, and an address that the passages do not
hold is left out. What is no markup stays: "training data: 15 trillion tokens", "x<y". Nothing that
comes out is a tag, a link or an image, even where taking one away would make another.
"""

from __future__ import annotations

import re
from collections.abc import Collection

_TARGET = r"(?:\((?:[^()\n]|\([^()\n]*\))*\)?|\[[^\]\n]{0,300}\])"
_IMAGE = re.compile(rf"!\[([^\]]{{0,300}})\]\s?{_TARGET}")
_LINK = re.compile(rf"\[([^\]\n]{{1,300}})\]\s?{_TARGET}")
_DEFINITION = re.compile(r"^[ \t]{0,3}\[[^\]\n]{1,300}\]:.*$", re.M)
_AUTOLINK = re.compile(r"(?i)<((?:https?|ftp|mailto):[^\s<>]*)>")

_NO_SPACE = r"[^\s<>\"'“”*`]"
_ADDRESS_PATTERN = (
    rf"(?i:(?:https?|ftp)://{_NO_SPACE}*|\b(?:https?|ftp|javascript|vbscript|mailto):{_NO_SPACE}+|"
    rf"\bfile:/{_NO_SPACE}+|\bdata:(?:[a-z]{{1,30}}/[\w.+-]{{1,80}})?[;,]{_NO_SPACE}*|"
    rf"(?<![\w.])(?:www\.|//){_NO_SPACE}+)"
)
_ADDRESS = re.compile(_ADDRESS_PATTERN)
# Marks of emphasis, but none that stand within an address.
_EMPHASIS = re.compile(
    rf"(?P<address>{_ADDRESS_PATTERN})"
    r"|\*\*|__|`+|(?<!\w)[*_](?=\w)|(?<=[\w.,!?。！？])[*_](?!\w)"
)

_TAG = re.compile(r"<(?P<slash>/?)(?P<name>[a-zA-Z][^\s<>/]*|[!?])(?P<rest>[^<>]*)(?P<end>>?)")
_NAME = re.compile(r"[\w:-]+")
_ELEMENTS = frozenset(
    "a abbr address area article aside audio b base bdi bdo big blockquote body br button canvas "
    "caption center cite code col colgroup data dd del details dfn dialog div dl dt em embed "
    "fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hr "
    "html i iframe img input ins kbd label legend li link main map mark marquee math menu meta "
    "nav noscript object ol optgroup option p param picture pre progress q s samp script section "
    "select small source span strike strong style sub summary sup svg table tbody td template "
    "textarea tfoot th thead time title tr track tt u ul var video wbr".split()
)
# That do something before their tag has an end.
_UNENDED = frozenset(
    "img script iframe a svg object embed style link meta form input video audio source "
    "base".split()
)
_HANDLER = re.compile(r"(?i)\bon[a-z]{2,30}\s{0,3}=")

_LINE_START = re.compile(r"^\s*(?:#{1,6}\s+|>\s*|[-*+•]\s+|\(?\d{1,2}[.)]\s+)+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069]")
_SPACE_BEFORE = re.compile(r"\s+([.,;:!?](?![\w/(])|[。，；：！？])")  # but not in ".NET"
_EMPTY = re.compile(r"\(\s*\)|\[\s*\]|（\s*）")
_MOST_TIMES = 4  # that taking away markup may uncover more of it, in what is no attack
_ANGLES = str.maketrans("", "", "<>")


def plain_words(text: str, own: Collection[str] = ()) -> str:
    """Return `text` without its markup; addresses that are not among `own` are left out.

    >>> plain_words("**Zhipu** ([site](https://a.example/x)) <b>grew</b> ![](http://b.example/?q)")
    'Zhipu (site) grew'
    """
    text = _CONTROL.sub("", _LINE_START.sub("", _DEFINITION.sub("", text)))
    text = _AUTOLINK.sub(r"\1", _LINK.sub(r"\1", _IMAGE.sub(r"\1", text)))
    text = _without_markup(text, own)
    text = re.sub(r"!+\[", "[", text.replace("](", "] ("))
    return _SPACE_BEFORE.sub(r"\1", " ".join(text.split())).strip()


def addresses(text: str) -> set[str]:
    """Return the addresses of pages in `text`, as `plain_words` takes them."""
    found = {_bare(match[0]) for match in _ADDRESS.finditer(text)}
    return {one for one in found if one.casefold().startswith(("http://", "https://", "www."))}


def _without_markup(text: str, own: Collection[str]) -> str:
    """Return `text` without emphasis, tags and addresses, and what the loss of one makes of two."""
    for _ in range(_MOST_TIMES):
        before = text
        text = _EMPHASIS.sub(lambda match: match["address"] or "", text)
        text = _TAG.sub(_shown, text)
        text = _EMPTY.sub("", _ADDRESS.sub(lambda match: _kept(match[0], own), text))
        if text == before:
            return text
    return _ADDRESS.sub(lambda match: _kept(match[0], own), text.translate(_ANGLES))


def _shown(tag: re.Match[str]) -> str:
    """Return what is shown of a tag: nothing, or all of it where it is none."""
    name, rest = tag["name"].casefold(), tag["rest"]
    if not tag["end"]:
        unended = name in _UNENDED or _HANDLER.search(rest) or rest.startswith("--")
        return "" if unended else (rest if tag["slash"] else tag[0])
    if tag["slash"] or name in "!?" or name in _ELEMENTS or "=" in rest:
        return ""
    return "" if _NAME.fullmatch(name) and not rest.strip("/ \t\n") else tag[0]


def _kept(address: str, own: Collection[str]) -> str:
    bare = _bare(address)
    return address if bare in own else address[len(bare) :]


def _bare(address: str) -> str:
    return address.rstrip(".,;:!?)]}…")
