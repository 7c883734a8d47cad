"""A model's name -> its folder: a folder, the copy that is kept, or the hub where there is none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import huggingface_hub
import pytest
from huggingface_hub import constants

from rag.errors import ModelError
from rag.hub import file_digests, fingerprint, model_folder

NAME = "somebody/some-model"
COMMIT = "a" * 40
FILES = ("config.json", "model.safetensors", "onnx/model.onnx")


class Hub:
    """Gives the model's files into the cache, as the hub would, and counts how often."""

    def __init__(self, cache: Path) -> None:
        self.folder = cache / "models--somebody--some-model"
        self.asked = 0
        self._kept = huggingface_hub.snapshot_download

    def __call__(self, name: str, **options: Any) -> str:
        if options.get("local_files_only"):
            return str(self._kept(name, **options))
        assert name == NAME
        self.asked += 1
        self.give("config.json", "model.safetensors")
        return str(self.snapshot)

    @property
    def snapshot(self) -> Path:
        return self.folder / "snapshots" / COMMIT

    def give(self, *names: str, listed: bool = True) -> None:
        """Put some of the files into the cache, and what all of them are where `listed`."""
        for name in names:
            path = self.snapshot / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(name, encoding="utf-8")
        kept = {"refs/main": COMMIT}
        if listed:
            files = {name: {"size": len(name), "blob_id": "b" * 40} for name in FILES}
            listing = {"format_version": 1, "files": files}
            kept[f"trees/{COMMIT}.json"] = json.dumps(listing)
        for place, text in kept.items():
            (self.folder / place).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / place).write_text(text, encoding="utf-8")


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hub:
    hub = Hub(tmp_path / "hub")
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "hub"))
    monkeypatch.setattr(huggingface_hub, "snapshot_download", hub)
    return hub


def test_a_model_is_fetched_once(hub: Hub) -> None:
    folders = {model_folder(NAME, instead="'none'") for _ in range(3)}
    assert folders == {hub.snapshot}
    assert hub.asked == 1


def test_a_download_that_was_broken_off_is_fetched_again(hub: Hub) -> None:
    hub.give("config.json")
    assert model_folder(NAME, instead="'none'") == hub.snapshot
    assert hub.asked == 1
    assert (hub.snapshot / "model.safetensors").is_file()


def test_a_copy_of_which_nobody_can_tell_whether_it_is_whole_is_asked_for(hub: Hub) -> None:
    """As an older version of the library leaves it, without the list of the files."""
    hub.give("config.json", listed=False)
    model_folder(NAME, instead="'none'")
    assert hub.asked == 1


def test_a_folder_is_taken_as_it_is_and_needs_a_model_in_it(hub: Hub, tmp_path: Path) -> None:
    folder = tmp_path / "own"
    folder.mkdir()
    with pytest.raises(ModelError, match="holds no model"):
        model_folder(str(folder), instead="'none'")
    (folder / "config.json").write_text("{}", encoding="utf-8")
    assert model_folder(str(folder), instead="'none'") == folder
    assert hub.asked == 0


def test_what_the_hub_says_is_one_line_with_what_to_do(
    hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(name: str, **_: Any) -> str:
        raise OSError("no network\nand a second line")

    monkeypatch.setattr(huggingface_hub, "snapshot_download", refuse)
    with pytest.raises(ModelError, match=r"\(no network\): check the name and .* use 'none'$"):
        model_folder(NAME, instead="'none'")


def test_the_fingerprint_follows_names_and_contents(tmp_path: Path) -> None:
    seen = set()
    for name, text in (("a.json", "1"), ("a.json", "2"), ("b.json", "1")):
        folder = tmp_path / f"{name}-{text}"
        folder.mkdir()
        (folder / name).write_text(text, encoding="utf-8")
        (folder / "README.md").write_text("plays no part", encoding="utf-8")
        assert list(file_digests(folder)) == [name]
        seen.add(fingerprint(file_digests(folder)))
    assert len(seen) == 3
