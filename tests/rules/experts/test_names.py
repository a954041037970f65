"""Under which name an expert is known to whom."""

import uuid
from dataclasses import dataclass, field

import pytest

from expertpool.experts.rules import shown_name

HOME = uuid.UUID(int=1)
OTHER = uuid.UUID(int=2)
SELF = uuid.UUID("abcdef12-0000-4000-8000-000000000000")


@dataclass
class Ministry:
    code: str = "NIS"
    shows_aliases_only: bool = True


@dataclass
class Expert:
    id: uuid.UUID = SELF
    ministry_id: uuid.UUID = HOME
    ministry: Ministry = field(default_factory=Ministry)
    name_ko: str = "윤슬기"
    name_en: str = "Yun Seulgi"
    alias: str | None = "NIS-07"


def test_other_ministries_see_the_alias_in_both_languages() -> None:
    name = shown_name(Expert(), OTHER)

    assert (name.name_ko, name.name_en, name.is_alias) == ("NIS-07", "NIS-07", True)


def test_somebody_of_no_ministry_sees_the_alias_too() -> None:
    assert shown_name(Expert(), None).is_alias


def test_the_own_ministry_sees_the_name() -> None:
    assert shown_name(Expert(), HOME).name_en == "Yun Seulgi"


@pytest.mark.parametrize("alias", [None, ""])
def test_without_an_alias_the_name_still_stays_hidden(alias: str | None) -> None:
    assert shown_name(Expert(alias=alias), OTHER).name_ko == "NIS-abcdef"


def test_an_alias_is_not_used_where_names_are_shown() -> None:
    open_ministry = Ministry(code="MSS", shows_aliases_only=False)

    assert shown_name(Expert(ministry=open_ministry), OTHER).name_ko == "윤슬기"
