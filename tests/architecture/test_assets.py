"""The files we ship: under lock, small enough, and served so that browsers may keep them."""

import gzip
import json
import shutil
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from expertpool.infra import assets
from expertpool.infra.assets import adapt, serving, vendor
from expertpool.infra.assets.__main__ import NOTICE

SHEETS = ("css/expertpool.css", "css/board.css", "vendor/krds-uiux-1.1.0/tokens.css")
HTMX = "vendor/htmx.org-4.0.1/htmx.min.js"


@pytest.fixture
def app() -> Flask:
    app = Flask("assets", static_folder=None)
    assets.init_app(app)
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A vendor folder that may be spoiled."""
    shutil.copytree(vendor.VENDOR, tmp_path / "vendor", ignore=shutil.ignore_patterns("*.woff2"))
    entries = json.loads(vendor.LOCK.read_text("utf-8"))
    for entry in entries["packages"]:
        entry["files"] = {name: facts for name, facts in entry["files"].items() if ".woff2" not in name}
    (tmp_path / "lock.json").write_text(json.dumps(entries), encoding="utf-8")
    return tmp_path


def _check(copy: Path) -> list[str]:
    return vendor.check(vendor=copy / "vendor", lock=copy / "lock.json")


def _zipped(name: str) -> int:
    return len(gzip.compress((vendor.STATIC / name).read_bytes(), 9))


def test_the_vendored_files_are_what_the_lock_says() -> None:
    assert vendor.check() == []


def test_the_notice_is_what_the_lock_says() -> None:
    assert NOTICE.read_text("utf-8") == vendor.notice()


def test_the_lock_names_no_address() -> None:
    assert "://" not in vendor.LOCK.read_text("utf-8")


def test_a_changed_file_is_found(copy: Path) -> None:
    path = copy / HTMX
    path.write_bytes(path.read_bytes() + b" ")

    assert _check(copy) == ["htmx.org-4.0.1/htmx.min.js: changed since it was locked"]


def test_a_file_nobody_locked_is_found(copy: Path) -> None:
    (copy / "vendor" / "stray.js").write_text("1")

    assert _check(copy) == ["stray.js: on disk, not in the lock"]


def test_a_missing_file_is_found(copy: Path) -> None:
    (copy / HTMX).unlink()

    assert _check(copy) == ["htmx.org-4.0.1/htmx.min.js: in the lock, not on disk"]


def test_a_colour_is_taken_in_both_modes() -> None:
    declared = "".join(
        f"--krds-{mode}-color-{theirs}: {value};"
        for mode, value in (("light", "var(--krds-x)"), ("high-contrast", "#000"))
        for theirs in set(adapt.TOKENS.values())
    )

    css = adapt.colour_tokens(f"--krds-x: #fff; {declared}".encode()).decode()

    light, contrast = css.split("@media")
    assert "--ep-text:#fff;" in light
    assert "--ep-text:#000;" in contrast


def test_an_address_changes_with_the_content(app: Flask) -> None:
    with app.test_request_context():
        first, second = assets.asset_url("css/expertpool.css"), assets.asset_url("css/board.css")

    assert first.split("/")[2] != second.split("/")[2]
    assert first.endswith("/css/expertpool.css")


def test_a_mistyped_name_fails_where_the_page_is_made(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(FileNotFoundError):
        assets.asset_url("css/nothing.css")
    with app.test_request_context(), pytest.raises(FileNotFoundError):
        assets.asset_url("vendor/nothing.js")


@pytest.mark.parametrize("name", ["css/expertpool.css", HTMX])
def test_a_file_may_be_kept_for_good_and_comes_compressed(app: Flask, client: FlaskClient, name: str) -> None:
    with app.test_request_context():
        address = assets.asset_url(name)

    answer = client.get(address, headers={"Accept-Encoding": "gzip"})

    assert answer.headers["Cache-Control"] == serving.FOR_GOOD
    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.data) == (vendor.STATIC / name).read_bytes()


def test_a_reader_without_gzip_gets_the_plain_file(client: FlaskClient) -> None:
    answer = client.get(f"/static/{HTMX}", headers={"Accept-Encoding": "gzip;q=0"})

    assert "Content-Encoding" not in answer.headers
    assert answer.data == (vendor.STATIC / HTMX).read_bytes()


def test_the_address_of_an_older_release_gets_todays_file_to_be_asked_anew(client: FlaskClient) -> None:
    answer = client.get("/static/000000000000/css/expertpool.css")

    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "address", ["x/../../config.py", "vendor/../../config.py", "x/vendor.lock.json", "x/css", "x/nothing.css"]
)
def test_nothing_but_the_shipped_files_is_served(client: FlaskClient, address: str) -> None:
    assert client.get(f"/static/{address}").status_code == 404


def test_the_style_sheets_stay_small() -> None:
    assert sum(map(_zipped, SHEETS)) <= 12 * 1024


@pytest.mark.parametrize("script", ["js/painter.js", "js/combobox.js"])
def test_the_scripts_of_a_page_stay_small(script: str) -> None:
    assert _zipped(HTMX) + _zipped("js/enhance.js") + _zipped(script) <= 18 * 1024
