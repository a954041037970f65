"""Lending agreements: who decides, what cannot be agreed, and what a change does to counted months."""

import dataclasses
import datetime as dt

import pytest
from sqlalchemy.orm import Session

from expertpool.infra.identity import SYSTEM, Role
from expertpool.ministries import queries, service
from expertpool.ministries.rules import BlackoutFacts
from expertpool.refusals import Conflicting, Forbidden, Invalid, NotFound, Stale
from tests.fixtures.accounts import an_actor, ministry_id
from tests.fixtures.ministries import agreement_facts, an_agreement

MONTH = dt.date(2026, 11, 1)


def test_the_lenders_coordinator_agrees_to_lend(session: Session, now: dt.datetime) -> None:
    coordinator = an_actor(session, Role.COORDINATOR, ministry="KFTC")

    agreement = service.agree_lending(session, actor=coordinator, now=now, facts=agreement_facts(session))

    assert (agreement.lender.code, agreement.borrower.code) == ("KFTC", "MSS")


def test_the_borrowers_coordinator_cannot_agree_for_the_lender(session: Session, now: dt.datetime) -> None:
    coordinator = an_actor(session, Role.COORDINATOR, ministry="MSS")

    with pytest.raises(Forbidden):
        service.agree_lending(session, actor=coordinator, now=now, facts=agreement_facts(session))


def test_a_ministry_cannot_lend_to_itself(session: Session, now: dt.datetime) -> None:
    facts = agreement_facts(session, lender="MSS", borrower="MSS")

    with pytest.raises(Invalid) as refused:
        service.agree_lending(session, actor=SYSTEM, now=now, facts=facts)

    assert "borrower" in refused.value.fields


def test_a_ministry_that_takes_no_part_cannot_lend(session: Session, now: dt.datetime) -> None:
    with pytest.raises(Invalid) as refused:
        service.agree_lending(session, actor=SYSTEM, now=now, facts=agreement_facts(session, lender="MOJ"))

    assert "lender" in refused.value.fields


def test_two_agreements_of_the_same_two_cannot_overlap(session: Session, now: dt.datetime) -> None:
    an_agreement(session)
    later = agreement_facts(session, valid_from=dt.date(2026, 6, 1))

    with pytest.raises(Invalid) as refused:
        service.agree_lending(session, actor=SYSTEM, now=now, facts=later)

    assert "valid_from" in refused.value.fields


def test_an_agreement_may_follow_on_the_day_another_ends(session: Session, now: dt.datetime) -> None:
    an_agreement(session, valid_until=dt.date(2026, 6, 1))

    an_agreement(session, valid_from=dt.date(2026, 6, 1), monthly_quota_minutes=60)

    lender, borrower = ministry_id(session, "KFTC"), ministry_id(session, "MSS")
    for day, quota in ((dt.date(2026, 5, 31), 2400), (dt.date(2026, 6, 1), 60)):
        found = queries.agreement_between(session, lender_id=lender, borrower_id=borrower, on=day)
        assert found is not None
        assert found.monthly_quota_minutes == quota


def test_blackouts_are_replaced_by_a_change(session: Session, now: dt.datetime) -> None:
    first = BlackoutFacts(now, now + dt.timedelta(days=1))
    second = BlackoutFacts(now + dt.timedelta(days=7), now + dt.timedelta(days=8))
    agreement = an_agreement(session, blackouts=(first,))

    facts = agreement_facts(session, blackouts=(second,))
    service.change_agreement(session, agreement.id, actor=SYSTEM, now=now, version=1, facts=facts)

    session.expire_all()
    assert [(row.starts_at, row.ends_at) for row in agreement.blackouts] == [
        (second.starts_at, second.ends_at)
    ]


def test_a_blackout_that_ends_before_it_starts_is_refused(session: Session, now: dt.datetime) -> None:
    facts = agreement_facts(session, blackouts=(BlackoutFacts(now, now),))

    with pytest.raises(Invalid) as refused:
        service.agree_lending(session, actor=SYSTEM, now=now, facts=facts)

    assert "blackouts.0" in refused.value.fields


def test_a_change_from_an_old_version_is_stale(session: Session, now: dt.datetime) -> None:
    agreement = an_agreement(session)
    facts = agreement_facts(session, monthly_quota_minutes=60)
    service.change_agreement(session, agreement.id, actor=SYSTEM, now=now, version=1, facts=facts)

    with pytest.raises(Stale):
        service.change_agreement(session, agreement.id, actor=SYSTEM, now=now, version=1, facts=facts)


def test_the_two_ministries_of_an_agreement_stay(session: Session, now: dt.datetime) -> None:
    agreement = an_agreement(session)
    facts = dataclasses.replace(agreement_facts(session), borrower_id=ministry_id(session, "NPA"))

    with pytest.raises(Invalid) as refused:
        service.change_agreement(session, agreement.id, actor=SYSTEM, now=now, version=1, facts=facts)

    assert set(refused.value.fields) == {"borrower"}


def test_taking_more_than_the_quota_is_refused(session: Session) -> None:
    agreement = an_agreement(session, monthly_quota_minutes=100)
    service.take_quota(session, agreement.id, month=MONTH, minutes=60)

    with pytest.raises(Conflicting):
        service.take_quota(session, agreement.id, month=MONTH, minutes=41)

    assert queries.lending_used(session, [agreement.id], [MONTH]) == {(agreement.id, MONTH): 60}


def test_the_quota_can_be_used_to_the_last_minute_and_starts_anew_each_month(session: Session) -> None:
    agreement = an_agreement(session, monthly_quota_minutes=100)

    service.take_quota(session, agreement.id, month=dt.date(2026, 11, 30), minutes=100)
    service.take_quota(session, agreement.id, month=dt.date(2026, 12, 1), minutes=100)

    assert queries.lending_used(session, [agreement.id], [MONTH, dt.date(2026, 12, 24)]) == {
        (agreement.id, MONTH): 100,
        (agreement.id, dt.date(2026, 12, 1)): 100,
    }


def test_what_is_given_back_can_be_taken_again(session: Session) -> None:
    agreement = an_agreement(session, monthly_quota_minutes=100)
    service.take_quota(session, agreement.id, month=MONTH, minutes=100)

    service.give_back_quota(session, agreement.id, month=MONTH, minutes=40)
    service.take_quota(session, agreement.id, month=MONTH, minutes=40)

    assert queries.lending_used(session, [agreement.id], [MONTH]) == {(agreement.id, MONTH): 100}


def test_a_lower_quota_takes_nothing_back_and_lends_nothing_more(session: Session, now: dt.datetime) -> None:
    agreement = an_agreement(session, monthly_quota_minutes=100)
    service.take_quota(session, agreement.id, month=MONTH, minutes=80)

    facts = agreement_facts(session, monthly_quota_minutes=50)
    service.change_agreement(session, agreement.id, actor=SYSTEM, now=now, version=1, facts=facts)

    (use,) = queries.months_of(session, agreement, [MONTH])
    assert (use.used_minutes, use.quota_minutes) == (80, 80)
    with pytest.raises(Conflicting):
        service.take_quota(session, agreement.id, month=MONTH, minutes=1)


def test_months_that_are_over_keep_their_quota(session: Session, now: dt.datetime) -> None:
    agreement = an_agreement(session, monthly_quota_minutes=100)
    october = dt.date(2026, 10, 1)
    service.take_quota(session, agreement.id, month=october, minutes=10)

    facts = agreement_facts(session, monthly_quota_minutes=50)
    service.change_agreement(session, agreement.id, actor=SYSTEM, now=now, version=1, facts=facts)

    (use,) = queries.months_of(session, agreement, [october])
    assert use.quota_minutes == 100


def test_a_ghost_agreement_has_no_quota(session: Session) -> None:
    with pytest.raises(NotFound):
        service.take_quota(session, ministry_id(session, "MSS"), month=MONTH, minutes=1)


def test_a_third_ministry_sees_nothing_of_an_agreement(session: Session) -> None:
    agreement = an_agreement(session)
    outsider = an_actor(session, Role.COORDINATOR, ministry="NPA")

    assert queries.agreements_seen_by(session, outsider) == []
    with pytest.raises(NotFound):
        queries.agreement_seen_by(session, outsider, agreement.id)


@pytest.mark.parametrize("ministry", ["KFTC", "MSS"])
def test_both_sides_of_an_agreement_see_it(session: Session, ministry: str) -> None:
    agreement = an_agreement(session)
    viewer = an_actor(session, Role.MINISTRY_VIEWER, ministry=ministry)

    assert [each.id for each in queries.agreements_seen_by(session, viewer)] == [agreement.id]


def test_ministries_that_take_part_come_members_first(session: Session) -> None:
    codes = [ministry.code for ministry in queries.all_ministries(session, on=MONTH)]

    assert codes == ["KFTC", "MOIP", "MOTIR", "MSS", "NIS", "NPA", "SEC"]
