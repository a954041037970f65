"""What the components do under the pointer, the keys and without scripts."""

from typing import Any

import pytest

pytestmark = pytest.mark.browser


def test_the_first_tab_stop_skips_to_the_content(look: Any) -> None:
    page = look.open("incident")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"


def test_a_form_that_comes_back_puts_the_focus_on_the_summary_and_links_into_the_fields(look: Any) -> None:
    page = look.open("form")
    page.get_by_role("button", name="다음").click()
    page.wait_for_load_state("load")
    summary = page.get_by_role("alert")
    assert summary.evaluate("it => it === document.activeElement")
    look.keep("form-errors-1440")
    assert look.violations() == []

    summary.get_by_role("link").nth(2).click()

    assert page.evaluate("document.activeElement.name") == "kind"


def test_polling_stops_when_the_work_is_done(look: Any) -> None:
    page = look.open("incident")

    page.get_by_text("후보를 찾았습니다").wait_for()

    assert page.locator("#run").get_attribute("hx-get") is None


def test_a_part_that_does_not_come_is_told_and_changes_nothing(look: Any) -> None:
    page = look.page
    page.route("**/run", lambda route: route.fulfill(status=500, body="<b>broken</b>"))
    look.open("incident")

    page.locator("#trouble").wait_for()

    assert page.get_by_text("후보를 살펴보고 있습니다").is_visible()
    assert page.get_by_text("broken").count() == 0


def test_escape_closes_a_dialog_and_gives_the_focus_back(look: Any) -> None:
    page = look.open("incident")
    opener = page.get_by_role("button", name="다시 계산").first
    opener.click()
    assert page.get_by_role("dialog").is_visible()
    look.keep("dialog-1440")

    page.keyboard.press("Escape")

    assert not page.get_by_role("dialog").is_visible()
    assert opener.evaluate("it => it === document.activeElement")


def test_a_combobox_is_chosen_from_by_keys(look: Any) -> None:
    page = look.open("incident")
    box = page.get_by_role("combobox", name="전문가 찾기")
    box.press_sequentially("김")
    page.locator("#person-list [role=option]").first.wait_for()
    assert box.get_attribute("aria-expanded") == "true"

    box.press("ArrowDown")
    box.press("ArrowDown")
    box.press("Enter")

    assert box.input_value() == "김 1"
    assert page.locator("input[name=person]").input_value() == "1"
    assert box.get_attribute("aria-expanded") == "false"


def _cell(page: Any, day: str, at: int) -> Any:
    return page.locator(f"td[data-day={day}][data-at='{at}']")


PAINTED = "mon 09:00-12:00;tue 13:00-18:00;thu 10:00-16:00"


def test_dragging_paints_a_block_around_taken_hours(look: Any) -> None:
    page = look.open("week")
    value = page.locator("[data-painter-value]")
    assert value.input_value() == PAINTED

    _cell(page, "fri", 690).scroll_into_view_if_needed()
    start, end = _cell(page, "thu", 960).bounding_box(), _cell(page, "sat", 1020).bounding_box()
    page.mouse.move(start["x"] + 9, start["y"] + 9)
    page.mouse.down()
    page.mouse.move(end["x"] + 9, end["y"] + 9, steps=4)
    page.mouse.up()

    assert value.input_value() == (
        "mon 09:00-12:00;tue 13:00-18:00;thu 10:00-17:30;fri 16:00-17:30;sat 16:00-17:30"
    )


def test_escape_takes_a_drag_back(look: Any) -> None:
    page = look.open("week")
    _cell(page, "sun", 600).hover()
    page.mouse.down()
    _cell(page, "sun", 720).hover()

    page.keyboard.press("Escape")
    page.mouse.up()

    assert page.locator("[data-painter-value]").input_value() == PAINTED


def test_keys_paint_and_take_back_what_the_pointer_can(look: Any) -> None:
    page = look.open("week")
    value = page.locator("[data-painter-value]")
    _cell(page, "wed", 540).focus()

    for keys in ("Space", "Shift+ArrowDown", "Shift+ArrowDown"):
        page.keyboard.press(keys)
    assert "wed 09:00-10:30" in value.input_value()
    assert "25 수 10:00–10:30" in page.locator("[data-painter-now]").inner_text()
    page.keyboard.press("Control+z")

    assert "wed 09:00-10:00" in value.input_value()


def test_a_taken_hour_cannot_be_painted_and_says_why(look: Any) -> None:
    page = look.open("week")
    _cell(page, "fri", 540).focus()

    page.keyboard.press("Space")

    assert page.locator("[data-painter-value]").input_value() == PAINTED
    assert "다른 배정" in page.locator("[data-painter-now]").inner_text()


def test_typed_hours_are_painted_and_sent(look: Any) -> None:
    page = look.open("week")
    page.locator("[data-painter-rows] > summary").click()
    sunday = page.locator("fieldset[data-day=sun]")
    sunday.locator("[data-end=from]").fill("10:00")
    sunday.locator("[data-end=to]").fill("12:00")
    sunday.locator("[data-end=to]").press("Tab")
    assert sunday.locator("[data-end=from]").count() == 2

    page.get_by_role("button", name="저장").click()
    page.wait_for_url("**/painted")

    assert page.inner_text("body") == PAINTED + ";sun 10:00-12:00"


def test_hours_typed_outside_of_the_grid_make_it_grow(look: Any) -> None:
    page = look.open("week")
    value = page.locator("[data-painter-value]")
    page.locator("[data-painter-rows] > summary").click()
    sunday = page.locator("fieldset[data-day=sun]")
    for row, hours in enumerate((("06:30", "09:00"), ("22:00", "24:00"))):
        for end, time in zip(("from", "to"), hours, strict=True):
            sunday.locator(f"[data-end={end}]").nth(row).fill(time)
        sunday.locator("[data-end=to]").nth(row).press("Tab")

    assert value.input_value() == PAINTED + ";sun 06:30-09:00;sun 22:00-24:00"
    _cell(page, "mon", 360).click()
    assert value.input_value().startswith("mon 06:00-06:30;mon 09:00-12:00;")

    for _ in range(3):
        page.locator("[data-painter-undo]").click()
    assert value.input_value() == PAINTED


def test_without_scripts_the_typed_rows_are_sent(chromium: Any, site: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/week")

    page.get_by_role("button", name="저장").click()
    page.wait_for_url("**/painted")

    assert page.inner_text("body") == "typed: 09:00,"
    context.close()


def test_the_language_link_keeps_the_address(look: Any) -> None:
    page = look.open("incident?q=%EA%B9%80&page=2")

    page.get_by_role("link", name="English").click()

    assert page.url == f"{look.site}/incident?q=%EA%B9%80&page=2&lang=en"
