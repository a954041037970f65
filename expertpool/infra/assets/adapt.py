"""Turn a package's file into the smaller one we ship. Pure functions of the bytes."""

import re

TOKENS = {
    "surface": "surface-white",
    "surface-subtle": "surface-gray-subtler",
    "surface-muted": "surface-gray-subtle",
    "surface-head": "surface-secondary-subtler",
    "surface-selected": "surface-primary-subtler",
    "surface-danger": "surface-danger-subtler",
    "surface-warning": "surface-warning-subtler",
    "surface-success": "surface-success-subtler",
    "surface-info": "surface-information-subtler",
    "surface-inverse": "surface-inverse",
    "surface-dim": "background-dim",
    "text": "text-basic",
    "text-strong": "text-bolder",
    "text-subtle": "text-subtle",
    "text-inverse": "text-basic-inverse",
    "text-brand": "text-secondary",
    "text-primary": "text-primary",
    "text-danger": "text-danger",
    "text-warning": "text-warning",
    "text-success": "text-success",
    "text-info": "text-information",
    "text-disabled": "text-disabled-on",
    "text-on-primary": "text-inverse-static",
    "link": "text-primary",
    "link-hover": "link-pressed",
    "line": "border-gray-light",
    "line-strong": "border-gray",
    "line-dark": "border-gray-darker",
    "line-primary": "border-primary",
    "line-danger": "border-danger",
    "line-warning": "border-warning",
    "line-success": "border-success",
    "line-info": "border-information",
    "brand": "element-secondary",
    "primary": "button-primary-fill",
    "primary-hover": "button-primary-fill-hover",
    "primary-pressed": "button-primary-fill-pressed",
    "secondary": "button-secondary-fill",
    "secondary-hover": "button-secondary-fill-hover",
    "tertiary-hover": "button-tertiary-fill-hover",
    "tertiary-line": "button-tertiary-border",
    "input": "input-surface",
    "input-line": "input-border",
    "input-disabled": "input-surface-disabled",
    "bar": "element-primary",
    "bar-success": "element-success",
    "bar-warning": "element-warning",
    "bar-danger": "element-danger",
    "bar-track": "element-gray-light",
}
"""Our property name → the KRDS token it takes its value from, in both of its modes."""

_DECLARATION = re.compile(r"--(krds-[\w-]+):\s*([^;]+);")
_REFERENCE = re.compile(r"var\(--(krds-[\w-]+)\)")
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def script(source: bytes) -> bytes:
    """Drop the pointer to a source map we do not ship; a browser's tools would ask for it in vain."""
    return re.sub(rb"\n?//# sourceMappingURL=\S+\s*$", b"\n", source)


def colour_tokens(source: bytes) -> bytes:
    """Resolve the colours we use into `--ep-*`: the light mode, and the high-contrast mode as an answer to
    the reader's own system setting.

    Raises: KeyError when KRDS no longer has a token we rely on.
    """
    declared = dict(_DECLARATION.findall(source.decode()))
    light, contrast = (
        "".join(
            f"--ep-{ours}:{_resolve(declared, f'krds-{mode}-color-{theirs}')};"
            for ours, theirs in TOKENS.items()
        )
        for mode in ("light", "high-contrast")
    )
    return (
        "/* Colour values from KRDS, krds-uiux; see NOTICE. Generated: do not edit. */\n"
        f":root{{color-scheme:light;{light}}}\n"
        f"@media screen and (prefers-contrast:more){{:root{{color-scheme:dark;{contrast}}}}}\n"
    ).encode()


def font_rules(source: bytes) -> bytes:
    """Minify the @font-face rules and point them at the folder the fonts are stored in."""
    text = _COMMENT.sub("", source.decode()).replace("./woff2-dynamic-subset/", "")
    text = re.sub(r"\s+", " ", text)
    text = re.sub(r"\s*([{};:,])\s*", r"\1", text)
    return text.replace("}", "}\n").replace(";}", "}").strip().encode() + b"\n"


def _resolve(declared: dict[str, str], name: str) -> str:
    value = declared[name]
    reference = _REFERENCE.fullmatch(value)
    return _resolve(declared, reference.group(1)) if reference else value
