"""The form of a lending agreement. People name last days and Seoul times; UTC inside."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import DateField, DecimalField, IntegerField, SelectField
from wtforms.validators import InputRequired, NumberRange, Optional

from expertpool.infra.clock import from_seoul, seoul
from expertpool.infra.i18n import lazy, say
from expertpool.ministries.models import LendingAgreement
from expertpool.ministries.rules import AgreementFacts, BlackoutFacts
from expertpool.words import Words, words

_DAY = dt.timedelta(days=1)
_MOST_ROWS = 100


class TermsForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """What can be changed about an agreement."""

    valid_through = DateField(lazy(words("Last day")), validators=[Optional()])
    quota_hours = DecimalField(
        lazy(words("Hours a month")), places=None, validators=[InputRequired(), NumberRange(0, 100_000)]
    )
    notice_hours = DecimalField(
        lazy(words("Notice in hours")), places=None, validators=[InputRequired(), NumberRange(0, 2160)]
    )
    silent_consent_hours = DecimalField(
        lazy(words("Silent consent after hours")),
        places=None,
        validators=[InputRequired(), NumberRange(0, 2160)],
    )
    cost_share_percent = IntegerField(
        lazy(words("Borrower’s share of the cost in percent")),
        validators=[InputRequired(), NumberRange(0, 100)],
    )

    def facts(
        self, *, lender_id: uuid.UUID, borrower_id: uuid.UUID, valid_from: dt.date, blackouts: "Blackouts"
    ) -> AgreementFacts:
        """The agreement as the page says it."""
        said: dict[str, Any] = self.data
        through = said["valid_through"]
        return AgreementFacts(
            lender_id=lender_id,
            borrower_id=borrower_id,
            valid_from=valid_from,
            valid_until=through + _DAY if through else None,
            monthly_quota_minutes=_minutes(said["quota_hours"]),
            notice_minutes=_minutes(said["notice_hours"]),
            silent_consent_minutes=_minutes(said["silent_consent_hours"]),
            cost_share_percent=said["cost_share_percent"],
            blackouts=tuple(blackouts.facts),
        )


class AgreementForm(TermsForm):
    """A new agreement, with what stays for good."""

    lender = SelectField(lazy(words("Lends")), validators=[InputRequired()])
    borrower = SelectField(lazy(words("Borrows")), validators=[InputRequired()])
    valid_from = DateField(lazy(words("First day")), validators=[InputRequired()])

    def new_facts(self, blackouts: "Blackouts") -> AgreementFacts:
        """The agreement as the page says it, with its two ministries and its first day."""
        said: dict[str, Any] = self.data
        return self.facts(
            lender_id=uuid.UUID(said["lender"]),
            borrower_id=uuid.UUID(said["borrower"]),
            valid_from=said["valid_from"],
            blackouts=blackouts,
        )


@dataclass(frozen=True, slots=True)
class BlackoutRow:
    """One blackout as typed, in Seoul time."""

    start: str = ""
    end: str = ""
    fault: str = ""


@dataclass(frozen=True, slots=True)
class Blackouts:
    """The blackout rows of the page, and the facts of those that could be read."""

    rows: list[BlackoutRow]
    facts: list[BlackoutFacts]

    @property
    def faulty(self) -> bool:
        """Whether a row could not be read."""
        return any(row.fault for row in self.rows)


def read_blackouts(sent: MultiDict[str, str]) -> Blackouts:
    """The rows as sent, without those to remove and those left blank."""
    rows: list[BlackoutRow] = []
    facts: list[BlackoutFacts] = []
    for number in range(_MOST_ROWS):
        start, end = (sent.get(f"blackouts-{number}-{side}", "").strip() for side in ("start", "end"))
        if sent.get(f"blackouts-{number}-remove") or not (start or end):
            continue
        try:
            facts.append(BlackoutFacts(_instant(start), _instant(end)))
            rows.append(BlackoutRow(start, end))
        except (ValueError, OverflowError):
            rows.append(BlackoutRow(start, end, say(words("Write both days with their time."))))
    return Blackouts(rows, facts)


def blackouts_of(agreement: LendingAgreement) -> Blackouts:
    """The rows that say the agreement's blackouts."""
    rows = [BlackoutRow(_typed(row.starts_at), _typed(row.ends_at)) for row in agreement.blackouts]
    return Blackouts(rows, [BlackoutFacts(row.starts_at, row.ends_at) for row in agreement.blackouts])


def plain_of(agreement: LendingAgreement) -> dict[str, Any]:
    """The fields of `TermsForm` that say the agreement's terms."""
    return {
        "valid_through": agreement.valid_until - _DAY if agreement.valid_until else None,
        "quota_hours": _hours(agreement.monthly_quota_minutes),
        "notice_hours": _hours(agreement.notice_minutes),
        "silent_consent_hours": _hours(agreement.silent_consent_minutes),
        "cost_share_percent": agreement.cost_share_percent,
    }


_FIELDS = {
    "valid_until": "valid_through",
    "monthly_quota_minutes": "quota_hours",
    "notice_minutes": "notice_hours",
    "silent_consent_minutes": "silent_consent_hours",
}


def show_faults(form: FlaskForm, blackouts: Blackouts, faults: Mapping[str, Words]) -> Blackouts:
    """Put each fault beside its field, in its row, or on top."""
    rows = list(blackouts.rows)
    for name, sentence in faults.items():
        group, _, place = name.partition(".")
        known = getattr(form, _FIELDS.get(name, name), None)
        if group == "blackouts" and place:
            rows[int(place)] = replace(rows[int(place)], fault=say(sentence))
        elif known is not None:
            known.errors = [*known.errors, say(sentence)]
        else:
            form.form_errors.append(say(sentence))
    return Blackouts(rows, blackouts.facts)


def _instant(typed: str) -> dt.datetime:
    local = dt.datetime.fromisoformat(typed)
    if not 1900 <= local.year <= 2200:
        raise ValueError("outside the years anybody plans")
    return from_seoul(local.date(), local.time())


def _typed(instant: dt.datetime) -> str:
    return f"{seoul(instant):%Y-%m-%dT%H:%M}"


def _minutes(hours: Decimal) -> int:
    return round(hours * 60)


def _hours(minutes: int) -> Decimal:
    return (Decimal(minutes) / 60).quantize(Decimal("0.01")).normalize() + 0
