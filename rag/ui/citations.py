"""From one citation of an answer to the next."""

from __future__ import annotations


def steps_html(turn: int, marker: int, count: int) -> str:
    """Buttons that open the citation before and after `marker` of `count`; "" for a single one."""
    if count < 2:
        return ""

    def step(name: str, to: int, sign: str) -> str:
        disabled = "" if 1 <= to <= count else ' aria-disabled="true"'
        return (
            f'<button type="button" data-do="read" data-step="{name}" data-turn="{turn}"'
            f' data-marker="{min(max(to, 1), count)}"{disabled}'
            f' aria-label="{name.title()} citation">{sign}</button>'
        )

    return (
        f'<span class="steps">{step("previous", marker - 1, "‹")}'
        f"<span>Citation {marker} of {count}</span>{step('next', marker + 1, '›')}</span>"
    )
