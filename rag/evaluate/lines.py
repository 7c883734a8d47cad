"""Reading the files of a question set: plain or gzip, UTF-8, with errors that name the line."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag.errors import QuestionSetError


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a question set: the line it is on (from 1; 0 is the whole file)."""

    line: int
    message: str

    def at(self, path: Path) -> str:
        """The problem as one line: file, line number, what is wrong."""
        where = f"{path}, line {self.line}" if self.line else str(path)
        return f"{where}: {self.message}"


def read_text(path: Path) -> str:
    """The text of a file, unpacked where its name ends in .gz.

    Raises QuestionSetError where the file is missing, is a folder, is broken, or is not UTF-8.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise QuestionSetError(f"{path}: there is no such file; check the path") from None
    except OSError as error:
        raise QuestionSetError(f"{path}: cannot be read ({error.strerror})") from error
    if path.suffix == ".gz":
        try:
            data = gzip.decompress(data)
        except (OSError, EOFError, zlib.error) as error:
            raise QuestionSetError(f"{path}: is not a whole gzip file ({error})") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise QuestionSetError(
            f"{path}, line {line}: not UTF-8 (byte 0x{data[error.start]:02x}); save it as UTF-8"
        ) from error


def json_objects(path: Path) -> Iterator[tuple[int, dict[str, Any] | Problem]]:
    """Each line that is not blank, as its number and its JSON object, or the problem with it."""
    for number, line in enumerate(read_text(path).split("\n"), start=1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except (json.JSONDecodeError, RecursionError) as error:
            reason = (
                f"{error.msg.removesuffix(' at')} at column {error.colno}"
                if isinstance(error, json.JSONDecodeError)
                else "nested too deeply"
            )
            yield number, Problem(number, f"not JSON: {reason}; each line must be one object")
            continue
        if not isinstance(value, dict):
            kind = type(value).__name__
            yield number, Problem(number, f"a {kind}, not an object; write {{...}} on each line")
            continue
        yield number, value


def found(folder: Path, *names: str) -> Path | None:
    """The first of the named files that is in the folder, plain before gzip, or None."""
    for name in names:
        for candidate in (folder / name, folder / f"{name}.gz"):
            if candidate.is_file():
                return candidate
    return None
