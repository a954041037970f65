"""Every component on four pages: no violations, a silent console, no sideways scrolling."""

from typing import Any

import pytest

pytestmark = pytest.mark.browser

PAGES = ("incident", "form", "week", "board")
WIDTHS = (1440, 390, 320)


@pytest.mark.parametrize("contrast", ["no-preference", "more"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_quiet_and_fits(look: Any, name: str, width: int, contrast: str) -> None:
    look.page.emulate_media(contrast=contrast)

    page = look.open(name, width=width)

    assert look.said == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    look.keep(f"{name}-{width}-{contrast}")
    assert look.violations() == []


@pytest.mark.parametrize("name", PAGES)
def test_forced_colours_and_paper_leave_a_picture(look: Any, name: str) -> None:
    page = look.open(name)
    page.emulate_media(forced_colors="active")
    look.keep(f"{name}-forced")
    page.emulate_media(forced_colors="none", media="print")
    look.keep(f"{name}-print")

    assert page.locator("h1").is_visible()
    assert not page.locator(".ep-nav").is_visible()
