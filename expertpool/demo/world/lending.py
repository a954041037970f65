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
# What the stories borrow: never cut, so that on no day a story fails for want of hours to borrow.
STORY_LOANS = frozenset(
    {("MOIP", "MSS"), ("MOTIR", "MSS"), ("MSS", "KFTC"), ("MOIP", "KFTC"), ("MSS", "MOIP"), ("MSS", "MOTIR"),
     ("MOIP", "MOTIR"), ("NPA", "NIS")}
)  # fmt: skip
OVER_QUOTA = 3
ROOM_MINUTES = 40 * 60
COST_SHARES, NOTICES, CONSENTS = (0, 30, 50), (24, 48, 72), (24, 48)


@dataclass(frozen=True, slots=True)
class Blackout:
    """A time in which the lender keeps its experts."""

    starts_at: dt.datetime
    ends_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """What one ministry lends another. Units: minutes, per cent.

    Until `quota_since` the monthly quota was `previous_quota_minutes`. Three quotas were then cut to less
    than had been lent in the month before.
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


def month_before(month: dt.date) -> dt.date:
    """The first day of the month before the one `month` lies in."""
    return ago(month.replace(day=1), 1).replace(day=1)


def lent_by_month(lent: Iterable[Lent]) -> Mapping[tuple[str, str], Mapping[dt.date, int]]:
    """Minutes lent per pair and month; nothing within a ministry."""
    found: dict[tuple[str, str], dict[dt.date, int]] = defaultdict(lambda: defaultdict(int))
    for each in lent:
        if each.lender != each.borrower:
            found[each.lender, each.borrower][month_of(each.starts_at)] += each.minutes
    return found


def generate_agreements(lent: Iterable[Lent], *, now: dt.date) -> tuple[Agreement, ...]:
    """Quotas with room for the busiest month, except three that were cut below what had been lent."""
    used = lent_by_month(lent)
    may_be_cut = {pair: months for pair, months in used.items() if pair not in STORY_LOANS}
    month = _busy_month(may_be_cut, now)
    busiest = sorted(may_be_cut, key=lambda pair: (-may_be_cut[pair].get(month, 0), PAIRS.index(pair)))
    shares, notices, consents = cycle(COST_SHARES), cycle(NOTICES), cycle(CONSENTS)
    return tuple(
        _agreement(
            number,
            pair,
            used.get(pair, {}),
            cut_after=month if pair in busiest[:OVER_QUOTA] else None,
            now=now,
            terms=(next(shares), next(notices), next(consents)),
        )
        for number, pair in enumerate(PAIRS, start=1)
    )


def _busy_month(used: Mapping[tuple[str, str], Mapping[dt.date, int]], now: dt.date) -> dt.date:
    """The last month that is over in which enough ministries lent to others.

    Raises: LookupError where there was none in a year.
    """
    month = now
    for _ in range(12):
        month = month_before(month)
        if sum(months.get(month, 0) > 0 for months in used.values()) >= OVER_QUOTA:
            return month
    raise LookupError("too little was lent in a year")


def _agreement(
    number: int,
    pair: tuple[str, str],
    used: Mapping[dt.date, int],
    *,
    cut_after: dt.date | None,
    now: dt.date,
    terms: tuple[int, int, int],
) -> Agreement:
    share, notice, consent = terms
    roomy = _hours_up(max(used.values(), default=0) * 5 // 4 + ROOM_MINUTES)
    quota = roomy if cut_after is None else used[cut_after] * 7 // 10 // 30 * 30
    start = ago(now, -18 - 3 * number)
    blackout = Blackout(seoul(start, 0), seoul(ago(start, -5), 0))
    return Agreement(
        key=f"agreement-{number:02d}",
        lender=pair[0],
        borrower=pair[1],
        valid_from=ago(now, 400).replace(month=1, day=1),
        valid_until=None,
        monthly_quota_minutes=quota,
        quota_since=now.replace(day=1) if cut_after is None else _month_after(cut_after),
        previous_quota_minutes=roomy,
        notice_minutes=notice * 60,
        silent_consent_minutes=consent * 60,
        cost_share_percent=share,
        blackouts=(blackout,) if number % 3 == 0 else (),
    )


def _month_after(month: dt.date) -> dt.date:
    return ago(month, -31).replace(day=1)


def _hours_up(minutes: int) -> int:
    return -(-minutes // 60) * 60
