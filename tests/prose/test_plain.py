"""Text with markup -> plain words, and nothing that a page could take for markup."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.prose.plain import addresses, plain_words


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("![secret](http://evil.example/?q=1) Yes.", "secret Yes."),
        ("![a][b] Yes.\n[b]: http://evil.example", "a Yes."),
        ("[Click](javascript:alert(1)) now.", "Click now."),
        ("See https://evil.example/x?y=z.", "See."),
        ("See www.evil.example now.", "See now."),
        ("<img src=x onerror=alert(1)>Yes <b>it</b> is.", "Yes it is."),
        ("<script>alert(1)</script>", "alert(1)"),
        ("**A** is `b` and __c__, *d* too.", "A is b and c, d too."),
        ("# Heading", "Heading"),
        ("2 * 3 is 6 and a_b_c stays.", "2 * 3 is 6 and a_b_c stays."),
        ("a\x1b[31mred\u202eder\x00", "a[31mredder"),
        ("![x]( http://evil.example", "x"),
        ("<b\nclass='x'>It</b> <!-- not --> <x-y a=b>is<br/>.", "It is."),
        ("It is. <img src=x onerror=alert(1) and more", "It is."),
        ("It is. <div onclick=alert(1) and more", "It is."),
        ("Open data:text/html;base64,PHNjcmlwdD4= or file:///etc/passwd.", "Open or."),
        ("Write to mailto:a@evil.example or javascript:alert.", "Write to or."),
        ("(1) It is.", "It is."),
    ],
)
def test_only_plain_words_come_out(written: str, shown: str) -> None:
    assert plain_words(written) == shown


@pytest.mark.parametrize(
    "text",
    [
        "Training data: 15 trillion tokens.",
        "Two kinds of data: text, and the file: budget.xls.",
        "It speaks https: not http: and runs javascript: or not.",
        "It costs <RMB1 per million tokens, half of what rivals ask.",
        "For x<y in the set, and z>0, the sum is 1.",
        "Say 5 <= 6 and 7 << 8.",
        "It runs on .NET and costs .5 cents.",
    ],
)
def test_what_only_looks_like_markup_stays(text: str) -> None:
    assert plain_words(text) == text


@pytest.mark.parametrize(
    "text",
    [
        "<scr<b>ipt>alert",
        "<scr**ipt>alert",
        "<<b>img src=x>alert",
        "java**script:alert",
        "ht`tp://evil.example alert",
        "ww**w.evil.example** alert",
        "javascript :alert",
        "!()[x](y) alert",
        "!![x alert",
        "<s" * 50 + "<b>" * 50 + "cript>" * 50 + "alert",
    ],
)
def test_what_is_taken_away_makes_no_other_markup(text: str) -> None:
    shown = plain_words(text)
    assert not re.search(r"<\w+>|script:|evil|!\[|\]\(|<img", shown)
    assert "alert" in shown or "script:" in text


def test_an_address_of_the_passages_stays() -> None:
    own = addresses("It stands at https://good.example/a (see www.good.example).")
    assert own == {"https://good.example/a", "www.good.example"}
    text = "Read https://good.example/a. Not https://good.example/a?q=1."
    assert plain_words(text, own) == "Read https://good.example/a. Not."
    assert plain_words("At <https://good.example/a>.", own) == "At https://good.example/a."
    assert plain_words("At **https://good.example/a**.", own) == "At https://good.example/a."
    assert plain_words("At <https://evil.example/a>.", own) == "At."


def test_an_address_that_stays_keeps_its_underscores() -> None:
    own = {"https://good.example/__init__/_a"}
    assert plain_words("**See** https://good.example/__init__/_a _now_.", own) == (
        "See https://good.example/__init__/_a now."
    )


PARTS = [*"![]()<>:/=*_`~ x\n", "http", "www.", "evil", "<b", "<img ", "javascript", "on", "//"]


@given(st.lists(st.sampled_from(PARTS), max_size=30).map("".join))
def test_no_text_gives_an_image_a_link_or_a_tag(text: str) -> None:
    shown = plain_words(text)
    assert not re.search(r"</?(?:b|img)(?:[\s/][^<>]*)?>|<img[\s/>]", shown)
    assert not re.search(r"\b(?:javascript|http):[\w/(]", shown)
    assert "](" not in shown
    assert "![" not in shown
    assert "http://" not in shown
