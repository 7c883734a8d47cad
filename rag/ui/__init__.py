"""The page: ask in a browser, and read the answer beside its sources.

backend.py        what the page needs of an assistant, and the wait until there is one
conversation.py   a conversation: turns, one tuple per browser session
halting.py        ending an answer that is being made
render.py         values -> HTML, pure functions
layout.py         what stands where
events.py         what happens on which event
style.py, style.css, script.js
server.py         the port, the headers, the end
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.ui.backend import Backend, Opening, Progress
from rag.ui.server import serve

if TYPE_CHECKING:
    import gradio as gr

__all__ = ["Backend", "Opening", "Progress", "build", "serve"]


def build(assistant: Backend, *, examples: Sequence[str]) -> gr.Blocks:
    """The page over an open assistant, for a program that serves it itself."""
    from rag.ui.layout import page  # gradio takes seconds to import

    blocks: gr.Blocks = page(Opening.of(assistant), examples=examples)
    return blocks
