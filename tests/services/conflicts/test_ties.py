"""Recording, ending, settling and confirming ties; who may see them."""

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.conflicts import service
from expertpool.conflicts.models import InterestStatement, Organisation, Tie
from expertpool.conflicts.queries import is_confirmation_due, ties_of, ties_to_review
from expertpool.conflicts.rules.dates import ImpreciseDate
from expertpool.conflicts.rules.records import TieFacts
from expertpool.conflicts.rules.vocabulary import Confidence, RelationType, Source
from expertpool.experts.models import Expert
from expertpool.infra.db import acting_as
from expertpool.infra.identity import Actor, Role
from expertpool.refusals import Forbidden, Invalid, NotFound, Stale
from tests.fixtures.accounts import an_actor
from tests.fixtures.conflicts import a_tie, an_organisation
from tests.fixtures.experts import an_expert

EMPLOYEE = TieFacts(type=RelationType.EMPLOYEE, since=ImpreciseDate(2019, 3))
BIZ_NO = "1010000002"


def myself(expert: Expert) -> Actor:
    return Actor(roles=frozenset({Role.EXPERT}), expert_id=expert.id)


def told(session: Session, expert: Expert, name: str, now: dt.datetime, number: str = "") -> Tie:
    with acting_as(session, myself(expert)):
        return service.record_tie_as_told(
            session,
            expert.id,
            facts=EMPLOYEE,
            organisation=name,
            number=number,
            actor=myself(expert),
            now=now,
        )


def test_a_number_settles_which_organisation_is_meant(session: Session, now: dt.datetime) -> None:
    firm, expert = an_organisation(session, "도담정밀", biz_no=BIZ_NO), an_expert(session)

    tie = told(session, expert, "도담", now, number="101-00-00002")

    assert (tie.organisation_id, tie.confidence, tie.source) == (firm.id, Confidence.MATCHED, Source.SELF)


def test_a_name_leads_to_the_record_as_a_name_only(session: Session, now: dt.datetime) -> None:
    firm, expert = an_organisation(session, "(주)도담정밀", biz_no=BIZ_NO), an_expert(session)

    tie = told(session, expert, "도담 정밀 주식회사", now)

    assert (tie.organisation_id, tie.confidence) == (firm.id, Confidence.NAME_ONLY)


def test_a_name_nobody_or_several_bear_gets_a_record_of_its_own(session: Session, now: dt.datetime) -> None:
    firms = {an_organisation(session, "도담정밀", biz_no=BIZ_NO).id, an_organisation(session, "도담정밀").id}
    expert = an_expert(session)

    unknown, ambiguous = told(session, expert, "한들셀", now), told(session, expert, "도담정밀", now)

    assert ambiguous.organisation_id not in firms
    with acting_as(session, an_actor(session, Role.CONFLICT_OFFICER)) as _:
        review, count = ties_to_review(session, viewer=an_actor(session), page=1, size=10)
    assert count == 2
    assert {tie.id for tie in review} == {unknown.id, ambiguous.id}


def test_a_number_with_a_typing_error_is_refused(session: Session, now: dt.datetime) -> None:
    with pytest.raises(Invalid) as refusal:
        told(session, an_expert(session), "도담정밀", now, number="1010000001")

    assert list(refusal.value.fields) == ["number"]


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (TieFacts(type=RelationType.EMPLOYEE, since=ImpreciseDate(2026, 12)), "since"),
        (
            TieFacts(type=RelationType.EMPLOYEE, since=ImpreciseDate(2024, 5), until=ImpreciseDate(2024, 4)),
            "until",
        ),
        (TieFacts(type=RelationType.SHAREHOLDER, share_basis_points=10_001), "share_basis_points"),
        (TieFacts(type=RelationType.LOAN, amount_won=-1), "amount_won"),
        (TieFacts(type=RelationType.CO_AUTHOR, group_size=0), "group_size"),
    ],
)
def test_a_tie_that_cannot_be_is_refused_by_field(
    session: Session, now: dt.datetime, facts: TieFacts, field: str
) -> None:
    firm, expert = an_organisation(session), an_expert(session)

    with pytest.raises(Invalid) as refusal:
        service.record_tie(
            session,
            expert.id,
            facts=facts,
            organisation_id=firm.id,
            source=Source.SELF,
            actor=myself(expert),
            now=now,
        )

    assert list(refusal.value.fields) == [field]


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.MINISTRY_VIEWER, Role.AUDITOR, Role.EXPERT])
def test_others_may_not_record_a_tie(session: Session, now: dt.datetime, role: Role) -> None:
    firm, expert = an_organisation(session), an_expert(session)
    actor = myself(an_expert(session)) if role is Role.EXPERT else an_actor(session, role)

    with pytest.raises(Forbidden), acting_as(session, actor):
        service.record_tie(
            session,
            expert.id,
            facts=EMPLOYEE,
            organisation_id=firm.id,
            source=Source.SELF,
            actor=actor,
            now=now,
        )


@pytest.mark.parametrize("role", [Role.CONFLICT_OFFICER, Role.ADMIN])
def test_officers_and_administrators_record_ties_of_others(
    session: Session, now: dt.datetime, role: Role
) -> None:
    firm, expert, actor = an_organisation(session), an_expert(session), an_actor(session, role)

    with acting_as(session, actor):
        service.record_tie(
            session,
            expert.id,
            facts=EMPLOYEE,
            organisation_id=firm.id,
            source=Source.DOCUMENT,
            actor=actor,
            now=now,
        )

    assert session.scalar(sa.select(sa.func.count()).select_from(Tie)) == 1


@pytest.mark.parametrize(
    ("role", "seen"),
    [
        (Role.COORDINATOR, 0),
        (Role.MINISTRY_VIEWER, 0),
        (Role.AUDITOR, 0),
        (Role.ADMIN, 0),
        (Role.CONFLICT_OFFICER, 1),
    ],
)
def test_the_database_itself_hides_ties(session: Session, now: dt.datetime, role: Role, seen: int) -> None:
    expert = an_expert(session)
    a_tie(session, expert, an_organisation(session), evidence="까나리아 문서")
    session.add(InterestStatement(expert_id=expert.id, stated_at=now))
    actor = an_actor(session, role)

    with acting_as(session, actor):
        ties = session.execute(sa.text("SELECT evidence FROM tie")).all()
        words = session.execute(sa.text("SELECT 1 FROM interest_statement")).all()

    assert (len(ties), len(words)) == (seen, seen)


def test_experts_see_their_own_ties_only(session: Session, now: dt.datetime) -> None:
    firm, me, other = an_organisation(session), an_expert(session), an_expert(session)
    mine = a_tie(session, me, firm)
    a_tie(session, other, firm)

    with acting_as(session, myself(me)):
        seen = session.scalars(sa.select(Tie.id)).all()

    assert seen == [mine.id]


def test_an_end_keeps_its_precision(session: Session, now: dt.datetime) -> None:
    expert = an_expert(session)
    tie = a_tie(session, expert, an_organisation(session))

    with acting_as(session, myself(expert)):
        service.end_tie(
            session, tie.id, until=ImpreciseDate(2026, 2), version=1, actor=myself(expert), now=now
        )
        shown = ties_of(session, expert.id, viewer=myself(expert))

    assert (tie.ends_on, tie.ends_precision) == (dt.date(2026, 2, 28), "month")
    assert [view.until for view in shown] == [ImpreciseDate(2026, 2)]


def test_an_end_is_refused_after_somebody_changed_the_tie(session: Session, now: dt.datetime) -> None:
    expert = an_expert(session)
    tie = a_tie(session, expert, an_organisation(session))

    with pytest.raises(Stale):
        service.end_tie(session, tie.id, until=ImpreciseDate(2026), version=7, actor=myself(expert), now=now)


def test_only_officers_settle_ties(session: Session, now: dt.datetime) -> None:
    expert, firm = an_expert(session), an_organisation(session)
    tie = a_tie(session, expert, firm, confidence=Confidence.NAME_ONLY)

    def settle(actor: Actor) -> Tie:
        with acting_as(session, actor):
            return service.settle_tie(
                session,
                tie.id,
                facts=EMPLOYEE,
                organisation_id=firm.id,
                person_id=None,
                version=1,
                actor=actor,
                now=now,
            )

    with pytest.raises(Forbidden):
        settle(myself(expert))
    assert settle(an_actor(session, Role.CONFLICT_OFFICER)).confidence is Confidence.MATCHED


def test_the_word_of_the_expert_holds_for_a_year(session: Session, now: dt.datetime) -> None:
    expert = an_expert(session)
    assert is_confirmation_due(session, expert.id, now=now)

    with acting_as(session, myself(expert)):
        service.confirm_ties(session, expert.id, actor=myself(expert), now=now)

    assert not is_confirmation_due(session, expert.id, now=now + dt.timedelta(days=364))
    assert is_confirmation_due(session, expert.id, now=now + dt.timedelta(days=365))


def test_nobody_confirms_for_an_expert(session: Session, now: dt.datetime) -> None:
    with pytest.raises(NotFound):
        service.confirm_ties(
            session, an_expert(session).id, actor=an_actor(session, Role.CONFLICT_OFFICER), now=now
        )


def test_an_organisation_recorded_in_an_experts_words_has_no_number(
    session: Session, now: dt.datetime
) -> None:
    tie = told(session, an_expert(session), "한들셀", now)

    firm = session.get_one(Organisation, tie.organisation_id)
    assert (firm.name_ko, firm.biz_no, firm.corp_no) == ("한들셀", None, None)


def many(expert: Expert, *firms: Organisation) -> list[service.NewTie]:
    return [
        service.NewTie(expert_id=expert.id, facts=EMPLOYEE, organisation_id=firm.id, source=Source.DOCUMENT)
        for firm in firms
    ]


def test_many_ties_are_recorded_at_once(session: Session, now: dt.datetime) -> None:
    expert, officer = an_expert(session), an_actor(session, Role.CONFLICT_OFFICER)
    firms = [an_organisation(session, name) for name in ("도담정밀", "한들셀")]

    ties = service.record_ties(session, many(expert, *firms), actor=officer, now=now)

    assert [tie.organisation_id for tie in ties] == [firm.id for firm in firms]


def test_none_of_many_ties_is_recorded_when_one_leads_nowhere(session: Session, now: dt.datetime) -> None:
    expert, officer = an_expert(session), an_actor(session, Role.CONFLICT_OFFICER)
    firm, ghost = an_organisation(session, "도담정밀"), Organisation(id=uuid.UUID(int=1))

    with pytest.raises(Invalid, match="on record"):
        service.record_ties(session, many(expert, firm, ghost), actor=officer, now=now)

    assert session.scalars(sa.select(Tie)).all() == []


def test_many_ties_at_once_count_together(
    session: Session, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("expertpool.conflicts.service.ties.MOST_TIES", 2)
    expert, officer = an_expert(session), an_actor(session, Role.CONFLICT_OFFICER)
    firms = [an_organisation(session, name) for name in ("도담정밀", "한들셀", "미르온세미")]

    with pytest.raises(Invalid, match="at most 2"):
        service.record_ties(session, many(expert, *firms), actor=officer, now=now)
