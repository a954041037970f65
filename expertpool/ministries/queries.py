"""Reading ministries, lending agreements and what was lent."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.infra.identity import Actor
from expertpool.ministries import access
from expertpool.ministries.models import LendingAgreement, LendingMonth, Ministry, Region
from expertpool.ministries.rules import month_of
from expertpool.refusals import NotFound
from expertpool.words import words


@dataclass(frozen=True, slots=True)
class MonthUse:
    """What of an agreement's quota is used in one Seoul month. Units: minutes."""

    month: dt.date
    used_minutes: int
    quota_minutes: int


def ministry_by_code(session: Session, code: str) -> Ministry:
    """The ministry with this code. Raises NotFound."""
    ministry = session.scalar(sa.select(Ministry).where(Ministry.code == code))
    if ministry is None:
        raise NotFound(words("There is no ministry with this code."))
    return ministry


def all_ministries(session: Session, *, on: dt.date) -> list[Ministry]:
    """The ministries that take part on `on`, members before others, by code."""
    found = session.scalars(
        sa.select(Ministry)
        .where(Ministry.active, _in_force(Ministry, on))
        .order_by(Ministry.kind != "member", Ministry.code)
    )
    return list(found)


def regions(session: Session) -> list[Region]:
    """The seventeen regions, by code."""
    return list(session.scalars(sa.select(Region).order_by(Region.code)))


def agreement_between(
    session: Session, *, lender_id: uuid.UUID, borrower_id: uuid.UUID, on: dt.date
) -> LendingAgreement | None:
    """The one agreement by which the lender lends to the borrower on `on`, or nothing."""
    return session.scalar(
        sa.select(LendingAgreement).where(
            LendingAgreement.lender_id == lender_id,
            LendingAgreement.borrower_id == borrower_id,
            _in_force(LendingAgreement, on),
        )
    )


def agreements_on(session: Session, on: dt.date) -> list[LendingAgreement]:
    """Every agreement in force on `on`."""
    found = session.scalars(
        sa.select(LendingAgreement)
        .where(_in_force(LendingAgreement, on))
        .order_by(LendingAgreement.lender_id, LendingAgreement.borrower_id)
    )
    return list(found)


def lending_used(
    session: Session, agreement_ids: Iterable[uuid.UUID], months: Iterable[dt.date]
) -> dict[tuple[uuid.UUID, dt.date], int]:
    """Minutes used by agreement and month (its first day); what is missing is unused."""
    rows = session.execute(
        sa.select(LendingMonth.agreement_id, LendingMonth.month, LendingMonth.used_minutes).where(
            LendingMonth.agreement_id.in_(set(agreement_ids)),
            LendingMonth.month.in_({month_of(month) for month in months}),
        )
    )
    return {(agreement_id, month): used for agreement_id, month, used in rows}


def agreements_seen_by(session: Session, actor: Actor) -> list[LendingAgreement]:
    """The agreements `actor` may know of, those in force longest last."""
    query = sa.select(LendingAgreement).join(LendingAgreement.lender)
    if not access.sees_all(actor):
        mine = actor.ministry_id
        query = query.where(sa.or_(LendingAgreement.lender_id == mine, LendingAgreement.borrower_id == mine))
    order = (Ministry.code, LendingAgreement.borrower_id, LendingAgreement.valid_from.desc())
    return list(session.scalars(query.order_by(*order)))


def agreement_seen_by(session: Session, actor: Actor, agreement_id: uuid.UUID) -> LendingAgreement:
    """One agreement `actor` may know of. Raises NotFound, also for one of other ministries."""
    agreement = session.get(LendingAgreement, agreement_id)
    parties = (agreement.lender_id, agreement.borrower_id) if agreement else ()
    if agreement is None or not (access.sees_all(actor) or actor.ministry_id in parties):
        raise NotFound(words("There is no such lending agreement."))
    return agreement


def months_of(session: Session, agreement: LendingAgreement, months: Iterable[dt.date]) -> list[MonthUse]:
    """Use and quota of each of `months`; a month nobody borrowed in has today's quota."""
    rows = session.scalars(sa.select(LendingMonth).where(LendingMonth.agreement_id == agreement.id))
    counted = {row.month: row for row in rows}
    uses = []
    for month in months:
        row = counted.get(month)
        used, quota = (row.used_minutes, row.quota_minutes) if row else (0, agreement.monthly_quota_minutes)
        uses.append(MonthUse(month, used, quota))
    return uses


def month_uses(
    session: Session, agreements: Iterable[LendingAgreement], month: dt.date
) -> dict[uuid.UUID, MonthUse]:
    """Use and quota of one month, by agreement, in one query."""
    quotas = {each.id: each.monthly_quota_minutes for each in agreements}
    rows = session.scalars(
        sa.select(LendingMonth).where(LendingMonth.agreement_id.in_(quotas), LendingMonth.month == month)
    )
    counted = {row.agreement_id: MonthUse(month, row.used_minutes, row.quota_minutes) for row in rows}
    return {each: counted.get(each) or MonthUse(month, 0, quota) for each, quota in quotas.items()}


def _in_force(dated: type[Ministry] | type[LendingAgreement], on: dt.date) -> sa.ColumnElement[bool]:
    return sa.and_(dated.valid_from <= on, sa.or_(dated.valid_until.is_(None), dated.valid_until > on))
