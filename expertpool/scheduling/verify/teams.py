"""Rules between the experts of a need or incident. What is fixed may break one, but nothing may be added."""

from collections import Counter
from collections.abc import Callable, Iterator

from expertpool.scheduling.snapshot import TeamRule
from expertpool.scheduling.verify.book import Book, Entry, Violation, holds
from expertpool.scheduling.vocabulary import RoleClass, Rule, TeamRuleKind


def team_faults(book: Book) -> Iterator[Violation]:
    """The engagements of each expert together, and every team rule."""
    by_expert: dict[str, list[Entry]] = {}
    for entry in book.entries:
        by_expert.setdefault(entry.expert.id, []).append(entry)
    for entries in by_expert.values():
        yield from _together(entries)
    by_seat = {entry.seat.id: entry for entry in book.entries}
    for need in book.needs:
        for rule in need.team_rules:
            team = [by_seat[seat] for seat in rule.seats if seat in by_seat]
            fixed = [entry for entry in team if entry.fixed]
            broken, excess = MEASURES[rule.kind]
            allowed = max(0, excess(book, rule, fixed))
            if excess(book, rule, team) > allowed:
                yield Violation(broken, team[0].seat.id)


def _together(entries: list[Entry]) -> Iterator[Violation]:
    """TEAM-06, CONF-04: told of all but those that may stay beside what is fixed."""
    needs: set[str] = set()
    sides: dict[str, set[RoleClass]] = {}
    for entry in sorted(entries, key=lambda entry: not entry.fixed):
        side, known = entry.seat.role_class, sides.setdefault(entry.need.incident, set())
        if not entry.fixed and entry.need.id in needs:
            yield entry.broken(Rule.SEATED_IN_NEED)
        if not entry.fixed and known - {side}:
            yield entry.broken(Rule.TWO_ROLE_CLASSES)
        else:
            known.add(side)
        needs.add(entry.need.id)


def _too_few_qualified(book: Book, rule: TeamRule, team: list[Entry]) -> int:
    """TEAM-01, TEAM-02: how many seats too many are taken by those without the qualification."""
    lacking = [
        entry
        for entry in team
        if not any(
            holds(entry.expert, f.kind, f.code, f.min_level, book.need_period(entry.need))
            for f in rule.facets
        )
    ]
    return len(lacking) - (len(rule.seats) - rule.count)


def _sharing_a_firm(book: Book, rule: TeamRule, team: list[Entry]) -> int:
    """TEAM-03: experts beyond the first of each firm."""
    firms = Counter(entry.expert.firm for entry in team if entry.expert.firm is not None)
    return sum(count - 1 for count in firms.values())


def _crowding(book: Book, rule: TeamRule, team: list[Entry]) -> int:
    """TEAM-04: experts beyond the most of each ministry."""
    ministries = Counter(entry.expert.ministry for entry in team)
    return sum(max(0, count - rule.count) for count in ministries.values())


def _too_alike(book: Book, rule: TeamRule, team: list[Entry]) -> int:
    """TEAM-05: ministries missing even if every empty seat brought a new one."""
    return rule.count - len({entry.expert.ministry for entry in team}) - (len(rule.seats) - len(team))


MEASURES: dict[TeamRuleKind, tuple[Rule, Callable[[Book, TeamRule, list[Entry]], int]]] = {
    TeamRuleKind.CHAIR: (Rule.CHAIR_LICENCE, _too_few_qualified),
    TeamRuleKind.AT_LEAST: (Rule.TEAM_LACKS, _too_few_qualified),
    TeamRuleKind.ONE_PER_FIRM: (Rule.SAME_FIRM, _sharing_a_firm),
    TeamRuleKind.MINISTRY_MOST: (Rule.MINISTRY_MOST, _crowding),
    TeamRuleKind.MINISTRY_LEAST: (Rule.MINISTRY_LEAST, _too_alike),
}
