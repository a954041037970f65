"""A small application that shows every layout and component, and a real Chromium to look at it."""

import datetime as dt
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask, render_template, request
from flask_babel import Babel
from jinja2 import ChoiceLoader, FileSystemLoader
from playwright.sync_api import Browser, Page
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
from expertpool.infra.headers import init_headers

ROOT = Path(__file__).parents[3]


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
    init_headers(app)
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
            "role_names": {"coordinator": "조정관"},
            "page_path": lambda: request.path,
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


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(
        locale="ko-KR",
        timezone_id="Asia/Seoul",
        reduced_motion="reduce",
        viewport={"width": 1440, "height": 900},
    )
    context.set_default_timeout(8000)
    yield context.new_page()
    context.close()


class Look:
    """A page of the small application, as one reader has it before their eyes."""

    def __init__(self, page: Page, site: str) -> None:
        self.page = page
        self.site = site
        self.said: list[str] = []
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))

    def open(self, path: str, *, width: int = 1440) -> Page:
        """Go to `path` and wait until its fonts are there."""
        self.page.set_viewport_size({"width": width, "height": 900})
        self.page.goto(f"{self.site}/{path}")
        self.page.evaluate("document.fonts.ready")
        return self.page

    def keep(self, name: str) -> None:
        """Leave a picture in build/look: people look at them, programs do not."""
        shots = ROOT / "build" / "look"
        shots.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=shots / f"{name}.png", full_page=True)

    def violations(self) -> list[str]:
        """What axe finds wrong: rule and element."""
        found = Axe().run(self.page).response["violations"]
        return [f"{fault['id']}: {node['html'][:160]}" for fault in found for node in fault["nodes"]]


@pytest.fixture
def look(page: Page, site: str) -> Look:
    return Look(page, site)
