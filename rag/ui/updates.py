"""What a part of the page shows from now on, in the form that Gradio keeps once a session.

A part that is given a plain value after it was left as it is (which a handler does that names some
of its parts only) is kept a second time by Gradio 6.31, under a number of its own and with its
value, for as long as the session lasts: 0.2 MB an answer. An update replaces what was kept.
"""

from __future__ import annotations

from typing import Any

import gradio as gr

Update = dict[Any, Any]  # Gradio's form: of a part, or from parts of the page to their updates


def show(value: str) -> Update:
    """Return the update after which a part shows `value`."""
    update: Update = gr.update(value=value)
    return update
