"""The Articles view in a browser: add files, see the report, ask about them, remove, undo."""

from __future__ import annotations

import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import Opener, ask, settled
from tests.browser.test_accessible import violations
from tests.browser.test_page import text
from tests.formats import files
from tests.making import write_folder
from tests.started import serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

pytestmark = pytest.mark.browser

OTTERS = "Otters hold hands while they sleep.\n\nThey eat fish from the cold northern rivers."
HOSTILE = "<img src=x onerror='window.pwned = 5'>"


@pytest.fixture(scope="module")
def served(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path]]:
    """The address of a page, and the folder of its articles."""
    made = tmp_path_factory.mktemp("library")
    folder = write_folder(made / "articles", {"otters.txt": OTTERS})
    with serving(
        "-m", "tests.browser.served_library", "{port}", str(folder), str(made / "index")
    ) as serves:
        yield serves.url, folder


@pytest.fixture
def address(served: tuple[str, Path]) -> str:
    return served[0]


@pytest.fixture
def folder(served: tuple[str, Path]) -> Path:
    """The folder, with one article in it again."""
    url, folder = served
    shutil.rmtree(folder)
    write_folder(folder, {"otters.txt": OTTERS})
    assert post(url, "sync", {"x-page": "articles"})[0] == 200
    return folder


def post(url: str, what: str, headers: dict[str, str]) -> tuple[int, str]:
    request = urllib.request.Request(
        f"{url}/library/{what}", method="POST", headers=headers, data=b""
    )
    try:
        with urllib.request.urlopen(request, timeout=60) as response:
            return response.status, response.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


@pytest.fixture
def articles(open_page: Opener, address: str, folder: Path) -> Page:
    page = open_page(address)
    page.wait_for_selector(".about")
    page.click(".views >> text=Articles")
    page.wait_for_selector(".articles .files tbody tr")
    return page


def add(page: Page, *paths: Path) -> None:
    page.set_input_files("#articles-view input[type=file]", list(paths))


def listed(page: Page) -> list[str]:
    return page.locator(".articles .files tbody span bdi").all_text_contents()


def test_files_are_added_told_and_asked_about_at_once(
    articles: Page, tmp_path: Path, folder: Path
) -> None:
    made = tmp_path / "made"
    made.mkdir()
    beavers = "Beavers build dams of birch wood across the streams. " * 2
    (made / "beavers.pdf").write_bytes(files.pdf([["Builders of dams", beavers]]))
    (made / "scan.pdf").write_bytes(files.scanned_pdf())
    (made / "picture.png").write_bytes(b"\x89PNG")
    (made / "large.txt").write_text("A word. " * 200_000)
    add(articles, *sorted(made.iterdir()))
    articles.wait_for_selector(".articles .report-lines")
    said = text(articles, ".articles .said")
    assert "beavers.pdf added" in said
    assert "scan.pdf not read: see below" in said
    assert "no text, probably a scan" in text(articles, ".articles .unread[open]")
    assert articles.locator("[aria-label='Remove scan.pdf']").count() == 1
    assert "picture.png is of no format that is read" in said
    assert "large.txt is too large: 1.6 MB, at most 1 MB are taken" in said
    assert listed(articles) == ["beavers.pdf", "otters.txt"]
    assert text(articles, ".articles .collection") == "2 articles"
    articles.click(".views >> text=Ask")
    assert text(articles, ".welcome .about") == "2 articles"
    ask(articles, "What do beavers build dams of?")
    assert "Beavers build dams of birch wood" in text(articles, "#live .source mark")
    assert text(articles, "#live .source .page").strip() == "Page 1"
    assert {path.name for path in folder.iterdir()} == {"beavers.pdf", "scan.pdf", "otters.txt"}


def test_a_file_that_cannot_be_read_is_removed_where_the_page_tells_of_it(
    articles: Page, tmp_path: Path, folder: Path
) -> None:
    scan = tmp_path / "scan.pdf"
    scan.write_bytes(files.scanned_pdf())
    add(articles, scan)
    told = "1 file in the folder was not read"
    assert told in text(articles, ".articles .unread")
    settled(articles).reload()  # it is told of for as long as it is there
    articles.wait_for_selector(f".welcome .lost >> text={told}", state="attached")
    articles.wait_for_selector(f".articles .unread >> text={told}")
    assert violations(articles) == []
    articles.click('.unread .bad >> text="Remove"')
    articles.wait_for_selector(".articles .said >> text=Removed scan.pdf")
    assert {path.name for path in folder.iterdir()} == {".removed", "otters.txt"}
    articles.wait_for_selector(".articles .unread .gone >> text=Removed scan.pdf.")
    articles.click('.articles .unread .gone >> text="Undo"')
    articles.wait_for_selector(".articles .said >> text=scan.pdf is back")
    assert (folder / "scan.pdf").read_bytes() == scan.read_bytes()


def test_while_files_are_read_the_page_tells_how_far_and_that_removing_waits(
    articles: Page, tmp_path: Path, folder: Path
) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    articles.route("**/library/sync", hold)
    articles.route(
        "**/library/progress", lambda route: route.fulfill(body="Encoding the passages: 7 of 9")
    )
    beavers = tmp_path / "beavers.txt"
    beavers.write_text("Beavers build dams of birch wood.")
    add(articles, beavers)
    articles.wait_for_selector(".articles .said >> text=Encoding the passages: 7 of 9")
    articles.click(".articles .files [data-do=remove]")
    articles.wait_for_selector(".articles .said >> text=The articles are being read")
    articles.wait_for_timeout(1500)  # it stays beside what is told next
    assert "7 of 9" in (said := text(articles, ".articles .said"))
    assert "try that again when they are" in said
    assert (folder / "otters.txt").exists()
    held[0].continue_()
    articles.wait_for_selector(".articles .report-lines")
    assert text(articles, ".articles .said").startswith("beavers.txt added")


def test_a_name_that_is_taken_or_hostile_overwrites_and_runs_nothing(
    articles: Page, tmp_path: Path, folder: Path
) -> None:
    other = tmp_path / "otters.txt"
    other.write_text("Otters of another river play all day long.")
    add(articles, other)
    articles.wait_for_selector('.articles .files bdi:text-is("otters (2).txt")')
    assert (folder / "otters.txt").read_text() == OTTERS
    hostile = tmp_path / "x.txt"
    hostile.write_text(f"{HOSTILE}\n\nA text about otters and {HOSTILE} nothing else.")
    articles.set_input_files(
        "#articles-view input[type=file]",
        {"name": f"..\\..\\.{HOSTILE}.txt", "mimeType": "text/plain",
         "buffer": hostile.read_bytes()},
    )  # fmt: skip
    articles.wait_for_function(
        "document.querySelectorAll('.articles .files tbody tr').length === 3"
    )
    assert all(not path.name.startswith(".") for path in folder.iterdir())
    assert articles.locator(".articles img").count() == 0


def test_a_removed_article_is_gone_and_comes_back(
    articles: Page, tmp_path: Path, folder: Path
) -> None:
    add(articles, *write_folder(tmp_path / "m", {"moles.txt": "Moles dig halls."}).iterdir())
    articles.wait_for_selector('.articles .files bdi:text-is("moles.txt")')
    articles.get_by_label("Remove otters.txt").click()
    articles.wait_for_selector(".articles .said >> text=Undo")
    assert listed(articles) == ["moles.txt"]
    assert not (folder / "otters.txt").exists()
    articles.click(".views >> text=Ask")
    ask(articles, "What do otters eat?")
    assert "fish" not in text(articles, "#live")
    articles.click(".views >> text=Articles")
    articles.click(".articles .said >> text=Undo")
    articles.wait_for_selector('.articles .files bdi:text-is("otters.txt")')
    assert "is back" in text(articles, ".articles .said")
    assert (folder / "otters.txt").read_text() == OTTERS
    articles.click(".views >> text=Ask")
    ask(articles, "What do otters eat from the rivers?")
    assert "They eat fish" in text(articles, "#live .source mark")


def test_where_an_article_was_removed_a_word_stays_and_the_next_one_keeps_its_place(
    articles: Page, folder: Path, address: str
) -> None:
    write_folder(folder, {f"{name}.txt": f"{name} sleep." for name in ("Ants", "Bats", "Cats")})
    assert post(address, "sync", {"x-page": "articles"})[0] == 200
    articles.click(".views >> text=Ask")
    articles.click(".views >> text=Articles")
    articles.wait_for_selector(".articles .files tbody tr >> nth=3")

    def at(name: str) -> float:
        return articles.get_by_label(f"Remove {name}").bounding_box()["y"]  # type: ignore[index]

    before = at("Cats.txt")
    for name in ("Ants.txt", "Bats.txt"):
        articles.get_by_label(f"Remove {name}").click()
        articles.wait_for_selector(f"tr.gone >> text=Removed {name}. Undo")
        assert abs(at("Cats.txt") - before) < 2
        assert articles.evaluate("document.activeElement.closest('tr.gone') !== null")
    assert text(articles, ".articles .collection") == "2 articles"
    assert violations(articles) == []
    articles.click("tr.gone >> nth=0 >> text=Undo")
    articles.wait_for_selector(".articles .said >> text=Ants.txt is back")
    assert listed(articles) == ["Ants.txt", "Cats.txt", "otters.txt"]
    settled(articles).reload()  # what was removed can be brought back at any later time
    articles.click(".articles .removed summary")
    articles.get_by_label("Bring back Bats.txt").click()
    articles.wait_for_selector(".articles .said >> text=Bats.txt is back")
    assert listed(articles) == ["Ants.txt", "Bats.txt", "Cats.txt", "otters.txt"]
    assert articles.locator(".articles .removed").count() == 0


def test_a_copy_of_a_file_is_refused_and_the_file_keeps_its_place(
    articles: Page, tmp_path: Path, folder: Path
) -> None:
    add(articles, *write_folder(tmp_path / "m", {"again.txt": OTTERS}).iterdir())
    told = "again.txt is the same as otters.txt, which is there already"
    articles.wait_for_selector(f".articles .said [role=alert] >> text={told}")
    assert listed(articles) == ["otters.txt"]
    assert not (folder / "again.txt").exists()


def list_seals(articles: Page, address: str, folder: Path) -> None:
    """Put another article into the folder, and list it."""
    write_folder(folder, {"seals.txt": "Seals sleep upright in the water of the bay."})
    assert post(address, "sync", {"x-page": "articles"})[0] == 200
    articles.click(".views >> text=Ask")
    articles.click(".views >> text=Articles")


def test_where_one_article_was_asked_one_click_asks_all(
    articles: Page, address: str, folder: Path
) -> None:
    list_seals(articles, address, folder)
    articles.click("[data-do=read][data-article='seals']")
    articles.click("#reading .alone >> text=Ask about this article alone")
    articles.wait_for_selector("#scope .heeded")
    if articles.locator("#reading .alone").count():  # beside the chat, where there is room
        assert "ask all articles again" in text(articles, "#reading .alone")
    ask(articles, "Do otters hold hands when they sleep?")
    assert "Otters hold hands" not in text(articles, "#live .body")
    articles.click("#live .every")
    articles.wait_for_selector("#scope .heeded", state="detached")
    articles.wait_for_function("document.querySelectorAll('.turn').length === 2")
    articles.wait_for_selector("#live .actions")
    assert "Otters hold hands" in text(articles, "#live .answer")
    assert articles.locator("#live .heeded").count() == 0


def test_an_article_that_alone_was_asked_is_not_told_of_once_it_is_removed(
    articles: Page, address: str, folder: Path
) -> None:
    list_seals(articles, address, folder)
    articles.check("[data-pick='seals']")
    articles.wait_for_selector("#scope .heeded", state="attached")
    articles.get_by_label("Remove seals.txt").click()
    articles.wait_for_selector("#scope .heeded", state="detached")
    articles.click(".gone >> text=Undo")
    articles.wait_for_selector("[data-pick='seals']:not(:checked)")


def test_a_table_is_removed_with_all_its_rows_and_says_so_before_and_after(
    articles: Page, folder: Path, address: str
) -> None:
    rows = "title,text\nMoles,Moles dig halls below the meadow.\nSeals,Seals sleep in the bay.\n"
    write_folder(folder, {"rows.csv": rows})
    assert post(address, "sync", {"x-page": "articles"})[0] == 200
    articles.click(".views >> text=Ask")
    articles.click(".views >> text=Articles")
    articles.get_by_label("Remove rows.csv, with 2 articles").first.click()
    articles.wait_for_selector(".articles .said >> text=Removed rows.csv, with 2 articles.")
    assert listed(articles) == ["otters.txt"]
    articles.click(".articles .said >> text=Undo")
    articles.wait_for_selector('.articles .files bdi:text-is("rows.csv")')


def test_the_last_article_stays(articles: Page, folder: Path) -> None:
    articles.get_by_label("Remove otters.txt").click()
    articles.wait_for_selector(".articles [role=alert]")
    assert text(articles, ".articles .said").startswith("otters.txt stays: ")
    assert (folder / "otters.txt").exists()


def test_files_may_be_dropped_anywhere(articles: Page, folder: Path) -> None:
    articles.click(".views >> text=Ask")
    articles.evaluate(
        """() => {
          const carried = new DataTransfer();
          carried.items.add(new File(["Moles dig halls below the meadow."], "moles.txt"));
          for (const kind of ["dragover", "drop"])
            document.body.dispatchEvent(new DragEvent(kind,
              { dataTransfer: carried, bubbles: true, cancelable: true }));
        }"""
    )
    articles.wait_for_selector('.articles .files bdi:text-is("moles.txt")')
    assert articles.get_attribute(".views a[aria-current]", "href") == "#articles"
    assert (folder / "moles.txt").exists()


def test_only_the_page_itself_may_change_anything(articles: Page, address: str) -> None:
    assert post(address, "remove?source=otters.txt", {})[0] == 403
    strange = {"x-page": "articles", "host": "evil.example"}
    assert post(address, "remove?source=otters.txt", strange)[0] == 421
    for source in ("../otters.txt", "/etc/passwd", ".removed/x", "", "absent.txt"):
        said = post(address, f"remove?source={source}", {"x-page": "articles"})[1]
        assert "there is no file" in said, source
    said = post(address, "restore?ticket=../..", {"x-page": "articles"})[1]
    assert "not there any more" in said
    settled(articles).reload()
    articles.wait_for_selector(".articles .files tbody tr")
    assert listed(articles) == ["otters.txt"]


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_window(articles: Page, tmp_path: Path, width: int) -> None:
    name = f"{'a-very-long-name-' * 8}.txt"
    add(articles, *write_folder(tmp_path / "m", {name: "Moles dig halls."}).iterdir())
    articles.wait_for_selector(f'.articles .files bdi:text-is("{name}")')
    articles.set_viewport_size({"width": width, "height": 800})
    for inner in ("html", "#articles-view"):
        wide, room = articles.evaluate(
            "s => (e => [e.scrollWidth, e.clientWidth])(document.querySelector(s))", inner
        )
        assert wide <= room


def test_the_articles_are_sorted_filtered_read_and_drawn(
    articles: Page, folder: Path, address: str
) -> None:
    write_folder(
        folder,
        {
            "moles.txt": "Moles dig\n\nPublished: Mar 04, 2021\n\nMoles dig tunnels in meadows.",
            "zebra.txt": f"Zebras {HOSTILE}\n\nZebras graze on the plains of the far south.",
        },
    )
    assert post(address, "sync", {"x-page": "articles"})[0] == 200
    articles.click(".views >> text=Ask")
    ask(articles, "What do moles dig in meadows?")
    articles.click(".views >> text=Articles")
    articles.wait_for_selector('.articles .files bdi:text-is("zebra.txt")')
    assert listed(articles) == ["moles.txt", "otters.txt", "zebra.txt"]
    assert articles.get_attribute("th.title", "aria-sort") == "ascending"
    articles.click("[data-by=cited]")
    articles.wait_for_selector("th.cited[aria-sort=descending]")
    assert listed(articles)[0] == "moles.txt"
    assert text(articles, "tbody .cited") == "1"
    assert text(articles, "tbody .published") == "4 March 2021"
    articles.wait_for_function("document.activeElement.dataset.by === 'cited'")
    articles.click(".picture summary")
    lit = articles.wait_for_selector(".picture circle.lit")
    assert lit is not None
    passages = articles.locator("tbody .passages").all_text_contents()
    assert articles.locator(".picture circle").count() == sum(map(int, passages))
    assert violations(articles) == []
    lit.focus()
    articles.keyboard.press("Enter")
    articles.wait_for_selector('.reading h2:text-is("Moles dig")')
    assert "tunnels" in text(articles, ".reading mark.here")
    articles.keyboard.press("Escape")
    articles.wait_for_selector(".reading", state="detached")
    assert articles.evaluate("document.activeElement.tagName") == "circle"
    articles.fill(".find input", "zebras")
    articles.wait_for_selector(".found:text-is('1 of 3')")
    articles.click("tbody .title button")
    articles.wait_for_selector(".reading")
    assert HOSTILE in text(articles, ".reading h2")
    assert articles.locator("#desk img").count() == 0


EVIL = (
    "<script>window.pwned = 1</script><iframe src='javascript:parent.pwned = 2'></iframe>"
    '<a href="javascript:window.pwned = 3">x</a><style>* { display: none }</style>'
    '<p style="position: fixed; inset: 0" onmouseover="window.pwned = 4">'
    "![a](https://elsewhere.example/y.png) [b](javascript:window.pwned) "
    "\u200b\u202e\u2066 [1] [2]"
)


def test_a_hostile_article_with_a_line_of_a_megabyte_is_text_everywhere(
    articles: Page, folder: Path, address: str
) -> None:
    long_line = "ice " * 245_000
    told = f"Walruses {EVIL}\n\nWalruses eat clams {EVIL} daily.\n\n{long_line}"
    write_folder(folder, {"walrus.txt": told})
    assert post(address, "sync", {"x-page": "articles"})[0] == 200
    articles.click(".views >> text=Ask")
    ask(articles, "What do walruses eat, clams?")
    marks = articles.locator("#live .cite").all_text_contents()
    assert marks == articles.locator("#live .number").all_text_contents()
    assert "<script>" in text(articles, "#live .answer")
    assert "[1] [2]" in text(articles, "#live .answer")
    articles.hover("#live .cite")
    assert "<script>" in text(articles, "#quote")
    articles.click("#live .why summary")
    assert "<script>" in text(articles, "#live .why")
    articles.click("#live .cite")
    articles.wait_for_selector(".reading mark.here")
    assert len(articles.locator(".reading .text").text_content() or "") > 980_000
    articles.keyboard.press("Escape")
    articles.click(".views >> text=Articles")
    articles.wait_for_selector('.articles .files bdi:text-is("walrus.txt")')
    articles.click(".picture summary")
    articles.wait_for_selector(".picture circle")
    assert articles.locator("body :is(img, iframe, [onmouseover], [href^=javascript])").count() == 0
    assert articles.locator("#desk :is(script, style)").count() == 0
    width = articles.evaluate("document.documentElement.scrollWidth")
    assert width <= articles.evaluate("innerWidth")


def test_a_listed_article_is_opened_and_asked_about_alone(
    articles: Page, address: str, folder: Path
) -> None:
    write_folder(folder, {"seals.txt": "Seals\n\nSeals sleep upright in the water of the bay."})
    assert post(address, "sync", {"x-page": "articles"})[0] == 200
    articles.click(".views >> text=Ask")
    ask(articles, "Which articles do you have?")
    assert violations(articles) == []
    articles.focus("#live .named:has-text('Seals')")
    articles.keyboard.press("Enter")
    articles.wait_for_selector(".reading h2:text-is('Seals')")
    articles.set_viewport_size({"width": 390, "height": 844})  # it lies over the question box
    articles.click(".reading [data-do=only]")
    articles.wait_for_selector(".reading", state="detached")
    articles.wait_for_selector("#scope .heeded:has-text('Asking only Seals')")
    assert articles.evaluate("document.activeElement === document.querySelector('textarea')")
    ask(articles, "How do otters sleep?")
    assert "Otters hold hands" not in text(articles, "#live")


@pytest.mark.slow  # it starts a program of its own
def test_a_folder_without_articles_takes_the_first_on_its_page(
    open_page: Opener, tmp_path: Path
) -> None:
    (folder := tmp_path / "articles").mkdir()
    module = "tests.browser.served_library"
    with serving("-m", module, "{port}", str(folder), str(tmp_path / "index")) as serves:
        page = open_page(serves.url)
        page.wait_for_selector(".welcome.empty")
        assert violations(page) == []
        page.fill("#question textarea", "What do otters eat?")
        page.press("#question textarea", "Enter")
        page.wait_for_selector("#notice >> text=There are no articles yet: add some first.")
        otters = tmp_path / "otters.txt"
        otters.write_text(OTTERS)
        page.set_input_files(".welcome .drop input", otters)
        page.wait_for_selector(".articles .said >> text=otters.txt added")
        page.click(".views >> text=Ask")
        page.wait_for_selector(".welcome .about >> text=1 article")
        page.wait_for_selector("#notice p", state="detached")
        ask(page, "What do otters eat from the rivers?")
        assert "They eat fish" in text(page, "#live .source mark")
        settled(page).goto("about:blank")


def test_ticked_articles_alone_are_asked(articles: Page, address: str, folder: Path) -> None:
    page = articles
    write_folder(folder, {"seals.txt": "Seals sleep upright in the water of the bay."})
    assert post(address, "sync", {"x-page": "articles"})[0] == 200
    settled(page).reload()
    page.check("[data-pick='seals']")
    page.wait_for_selector("#scope .heeded", state="attached")
    page.click(".views >> text=Ask")
    settled(page).reload()  # it is told, and so it is after the page was loaded again
    page.wait_for_selector("#scope .heeded:has-text('Asking only Seals sleep')")
    ask(page, "How do otters sleep?")
    assert "otters.txt" not in text(page, "#live")
    assert "Otters hold hands" not in text(page, "#live")
    (folder / "seals.txt").unlink()  # the one that is ticked goes: all are asked again
    assert post(address, "sync", {"x-page": "articles"})[0] == 200
    ask(page, "Do otters hold hands when they sleep?")
    page.wait_for_selector("#scope .heeded", state="detached")
    page.wait_for_selector("#notice >> text=What alone was to be asked is not among the articles")
    assert "Otters hold hands" in text(page, "#live")
    page.click("#past .read >> nth=0")
    page.wait_for_selector(".reading .text >> text=This article is not in the index any more")
    assert text(page, ".reading h2").startswith("Seals sleep")
    page.keyboard.press("Escape")
    write_folder(folder, {"seals.txt": "Seals sleep upright in the water of the bay."})
    assert post(address, "sync", {"x-page": "articles"})[0] == 200
    page.click(".views >> text=Articles")
    page.wait_for_selector("[data-pick='seals']:not(:checked)")
    page.check("[data-pick='seals']")
    page.wait_for_selector("#scope .heeded", state="attached")
    page.click(".views >> text=Ask")
    page.click("#scope [data-do=choose]")
    page.wait_for_selector("#scope .heeded", state="detached")
    settled(page).reload()
    page.wait_for_selector(".about")
    page.wait_for_timeout(500)
    assert page.locator("#scope .heeded").count() == 0
    ask(page, "Do otters hold hands while they sleep?")
    assert "Otters hold hands" in text(page, "#live")
    page.click(".views >> text=Articles")
    assert not page.is_checked("[data-pick='seals']")
