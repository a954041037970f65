"""Rules between ministries: agreement, monthly quota, notice, blackout."""

from collections import Counter
from collections.abc import Iterator

from expertpool.scheduling.snapshot import Agreement
from expertpool.scheduling.verify.book import Book, Entry, Violation, covered
from expertpool.scheduling.vocabulary import Rule


def lending_faults(book: Book) -> Iterator[Violation]:
    """Every lent engagement, and every agreement's months, against the rules of this file."""
    agreements = book.facts.agreements
    lent: dict[tuple[str, str], list[Entry]] = {}
    for entry in book.entries:
        key = entry.expert.ministry, entry.need.ministry
        if key[0] == key[1]:
            continue
        lent.setdefault(key, []).append(entry)
        if entry.fixed:
            continue
        if key not in agreements:
            yield entry.broken(Rule.NO_AGREEMENT)
        else:
            yield from _times(book, agreements[key], entry)
    for key, entries in lent.items():
        if key in agreements:
            yield from quota_faults(book, agreements[key], entries)


def _times(book: Book, agreement: Agreement, entry: Entry) -> Iterator[Violation]:
    """LEND-03, LEND-04."""
    earliest = book.facts.now + agreement.notice_minutes
    for held in entry.held:
        if held.start < earliest:
            yield entry.broken(Rule.NOTICE_SHORT, held.session)
        if any(span.start < held.end and held.start < span.end for span in agreement.blackouts):
            yield entry.broken(Rule.BLACKOUT, held.session)
    if entry.seat.effort_minutes or not entry.held:
        start, end = book.work_window(entry.need)
        if end <= earliest:
            yield entry.broken(Rule.NOTICE_SHORT)
        if covered(((span.start, span.end) for span in agreement.blackouts), start, end):
            yield entry.broken(Rule.BLACKOUT)


def quota_faults(book: Book, agreement: Agreement, entries: list[Entry]) -> Iterator[Violation]:
    """LEND-02: no month beyond what remains, unless what is fixed fills it and the plan adds nothing."""
    total: Counter[str] = Counter()
    added: Counter[str] = Counter()
    for entry in entries:
        minutes = Counter({book.month_of(entry.need.deadline - 1): entry.seat.effort_minutes})
        for held in entry.held:
            minutes[book.month_of(held.start)] += held.end - held.start
        total.update(minutes)
        if not entry.fixed:
            added.update(minutes)
    for month, minutes_added in added.items():
        if minutes_added and total[month] > agreement.remaining_minutes[month]:
            yield next(entry for entry in entries if not entry.fixed).broken(Rule.QUOTA_SPENT)
