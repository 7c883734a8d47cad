"""Small question sets in the form that training reads, made of a few invented sentences."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

RIVERS = ("Nile", "Rhine", "Danube", "Elbe", "Volga", "Seine", "Loire", "Rhone", "Tagus", "Ebro",
          "Oder", "Po")  # fmt: skip


def write_sets(folder: Path) -> Path:
    """Write all sets that are trained on below `folder`, twelve groups each, and return it."""
    squad_1, squad_2, texts, long_form, long_texts, selection = [], [], [], [], [], []
    for number, river in enumerate(RIVERS):
        year, length = 1800 + number, 100 * (number + 2)
        for part in range(3):
            key = f"{river}{part}"
            text = (
                f"The river {river} is {length + part} km long. Its bridge, the Old {river} Arch, "
                f"was built in {year + part}. It opens at noon. The water is cold in winter."
            )
            texts.append({"_id": key, "title": river, "text": text})
            long_ = f"How long is the {river}?"
            squad_1.append(_question(f"a{key}", long_, [f"{length + part} km"], key))
            if number < 8:
                squad_2.append(_question(f"b{key}", f"When was the {river} dammed?", [], key))
        sentences = [f"The {river} rises .", f"It ends in the sea {number} .", "Boats sail on it ."]
        long_texts.append(
            {"_id": river, "title": river, "text": " ".join(sentences), "sentences": sentences}
        )
        long_form.append(
            {
                **_question(f"c{river}", f"where does the {river} end", sentences[1:2], river),
                "gold_sentences": sentences[1:2],
            }
            if number % 2
            else {**_question(f"c{river}", "who owns boats", [], river), "gold_sentences": []}
        )
        selection.append(
            {
                "_id": f"d{river}",
                "text": f"Where is the {river} ?",
                "sentences": [f"The {river} is in the north .", "It rains .", "Boats sail ."],
                "labels": [1, 0, 0],
            }
        )
    _write(folder, "squad-1.1", squad_1, texts)
    _write(folder, "squad-2.0", squad_2, [t for t in texts if t["title"] in RIVERS[:8]])
    _write(folder, "clapnq", long_form, long_texts)
    _write(folder, "trecqa-train", selection, None)
    news = []
    for number, river in enumerate(RIVERS):
        first = f"The {river} Daily pays {number + 3} euros a page."
        second = f"Its owner, Ada {river}, has {number + 3} boats."
        news.append(
            {
                "title": river,
                "style": "news",
                "text": f"{first} {second} It is old. It is read.",
                "qas": [
                    {
                        "q": "How many boats?",
                        "a": str(number + 3),
                        "sentence": second,
                        "kind": "how-many",
                    },
                    {"q": "Who prints it?", "a": "", "sentence": "", "kind": "none-attribute"},
                ],
                "claims": [
                    {"claim": f"Ada {river} owns boats.", "supported": True},
                    {"claim": f"Ada {river} sails boats.", "supported": False},
                ],
            }
        )
    for part, name in (("training", "invented"), ("written", "pieces")):
        (folder / part).mkdir(parents=True)
        path = folder / part / f"{name}.jsonl"
        lines = "".join(json.dumps(line) + "\n" for line in news)
        if part == "written":  # other passages than the news
            lines = lines.replace(" Daily pays", " Weekly pays")
        path.write_text(lines, encoding="utf-8")
    return folder


def _question(key: str, text: str, answers: list[str], document: str) -> dict[str, Any]:
    return {
        "_id": key, "text": text, "answers": answers, "answerable": bool(answers),
        "relevant": [document],
    }  # fmt: skip


def _write(folder: Path, name: str, questions: list[Any], corpus: list[Any] | None) -> None:
    target = folder / "yardsticks" / name
    target.mkdir(parents=True)
    for kind, lines in (("questions", questions), ("corpus", corpus)):
        if lines is not None:
            data = "".join(json.dumps(line) + "\n" for line in lines).encode()
            (target / f"{kind}.jsonl.gz").write_bytes(gzip.compress(data, mtime=0))
