"""The layouts and components in a real Chromium, under the policy the service sends.

Every run leaves its screenshots in build/look: people look at them, programs do not.
"""

import datetime as dt
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask, Response, render_template, request
from flask_babel import Babel
from jinja2 import ChoiceLoader, FileSystemLoader
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server
from wtforms import (  # type: ignore[attr-defined]  # SelectChoice is newer than the stubs
    BooleanField,
    Form,
    RadioField,
    SelectChoice,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
    widgets,
)
from wtforms.validators import InputRequired

from expertpool.infra import assets

pytestmark = pytest.mark.browser

ROOT = Path(__file__).parents[2]
SHOTS = ROOT / "build" / "look"
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self';"
    " connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PAGES = ("incident", "form", "week", "board")
WIDTHS = (1440, 390, 320)


class ReportForm(Form):
    """One of each kind of field."""

    name = StringField("회사 이름", validators=[InputRequired("회사 이름을 적어 주세요.")])
    phone = StringField("휴대폰 번호", validators=[InputRequired("연락받을 번호를 적어 주세요.")])
    kind = RadioField(
        "무엇이 나갔나요",
        choices=[
            SelectChoice("design", "설계 자료"),
            SelectChoice("people", "사람이 옮겨 갔다"),
            SelectChoice("other", "그 밖"),
        ],
        validators=[InputRequired("하나를 골라 주세요.")],
    )
    story = TextAreaField("일어난 일", description="언제, 누가, 무엇을 순서대로 적어 주세요.")
    place = SelectField("지역", choices=[SelectChoice("seoul", "서울"), SelectChoice("busan", "부산")])
    urgent = BooleanField("증거가 곧 사라질 수 있습니다")
    kinds = SelectMultipleField(
        "자료 형태",
        choices=[SelectChoice("paper", "문서"), SelectChoice("file", "파일"), SelectChoice("part", "부품")],
        option_widget=widgets.CheckboxInput(),
        widget=widgets.ListWidget(prefix_label=False),
    )


def _week() -> dict[str, Any]:
    return {
        "days": [
            {"key": key, "label": label, "note": note}
            for key, label, note in [
                ("mon", "23 월", None),
                ("tue", "24 화", None),
                ("wed", "25 수", "휴일"),
                ("thu", "26 목", None),
                ("fri", "27 금", None),
                ("sat", "28 토", None),
                ("sun", "29 일", None),
            ]
        ],
        "free": {"mon": [(540, 720)], "tue": [(780, 1080)], "thu": [(600, 960)]},
        "busy": {"mon": [(840, 900, "외부 일정")], "fri": [(540, 720, "다른 배정")]},
        "blocks": {
            "mon": [{"start": 540, "end": 720, "label": "가용", "tone": "info"}],
            "tue": [
                {"start": 600, "end": 690, "label": "현장 조사", "tone": "success", "href": "#"},
                {"start": 690, "end": 720, "label": "이동"},
            ],
            "fri": [{"start": 540, "end": 720, "label": "다른 배정", "tone": "warning"}],
        },
    }


def _board() -> dict[str, Any]:
    states = ("proposed", "approved", "pinned", "conflict", "leave", "wanted")
    return {
        "ticks": [
            {"at": i * 14, "label": f"{23 + i} {'월화수목금토일'[i]}", "note": "휴일" if i == 2 else None}
            for i in range(7)
        ],
        "rows": [
            {
                "label": name,
                "href": "#",
                "note": note,
                "blocks": [
                    {
                        "at": (i * 17 + n * 29) % 80,
                        "span": 9 + 5 * n,
                        "lane": n + 1,
                        "label": f"사건 2026-01{i}{n}",
                        "state": states[(i + n) % 6],
                        "about": f"{name}, 사건 2026-01{i}{n}",
                        "href": "?block=1",
                    }
                    for n in range(1 + i % 2)
                ],
            }
            for i, (name, note) in enumerate(
                [
                    ("김서윤", "포렌식 · 경찰청"),
                    ("박도현", "변호사 · 중기부"),
                    ("이하준", "변리사"),
                    ("최지우", "가치평가"),
                ]
            )
        ],
    }


def _people() -> list[dict[str, Any]]:
    columns = ("name", "ministry", "skill", "tier", "tone", "icon", "minutes")
    rows = [
        ("김서윤", "경찰청", "디지털 포렌식", "없음", "success", "check", 840),
        ("박도현", "중소벤처기업부", "영업비밀 소송", "공개", "info", "info", 630),
        ("이하준", "지식재산처", "이차전지 기술감정", "예외승인 대상", "warning", "alert", 360),
        ("최지우", "공정거래위원회", "하도급 조사", "제척", "danger", "cross", 0),
    ]
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _app() -> Flask:
    app = Flask("look", static_folder=None)
    app.config.update(
        SECRET_KEY="look",
        BABEL_DEFAULT_LOCALE="ko",
        BABEL_TRANSLATION_DIRECTORIES=str(ROOT / "expertpool" / "translations"),
    )
    app.jinja_loader = ChoiceLoader(
        [FileSystemLoader(ROOT / "templates"), FileSystemLoader(Path(__file__).parent / "pages")]
    )
    Babel(app)
    assets.init_app(app)
    app.jinja_env.globals.update(lang=lambda: "ko", csrf_token=lambda: "token")
    app.jinja_env.filters.update(
        say=str,
        when=lambda at: f"{at:%Y.%m.%d}(화) {at:%H:%M}",
        hours=lambda minutes: f"{minutes / 60:.1f}".removesuffix(".0"),
    )

    @app.context_processor
    def shared() -> dict[str, Any]:
        nav = ("내 할 일", "사건", "배정 계획", "전문가", "활용 현황")
        return {
            "demo": True,
            "nav": [{"label": label, "href": "#", "current": i == 1} for i, label in enumerate(nav)],
            "viewer": {"name": "이하준", "roles": ["coordinator"]},
            "account_nav": [{"label": "내 정보", "href": "#"}],
        }

    @app.route("/logout", methods=["POST"], endpoint="security.logout")
    def logout() -> str:
        return ""

    @app.route("/run")
    def run() -> str:
        return render_template("run.html")

    @app.route("/people")
    def people() -> str:
        typed = request.args["person_text"]
        return "".join(
            f'<li role="option" id="person-{i}" data-value="{i}">{typed} {i}</li>' for i in range(3)
        )

    @app.route("/painted", methods=["POST"])
    def painted() -> str:
        return request.form.get("ranges", "typed: " + ",".join(request.form.getlist("ranges-mon-from")))

    @app.route("/<page>", methods=["GET", "POST"])
    def show(page: str) -> str:
        form = ReportForm(request.form)
        if request.method == "POST":
            form.validate()
        now = dt.datetime(2026, 11, 24, 14, 0)
        return render_template(f"{page}.html", form=form, now=now, people=_people(), **_week() | _board())

    @app.after_request
    def policy(response: Response) -> Response:
        response.headers["Content-Security-Policy"] = POLICY
        return response

    return app


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = make_server("127.0.0.1", 0, _app(), threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    found = shutil.which("chromium")
    if found is None:
        pytest.skip("needs the system's chromium")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def said() -> list[str]:
    """What the console said."""
    return []


@pytest.fixture
def page(browser: Browser, said: list[str]) -> Iterator[Page]:
    context = browser.new_context(
        locale="ko-KR",
        timezone_id="Asia/Seoul",
        reduced_motion="reduce",
        viewport={"width": 1440, "height": 900},
    )
    page = context.new_page()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    context.close()


def _open(page: Page, address: str, *, width: int = 1440) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address)
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready")


def _keep(page: Page, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


def _violations(page: Page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{fault['id']}: {node['html'][:160]}" for fault in found for node in fault["nodes"]]


@pytest.mark.parametrize("contrast", ["no-preference", "more"])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_accessible_quiet_and_fits(
    page: Page, site: str, said: list[str], name: str, width: int, contrast: str
) -> None:
    page.emulate_media(contrast=contrast)  # type: ignore[arg-type]

    _open(page, f"{site}/{name}", width=width)

    assert said == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    _keep(page, f"{name}-{width}-{contrast}")
    assert _violations(page) == []


@pytest.mark.parametrize("name", PAGES)
def test_forced_colours_and_paper_leave_a_picture(page: Page, site: str, name: str) -> None:
    _open(page, f"{site}/{name}")
    page.emulate_media(forced_colors="active")
    _keep(page, f"{name}-forced")
    page.emulate_media(forced_colors="none", media="print")
    _keep(page, f"{name}-print")
    page.pdf(path=SHOTS / f"{name}.pdf")

    assert page.locator("h1").is_visible()
    assert not page.locator(".ep-nav").is_visible()


def test_the_first_tab_stop_skips_to_the_content(page: Page, site: str) -> None:
    _open(page, f"{site}/incident")

    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"


def test_a_form_that_comes_back_puts_the_focus_on_the_summary_and_links_into_the_fields(
    page: Page, site: str, said: list[str]
) -> None:
    _open(page, f"{site}/form")
    page.get_by_role("button", name="다음").click()
    page.wait_for_load_state("load")
    summary = page.get_by_role("alert")
    assert summary.evaluate("it => it === document.activeElement")
    _keep(page, "form-errors-1440")
    assert _violations(page) == []

    summary.get_by_role("link").nth(2).click()

    assert page.evaluate("document.activeElement.name") == "kind"


def test_polling_stops_when_the_work_is_done(page: Page, site: str) -> None:
    _open(page, f"{site}/incident")

    page.get_by_text("후보를 찾았습니다").wait_for()

    assert page.locator("#run").get_attribute("hx-get") is None


def test_escape_closes_a_dialog_and_gives_the_focus_back(page: Page, site: str) -> None:
    _open(page, f"{site}/incident")
    opener = page.get_by_role("button", name="다시 계산").first
    opener.click()
    assert page.get_by_role("dialog").is_visible()
    _keep(page, "dialog-1440")

    page.keyboard.press("Escape")

    assert not page.get_by_role("dialog").is_visible()
    assert opener.evaluate("it => it === document.activeElement")


def test_a_combobox_is_chosen_from_by_keys(page: Page, site: str) -> None:
    _open(page, f"{site}/incident")
    box = page.get_by_role("combobox", name="전문가 찾기")
    box.press_sequentially("김")
    page.get_by_role("option").first.wait_for()
    assert box.get_attribute("aria-expanded") == "true"

    box.press("ArrowDown")
    box.press("ArrowDown")
    box.press("Enter")

    assert box.input_value() == "김 1"
    assert page.locator("input[name=person]").input_value() == "1"
    assert box.get_attribute("aria-expanded") == "false"


def _cell(page: Page, day: str, at: int) -> Any:
    return page.locator(f"td[data-day={day}][data-at='{at}']")


PAINTED = "mon 09:00-12:00;tue 13:00-18:00;thu 10:00-16:00"


def test_dragging_paints_a_block_around_taken_hours(page: Page, site: str) -> None:
    _open(page, f"{site}/week")
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


def test_escape_takes_a_drag_back(page: Page, site: str) -> None:
    _open(page, f"{site}/week")
    _cell(page, "sun", 600).hover()
    page.mouse.down()
    _cell(page, "sun", 720).hover()

    page.keyboard.press("Escape")
    page.mouse.up()

    assert page.locator("[data-painter-value]").input_value() == PAINTED


def test_keys_paint_and_take_back_what_the_pointer_can(page: Page, site: str) -> None:
    _open(page, f"{site}/week")
    value = page.locator("[data-painter-value]")
    _cell(page, "wed", 540).focus()

    for keys in ("Space", "Shift+ArrowDown", "Shift+ArrowDown"):
        page.keyboard.press(keys)
    assert "wed 09:00-10:30" in value.input_value()
    assert "25 수 10:00–10:30 · free" in page.locator("[data-painter-now]").inner_text()
    page.keyboard.press("Control+z")

    assert "wed 09:00-10:00" in value.input_value()


def test_a_taken_hour_cannot_be_painted_and_says_why(page: Page, site: str) -> None:
    _open(page, f"{site}/week")
    _cell(page, "fri", 540).focus()

    page.keyboard.press("Space")

    assert page.locator("[data-painter-value]").input_value() == PAINTED
    assert "다른 배정" in page.locator("[data-painter-now]").inner_text()


def test_typed_hours_are_painted_and_sent(page: Page, site: str) -> None:
    _open(page, f"{site}/week")
    page.get_by_text("Type the hours").click()
    page.get_by_label("29 일 from").fill("10:00")
    page.get_by_label("29 일 to").fill("12:00")
    page.get_by_label("29 일 to").press("Tab")
    assert page.get_by_label("29 일 from").count() == 2

    page.get_by_role("button", name="저장").click()
    page.wait_for_url("**/painted")

    assert page.inner_text("body") == PAINTED + ";sun 10:00-12:00"


def test_without_scripts_the_typed_rows_are_sent(browser: Browser, site: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/week")

    page.get_by_role("button", name="저장").click()
    page.wait_for_url("**/painted")

    assert page.inner_text("body") == "typed: 09:00,"
    context.close()


def test_the_language_link_keeps_the_address(page: Page, site: str) -> None:
    _open(page, f"{site}/incident?q=%EA%B9%80&page=2")

    page.get_by_role("link", name="English").click()

    assert page.url == f"{site}/incident?q=%EA%B9%80&page=2&lang=en"
