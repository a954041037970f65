"""What can be agreed about lending, and what cannot."""

import datetime as dt
import uuid
from dataclasses import dataclass

from expertpool.words import Words, words

MOST_QUOTA_MINUTES = 100_000 * 60
MOST_NOTICE_MINUTES = 90 * 24 * 60


@dataclass(frozen=True, slots=True)
class BlackoutFacts:
    """A time in which the lender needs its experts itself, `[starts_at, ends_at)` in UTC."""

    starts_at: dt.datetime
    ends_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AgreementFacts:
    """What one ministry lends another in `[valid_from, valid_until)`. Units: minutes, percent."""

    lender_id: uuid.UUID
    borrower_id: uuid.UUID
    valid_from: dt.date
    valid_until: dt.date | None
    monthly_quota_minutes: int
    notice_minutes: int
    silent_consent_minutes: int
    cost_share_percent: int
    blackouts: tuple[BlackoutFacts, ...]


def faults_of(facts: AgreementFacts) -> dict[str, Words]:
    """What cannot be used, by field; `blackouts.0` is the first blackout."""
    faults: dict[str, Words] = {}
    if facts.lender_id == facts.borrower_id:
        faults["borrower"] = words("Choose two different ministries.")
    if facts.valid_until is not None and facts.valid_until <= facts.valid_from:
        faults["valid_until"] = words("The last day lies before the first. Correct one of the two.")
    limits = (
        ("monthly_quota_minutes", facts.monthly_quota_minutes, MOST_QUOTA_MINUTES),
        ("notice_minutes", facts.notice_minutes, MOST_NOTICE_MINUTES),
        ("silent_consent_minutes", facts.silent_consent_minutes, MOST_NOTICE_MINUTES),
        ("cost_share_percent", facts.cost_share_percent, 100),
    )
    for name, value, most in limits:
        if not 0 <= value <= most:
            faults[name] = words("Write a whole number from 0 to %(most)s.", most=most)
    for number, blackout in enumerate(facts.blackouts):
        if blackout.ends_at <= blackout.starts_at:
            faults[f"blackouts.{number}"] = words("The end lies before the start. Correct one of the two.")
    return faults


def month_of(day: dt.date) -> dt.date:
    """The month a quota is counted in, named by its first day."""
    return day.replace(day=1)
