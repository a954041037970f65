"""Screening from the tables: what is on record reaches the rules, dated and named as it was entered."""

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.conflicts.models import Organisation, OrganisationAlias, Person
from expertpool.conflicts.queries import screen_experts
from expertpool.conflicts.rules.findings import Node, Screening
from expertpool.conflicts.rules.vocabulary import (
    Confidence,
    Kinship,
    PartyKind,
    RelationType,
    RoleClass,
    Script,
    Tier,
)
from expertpool.experts.models import Expert
from tests.fixtures.conflicts import a_group, a_party, a_person, a_tie, an_organisation, an_ownership
from tests.fixtures.experts import an_expert

ON = dt.date(2026, 9, 1)


def screened(
    session: Session, expert: Expert, *subjects: Organisation | Person, role: RoleClass = RoleClass.ADJ
) -> Screening:
    parties = [a_party(subject) for subject in subjects]
    found = screen_experts(
        session, incident_id=None, parties=parties, role_class=role, on=ON, expert_ids=[expert.id]
    )
    return found[expert.id]


def test_an_employee_of_a_sister_firm_is_barred_and_the_path_shows_four_names(session: Session) -> None:
    holding, sister = a_group(session, ["가람홀딩스", "미르온세미"])
    respondent = an_organisation(session, "한들셀")
    an_ownership(session, holding, respondent, share_basis_points=5_500)
    expert = an_expert(session)
    a_tie(session, expert, sister)

    screening = screened(session, expert, respondent)

    assert (screening.tier, screening.findings[0].rule) == (Tier.BAR, "R03")
    names = [step.name_ko for step in screening.findings[0].path if isinstance(step, Node)]
    assert names == ["윤슬기", "미르온세미", "가람홀딩스", "한들셀"]


@pytest.mark.parametrize(
    ("until", "tier"),
    [
        ("2024-09-01", Tier.BAR),
        ("2024-08-31", Tier.WAIVABLE),
        ("2024-08", Tier.WAIVABLE),
        ("2024", Tier.REVIEW),
        ("unknown", Tier.REVIEW),
        (None, Tier.BAR),
    ],
)
def test_the_end_of_a_job_counts_as_precisely_as_it_is_known(
    session: Session, until: str | None, tier: Tier
) -> None:
    party, expert = an_organisation(session), an_expert(session)
    a_tie(session, expert, party, until=until)

    assert screened(session, expert, party).tier is tier


def test_the_first_day_outside_a_group_no_longer_counts(session: Session) -> None:
    _, sold = a_group(session, ["가람홀딩스", "미르온세미"], valid_until=dt.date(2025, 1, 1))
    respondent = session.scalars(sa.select(Organisation).where(Organisation.name_ko == "가람홀딩스")).one()
    late, early = an_expert(session), an_expert(session)
    a_tie(session, late, sold, since="2025-01-01", until="2026-01-01")
    a_tie(session, early, sold, since="2024-12-31", until="2026-01-01")

    assert screened(session, late, respondent).tier is Tier.CLEAR
    assert screened(session, early, respondent).tier is not Tier.CLEAR


def test_a_branch_under_the_same_corporation_number_is_the_party(session: Session) -> None:
    party = an_organisation(session, "한들셀", corp_no="1101110000010", biz_no="1010000002")
    branch = an_organisation(session, "한들셀 부산지점", corp_no="1101110000010", biz_no="1020000005")
    expert = an_expert(session)
    a_tie(session, expert, branch)

    screening = screened(session, expert, party)

    assert (screening.tier, screening.findings[0].rule) == (Tier.BAR, "R02")


def test_a_former_name_without_a_number_is_reviewed_never_barred(session: Session) -> None:
    party = an_organisation(session, "한들셀", corp_no="1101110000010")
    session.add(OrganisationAlias(organisation_id=party.id, name="새한전지", script=Script.HANGUL))
    nameless = an_organisation(session, "(주)새한전지")
    expert = an_expert(session)
    a_tie(session, expert, nameless)

    screening = screened(session, expert, party)

    assert (screening.tier, screening.findings[0].rule) == (Tier.REVIEW, "R28")
    assert screening.findings[0].worst_tier is Tier.BAR


@pytest.mark.parametrize(
    ("nameless", "tier"),
    [
        ("Handeul Cell Co., Ltd.", Tier.REVIEW),
        ("HANDŬL CELL", Tier.REVIEW),
        ("韓들셀", Tier.CLEAR),
        ("Hanbit Cell", Tier.CLEAR),
    ],
)
def test_a_firm_written_in_the_other_script_is_reviewed(session: Session, nameless: str, tier: Tier) -> None:
    party = an_organisation(session, "㈜한들셀", corp_no="1101110000010")
    expert = an_expert(session)
    a_tie(session, expert, an_organisation(session, nameless))

    assert screened(session, expert, party).tier is tier


def test_a_person_named_in_latin_letters_alone_is_found(session: Session) -> None:
    accused = a_person(session, "", name_en="Lee Young-hee", birth_year=1978)
    expert = an_expert(session, name_ko="이영희", name_en="Lee Younghee", birth_year=1978)
    other = an_expert(session, name_ko="이영호", name_en="Lee Youngho", birth_year=1978)

    assert screened(session, expert, accused).findings[0].rule == "R01"
    assert screened(session, other, accused).tier is Tier.CLEAR


def test_a_tie_known_by_name_only_is_reviewed(session: Session) -> None:
    party, expert = an_organisation(session), an_expert(session)
    a_tie(session, expert, party, confidence=Confidence.NAME_ONLY)

    assert screened(session, expert, party).tier is Tier.REVIEW


def test_an_expert_with_name_birth_year_and_employer_of_the_accused_is_the_accused(session: Session) -> None:
    firm = an_organisation(session)
    accused = a_person(session, "마루한", birth_year=1978, employer=firm)
    namesake = an_expert(session, name_ko="마루한", name_en="Ma Ruhan", birth_year=1991)
    expert = an_expert(session, name_ko="마루한", name_en="Ma Ruhan", birth_year=1978)

    assert screened(session, expert, accused).findings[0].rule == "R01"
    assert screened(session, namesake, accused).tier is Tier.CLEAR


def test_an_employer_in_the_same_years_settles_who_somebody_is(session: Session) -> None:
    party = an_organisation(session, "도담정밀", corp_no="1101110000010")
    branch = an_organisation(session, "도담정밀 연구소", corp_no="1101110000010")
    accused = a_person(session, "마루한", employer=branch)
    colleague = an_expert(session, name_ko="마루한", name_en="Ma Ruhan")
    stranger = an_expert(session, name_ko="마루한", name_en="Ma Ruhan")
    a_tie(session, colleague, party)

    assert screened(session, colleague, accused).findings[0].rule == "R01"
    assert screened(session, stranger, accused).findings[0].rule == "R28"


def test_a_relative_is_matched_by_the_hash_of_the_name(session: Session) -> None:
    accused = a_person(session, "마루한", name_hashes=["a1"], birth_year=1980)
    brother = Person(name_hashes=["a1"], birth_year=1980)
    session.add(brother)
    session.flush()
    expert = an_expert(session)
    a_tie(session, expert, brother, RelationType.SAME_PERSON, kinship=Kinship.SIBLING)

    finding = screened(session, expert, accused).findings[0]

    assert (finding.rule, finding.tier) == ("R04a", Tier.BAR)


def test_everybody_is_screened_alike_alone_and_together(session: Session) -> None:
    firms = a_group(session, ["가람홀딩스", "미르온세미", "한들셀"])
    accused = a_person(session, "마루한", employer=firms[1])
    experts = [
        an_expert(session, name_ko="마루한" if place == 3 else "윤슬기", name_en=f"Expert {place}")
        for place in range(6)
    ]
    for place, expert in enumerate(experts[:5]):
        a_tie(session, expert, firms[place % 3], until=["2025", None, "2024-08", None, "2020"][place])
    parties = [a_party(firms[2]), a_party(accused, kind=PartyKind.ACCUSED)]

    together = screen_experts(
        session, incident_id=None, parties=parties, role_class=RoleClass.INV, on=ON, expert_ids=None
    )

    for expert in experts:
        alone = screen_experts(
            session,
            incident_id=None,
            parties=parties,
            role_class=RoleClass.INV,
            on=ON,
            expert_ids=[expert.id],
        )
        assert alone == {expert.id: together[expert.id]}


@pytest.mark.parametrize("experts", [1, 7])
def test_the_number_of_queries_does_not_grow_with_the_experts(session: Session, experts: int) -> None:
    party, accused = an_organisation(session), a_person(session, "윤슬기")
    asked = [an_expert(session) for _ in range(experts)]
    for expert in asked:
        a_tie(session, expert, party)
    statements: list[str] = []
    connection = session.connection()

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        statements.append(statement)

    sa.event.listen(connection, "before_cursor_execute", note)
    screen_experts(
        session,
        incident_id=None,
        parties=[a_party(party), a_party(accused)],
        role_class=RoleClass.ADJ,
        on=ON,
        expert_ids=[expert.id for expert in asked],
    )
    sa.event.remove(connection, "before_cursor_execute", note)

    assert len(statements) == 11


def test_the_table_refuses_an_end_before_the_beginning(session: Session) -> None:
    party, expert = an_organisation(session), an_expert(session)

    with pytest.raises(sa.exc.IntegrityError, match="ends_after_start"):
        a_tie(session, expert, party, since="2024", until="2023")


def test_a_namesake_of_the_accused_is_kept_apart_by_the_year_of_birth_and_noted(session: Session) -> None:
    accused = a_person(session, "마루한", birth_year=1980)
    namesake = an_expert(session, name_ko="마루한", name_en="Ma Ruhan", birth_year=1975)

    screening = screened(session, namesake, accused)

    assert screening.tier is Tier.CLEAR
    assert [(one.name_ko, str(one.because)) for one in screening.apart] == [
        ("마루한", "The years of birth differ.")
    ]
