"""The files of others that we ship, and which licences we accept. Change here, then run `update`."""

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatch

from expertpool.infra.assets import adapt

LICENCES = {"0BSD", "Apache-2.0", "BSD-3-Clause", "ISC", "MIT", "OFL-1.1"}
"""SPDX identifiers we may redistribute under."""

LICENCE_ALIASES = {"BSD-0-Clause": "0BSD"}
"""Spellings seen in package descriptions for an SPDX identifier."""


@dataclass(frozen=True, slots=True)
class Take:
    """One pattern of files to take out of a package, and how to adapt each before it is stored."""

    source: str
    adapt: Callable[[bytes], bytes] | None = None
    name: str | None = None

    def matches(self, path: str) -> bool:
        """Whether `path` inside the package is meant."""
        return fnmatch(path, self.source)

    def stored_as(self, path: str) -> str:
        """Name inside our vendor folder: the file's own name, or the one given."""
        return self.name or path.rsplit("/", 1)[-1]


@dataclass(frozen=True, slots=True)
class Package:
    """A pinned npm package and the part of it we ship."""

    name: str
    version: str
    takes: tuple[Take, ...]
    notice: str

    @property
    def folder(self) -> str:
        """Folder name under `static/vendor`; the version in it makes the address immutable."""
        return f"{self.name}-{self.version}"


PACKAGES = (
    Package(
        name="htmx.org",
        version="4.0.1",
        takes=(Take("dist/htmx.min.js", adapt.script), Take("LICENSE")),
        notice="Page updates without a full reload. Copyright its contributors.",
    ),
    Package(
        name="krds-uiux",
        version="1.1.0",
        takes=(Take("resources/css/token/krds_tokens.css", adapt.colour_tokens, name="tokens.css"),),
        notice=(
            "Colour values of the Korea Design System (KRDS), published by the Ministry of the Interior and"
            " Safety, taken over as --ep-* properties; no mark, emblem or component of it is used. The"
            " package says ISC; the publisher's site offers its content under KOGL type 1 (attribution)."
        ),
    ),
    Package(
        name="pretendard-gov",
        version="1.3.9",
        takes=(
            Take("dist/web/variable/woff2-dynamic-subset/*.woff2"),
            Take(
                "dist/web/variable/pretendardvariable-gov-dynamic-subset.css",
                adapt.font_rules,
                name="pretendard-gov.css",
            ),
            Take("dist/LICENSE.txt"),
        ),
        notice=(
            "Typeface. Copyright (c) 2021, Kil Hyung-jin, with Reserved Font Name Pretendard; the font files"
            " are unchanged, the style sheet's comments and folder names are."
        ),
    ),
)
