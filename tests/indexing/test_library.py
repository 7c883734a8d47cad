"""Files added to the folder, moved aside and brought back: nothing is overwritten or lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.assistant import Assistant
from rag.config import Config
from rag.datatypes import Progress, SyncReport
from rag.errors import CorpusError, IndexWrite
from rag.indexing.library import Library, Removed, safe_name
from tests.making import WordEncoder, write_folder


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    files = {"otters.txt": "Otters hold hands.", "deep/moles.txt": "Moles dig halls."}
    return write_folder(tmp_path / "articles", files)


@pytest.fixture
def library(folder: Path, tmp_path: Path) -> Library:
    config = Config(reader="none", max_file_mb=1)
    index = tmp_path / "index"
    return Assistant.open(folder, index, config=config, encoder=WordEncoder()).library


def sources(library: Library) -> list[str]:
    return sorted({article.source for article in library.articles().values()})


def contents(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_an_added_file_is_in_the_folder_and_after_a_sync_in_the_index(
    library: Library, folder: Path
) -> None:
    assert library.add("C:\\drafts\\bees.md", b"Bees dance.") == "bees.md"
    assert (folder / "bees.md").read_bytes() == b"Bees dance."
    assert library.sync().added == ["bees.md"]
    assert sources(library) == ["bees.md", "deep/moles.txt", "otters.txt"]


def test_a_name_that_is_taken_gets_a_number_and_the_same_bytes_are_left(
    library: Library, folder: Path
) -> None:
    assert library.add("otters.txt", b"Otters hold hands.") == "otters.txt"
    assert library.add("otters.txt", b"Other otters.") == "otters (2).txt"
    assert library.add("otters.txt", b"Third otters.") == "otters (3).txt"
    assert library.add("otters.txt", b"Other otters.") == "otters (2).txt"
    assert contents(folder)["otters.txt"] == "Otters hold hands."
    assert not any(path.name.startswith(".") for path in folder.iterdir())


def test_a_copy_of_another_file_is_not_taken(library: Library, folder: Path) -> None:
    before = contents(folder)
    for name, there in (("otter.txt", "otters.txt"), ("a.md", "otters.txt")):
        with pytest.raises(CorpusError, match=f"{name} is the same as {there}, which is there"):
            library.add(name, b"Otters hold hands.")
    with pytest.raises(CorpusError, match=r"moles\.txt is the same as deep/moles\.txt"):
        library.add("moles.txt", b"Moles dig halls.")
    assert contents(folder) == before
    library.remove("deep/moles.txt")
    assert library.add("moles.txt", b"Moles dig halls.") == "moles.txt", "that one is not read"
    assert library.add("moles.csv", b"Moles dig halls.") == "moles.csv", "read in another way"


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.png", b"x", "is of no format that is read"),
        ("noname", b"x", "is of no format that is read"),
        ("a.txt", b"", "a.txt is empty"),
        ("a.txt", b"x" * 1_000_001, "a.txt is too large: 1.0 MB, at most 1 MB are taken"),
    ],
)
def test_what_is_not_taken(library: Library, folder: Path, name: str, data: bytes, told: str):
    before = contents(folder)
    with pytest.raises(CorpusError, match=told):
        library.add(name, data)
    assert contents(folder) == before


@given(st.text(max_size=300))
def test_any_name_becomes_one_of_the_folder_itself(name: str) -> None:
    safe = safe_name(name)
    assert safe
    assert "/" not in safe
    assert "\\" not in safe
    assert not safe.startswith(".")
    assert len(safe.encode()) <= 255
    assert safe_name(safe) == safe


def test_a_removed_file_is_aside_and_comes_back_where_it_was(
    library: Library, folder: Path
) -> None:
    before = contents(folder)
    ticket, report = library.remove("deep/moles.txt")
    assert report.removed == ["deep/moles.txt"]
    assert sources(library) == ["otters.txt"]
    assert contents(folder)[f".removed/{ticket}/deep/moles.txt"] == "Moles dig halls."
    source, report = library.restore(ticket)
    assert (source, report.added) == ("deep/moles.txt", ["deep/moles.txt"])
    assert contents(folder) == before
    assert not (folder / ".removed").exists()
    with pytest.raises(CorpusError, match="not there any more"):
        library.restore(ticket)


def test_what_was_removed_is_listed_the_last_first(library: Library, folder: Path) -> None:
    write_folder(folder, {"newts.txt": "Newts hide."})
    library.sync()
    assert library.removed() == []
    moles, _ = library.remove("deep/moles.txt")
    os.utime(folder / ".removed" / moles, ns=(0, 0))
    otters, _ = library.remove("otters.txt")
    write_folder(folder, {".removed/strange/a.txt": "A", ".removed/0123456789abcdef/.x/y": "Y"})
    (folder / ".removed" / "0123456789abcdef" / ".x" / "y").unlink()
    assert library.removed() == [Removed(otters, "otters.txt"), Removed(moles, "deep/moles.txt")]
    library.restore(otters)
    assert library.removed() == [Removed(moles, "deep/moles.txt")]


def test_what_comes_back_overwrites_nothing(library: Library, folder: Path) -> None:
    ticket, _ = library.remove("otters.txt")
    (folder / "otters.txt").write_text("New otters.")
    assert library.restore(ticket)[0] == "otters (2).txt"
    assert contents(folder)["otters.txt"] == "New otters."
    assert contents(folder)["otters (2).txt"] == "Otters hold hands."


@pytest.mark.parametrize(
    "source", ["../secret.txt", "/etc/passwd", ".removed/x", "", ".", "deep", "absent.txt"]
)
def test_what_is_no_file_of_the_folder_cannot_be_removed(
    library: Library, folder: Path, source: str
) -> None:
    (folder.parent / "secret.txt").write_text("Secret.")
    with pytest.raises(CorpusError, match="there is no file"):
        library.remove(source)
    assert (folder.parent / "secret.txt").exists()


def test_a_folder_that_leads_out_is_not_followed(library: Library, folder: Path) -> None:
    outside = write_folder(folder.parent / "outside", {"a.txt": "Outside."})
    (folder / "link").symlink_to(outside, target_is_directory=True)
    with pytest.raises(CorpusError, match="there is no file"):
        library.remove("link/a.txt")
    assert (outside / "a.txt").exists()


def test_while_the_index_cannot_be_written_the_file_stays(folder: Path) -> None:
    def refuse(_: Progress) -> SyncReport:
        raise IndexWrite("another sync has been writing it")

    before = contents(folder)
    library = Library(folder, refuse, dict, max_bytes=1_000_000)
    with pytest.raises(CorpusError, match=r"otters\.txt stays: another sync"):
        library.remove("otters.txt")
    assert contents(folder) == before


def test_how_far_a_sync_is_can_be_read_while_it_runs(folder: Path) -> None:
    seen: list[tuple[str, int, int] | None] = []

    def bring_in_step(progress: Progress) -> SyncReport:
        progress("encoding", 1200, 5000)
        seen.append(library.progress)
        raise IndexWrite("the disk is full")

    library = Library(folder, bring_in_step, dict, max_bytes=1_000_000)
    with pytest.raises(IndexWrite):
        library.sync()
    assert [*seen, library.progress] == [("encoding", 1200, 5000), None]


def test_the_last_file_stays(library: Library, folder: Path) -> None:
    library.remove("otters.txt")
    with pytest.raises(CorpusError, match=r"moles\.txt stays: .*holds no article"):
        library.remove("deep/moles.txt")
    assert sources(library) == ["deep/moles.txt"]
    assert contents(folder)["deep/moles.txt"] == "Moles dig halls."


def test_the_articles_of_a_file_are_counted_without_reading_one(
    library: Library, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "boats.csv").write_text(
        "title,text\nHeron,It has three seats.\nCoot,It has four seats.\n"
    )
    library.sync()
    monkeypatch.setattr(Library, "articles", None)
    monkeypatch.setattr("rag.indexing.columns.StoredArticles.read", None)
    assert [library.held(name) for name in ("boats.csv", "otters.txt", "gone.txt")] == [2, 1, 0]
