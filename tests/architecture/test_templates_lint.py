"""Rules every template and style sheet keeps, so the strict content policy and the two languages hold."""

import re
from pathlib import Path

import pytest
from jinja2 import Environment, FileSystemLoader

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
PAGES = [path for path in TEMPLATES if path.parent.name != "email"]  # mail has no policy, no style sheets
SHEETS = sorted((ROOT / "expertpool" / "static" / "css").glob("*.css"))
SCRIPTS = sorted((ROOT / "expertpool" / "static" / "js").glob("*.js"))
HTMX = {
    "hx-get",
    "hx-post",
    "hx-target",
    "hx-swap",
    "hx-trigger",
    "hx-status",
    "hx-select",
    "hx-push-url",
    "hx-headers",
}
FORBIDDEN = {
    "inline style": r"\sstyle\s*=",
    "inline handler": r"\son[a-z]+\s*=",
    "style element": r"<style\b",
    "script in the page": r"<script\b(?![^>]*\bsrc=)",
    "evaluated value": r"\bjs:|javascript:",
    "trigger filter": r"hx-trigger=\"[^\"]*\[",
    "unescaped value": r"\|\s*safe\b|\bMarkup\b|autoescape\s+false",
    "address of another site": r"(?:src|href|action)=\"(?:https?:)?//",
}
COMMENT = re.compile(r"{#.*?#}|<!--.*?-->|/\*.*?\*/", re.DOTALL)


def _text(path: Path) -> str:
    return COMMENT.sub("", path.read_text("utf-8"))


def _named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", PAGES, ids=_named)
def test_a_page_holds_nothing_the_content_policy_forbids(path: Path) -> None:
    text = _text(path)

    assert [fault for fault, pattern in FORBIDDEN.items() if re.search(pattern, text)] == []


@pytest.mark.parametrize("path", PAGES, ids=_named)
def test_a_page_keeps_to_the_agreed_part_of_htmx(path: Path) -> None:
    used = set(re.findall(r"\b(hx-[a-z-]+)", _text(path)))

    assert used - HTMX == set()


@pytest.mark.parametrize("path", PAGES, ids=_named)
def test_a_form_that_posts_carries_the_token(path: Path) -> None:
    forms = re.findall(r"<form\b.*?</form>", _text(path), re.DOTALL)

    posting = [form for form in forms if re.search(r"method=\"post\"", form, re.IGNORECASE)]
    assert [form[:120] for form in posting if "csrf_token" not in form] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=_named)
def test_a_template_parses(path: Path) -> None:
    environment = Environment(loader=FileSystemLoader(ROOT / "templates"), extensions=["jinja2.ext.i18n"])

    environment.parse(path.read_text("utf-8"))


@pytest.mark.parametrize("path", TEMPLATES, ids=_named)
def test_a_template_speaks_through_the_catalogue(path: Path) -> None:
    spoken = re.sub(r"{{\s*'English' if [^}]*}}", "", _text(path))

    assert re.findall(r"[가-힣]+", spoken) == []


@pytest.mark.parametrize("path", SHEETS, ids=_named)
def test_a_style_sheet_takes_its_colours_from_the_tokens(path: Path) -> None:
    text = _text(path)

    assert (
        re.findall(r"#[0-9a-f]{3,8}\b(?!\s*[{,.:>])|\b(?:rgb|hsl|oklch|lab)a?\(", text, re.IGNORECASE) == []
    )
    words = r":[^;{]*\b(white|black|red|blue|green|gr[ae]y|yellow|orange|navy|silver)\b"
    assert re.findall(words, text, re.IGNORECASE) == []


@pytest.mark.parametrize("path", SHEETS, ids=_named)
def test_a_style_sheet_uses_only_properties_that_exist(path: Path) -> None:
    known = "".join(sheet.read_text("utf-8") for sheet in SHEETS)
    known += "".join(
        path.read_text("utf-8") for path in (ROOT / "expertpool/static/vendor").rglob("tokens.css")
    )
    declared = set(re.findall(r"(--ep-[\w-]+)\s*:", known))

    assert set(re.findall(r"var\((--ep-[\w-]+)", _text(path))) - declared == set()


@pytest.mark.parametrize("path", PAGES, ids=_named)
def test_an_icon_that_is_named_is_drawn(path: Path) -> None:
    drawn = set(
        re.findall(r"<symbol id=\"(\w+)\"", (ROOT / "expertpool/static/img/icons.svg").read_text("utf-8"))
    )

    named = set(re.findall(r"(?:\bicon\(|icon_name=)'(\w+)'", _text(path)))
    assert named - drawn == set()


@pytest.mark.parametrize("path", PAGES, ids=_named)
def test_a_class_that_is_named_has_a_rule(path: Path) -> None:
    ruled = set(re.findall(r"\.(ep-[\w-]+)", "".join(sheet.read_text("utf-8") for sheet in SHEETS)))

    named = set(re.findall(r"(?<![\w#-])(ep-[a-z_]+(?:-[a-z_]+)*(?:--[a-z]+)?)(?![\w-]|--)", _text(path)))
    assert named - ruled == set()


@pytest.mark.parametrize("path", SCRIPTS, ids=_named)
def test_a_script_stands_alone_and_evaluates_nothing(path: Path) -> None:
    text = path.read_text("utf-8")

    assert (
        re.findall(
            r"^\s*import\b|\beval\(|\bnew Function\b|innerHTML|\.style\b|insertAdjacentHTML", text, re.M
        )
        == []
    )
