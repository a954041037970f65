"""14 lending agreements: who lends to whom, how much a month, and when not."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import cycle

from expertpool.demo.world.seeding import SEOUL, ago, seoul

# Lender and borrower of each agreement.
PAIRS: tuple[tuple[str, str], ...] = (
    ("MOIP", "MSS"), ("KFTC", "MSS"), ("MOTIR", "MSS"), ("NPA", "MSS"), ("MSS", "KFTC"), ("MOIP", "KFTC"),
    ("NPA", "KFTC"), ("MSS", "MOIP"), ("MOTIR", "MOIP"), ("MSS", "MOTIR"), ("MOIP", "MOTIR"), ("MSS", "NPA"),
    ("NPA", "NIS"), ("NIS", "NPA"),
)  # fmt: skip
OVER_QUOTA = 3
COST_SHARES, NOTICES, CONSENTS = (0, 30, 50), (24, 48, 72), (24, 48)


@dataclass(frozen=True, slots=True)
class Blackout:
    """A time in which the lender keeps its experts."""

    starts_at: dt.datetime
    ends_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What one ministry lends another. Units: minutes, per cent.

    Three quotas were cut at the last turn of the month, to less than was lent in the month before: until
    `quota_since` the monthly quota was `previous_quota_minutes`.
    """

    key: str
    lender: str
    borrower: str
    valid_from: dt.date
    valid_until: dt.date | None
    monthly_quota_minutes: int
    quota_since: dt.date
    previous_quota_minutes: int
    notice_minutes: int
    silent_consent_minutes: int
    cost_share_percent: int
    blackouts: tuple[Blackout, ...]


@dataclass(frozen=True, slots=True)
class Lent:
    """Minutes one ministry lent another at one time."""

    lender: str
    borrower: str
    starts_at: dt.datetime
    minutes: int


def month_of(instant: dt.datetime) -> dt.date:
    """The first day of the month in Seoul."""
    return instant.astimezone(SEOUL).date().replace(day=1)


def last_month(now: dt.date) -> dt.date:
    """The first day of the last month that is over."""
    return ago(now.replace(day=1), 1).replace(day=1)


def lent_by_month(lent: Iterable[Lent]) -> Mapping[tuple[str, str], Mapping[dt.date, int]]:
    """Minutes lent per pair and month; nothing within a ministry."""
    found: dict[tuple[str, str], dict[dt.date, int]] = defaultdict(lambda: defaultdict(int))
    for each in lent:
        if each.lender != each.borrower:
            found[each.lender, each.borrower][month_of(each.starts_at)] += each.minutes
    return found


def generate_agreements(lent: Iterable[Lent], *, now: dt.date) -> tuple[Agreement, ...]:
    """Quotas with room for the busiest month, except three that were cut below last month's lending."""
    used, month = lent_by_month(lent), last_month(now)
    by_last_month = sorted(PAIRS, key=lambda pair: -used.get(pair, {}).get(month, 0))
    cut = {pair for pair in by_last_month[:OVER_QUOTA] if used.get(pair, {}).get(month, 0) > 0}
    shares, notices, consents = cycle(COST_SHARES), cycle(NOTICES), cycle(CONSENTS)
    return tuple(
        _agreement(
            number, pair, used.get(pair, {}), pair in cut, now, (next(shares), next(notices), next(consents))
        )
        for number, pair in enumerate(PAIRS, start=1)
    )


def _agreement(
    number: int,
    pair: tuple[str, str],
    used: Mapping[dt.date, int],
    is_cut: bool,
    now: dt.date,
    terms: tuple[int, int, int],
) -> Agreement:
    share, notice, consent = terms
    roomy = _hours_up(max(used.values(), default=0) * 5 // 4 + 1_200)
    quota = max(60, used[last_month(now)] * 7 // 10 // 60 * 60) if is_cut else roomy
    start = ago(now, -18 - 3 * number)
    blackout = Blackout(seoul(start, 0), seoul(ago(start, -5), 0))
    return Agreement(
        key=f"agreement-{number:02d}",
        lender=pair[0],
        borrower=pair[1],
        valid_from=ago(now, 400).replace(month=1, day=1),
        valid_until=None,
        monthly_quota_minutes=quota,
        quota_since=now.replace(day=1),
        previous_quota_minutes=roomy,
        notice_minutes=notice * 60,
        silent_consent_minutes=consent * 60,
        cost_share_percent=share,
        blackouts=(blackout,) if number % 3 == 0 else (),
    )


def _hours_up(minutes: int) -> int:
    return -(-minutes // 60) * 60
