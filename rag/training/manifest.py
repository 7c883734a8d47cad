"""What the reader was trained on: each set's licence, files, split and counts."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rag.training.examples import CLAIMS, Example
from rag.training.mixture import Data
from rag.training.sources import LICENCES, WRITTEN, files


def manifest(folder: Path, data: Data, written: Path = WRITTEN) -> dict[str, Any]:
    """Return the manifest of the sets below `folder` and in `written`, as JSON holds it."""
    parts = {"train": data.train, "dev": data.dev, "test": data.test}
    sets: dict[str, Any] = {}
    for name, paths in files(folder, written).items():
        sets[name] = {
            "licence": LICENCES[name],
            "files": {
                _place(path, folder): hashlib.sha256(path.read_bytes()).hexdigest()
                for path in paths
            },
            "parts": {part: _part(examples, name) for part, examples in parts.items()},
        }
    sets["written"]["claims"] = {part: _part(examples, CLAIMS) for part, examples in parts.items()}
    sets["trecqa-train"]["parts"]["train"] = {"questions": len(data.trecqa)}
    squad = {
        part: sorted({e.group for e in examples if e.source.startswith("squad")})
        for part, examples in parts.items()
    }
    return {"sets": sets, "squad_articles": squad}


def _place(path: Path, folder: Path) -> str:
    inside = path.is_relative_to(folder)
    return path.relative_to(folder).as_posix() if inside else f"written/{path.name}"


def _part(examples: Sequence[Example], source: str) -> dict[str, Any]:
    mine = [example for example in examples if example.source == source]
    ids = "\n".join(sorted(example.id for example in mine))
    return {
        "groups": len({example.group for example in mine}),
        "answerable": sum(example.answerable for example in mine),
        "unanswerable": sum(not example.answerable for example in mine),
        "sha256_of_ids": hashlib.sha256(ids.encode()).hexdigest(),
    }
