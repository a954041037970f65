"""Lending agreements, and the counters that keep them."""

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from expertpool.audit import service as audit
from expertpool.infra.clock import seoul_date
from expertpool.infra.identity import Actor
from expertpool.ministries import access
from expertpool.ministries.models import LendingAgreement, LendingBlackout, LendingMonth, Ministry
from expertpool.ministries.rules import AgreementFacts, faults_of, month_of
from expertpool.refusals import Conflicting, Invalid, NotFound, Stale
from expertpool.words import Words, words

_TERMS = (
    "valid_until",
    "monthly_quota_minutes",
    "notice_minutes",
    "silent_consent_minutes",
    "cost_share_percent",
)
_SPENT = words(
    "The lending quota for that month is used up. Choose another month or ask the lender for more."
)


def agree_lending(
    session: Session, *, actor: Actor, now: dt.datetime, facts: AgreementFacts
) -> LendingAgreement:
    """Record what one ministry agreed to lend another.

    Raises: Forbidden unless the actor decides for the lender; Invalid(fields), also if another agreement of
    the two covers a part of the same time.
    """
    access.check_may_agree(actor, facts.lender_id)
    # Two agreements of the same lender are checked one after the other, or each would miss the other.
    found = session.scalars(
        sa.select(Ministry)
        .where(Ministry.id.in_([facts.lender_id, facts.borrower_id]))
        .order_by(Ministry.id)
        .with_for_update(key_share=True)
    ).all()
    faults = faults_of(facts) | _party_faults(facts, {ministry.id for ministry in found if ministry.active})
    _refuse(faults or _overlap_fault(session, facts, of=None))
    agreement = LendingAgreement(
        lender_id=facts.lender_id, borrower_id=facts.borrower_id, valid_from=facts.valid_from
    )
    _set_terms(agreement, facts)
    session.add(agreement)
    session.flush()
    session.refresh(agreement, ["lender", "borrower"])
    audit.record(
        session, actor=actor, verb="lending.agree", kind="lending_agreement", thing=agreement.id, now=now
    )
    return agreement


def change_agreement(
    session: Session,
    agreement_id: uuid.UUID,
    *,
    actor: Actor,
    now: dt.datetime,
    version: int,
    facts: AgreementFacts,
) -> LendingAgreement:
    """Change the terms of an agreement; its two ministries and its first day stay.

    A lower quota holds from this month on, but takes back nothing that is lent already.

    Raises: NotFound; Forbidden; Stale if changed since `version`; Invalid(fields).
    """
    agreement = session.scalar(
        sa.select(LendingAgreement)
        .where(LendingAgreement.id == agreement_id)
        .with_for_update(key_share=True, of=LendingAgreement)
        .execution_options(populate_existing=True)
    )
    if agreement is None:
        raise NotFound(words("There is no such lending agreement."))
    access.check_may_agree(actor, agreement.lender_id)
    if agreement.version != version:
        raise Stale(
            words("Somebody changed this agreement after you opened it. Reload and make your change again.")
        )
    faults = faults_of(facts) | _fixed_faults(agreement, facts)
    _refuse(faults or _overlap_fault(session, facts, of=agreement.id))
    _set_terms(agreement, facts)
    session.flush()
    _adopt_quota(session, agreement, since=month_of(seoul_date(now)))
    audit.record(
        session, actor=actor, verb="lending.change", kind="lending_agreement", thing=agreement.id, now=now
    )
    return agreement


def take_quota(session: Session, agreement_id: uuid.UUID, *, month: dt.date, minutes: int) -> None:
    """Count `minutes` as lent in the Seoul month of `month`, if the quota still holds them.

    One guarded statement decides, so that two who take at once cannot both take the last hour.

    Raises: Conflicting when the quota is spent; NotFound for a ghost agreement.
    """
    first = month_of(month)
    quota = sa.select(
        LendingAgreement.id, sa.literal(first), sa.literal(0), LendingAgreement.monthly_quota_minutes
    ).where(LendingAgreement.id == agreement_id)
    columns = ["agreement_id", "month", "used_minutes", "quota_minutes"]
    session.execute(insert(LendingMonth).from_select(columns, quota).on_conflict_do_nothing())
    taken = session.execute(
        sa.update(LendingMonth)
        .where(
            LendingMonth.agreement_id == agreement_id,
            LendingMonth.month == first,
            LendingMonth.used_minutes + minutes <= LendingMonth.quota_minutes,
        )
        .values(used_minutes=LendingMonth.used_minutes + minutes)
        .returning(LendingMonth.used_minutes)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if taken is None:
        if session.get(LendingAgreement, agreement_id) is None:
            raise NotFound(words("There is no such lending agreement."))
        raise Conflicting(_SPENT)


def give_back_quota(session: Session, agreement_id: uuid.UUID, *, month: dt.date, minutes: int) -> None:
    """Uncount `minutes` that were taken before and are not needed after all."""
    session.execute(
        sa.update(LendingMonth)
        .where(LendingMonth.agreement_id == agreement_id, LendingMonth.month == month_of(month))
        .values(used_minutes=LendingMonth.used_minutes - minutes)
        .execution_options(synchronize_session=False)
    )


def _adopt_quota(session: Session, agreement: LendingAgreement, *, since: dt.date) -> None:
    session.execute(
        sa.update(LendingMonth)
        .where(LendingMonth.agreement_id == agreement.id, LendingMonth.month >= since)
        .values(quota_minutes=sa.func.greatest(LendingMonth.used_minutes, agreement.monthly_quota_minutes))
        .execution_options(synchronize_session=False)
    )


def _set_terms(agreement: LendingAgreement, facts: AgreementFacts) -> None:
    for name in _TERMS:
        setattr(agreement, name, getattr(facts, name))
    kept = {(row.starts_at, row.ends_at): row for row in agreement.blackouts}
    agreement.blackouts = [
        kept.get((each.starts_at, each.ends_at))
        or LendingBlackout(starts_at=each.starts_at, ends_at=each.ends_at)
        for each in facts.blackouts
    ]


def _party_faults(facts: AgreementFacts, known: set[uuid.UUID]) -> dict[str, Words]:
    choose = words("Choose a ministry that takes part.")
    pairs = (("lender", facts.lender_id), ("borrower", facts.borrower_id))
    return {name: choose for name, ministry_id in pairs if ministry_id not in known}


def _fixed_faults(agreement: LendingAgreement, facts: AgreementFacts) -> dict[str, Words]:
    fixed = words("This stays as agreed. End the agreement and make a new one instead.")
    names = {"lender": "lender_id", "borrower": "borrower_id", "valid_from": "valid_from"}
    return {field: fixed for field, name in names.items() if getattr(agreement, name) != getattr(facts, name)}


def _overlap_fault(session: Session, facts: AgreementFacts, *, of: uuid.UUID | None) -> dict[str, Words]:
    other = LendingAgreement
    query = sa.select(other.id).where(
        other.lender_id == facts.lender_id,
        other.borrower_id == facts.borrower_id,
        sa.or_(other.valid_until.is_(None), other.valid_until > facts.valid_from),
    )
    if facts.valid_until is not None:
        query = query.where(other.valid_from < facts.valid_until)
    if of is not None:
        query = query.where(other.id != of)
    if session.scalar(query.limit(1)) is None:
        return {}
    return {
        "valid_from": words("Another agreement of these two covers a part of this time. End that one first.")
    }


def _refuse(faults: dict[str, Words]) -> None:
    if faults:
        raise Invalid(
            words("Some of the agreement cannot be used. Correct the fields named below."), fields=faults
        )
