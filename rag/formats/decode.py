"""Bytes -> text, whatever the encoding. Owns charset-normalizer."""

from __future__ import annotations

import codecs
import re

from rag.formats.document import UnreadableError

# Encodings seen in the wild, in the order of preference where several give the same text.
_ENCODINGS = (
    "cp1252", "gb18030", "shift_jis", "cp932", "big5", "euc_jp", "euc_kr", "cp1251", "koi8_r",
    "cp1250", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258", "iso8859_15", "iso8859_2",
    "iso8859_5", "iso8859_7", "cp874",
)  # fmt: skip
# UTF-32 first: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_MOSTLY = 10  # characters beyond ASCII that are UTF-8, for each that is not
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")


def decode(data: bytes) -> tuple[str, str]:
    """Return the text, line ends as "\\n", and the encoding where it is worth telling.

    UTF-8 is not worth telling and gives "".

    Raises:
        UnreadableError: the bytes are not text.
    """
    if not data:
        raise UnreadableError("empty")
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), "")
    if not encoding:
        if b"\x00" in data:
            raise UnreadableError("not text (it holds NUL bytes)")
        encoding = "utf-8"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as exc:
        if not encoding.startswith("utf-8"):
            raise UnreadableError(f"not text (marked as {encoding}, but it is not)") from exc
        text, encoding = _mostly_utf8(data) or _detect(data)
    if "\x00" in text:
        raise UnreadableError("not text (it holds NUL characters)")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text, "" if encoding.startswith("utf-8") else encoding


def _mostly_utf8(data: bytes) -> tuple[str, str] | None:
    """Return the text where few bytes are not UTF-8: a file that was cut, or one foreign byte."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    if sum(character > "\x7f" for character in text) - broken < _MOSTLY * broken:
        return None
    return text, f"UTF-8 ({broken} broken character{'s' * (broken != 1)})"


def _detect(data: bytes) -> tuple[str, str]:
    """Return the text and the encoding that fits bytes which are not UTF-8."""
    from charset_normalizer import from_bytes

    refused = UnreadableError("not text (no known encoding fits)")
    best = from_bytes(data, cp_isolation=list(_ENCODINGS)).best()
    if best is None:
        raise refused
    text = str(best)
    if len(_CONTROL.findall(text)) > len(text) * 0.01:
        raise refused
    for name in _ENCODINGS:
        try:
            if data.decode(name) == text:
                return text, name
        except UnicodeDecodeError:
            continue
    return text, best.encoding
