"""The looks that Gradio's own parts take; everything else is in the style sheets."""

from __future__ import annotations

from pathlib import Path

import gradio as gr


def head() -> str:
    """The style sheet for the document's head.

    It does not go through Gradio's `css`, which rewrites each selector and splits it at every
    comma, those inside `:is(a, b)` too.
    """
    css = "".join(
        (Path(__file__).parent / f"{name}.css").read_text(encoding="utf-8")
        for name in ("style", "answer", "collection", "model")
    )
    return f'<meta name="color-scheme" content="light dark"><style>{css}</style>'


def theme() -> gr.themes.Base:
    """A theme without fonts of its own, so that none is fetched."""
    plain = gr.themes.Font("sans-serif")
    mono = gr.themes.Font("monospace")
    return gr.themes.Base(font=[plain], font_mono=[mono]).set(
        body_background_fill="#fbfaf7",
        body_background_fill_dark="#16181a",
        body_text_color="#1f2326",
        body_text_color_dark="#e7e5df",
    )
