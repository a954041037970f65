import datetime as dt
import itertools
import re
from collections import Counter
from collections.abc import Callable, Iterable

import pytest

from expertpool.experts import data as experts
from expertpool.incidents import data as incidents
from expertpool.ministries import data as ministries
from expertpool.ministries.data import Certainty, Named, version_of
from expertpool.scheduling.vocabulary import RoleClass

Load = Callable[[], Iterable[Named]]

LISTS: dict[str, Load] = {
    "ministries": ministries.load_ministries,
    "regions": ministries.load_regions,
    "role_kinds": experts.load_role_kinds,
    "licences": experts.load_licences,
    "technology_fields": experts.load_technology_fields,
    "desks": experts.load_desks,
    "skills": experts.load_skills,
    "proceedings": experts.load_proceedings,
    "languages": experts.load_languages,
    "clearances": experts.load_clearances,
    "crosswalk_schemes": experts.load_crosswalk_schemes,
    "clocks": incidents.load_clocks,
    "programmes": incidents.load_programmes,
    "incident_types": incidents.load_incident_types,
    "request_templates": incidents.load_request_templates,
}
FILES = {
    "expertpool.ministries.data": ["ministries", "regions"],
    "expertpool.experts.data": [
        "role_kinds", "licences", "technology_fields", "desks", "crosswalks",
        "skills", "proceedings", "languages", "clearances",
    ],
    "expertpool.incidents.data": ["clocks", "programmes", "incident_types", "request_templates"],
}  # fmt: skip
EVERY = pytest.mark.parametrize("load", [pytest.param(load, id=name) for name, load in LISTS.items()])


def codes(load: Load) -> set[str]:
    return {row.code for row in load()}


def texts(row: object) -> Iterable[tuple[str, str | None]]:
    """Every pair of fields whose names differ only in the language."""
    fields = {name: getattr(row, name) for name in row.__dataclass_fields__}  # type: ignore[attr-defined]
    return [(fields[name], fields.get(f"{name[:-3]}_en")) for name in fields if name.endswith("_ko")]


@EVERY
def test_no_code_is_used_twice(load: Load) -> None:
    counts = Counter(row.code for row in load())

    assert [code for code, count in counts.items() if count > 1] == []


@EVERY
def test_every_code_fits_the_column_it_will_be_kept_in(load: Load) -> None:
    assert [row.code for row in load() if len(row.code) > 24] == []


@EVERY
def test_every_row_is_named_in_both_languages(load: Load) -> None:
    for row in load():
        assert re.search("[가-힣]", row.name_ko), row.code
        assert re.search("[A-Za-z]", row.name_en), row.code
        assert not re.search("[가-힣]", row.name_en), row.code


@EVERY
def test_every_korean_text_has_its_english_one(load: Load) -> None:
    for row in load():
        for korean, english in texts(row):
            if english is not None:
                assert bool(korean) == bool(english), row.code


@EVERY
def test_no_row_ends_before_it_begins(load: Load) -> None:
    for row in load():
        assert row.valid_until is None or row.valid_from < row.valid_until, row.code


@pytest.mark.parametrize(
    ("package", "name"),
    [(package, name) for package, names in FILES.items() for name in names],
)
def test_every_file_tells_its_version(package: str, name: str) -> None:
    assert re.fullmatch(r"20\d\d\.\d+", version_of(package, f"{name}.yaml"))


def test_six_ministries_share_the_pool() -> None:
    members = [m.code for m in ministries.load_ministries() if m.kind is ministries.MinistryKind.MEMBER]

    assert members == ["MSS", "MOTIR", "KFTC", "MOIP", "NPA", "NIS"]


def test_observers_are_known_but_switched_off() -> None:
    observers = [m for m in ministries.load_ministries() if m.kind is ministries.MinistryKind.OBSERVER]

    assert [(m.code, m.active) for m in observers] == [("MSIT", False), ("MOJ", False)]


def test_there_are_seventeen_regions() -> None:
    assert len(ministries.load_regions()) == 17


def test_a_ministry_is_not_valid_under_its_new_name_before_the_renaming() -> None:
    motir = next(m for m in ministries.load_ministries() if m.code == "MOTIR")

    assert not motir.valid_on(dt.date(2025, 9, 30))
    assert motir.valid_on(dt.date(2025, 10, 1))


def test_every_technology_field_is_answered_by_a_desk() -> None:
    answered = {code for desk in experts.load_desks() for code in desk.fields}

    assert answered == codes(experts.load_technology_fields)
    assert len(answered) == 35


def test_there_are_fourteen_desks() -> None:
    assert len(experts.load_desks()) == 14


@pytest.mark.parametrize(("scheme", "count"), [("core", 13), ("strategic", 12), ("kftc", 14), ("ipc", 8)])
def test_a_crosswalk_covers_its_whole_list(scheme: str, count: int) -> None:
    assert sum(entry.scheme == scheme for entry in experts.load_crosswalks()) == count


def test_crosswalks_lead_to_known_fields_and_desks() -> None:
    fields, desks = codes(experts.load_technology_fields), codes(experts.load_desks)

    for entry in experts.load_crosswalks():
        assert entry.fields, entry.code
        assert set(entry.fields) <= fields, entry.code
        assert set(entry.desks) <= desks, entry.code
        assert entry.scheme in codes(experts.load_crosswalk_schemes)


def test_a_crosswalk_entry_is_unique_within_its_scheme() -> None:
    counts = Counter((entry.scheme, entry.code) for entry in experts.load_crosswalks())

    assert max(counts.values()) == 1


def test_a_crosswalk_sends_to_desks_that_answer_one_of_its_fields() -> None:
    desks = {desk.code: set(desk.fields) for desk in experts.load_desks()}

    for entry in experts.load_crosswalks():
        for desk in entry.desks:
            assert desks[desk] & set(entry.fields), (entry.scheme, entry.code, desk)


def test_clearances_stand_lowest_first_and_ranks_differ() -> None:
    ranks = [clearance.rank for clearance in experts.load_clearances()]

    assert ranks == list(range(len(ranks)))


def test_the_usual_class_of_a_role_kind_is_one_it_may_act_in() -> None:
    for kind in experts.load_role_kinds():
        assert kind.default_class in kind.classes, kind.code


def test_only_mediators_arbitrators_and_chairs_adjudicate() -> None:
    found = {kind.code for kind in experts.load_role_kinds() if RoleClass.ADJ in kind.classes}

    assert found == {"MED", "ARB", "CHR"}


def test_role_kinds_and_skills_refer_to_what_exists() -> None:
    for kind in experts.load_role_kinds():
        assert set(kind.licences) <= codes(experts.load_licences), kind.code
    for skill in experts.load_skills():
        assert set(skill.role_kinds) <= codes(experts.load_role_kinds), skill.code


def test_every_clock_of_the_fifteen_and_of_our_policy_is_there() -> None:
    stems = {clock.code[:3] for clock in incidents.load_clocks()}

    assert stems == {f"C{n:02d}" for n in range(1, 16)} | {f"U{n:02d}" for n in range(1, 5)}


def test_a_clock_starts_from_a_known_trigger() -> None:
    triggers = {trigger.code for trigger in incidents.load_triggers()}

    for clock in incidents.load_clocks():
        assert {clock.trigger, *clock.paused_by} <= triggers, clock.code


def test_a_clock_with_a_length_has_a_unit_and_the_others_have_neither() -> None:
    without = {incidents.ClockKind.STOP, incidents.ClockKind.COMPOSITION}

    for clock in incidents.load_clocks():
        assert (clock.length is None) == (clock.unit is None) == (clock.kind in without), clock.code


def test_our_own_clocks_are_marked_as_policy_and_no_other_is() -> None:
    for clock in incidents.load_clocks():
        assert (clock.certainty is Certainty.POLICY) == clock.code.startswith("U"), clock.code


def test_the_sixteen_programmes_name_known_ministries_kinds_and_followers() -> None:
    programmes = incidents.load_programmes()

    assert [p.code for p in programmes] == [f"P{n:02d}" for n in range(1, 17)]
    for programme in programmes:
        assert set(programme.ministries) <= codes(ministries.load_ministries), programme.code
        assert set(programme.role_kinds) <= codes(experts.load_role_kinds), programme.code
        assert set(programme.followed_by) <= codes(incidents.load_programmes), programme.code
        assert 0 <= programme.subsidy_from <= programme.subsidy_to <= 100, programme.code


def test_a_firm_without_means_can_be_led_from_imaging_to_mediation() -> None:
    followers = {p.code: p.followed_by for p in incidents.load_programmes()}

    chain = ["P10", "P09", "P11", "P12"]

    assert all(after in followers[before] for before, after in itertools.pairwise(chain))


def test_incident_types_refer_to_what_exists() -> None:
    kinds = incidents.load_incident_types()

    assert len(kinds) == 7
    for kind in kinds:
        assert {kind.lead, *kind.supporting} <= codes(ministries.load_ministries), kind.code
        assert set(kind.templates) <= codes(incidents.load_request_templates), kind.code
        assert set(kind.programmes) <= codes(incidents.load_programmes), kind.code
        assert set(kind.clocks) <= codes(incidents.load_clocks), kind.code


def test_an_incident_type_lists_templates_that_are_offered_for_it() -> None:
    offered = {template.code: template.incident_types for template in incidents.load_request_templates()}

    for kind in incidents.load_incident_types():
        assert [t for t in kind.templates if kind.code not in offered[t]] == [], kind.code


def test_templates_refer_to_what_exists() -> None:
    for template in incidents.load_request_templates():
        assert set(template.incident_types) <= codes(incidents.load_incident_types), template.code
        assert template.proceeding in codes(experts.load_proceedings), template.code
        assert set(template.clocks) <= codes(incidents.load_clocks), template.code
        assert template.programme is None or template.programme in codes(incidents.load_programmes)
        for seat in template.seats:
            assert set(seat.skills + seat.preferred_skills) <= codes(experts.load_skills), seat.key
            assert set(seat.licences) <= codes(experts.load_licences), seat.key


def test_a_seat_asks_for_a_class_its_role_kind_may_act_in() -> None:
    classes = {kind.code: kind.classes for kind in experts.load_role_kinds()}

    for template in incidents.load_request_templates():
        for seat in template.seats:
            assert seat.role_class in classes[seat.role_kind], (template.code, seat.key)


def test_every_seat_comes_to_a_session_and_every_session_fits_its_window() -> None:
    for template in incidents.load_request_templates():
        keys = {seat.key for seat in template.seats}
        come = {key for session in template.sessions for key in session.seats or keys}
        assert come == keys, template.code
        for session in template.sessions:
            first, end = session.window_days
            assert 0 <= first < end, (template.code, session.key)
            assert session.minutes % 30 == 0, (template.code, session.key)
            assert 30 <= session.minutes <= 720, (template.code, session.key)


def test_the_mediation_panel_has_three_members_and_a_licensed_chair() -> None:
    panel = next(t for t in incidents.load_request_templates() if t.code == "mediation_panel")

    assert sum(seat.count for seat in panel.seats) == 3
    assert panel.seats[0].licences == ("attorney", "patent_attorney")
    assert {"C01", "C02a"} <= set(panel.clocks)


def test_court_ordered_fact_finding_waits_for_its_day() -> None:
    template = next(t for t in incidents.load_request_templates() if t.code == "fact_finding")

    assert not template.valid_on(dt.date(2028, 2, 19))
    assert template.valid_on(dt.date(2028, 2, 20))
