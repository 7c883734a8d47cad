"""What .docx and .epub share: a zip file, which may be broken, locked, or swell without end."""

from __future__ import annotations

import io
import zipfile

from rag.formats.document import UnreadableError

MOST_UNPACKED = 400_000_000  # bytes


def open_zip(data: bytes, suffix: str) -> zipfile.ZipFile:
    """Return the open zip file.

    Raises:
        UnreadableError: it is broken, encrypted, or unpacks to more than can be read.
    """
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):  # where Office puts what it encrypts
        raise UnreadableError(
            f"encrypted, or of an old format: save it anew as {suffix}, without a password"
        )
    try:
        opened = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise UnreadableError(f"broken: not readable as {suffix} ({error})") from error
    entries = opened.infolist()
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableError("encrypted: save it without a password to have it read")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MOST_UNPACKED:
        raise UnreadableError(
            f"too large: unpacks to {unpacked / 1e6:.0f} MB, at most {MOST_UNPACKED / 1e6:g} MB "
            "are read"
        )
    return opened
