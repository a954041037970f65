"""Reading what was agreed, and how much of it is used."""

import datetime as dt
import uuid
from dataclasses import dataclass

from flask import render_template

from expertpool.infra.db import db
from expertpool.infra.gate import current_actor, open_to
from expertpool.ministries import access, queries
from expertpool.ministries.models import LendingAgreement
from expertpool.ministries.queries import MonthUse
from expertpool.ministries.rules import month_of
from expertpool.ministries.web.blueprint import KEEPERS, READERS, blp, today

MONTHS_BEFORE, MONTHS_AFTER = 5, 3


@dataclass(frozen=True, slots=True)
class NamedMinistry:
    """A ministry as the pages name it."""

    code: str
    name_ko: str
    name_en: str


@dataclass(frozen=True, slots=True)
class AgreementView:
    """An agreement as its pages show it. Units: minutes."""

    id: uuid.UUID
    version: int
    lender: NamedMinistry
    borrower: NamedMinistry
    valid_from: dt.date
    valid_through: dt.date | None
    in_force: bool
    monthly_quota_minutes: int
    notice_minutes: int
    silent_consent_minutes: int
    cost_share_percent: int
    blackouts: tuple[tuple[dt.datetime, dt.datetime], ...]
    editable: bool
    this_month: MonthUse


def view_of(agreement: LendingAgreement, use: MonthUse) -> AgreementView:
    """The agreement, frozen for a page."""
    until, day = agreement.valid_until, today()
    return AgreementView(
        id=agreement.id,
        version=agreement.version,
        lender=_named(agreement, "lender"),
        borrower=_named(agreement, "borrower"),
        valid_from=agreement.valid_from,
        valid_through=until - dt.timedelta(days=1) if until else None,
        in_force=agreement.valid_from <= day and (until is None or day < until),
        monthly_quota_minutes=agreement.monthly_quota_minutes,
        notice_minutes=agreement.notice_minutes,
        silent_consent_minutes=agreement.silent_consent_minutes,
        cost_share_percent=agreement.cost_share_percent,
        blackouts=tuple((row.starts_at, row.ends_at) for row in agreement.blackouts),
        editable=access.may_agree(current_actor(), agreement.lender_id),
        this_month=use,
    )


@blp.get("/lending-agreements")
@open_to(*READERS)
def agreement_list() -> str:
    """What ministries lend each other, and how much of this month's quota is used."""
    session, actor = db.session(), current_actor()
    rows = queries.agreements_seen_by(session, actor)
    month = month_of(today())
    uses = queries.month_uses(session, rows, month)
    views = [view_of(row, uses[row.id]) for row in rows]
    return render_template(
        "ministries/list.html",
        current=[view for view in views if view.in_force],
        others=[view for view in views if not view.in_force],
        month=month,
        keeps=actor.is_a(*KEEPERS),
    )


@blp.get("/lending-agreements/<uuid:agreement_id>")
@open_to(*READERS)
def agreement_page(agreement_id: uuid.UUID) -> str:
    """One agreement: its terms, and the months around this one."""
    session = db.session()
    agreement = queries.agreement_seen_by(session, current_actor(), agreement_id)
    months = months_around(today())
    uses = queries.months_of(session, agreement, months)
    return render_template(
        "ministries/page.html", agreement=view_of(agreement, uses[MONTHS_BEFORE]), months=uses
    )


def months_around(day: dt.date) -> list[dt.date]:
    """The first days of the months shown, oldest first."""
    first = day.year * 12 + day.month - 1
    numbers = range(first - MONTHS_BEFORE, first + MONTHS_AFTER + 1)
    return [dt.date(number // 12, number % 12 + 1, 1) for number in numbers]


def _named(agreement: LendingAgreement, side: str) -> NamedMinistry:
    ministry = agreement.lender if side == "lender" else agreement.borrower
    return NamedMinistry(ministry.code, ministry.name_ko, ministry.name_en)
