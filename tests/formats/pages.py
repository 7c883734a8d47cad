"""Ten saved pages, laid out as news sites lay theirs out, each with its main text as the truth.

The stories are made up. What stands around them (menus, banners, related links, captions, lists of
most-read pages, newsletters, comments, footers) must not be taken for the story.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class SavedPage:
    """A page and what a reader of it would call its story. `around` must not be in the text."""

    name: str
    html: str
    title: str
    paragraphs: tuple[str, ...]
    published: date | None
    byline: str
    around: tuple[str, ...]


FLOOD = (
    "The river rose by two metres in a single night and flooded the lower streets of Vell, the "
    "mayor, Ida Berg, said on Friday.",
    "About 400 people were brought to the school on the hill, where volunteers served soup and "
    "handed out dry blankets until dawn.",
    "Engineers said that the old weir had held, and that the water would fall by Sunday if no more "
    "rain came down from the hills.",
    "The town last saw such a flood in 1954, when the market hall stood under water for nine days.",
)
MENU = (
    '<nav class="menu"><ul><li><a href="/">Home</a></li><li><a href="/world">World</a></li>'
    '<li><a href="/sport">Sport results and tables</a></li><li><a href="/weather">Weather</a></li>'
    "</ul></nav>"
)
BANNER = (
    '<div id="cookie-banner" class="cookie-consent"><p>We and our 841 partners store cookies to '
    "measure our audience.</p><button>Accept all cookies</button></div>"
)
RELATED = (
    '<aside class="related"><h3>Related stories</h3><ul><li><a href="/a">Ten boats that made the '
    'bay famous</a></li><li><a href="/b">Why herons stand on one leg</a></li></ul></aside>'
)
FOOTER = (
    '<footer class="site-footer"><p>Copyright Vell Courier. All rights reserved.</p><ul><li>'
    '<a href="/terms">Terms of use</a></li><li><a href="/jobs">Work with us</a></li></ul></footer>'
)
AROUND = ("Sport results", "841 partners", "Accept all cookies", "Ten boats", "herons", "Terms of")


def _ps(paragraphs: tuple[str, ...] = FLOOD) -> str:
    return "\n".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)


def _page(head: str, body: str) -> str:
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">{head}</head>'
        f"<body>{body}</body></html>"
    )


_OPEN_GRAPH = (
    '<title>River floods Vell | Vell Courier</title><meta property="og:title" '
    'content="River floods Vell"><meta property="og:site_name" content="Vell Courier">'
    '<meta property="article:published_time" content="2023-11-04T06:54:00+01:00">'
    '<meta name="author" content="Nils Aker"><link rel="canonical" '
    'href="https://courier.example/vell/river-floods">'
)
_LINKED_DATA = (
    '<title>River floods Vell</title><script type="application/ld+json">{"@context":'
    '"https://schema.org","@type":"NewsArticle","headline":"River floods Vell","datePublished":'
    '"2023-11-04T06:54:00Z","author":{"@type":"Person","name":"Nils Aker"}}</script>'
)


def saved_pages() -> list[SavedPage]:
    """Return the ten pages."""
    plain: dict[str, object] = {
        "title": "River floods Vell",
        "paragraphs": FLOOD,
        "published": date(2023, 11, 4),
        "byline": "Nils Aker",
        "around": AROUND,
    }

    def page(name: str, head: str, body: str, **more: object) -> SavedPage:
        site = {"byline": "Nils Aker | Vell Courier"} if head is _OPEN_GRAPH else {}
        told = {**plain, **site, **more}
        return SavedPage(name, _page(head, body), **told)  # type: ignore[arg-type]

    headline = "<h1>River floods Vell</h1>"
    figure = (
        '<figure><img src="boat.jpg" alt="A boat"><figcaption>Boats on Mill Lane this morning. '
        "Photo: Reuters</figcaption></figure>"
    )
    half = len(FLOOD) // 2
    return [
        page(
            "article element between menu, banner, related links and footer",
            _OPEN_GRAPH,
            f"{BANNER}<header>{MENU}</header><main><article>{headline}{_ps()}</article>{RELATED}"
            f"</main>{FOOTER}",
        ),
        page(
            "a figure with its caption in the middle of the text",
            _OPEN_GRAPH,
            f"{MENU}<article>{headline}{_ps(FLOOD[:half])}{figure}{_ps(FLOOD[half:])}</article>"
            f"{RELATED}{BANNER}{FOOTER}",
            around=(*AROUND, "Mill Lane"),
        ),
        page(
            "linked data, and a body of nested divisions with generated class names",
            _LINKED_DATA,
            f'<div class="sc-x1">{MENU}</div><div class="sc-a9"><div class="css-1f2"><div '
            f'class="article-body css-77">{headline}<div>{_ps()}</div></div></div></div>'
            f"{RELATED}{FOOTER}{BANNER}",
        ),
        page(
            "related links inside of the story",
            _OPEN_GRAPH,
            f"{MENU}<article>{headline}{_ps(FLOOD[:half])}{RELATED}{_ps(FLOOD[half:])}</article>"
            f"{FOOTER}{BANNER}",
        ),
        page(
            "a newsletter box and share buttons inside of the story",
            _OPEN_GRAPH,
            f'{MENU}<article>{headline}<div class="share-bar"><a href="#">Share on Chirper</a>'
            f'<a href="#">Copy link</a></div>{_ps(FLOOD[:half])}<div class="newsletter-signup">'
            "<h4>The morning letter</h4><p>Sign up for our newsletter and get the news every day."
            f'</p><input type="email"></div>{_ps(FLOOD[half:])}</article>{FOOTER}{BANNER}',
            around=(*AROUND, "Chirper", "Sign up for our newsletter"),
        ),
        page(
            "comments below the story",
            _OPEN_GRAPH,
            f'{MENU}<article>{headline}{_ps()}</article><section id="comments" class="comments">'
            "<h2>Comments</h2><div class='comment'><p>First! What a night that was, stay safe "
            "everyone out there in the valley.</p></div></section>" + FOOTER + BANNER,
            around=(*AROUND, "What a night that was"),
        ),
        page(
            "an old page of tables",
            "<title>River floods Vell</title>"
            '<meta name="date" content="2023-11-04"><meta name="author" content="Nils Aker">',
            f'<table width="100%"><tr><td>{MENU}</td><td><h1>River floods Vell</h1>{_ps()}</td>'
            f"<td>{RELATED}</td></tr></table>{FOOTER}",
        ),
        page(
            "the most read of the day in a side bar that is longer than the story",
            _OPEN_GRAPH,
            f'{MENU}<div class="layout"><div class="story-content"><article>{headline}{_ps()}'
            '</article></div><div class="sidebar most-read"><h3>Most read</h3><ol>'
            + "".join(
                f'<li><a href="/m{n}">Most read story number {n} about the fair</a></li>'
                for n in range(30)
            )
            + f"</ol></div></div>{FOOTER}{BANNER}",
            around=(*AROUND, "Most read story"),
        ),
        page(
            "a page without a date and an author, and scripts and styles in the text",
            "<title>River floods Vell</title><style>p { color: red }</style>",
            f"{MENU}<article>{headline}{_ps(FLOOD[:half])}<script>var ad = 'A paragraph of a "
            f"script that is no text at all.';</script>{_ps(FLOOD[half:])}<noscript>Turn on "
            f"JavaScript to see the live ticker.</noscript></article>{RELATED}{FOOTER}{BANNER}",
            published=None,
            byline="",
            around=(*AROUND, "var ad", "live ticker", "color: red"),
        ),
        page(
            "a page with subheadings and a list of facts",
            _OPEN_GRAPH,
            f"{BANNER}{MENU}<article>{headline}{_ps(FLOOD[:half])}<h2>What comes next</h2>"
            f"{_ps(FLOOD[half:])}</article>{RELATED}{FOOTER}",
            paragraphs=(*FLOOD[:half], "What comes next", *FLOOD[half:]),
        ),
    ]
