"""What becomes of the files of a folder: articles, or a reason why not."""

from __future__ import annotations

import hashlib
import os
import random
import unicodedata
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag import corpus as corpus_module
from rag import formats
from rag.corpus import KINDS, read_corpus, scan
from rag.errors import CorpusError

GERMAN = (
    "Der Bürgermeister von Köln öffnete die Brücke über den Fluss, und die Bürger grüßten fröhlich."
)
CHINESE = "他们说，人工智能行业正在快速发展，中国的许多公司已经开始使用国内的模型。"
JAPANESE = "人工知能の産業は急速に成長しています。東京の会社は新しい製品を発表しました。"


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "articles"
    made.mkdir()
    (made / "first.txt").write_text("The river rose.\n", encoding="utf-8")
    return made


def reasons(corpus):
    return {item.source: item.reason for item in corpus.skipped}


def texts(corpus):
    return {article.id: article.text for article in corpus.articles}


def test_an_article_holds_what_its_text_states(tmp_path):
    text = (
        "River floods old town\nBy Ida Berg | Vell Courier | Updated: 2023-11-04 06:54\n"
        "The river rose by two metres in one night and flooded the lower streets of the town.\n"
    )
    path = tmp_path / "news" / "river.txt"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    (article,) = read_corpus(tmp_path).articles
    assert (article.id, article.source) == ("news/river", "news/river.txt")
    assert (article.title, article.byline) == ("River floods old town", "Ida Berg | Vell Courier")
    assert (article.published, article.language) == (date(2023, 11, 4), "en")
    assert article.text == text
    assert [text[b.start : b.end] for b in article.blocks] == text.strip().split("\n")


def test_files_are_read_in_the_order_of_their_path_parts(tmp_path):
    for source in ["b.txt", "a/z.txt", "a/b/c.md", "a.txt", "Z.txt", "é.txt", "a-b.TXT"]:
        path = tmp_path / source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"This is {source}.", encoding="utf-8")
    corpus = read_corpus(tmp_path)
    assert list(corpus.scanned) == [
        "Z.txt",
        "a/b/c.md",
        "a/z.txt",
        "a-b.TXT",
        "a.txt",
        "b.txt",
        "é.txt",
    ]
    assert [a.id for a in corpus.articles] == ["Z", "a", "a-b", "a/b/c", "a/z", "b", "é"]
    assert read_corpus(tmp_path) == corpus


def test_digests_are_of_the_bytes_and_a_scan_agrees(folder):
    data = "\ufeffThe river rose.\r\n".encode()
    (folder / "second.md").write_bytes(data)
    (folder / "empty.txt").touch()
    corpus = read_corpus(folder)
    assert corpus.digests["second"] == hashlib.sha256(data).hexdigest()
    assert list(corpus.digests) == ["first", "second"]
    assert scan(folder) == corpus.scanned
    assert set(corpus.scanned) == {"empty.txt", "first.txt", "second.md"}


@pytest.mark.parametrize("change", ["edit", "add", "remove", "rename", "same size and time"])
def test_a_scan_sees_every_change(folder, change):
    path = folder / "first.txt"
    before = scan(folder)
    assert scan(folder) == before
    status = path.stat()
    match change:
        case "edit":
            path.write_text("The river fell again.\n", encoding="utf-8")
        case "add":
            (folder / "new.md").write_text("New.", encoding="utf-8")
        case "remove":
            path.unlink()
        case "rename":
            path.rename(folder / "second.txt")
        case _:
            path.write_text("The river fell.\n", encoding="utf-8")
            os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert scan(folder) != before


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("empty.txt", b"", "empty"),
        ("blank.txt", b" \r\n\t\n", "empty"),
        ("mark.txt", b"\xef\xbb\xbf", "empty"),
        (".hidden.txt", b"The river rose.", "hidden file"),
        ("page.odt", b"<p>The river rose.</p>", f"unsupported (.odt): not one of {KINDS}"),
        ("README", b"The river rose.", f"unsupported (no suffix): not one of {KINDS}"),
        (
            "picture.txt",
            b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\xff",
            "not text (it holds NUL bytes)",
        ),
        ("noise.txt", bytes(range(1, 256)) * 20, "not text (no known encoding fits)"),
        ("half.txt", b"\xff\xfeT", "not text (marked as utf-16, but it is not)"),
        ("wide.txt", b"\xff\xfeT\x00\x00\x00", "not text (it holds NUL characters)"),
    ],
    ids=lambda value: value if isinstance(value, str) and value.endswith("txt") else "",
)
def test_files_that_are_skipped(folder, name, data, reason):
    (folder / name).write_bytes(data)
    corpus = read_corpus(folder)
    assert reasons(corpus) == {name: reason}
    assert [article.id for article in corpus.articles] == ["first"]


def test_random_bytes_never_stop_the_reading(folder):
    draw = random.Random(7)
    for n in range(40):
        (folder / f"noise{n}.txt").write_bytes(draw.randbytes(draw.randrange(1, 400)))
    corpus = read_corpus(folder)
    assert len(corpus.articles) + len(corpus.skipped) == 41


def test_hidden_folders_are_skipped_whole(folder):
    (folder / ".git" / "deep").mkdir(parents=True)
    (folder / ".git" / "deep" / "a.txt").write_text("Hidden.", encoding="utf-8")
    assert reasons(read_corpus(folder)) == {".git": "hidden folder"}


def test_links_are_read_only_where_they_lead_to_a_new_file_of_the_folder(folder, tmp_path):
    outside = tmp_path / "outside.txt"
    outside.write_text("Outside.", encoding="utf-8")
    (folder / "out.txt").symlink_to(outside)
    (folder / "up").symlink_to(tmp_path, target_is_directory=True)
    (folder / "again.txt").symlink_to("first.txt")
    (folder / "back").symlink_to(".", target_is_directory=True)
    (folder / "broken.txt").symlink_to("nothing.txt")
    (folder / "loop.txt").symlink_to("pool.txt")
    (folder / "pool.txt").symlink_to("loop.txt")
    (folder / ".store").mkdir()
    (folder / ".store" / "kept.txt").write_text("Kept elsewhere.", encoding="utf-8")
    (folder / "kept.txt").symlink_to(".store/kept.txt")
    corpus = read_corpus(folder)
    assert texts(corpus) == {"first": "The river rose.\n", "kept": "Kept elsewhere."}
    assert reasons(corpus) == {
        ".store": "hidden folder",
        "again.txt": "a link to first.txt, which is read itself",
        "back": "a link to a folder, which is not followed",
        "broken.txt": "a link that leads nowhere",
        "loop.txt": "a link that leads to itself",
        "out.txt": "a link that leaves the folder",
        "pool.txt": "a link that leads to itself",
        "up": "a link that leaves the folder",
    }


def test_a_folder_reached_through_a_link_is_a_folder(folder, tmp_path):
    link = tmp_path / "link"
    link.symlink_to(folder, target_is_directory=True)
    assert texts(read_corpus(link)) == texts(read_corpus(folder))


def test_what_is_no_regular_file_is_not_opened(folder):
    os.mkfifo(folder / "pipe.txt")
    assert reasons(read_corpus(folder)) == {"pipe.txt": "not a regular file"}


def test_a_folder_may_be_named_like_a_file(folder):
    (folder / "more.txt").mkdir()
    (folder / "more.txt" / "a.txt").write_text("Inside.", encoding="utf-8")
    assert set(texts(read_corpus(folder))) == {"first", "more.txt/a"}


def test_a_file_that_may_not_be_read_is_skipped(folder, monkeypatch):
    (folder / "locked.txt").write_text("Locked.", encoding="utf-8")
    read_bytes = Path.read_bytes

    def refuse(path):
        if path.name == "locked.txt":
            raise PermissionError(13, "Permission denied", str(path))
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", refuse)
    corpus = read_corpus(folder)
    assert reasons(corpus) == {"locked.txt": "cannot be read (Permission denied)"}
    assert scan(folder) == corpus.scanned


def test_a_folder_that_may_not_be_listed_is_skipped(folder, monkeypatch):
    (folder / "locked").mkdir()
    iterdir = Path.iterdir

    def refuse(path):
        if path.name == "locked":
            raise PermissionError(13, "Permission denied", str(path))
        return iterdir(path)

    monkeypatch.setattr(Path, "iterdir", refuse)
    assert reasons(read_corpus(folder)) == {"locked": "cannot be read (Permission denied)"}


def test_a_file_that_is_too_large_is_skipped(folder, monkeypatch):
    monkeypatch.setattr(corpus_module, "MAX_BYTES", 1000)
    (folder / "fits.txt").write_text("x" * 1000, encoding="utf-8")
    (folder / "large.txt").write_text("x" * 1001, encoding="utf-8")
    (skipped,) = read_corpus(folder).skipped
    assert skipped.source == "large.txt"
    assert skipped.reason.startswith("too large")
    assert scan(folder) == read_corpus(folder).scanned


@pytest.mark.parametrize("suffix", formats.SUFFIXES)
def test_a_file_of_200_mb_is_a_line_in_the_report_and_is_not_read(folder, suffix, monkeypatch):
    with (folder / f"huge{suffix}").open("wb") as file:
        file.truncate(200_000_000)
    read = Path.read_bytes
    sizes = []
    monkeypatch.setattr(
        Path, "read_bytes", lambda path: sizes.append(len(read(path))) or read(path)
    )
    corpus = read_corpus(folder)
    assert set(texts(corpus)) == {"first"}
    assert reasons(corpus)[f"huge{suffix}"].startswith(
        "too large: 200.0 MB, at most 50 MB are read"
    )
    assert max(sizes) < 100


@pytest.mark.parametrize(
    ("encoding", "text", "note"),
    [
        ("utf-8", CHINESE, None),
        ("utf-8-sig", CHINESE, None),
        ("utf-16", CHINESE, "utf-16"),
        ("utf-32", GERMAN, "utf-32"),
        ("cp1252", GERMAN, "cp1252"),
        ("gb18030", CHINESE, "gb18030"),
        ("shift_jis", JAPANESE, "shift_jis"),
        ("cp1251", "Они сказали, что это хорошо, и река поднялась на два метра.", "cp1251"),
    ],
)
def test_encodings(folder, encoding, text, note):
    (folder / "x.txt").write_bytes(text.encode(encoding))
    corpus = read_corpus(folder)
    assert texts(corpus)["x"] == text
    assert corpus.notes == (() if note is None else (f"x.txt: read as {note}",))


def test_one_broken_byte_leaves_the_rest_of_a_file_as_it_is(folder):
    (folder / "x.txt").write_bytes(CHINESE.encode() + b"\x92 " + CHINESE.encode()[:-1])
    corpus = read_corpus(folder)
    assert texts(corpus)["x"] == f"{CHINESE}\ufffd {CHINESE[:-1]}\ufffd"
    assert corpus.notes == ("x.txt: read as UTF-8 (2 broken characters)",)


def test_the_text_is_otherwise_as_written(folder):
    text = (
        " \ufb01ne\u00a0\u2026 e\u0301 \x07\x1b[31m \u202eright\u202c "
        "👩‍👩‍👧 <b>x</b>\ufeff \n\n\x0c end \n"
    )
    (folder / "x.txt").write_bytes(text.encode())
    assert texts(read_corpus(folder))["x"] == text


def test_line_ends_become_one_character(folder):
    (folder / "x.txt").write_bytes(b"One.\r\nTwo.\rThree.\nFour.\r\n\r\n")
    corpus = read_corpus(folder)
    text = texts(corpus)["x"]
    assert text == "One.\nTwo.\nThree.\nFour.\n\n"
    article = next(a for a in corpus.articles if a.id == "x")
    assert [text[b.start : b.end] for b in article.blocks] == ["One.", "Two.", "Three.", "Four."]


def test_ids_are_unique(folder):
    for name in ["a.md", "a.txt", "a.txt.md", "b.TXT", "b.txt"]:
        (folder / name).write_text(f"This is {name}.", encoding="utf-8")
    corpus = read_corpus(folder)
    assert {a.source: a.id for a in corpus.articles} == {
        "a.md": "a",
        "a.txt": "a.txt",
        "a.txt.md": "a.txt.md",
        "b.TXT": "b",
        "b.txt": "b.txt",
        "first.txt": "first",
    }
    assert len(corpus.notes) == 3
    assert "a.txt: its id is a.txt, as another file has the shorter one" in corpus.notes


def test_ids_are_composed_and_unique_where_names_differ_only_in_composition(folder):
    for form in ("NFC", "NFD"):
        name = unicodedata.normalize(form, "café.txt")
        (folder / name).write_text(f"This is {form}.", encoding="utf-8")
    assert texts(read_corpus(folder)) == {
        "café": "This is NFD.",
        "café.txt": "This is NFC.",
        "first": "The river rose.\n",
    }


def test_names_that_no_encoding_fits_become_text(folder):
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff\n.txt")).write_text("Odd.", encoding="utf-8")
    (odd,) = [a for a in read_corpus(folder).articles if a.id != "first"]
    assert odd.id == "\\xff\N{REPLACEMENT CHARACTER}"
    odd.source.encode("utf-8")


def test_no_folder_is_an_error_that_says_what_to_do(tmp_path):
    with pytest.raises(CorpusError, match=r"no folder of articles at .*absent.*: create it"):
        read_corpus(tmp_path / "absent")
    with pytest.raises(CorpusError, match="no folder of articles"):
        scan(tmp_path / "absent")


def test_a_file_in_place_of_the_folder_is_an_error(folder):
    with pytest.raises(CorpusError, match=r"first\.txt is a file, not a folder"):
        read_corpus(folder / "first.txt")


def test_a_folder_without_articles_is_an_error_that_names_what_was_skipped(tmp_path):
    with pytest.raises(CorpusError, match=r"holds no articles: put articles in it"):
        read_corpus(tmp_path)
    for n in range(7):
        (tmp_path / f"{n}.odt").write_bytes(b"PK")
    with pytest.raises(CorpusError) as caught:
        read_corpus(tmp_path)
    message = str(caught.value)
    assert "0.odt: unsupported (.odt)" in message
    assert "4.odt" in message
    assert "5.odt" not in message
    assert "and 2 more" in message
    assert scan(tmp_path) == {}


def test_the_folder_is_not_written(folder):
    before = sorted((p, p.stat().st_mtime_ns) for p in [folder, *folder.rglob("*")])
    read_corpus(folder)
    scan(folder)
    assert sorted((p, p.stat().st_mtime_ns) for p in [folder, *folder.rglob("*")]) == before


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=200))
def test_any_text_survives(tmp_path_factory, text):
    made = tmp_path_factory.mktemp("any")
    (made / "a.txt").write_bytes(text.encode())
    (made / "b.txt").write_text("The river rose.", encoding="utf-8")
    corpus = read_corpus(made)
    kept = texts(corpus)
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    assert kept.get("a", lines) == lines
    assert ("a" in kept) != ("a.txt" in reasons(corpus))
    for article in corpus.articles:
        for block in article.blocks:
            assert article.text[block.start : block.end].strip()
