"""The captions of a text, and the agency, author and date lines that close it."""

from __future__ import annotations

import re

from rag.articles.dateline import Rank, are_names, dates_in, read_byline
from rag.articles.lines import Line, Mark
from rag.articles.typography import ends_sentence, word_count
from rag.datatypes import BlockKind

_PICTURE = (
    r"(?:file\s+)?(?:photos?|images?|pictures?|pictured|illustration|graphic|photograph|foto|bild|"
    r"imagen|imagem|immagine|crédits?|фото|写真|図|사진|图片?|資料圖|资料图|الصورة|صورة)"
)
_CAPTION_START = re.compile(
    rf"[(\[（【]?(?:{_PICTURE}|caption|credit)(?:\s+(?:credits?|source|courtesy|caption)|来源|说明)?\s*[:：=]\s*\S|"
    r"(?:fig(?:ure)?\.?|abb(?:ildung)?\.?|图|図|рис\.?)\s*\d+\s*[.:：]|图为|(?:image|photo)\s+(?:source|credit|caption)\s*,|photograph(?:y)?\s+by\s",
    re.IGNORECASE,
)
_CAPTION_TAIL = re.compile(
    r"(?:(?:(?:^|\W)(?:File )?(?:Photo|Image|Illustration|Photograph|Foto|Bild|Crédit|PHOTO|IMAGE)"
    # "The Big Picture: why rates matter" and "Child Tax Credit: it pays" are none.
    r"|(?:^|[.!?。|/)\]]\s*)(?:Picture|Credit|CREDIT))s?(?: [Cc]redits?)?\s*(?:[:：/]|by )\s*"
    r"|(?:^|\W)(?:图|摄影|摄|供图)\s*[:：/／]\s*)"
    r"[^\s.!?。:](?:[^.!?。:]|\.(?=\S)){0,60}\.?\W?$|"
    rf"[(\[（【]\s*(?i:{_PICTURE})\s*(?:[:：/]|(?i:by|credit|courtesy|via|from)\b)"
    r"[^)\]）】]{0,80}[)\]）】]\W?$|"
    rf"[(\[（【]\s*(?i:{_PICTURE})\s*[)\]）】]\W?$|"
    r"(?:\bREUTERS/\w[^.!?]{0,40}|\bAP Photo\b[^.!?]{0,40}|"
    r"[/|]\s*(?:Getty Images|AFP|VCG|Xinhua|Reuters|Shutterstock|EPA|dpa)|"
    r"(?:\b[Vv]ia|\b[Bb]y) Getty Images|\s摄|[(（](?:摄影?|供图|撮影|资料图)[)）])\W?$|"
    r"^(?:Getty Images|Shutterstock|iStock|Unsplash|Alamy|VCG)$"
)
# "This article appeared in the Sunday Register of 21 April 2024."
_THIS_TEXT = (
    r"(?:this\s+)?(?:article|story|report|piece|post)\s+(?:(?:was|is|has\s+been)\s+)?"
    r"(?:(?:first|originally|also)\s+)?(?:appeared|appears|published|posted|republished|reproduced|"
    r"produced|adapted|translated|updated|corrected|amended|written|compiled|provided|supplied)\b"
)
_FIRST_OUT = r"(?:first|originally)\s+(?:published|appeared)"
_CREDIT = re.compile(
    r"[—–-]{1,2}\s*\w|(?:additional\s+|with\s+)?(?:reporting|editing|writing|edited|translated|compiled|"
    r"contributed|adapted|inputs?)\s+(?:by|from)\b|with\s+(?:inputs?|agencies|agency)\b|"
    r"(?:sources?|editors?|via|credits?|quelle|fuente|fonte|источник|редактор)\s*[:：]|"
    rf"{_THIS_TEXT}|{_FIRST_OUT}\s+(?:in|on|by|at)\b|"
    r"copyright\s*(?:©|\(c\)|(?:19|20)\d\d|by\b|(?-i:[A-Z])[^.!?]{0,60}$)|©|\(c\)|all\s+rights\s+reserved|agencies$|"
    r"(?:责任编辑|責任編輯|责编|编辑|来源|來源|作者|记者|审核|校对|출처|기자|المصدر|مصدر)\s*[:：]",
    re.IGNORECASE,
)
_APPEARED = re.compile(rf"{_THIS_TEXT}|{_FIRST_OUT}\b", re.IGNORECASE)
_BRACKETED = re.compile(r"[(\[（【].*[)\]）】]")
_NAMED_SOURCE = re.compile(r"\S{1,20}(?:\s\S+){0,3}\s*[(（][^()（）]+[)）]")
_FOOT_LINES = 6

_SIGNED_LINES = 12  # from the end, in which a letter may be signed
_LEAVE = re.compile(r"[A-Z][^.!?:;,]{1,30}(?:,[^.!?:;,]{1,30})?,")
_NAMES = re.compile(r"[A-Z][\w’'-]+(?: [A-Z][\w.’'-]*){0,2}")
_SIGNED = re.compile(r"[A-Z][^.!?:;,]{1,30}, (?P<name>[A-Z][\w’'-]+)")


def mark_captions(lines: list[Line]) -> None:
    """Mark pictures, and the lines that say what a picture shows or whose it is."""
    for i, line in enumerate(lines):
        if line.mark is Mark.IMAGE:
            line.kind = BlockKind.CAPTION
        elif line.mark in (Mark.PLAIN, Mark.BOLD, Mark.QUOTE) and line.width <= 400:
            credit = _CAPTION_START.match(line.text)
            if credit or _CAPTION_TAIL.search(line.text):
                line.kind = BlockKind.CAPTION
                above = lines[i - 1] if i > 1 else None
                if credit and above and above.plain and not line.gap and above.width <= 120:
                    shaped = not ends_sentence(above.text)
                    above.kind = BlockKind.CAPTION if shaped else above.kind


def mark_foot(lines: list[Line]) -> None:
    """Mark the agency, author and date lines that close the article."""
    names_only: list[Line] = []
    last = max(len(lines) - _FOOT_LINES, 1)
    for i in range(len(lines) - 1, last - 1, -1):
        line = lines[i]
        body = any(other.prose or other.mark in (Mark.ITEM, Mark.NUMBER) for other in lines[:i])
        if not body or line.kind not in (None, BlockKind.CAPTION) or line.width > 250:
            break
        if line.kind is BlockKind.CAPTION:
            continue
        if line.mark not in (Mark.PLAIN, Mark.BOLD, Mark.ITEM, Mark.QUOTE):
            break
        found = None
        if line.mark is not Mark.ITEM:
            found = read_byline(line.text, first=False, joined=True)
        if found is not None:
            line.names, line.dates = found
            line.kind = BlockKind.BYLINE if line.dates else BlockKind.CREDIT
        elif _closes(line):
            line.kind = BlockKind.CREDIT
            if _APPEARED.match(line.text):
                line.dates = tuple((Rank.PUBLISHED, day) for _, day in dates_in(line.text))
        elif line.mark is not Mark.ITEM and _could_close(line.text):
            names_only.append(line)
        else:
            break
        line.foot = True
    if len(names_only) <= 2:
        for line in names_only:
            line.kind = BlockKind.CREDIT
    else:
        for line in names_only:
            line.foot = False


def mark_sign_off(lines: list[Line]) -> None:
    """Mark the name that a letter is signed with, and the line above it that takes leave.

    "Fair winds," and "Wren"; where the author is known, also in one line and above a postscript.
    """
    authors = {line.names.split()[0] for line in lines if line.names}
    for at in range(max(1, len(lines) - _SIGNED_LINES), len(lines)):
        above, line = lines[at - 1], lines[at]
        if not (line.plain or line.kind is BlockKind.CREDIT):
            continue
        signed, named = _SIGNED.fullmatch(line.text), _NAMES.fullmatch(line.text)
        name = signed["name"] if signed else line.text.split()[0]
        if name not in authors and (authors or at < len(lines) - 2):
            continue
        if signed:
            line.kind = BlockKind.CREDIT
        elif named and above.plain and _LEAVE.fullmatch(above.text):
            above.kind = line.kind = BlockKind.CREDIT


def _closes(line: Line) -> bool:
    text = line.text
    if line.mark is Mark.ITEM:
        return text.isupper() and len(text.split()) == 1 and len(text) <= 10
    if line.width <= 250 and word_count(text) <= 40 and _CREDIT.match(text):
        return not (text[0] in "—–-" and ends_sentence(text))
    if _BRACKETED.fullmatch(text) and word_count(text) <= 15:
        return True
    return line.width <= 80 and not ends_sentence(text) and bool(_NAMED_SOURCE.fullmatch(text))


def _could_close(text: str) -> bool:
    """Whether the text could be no more than a name at the end."""
    words = text.split()
    return (
        len(words) <= 5
        and text[0].isupper()
        and not ends_sentence(text)
        and not re.search(r"[\d:：]", text)
        and are_names(text, strict=True)
    )
