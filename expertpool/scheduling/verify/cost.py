"""Whether a plan says its true cost (PLAN-02)."""

from collections import Counter
from collections.abc import Iterator, Mapping

from expertpool.scheduling.plan import Plan, Status
from expertpool.scheduling.snapshot import PreferredFacet
from expertpool.scheduling.verify.book import Book, Entry, Facts, Violation, holds
from expertpool.scheduling.vocabulary import Part, Rule, Tier


def cost_faults(book: Book, plan: Plan) -> Iterator[Violation]:
    """Amounts, weights, sums and the claim of optimality, for the book of a whole plan."""
    said = {part.part: part for part in plan.objective.parts}
    weights = book.facts.snapshot.policy.weights
    true = true_amounts(book)
    parts = weights.parts
    sound = set(said) == set(parts) and len(plan.objective.parts) == len(parts)
    for part in said.values():
        weight = getattr(weights, part.part.value) or 0
        sound = sound and part.amount == true[part.part] and part.weight == weight
        sound = sound and part.cost == part.amount * weight
    cost = plan.objective
    sound = sound and cost.total == sum(part.cost for part in said.values())
    sound = sound and cost.gap == cost.total - cost.bound
    if not sound or (plan.status is Status.OPTIMAL) != (cost.gap == 0):
        yield Violation(Rule.PLAN_OBJECTIVE)


def true_amounts(book: Book) -> Counter[Part]:
    """The amount of every part of a plan's cost, for the book of a whole plan."""
    return amounts_apart(book) + Counter({Part.SHARE: share_points(book.facts, carried_units(book))})


def amounts_apart(book: Book) -> Counter[Part]:
    """The same without what depends on all of a ministry's entries: what some needs' seats and all entries
    of the book cost."""
    return _people(book) + _sessions(book) + _loads(book)


def carried_units(book: Book) -> Counter[str]:
    """Units of load given to the experts of each ministry."""
    given: Counter[str] = Counter()
    for entry in book.entries:
        given[entry.expert.ministry] += _units(book, entry)
    return given


def share_points(facts: Facts, given: Mapping[str, int]) -> int:
    """Share: each unit that a ministry is given beyond its target costs its number beyond it."""
    unit, points = facts.snapshot.policy.fairness_unit_minutes, 0
    for share in facts.snapshot.shares:
        before = share.carried_minutes // unit - share.target_minutes // unit
        after = before + given.get(share.ministry, 0)
        points += _numbers(max(0, before), max(0, after))
    return points


def _numbers(before: int, after: int) -> int:
    """The sum of the whole numbers beyond one up to another."""
    return (after - before) * (before + 1 + after) // 2


def _people(book: Book) -> Counter[Part]:
    """Empty and changed seats, preferences, ties, travel."""
    amount: Counter[Part] = Counter()
    taken = {entry.seat.id: entry.expert.id for entry in book.entries}
    before = book.facts.previous
    for need in book.needs:
        for seat in need.seats:
            amount[Part.UNFILLED] += 0 if seat.id in taken else need.urgency.value
            amount[Part.STABILITY] += seat.id in before and taken.get(seat.id) != before[seat.id]
    for entry in book.entries:
        conflict = book.facts.conflicts.get((entry.need.incident, entry.expert.id, entry.seat.role_class))
        tier = None if conflict is None else conflict.tier
        amount[Part.DISCLOSE] += tier is Tier.DISCLOSE
        amount[Part.WAIVED] += tier is Tier.WAIVABLE
        amount[Part.QUALITY] += sum(_missed(book, entry, wish) for wish in entry.seat.preferred)
        for held in entry.held:
            amount[Part.TRAVEL] += book.facts.sessions[held.session].place not in (None, entry.expert.region)
    return amount


def _missed(book: Book, entry: Entry, wish: PreferredFacet) -> int:
    """Points an expert misses of one preference."""
    period = book.need_period(entry.need)
    reached = [lv for lv in (1, 2, 3, 4) if holds(entry.expert, wish.kind, wish.code, lv, period)]
    return max(0, wish.level - max(reached, default=0)) * wish.weight


def _sessions(book: Book) -> Counter[Part]:
    """Lateness, and sessions moved."""
    amount: Counter[Part] = Counter()
    before = book.facts.previous_starts
    for name, start in book.starts.items():
        late = start + book.facts.sessions[name].length_minutes - book.facts.sessions[name].deadline
        amount[Part.LATENESS] += (max(0, late) + 59) // 60
        amount[Part.STABILITY] += name in before and before[name] != start
    return amount


def _loads(book: Book) -> Counter[Part]:
    """Fairness: each further unit of load costs its own number."""
    unit = book.facts.snapshot.policy.fairness_unit_minutes
    load = {entry.expert.id: entry.expert.load_minutes // unit for entry in book.entries}
    amount: Counter[Part] = Counter()
    for entry in book.entries:
        before = load[entry.expert.id]
        load[entry.expert.id] += _units(book, entry)
        amount[Part.FAIRNESS] += _numbers(before, load[entry.expert.id])
    return amount


def _units(book: Book, entry: Entry) -> int:
    """Units of load of an engagement; a started one counts whole."""
    unit = book.facts.snapshot.policy.fairness_unit_minutes
    minutes = entry.seat.effort_minutes + sum(held.end - held.start for held in entry.held)
    return (minutes + unit - 1) // unit
