"""Facts and drafts: what is refused, and under the name of which field."""

import dataclasses
import datetime as dt
from typing import Any

import pytest

from expertpool.experts.rules import FacetKind
from expertpool.incidents.rules import (
    MOST_SEATS,
    FacetWish,
    IncidentFacts,
    NeedDraft,
    SeatDraft,
    SessionDraft,
    TeamRuleDraft,
    TeamRuleKind,
    Urgency,
    check_incident,
    check_need,
    faults_at_submission,
)
from expertpool.refusals import Invalid
from expertpool.scheduling.vocabulary import RoleClass

NOW = dt.datetime(2026, 11, 23, 0, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
TERMS = frozenset(
    {
        (FacetKind.ROLE_KIND, "ATT"),
        (FacetKind.ROLE_KIND, "CHR"),
        (FacetKind.SKILL, "imaging"),
        (FacetKind.LICENCE, "attorney"),
        (FacetKind.REGION, "KR-11"),
        (FacetKind.TECHNOLOGY, "T08"),
    }
)

SEAT = SeatDraft("ATT", RoleClass.SUP)
SESSION = SessionDraft("meeting", 120, NOW + DAY, NOW + 3 * DAY, None, (0,))
DRAFT = NeedDraft("법률 검토", Urgency.RAISED, NOW, NOW + 7 * DAY, (SEAT,), (SESSION,))
FACTS = IncidentFacts("제목", "경위", "leaver", Urgency.RAISED, "KR-11")


def faulty_fields(draft: NeedDraft) -> set[str]:
    with pytest.raises(Invalid) as refusal:
        check_need(draft, terms=TERMS)
    return set(refusal.value.fields)


def changed(part: Any, **changes: Any) -> Any:
    return dataclasses.replace(part, **changes)


def test_a_sound_draft_passes() -> None:
    check_need(DRAFT, terms=TERMS)


@pytest.mark.parametrize(
    ("draft", "field"),
    [
        (changed(DRAFT, purpose=" "), "purpose"),
        (changed(DRAFT, purpose="가" * 201), "purpose"),
        (changed(DRAFT, purpose="가\x00"), "purpose"),
        (changed(DRAFT, deadline=NOW, seats=(changed(SEAT, effort_minutes=60),), sessions=()), "deadline"),
        (changed(DRAFT, deadline=NOW + 400 * DAY), "deadline"),
        (changed(DRAFT, seats=(SEAT,) * (MOST_SEATS + 1)), "seats"),
        (changed(DRAFT, sessions=(SESSION,) * 21), "sessions"),
        (changed(DRAFT, sessions=()), "sessions"),
        (changed(DRAFT, team_rules=(TeamRuleDraft(TeamRuleKind.NO_TWO_OF_ONE_FIRM),) * 21), "team_rules"),
    ],
)
def test_a_need_names_what_is_wrong_with_it(draft: NeedDraft, field: str) -> None:
    assert faulty_fields(draft) == {field}


def test_a_need_without_seats_says_so() -> None:
    assert "seats" in faulty_fields(changed(DRAFT, seats=(), sessions=()))


def test_hours_outside_sessions_make_sessions_unneeded() -> None:
    check_need(changed(DRAFT, seats=(changed(SEAT, effort_minutes=600),), sessions=()), terms=TERMS)


@pytest.mark.parametrize(
    ("seat", "field"),
    [
        (changed(SEAT, role_kind="XXX"), "seats-0-role_kind"),
        (changed(SEAT, minimum_level=5), "seats-0-minimum_level"),
        (changed(SEAT, minimum_level=3, preferred_level=2), "seats-0-preferred_level"),
        (changed(SEAT, effort_minutes=-1), "seats-0-effort_minutes"),
        (changed(SEAT, effort_minutes=60_001), "seats-0-effort_minutes"),
        (changed(SEAT, facets=(FacetWish(FacetKind.SKILL, "magic", True),)), "seats-0-facets-0-code"),
        (changed(SEAT, facets=(FacetWish(FacetKind.ROLE_KIND, "CHR", True),)), "seats-0-facets-0-code"),
        (
            changed(SEAT, facets=(FacetWish(FacetKind.SKILL, "imaging", True),) * 2),
            "seats-0-facets-1-code",
        ),
        (
            changed(SEAT, facets=(FacetWish(FacetKind.SKILL, "imaging", True, minimum_level=0),)),
            "seats-0-facets-0-minimum_level",
        ),
        (
            changed(SEAT, facets=(FacetWish(FacetKind.SKILL, "imaging", False, weight=11),)),
            "seats-0-facets-0-weight",
        ),
    ],
)
def test_a_seat_names_what_is_wrong_with_it(seat: SeatDraft, field: str) -> None:
    assert faulty_fields(changed(DRAFT, seats=(seat,))) == {field}


@pytest.mark.parametrize(
    ("session", "field"),
    [
        (changed(SESSION, kind="party"), "sessions-0-kind"),
        (changed(SESSION, length_minutes=45), "sessions-0-length_minutes"),
        (changed(SESSION, length_minutes=750), "sessions-0-length_minutes"),
        (changed(SESSION, latest=SESSION.earliest), "sessions-0-latest"),
        (changed(SESSION, latest=SESSION.earliest + dt.timedelta(minutes=90)), "sessions-0-latest"),
        (changed(SESSION, latest=NOW + 8 * DAY), "sessions-0-latest"),
        (changed(SESSION, earliest=NOW - DAY), "sessions-0-earliest"),
        (changed(SESSION, region_code="KR-99"), "sessions-0-region_code"),
        (changed(SESSION, seats=()), "sessions-0-seats"),
        (changed(SESSION, seats=(1,)), "sessions-0-seats"),
        (changed(SESSION, seats=(-1,)), "sessions-0-seats"),
        (changed(SESSION, seats=(0, 0)), "sessions-0-seats"),
    ],
)
def test_a_session_names_what_is_wrong_with_it(session: SessionDraft, field: str) -> None:
    assert faulty_fields(changed(DRAFT, sessions=(session,))) == {field}


def test_a_window_exactly_as_long_as_the_session_is_enough() -> None:
    tight = changed(SESSION, latest=SESSION.earliest + dt.timedelta(minutes=120))

    check_need(changed(DRAFT, sessions=(tight,)), terms=TERMS)


@pytest.mark.parametrize(
    ("rule", "field"),
    [
        (TeamRuleDraft(TeamRuleKind.CHAIR_LICENCE, licences=("attorney",)), "team_rules-0-seats"),
        (TeamRuleDraft(TeamRuleKind.CHAIR_LICENCE, (3,), licences=("attorney",)), "team_rules-0-seats"),
        (TeamRuleDraft(TeamRuleKind.CHAIR_LICENCE, (0,)), "team_rules-0-licences"),
        (TeamRuleDraft(TeamRuleKind.CHAIR_LICENCE, (0,), licences=("pilot",)), "team_rules-0-licences"),
        (TeamRuleDraft(TeamRuleKind.AT_LEAST), "team_rules-0-role_kinds"),
        (TeamRuleDraft(TeamRuleKind.AT_LEAST, role_kinds=("ATT",), count=3), "team_rules-0-count"),
        (TeamRuleDraft(TeamRuleKind.MINISTRY_MIX, count=1), "team_rules-0-count"),
        (TeamRuleDraft(TeamRuleKind.MINISTRY_MIX, count=3), "team_rules-0-count"),
    ],
)
def test_a_team_rule_names_what_is_wrong_with_it(rule: TeamRuleDraft, field: str) -> None:
    assert faulty_fields(changed(DRAFT, seats=(SEAT, SEAT), team_rules=(rule,))) == {field}


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (changed(FACTS, title=" "), "title"),
        (changed(FACTS, title="가" * 201), "title"),
        (changed(FACTS, summary=""), "summary"),
        (changed(FACTS, type_code="arson"), "type_code"),
        (changed(FACTS, region_code="KR-99"), "region_code"),
        (changed(FACTS, technologies=("T99",)), "technologies"),
    ],
)
def test_an_incident_names_what_is_wrong_with_it(facts: IncidentFacts, field: str) -> None:
    with pytest.raises(Invalid) as refusal:
        check_incident(facts, terms=TERMS, type_codes={"leaver"})

    assert set(refusal.value.fields) == {field}


def test_what_was_possible_when_written_may_be_too_late_at_submission() -> None:
    assert faults_at_submission(DRAFT, now=NOW) == {}
    assert faults_at_submission(DRAFT, now=SESSION.latest - dt.timedelta(minutes=120)) == {}
    assert set(faults_at_submission(DRAFT, now=SESSION.latest - dt.timedelta(minutes=119))) == {
        "sessions-0-latest"
    }
    assert set(faults_at_submission(DRAFT, now=DRAFT.deadline)) == {"deadline", "sessions-0-latest"}
