"""The question sets that the page offers: a list made here, so that no visitor names a path."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

FOLDERS = ("questions", "tests")


def question_sets(folder: Path | None = None) -> dict[str, Path]:
    """The .jsonl files of `questions/` and `tests/` below a folder, by name, in that order.

    The folder is the working folder if none is given. A name is the file's without its suffix, or
    with its folder before it where both folders have one: "tests/small".
    """
    below = Path() if folder is None else folder
    found = [
        path
        for name in FOLDERS
        for path in sorted((below / name).glob("*.jsonl"))
        if path.is_file() and _is_text(path.name)
    ]
    times = Counter(path.stem for path in found)
    return {
        path.stem if times[path.stem] == 1 else f"{path.parent.name}/{path.stem}": path
        for path in found
    }


def _is_text(name: str) -> bool:
    """Whether a file's name can be shown: on some systems it may be any bytes."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
