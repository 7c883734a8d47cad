"""Pictures of every main state of the page over the project's articles, to be looked at."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageStat

from tests.browser import screenshots

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_every_state_is_pictured_at_both_widths_and_in_both_themes(
    browser: Browser, tmp_path: Path
) -> None:
    """Each picture is of its size, no two states look the same, and the dark ones are darker."""
    with screenshots.served() as url:
        screenshots.everything(browser, url, tmp_path)
    for size_name, size in screenshots.SIZES.items():
        light, dark = (
            [tmp_path / f"{state}-{size_name}-{scheme}.png" for state in screenshots.STATES]
            for scheme in ("light", "dark")
        )
        assert len({path.read_bytes() for path in [*light, *dark]}) == 2 * len(screenshots.STATES)
        for one, other in zip(light, dark, strict=True):
            with Image.open(one) as day, Image.open(other) as night:
                assert day.size == night.size == size
                brightness = [ImageStat.Stat(image.convert("L")).mean[0] for image in (day, night)]
                assert brightness[0] > 128 > brightness[1], (one.name, brightness)
