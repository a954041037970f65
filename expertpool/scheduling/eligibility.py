"""Who may take a seat: one function per hard rule, each answering for the whole pool at once.

A function returns a mask that is true where the rule refuses. `STANDING` rules do not depend on the time;
`TIMED` rules answer for every possible start of an occasion (a session, or the work outside sessions).
Rules that look at several engagements together are in `board`.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from expertpool.scheduling.problem import Asked, Problem
from expertpool.scheduling.roster import Bools, Ints, Spans, side_by_side
from expertpool.scheduling.snapshot import Agreement, RequiredFacet, Session
from expertpool.scheduling.vocabulary import FacetKind, Rule, TeamRuleKind, Tier


@dataclass(frozen=True, slots=True)
class Occasion:
    """A session with its possible starts, or work outside sessions (`session` is None, one start)."""

    session: Session | None
    starts: Ints
    length: int


def occasions(problem: Problem, asked: Asked) -> list[Occasion]:
    """Every time at which the expert of a seat must be good for it."""
    found = [Occasion(s, problem.starts[s.id], s.length_minutes) for s in asked.sessions]
    if asked.work is not None:
        work = asked.work
        found.append(Occasion(None, np.array([work.start], dtype=np.int64), work.end - work.start))
    return found


def not_active(problem: Problem, asked: Asked) -> Bools:
    """ELIG-01: the expert is active in the pool."""
    return ~problem.roster.active


def role_kind_missing(problem: Problem, asked: Asked) -> Bools:
    """ELIG-02: the expert holds the seat's role kind."""
    lacking: Bools = problem.roster.best_level(FacetKind.ROLE_KIND, asked.seat.role_kind) == 0
    return lacking


def facet_missing(problem: Problem, asked: Asked) -> Bools:
    """ELIG-03: the expert has every required facet. A missing role kind is told once, by ELIG-02."""
    refused = np.zeros(problem.roster.size, dtype=bool)
    for facet in asked.seat.required:
        if (facet.kind, facet.code) != (FacetKind.ROLE_KIND, asked.seat.role_kind):
            refused |= problem.roster.best_level(facet.kind, facet.code) == 0
    return refused


def level_too_low(problem: Problem, asked: Asked) -> Bools:
    """ELIG-04: the expert reaches the required level of every facet they have."""
    refused = np.zeros(problem.roster.size, dtype=bool)
    for facet in asked.seat.required:
        best = problem.roster.best_level(facet.kind, facet.code)
        refused |= (best > 0) & (best < facet.min_level)
    return refused


def conflict_of(tier: Tier) -> Callable[[Problem, Asked], Bools]:
    """CONF-01, CONF-02, CONF-03: no unwaived conflict of this tier in the seat's incident and role class."""

    def refused(problem: Problem, asked: Asked) -> Bools:
        mask = np.zeros(problem.roster.size, dtype=bool)
        mask[problem.conflict_rows(asked, tier, waived=False)] = True
        return mask

    return refused


def no_agreement(problem: Problem, asked: Asked) -> Bools:
    """LEND-01: the expert is the borrower's own, or their ministry lends to it."""
    borrower = asked.need.ministry
    refused = [m != borrower and (m, borrower) not in problem.agreements for m in problem.roster.ministries]
    return np.array(refused, dtype=bool)[problem.roster.ministry_code]


def open_engagements(problem: Problem, asked: Asked) -> Bools:
    """CAP-02: the expert has room for one more open engagement."""
    return problem.roster.open >= problem.roster.most_open


def licence_missing(problem: Problem, asked: Asked) -> Bools:
    """TEAM-01, where the rule leaves its seats no choice: every expert on them needs the licence."""
    return _lacking(problem, asked, TeamRuleKind.CHAIR)


def member_missing(problem: Problem, asked: Asked) -> Bools:
    """TEAM-02, where the rule leaves its seats no choice: every expert on them needs the qualification."""
    return _lacking(problem, asked, TeamRuleKind.AT_LEAST)


def _lacking(problem: Problem, asked: Asked, kind: TeamRuleKind) -> Bools:
    refused = np.zeros(problem.roster.size, dtype=bool)
    for rule in asked.need.team_rules:
        if rule.kind is kind and asked.seat.id in rule.seats and rule.count == len(rule.seats):
            refused |= ~problem.qualified[asked.need.id, rule.id]
    return refused


def pinned_other(problem: Problem, asked: Asked) -> Bools:
    """PIN-01: a pinned seat takes its pinned expert only."""
    return _all_but(problem, problem.pins.get(asked.seat.id))


def fixed_other(problem: Problem, asked: Asked) -> Bools:
    """FIX-01: a fixed seat keeps its expert."""
    return _all_but(problem, problem.fixed_seats.get(asked.seat.id))


def _all_but(problem: Problem, row: int | None) -> Bools:
    if row is None:
        return np.zeros(problem.roster.size, dtype=bool)
    others: Bools = problem.roster.all != row
    return others


def banned(problem: Problem, asked: Asked) -> Bools:
    """BAN-01: the expert is not excluded from the seat or its need."""
    refused = np.zeros(problem.roster.size, dtype=bool)
    refused[problem.seat_bans.get(asked.seat.id, [])] = True
    refused[problem.need_bans.get(asked.need.id, [])] = True
    return refused


def nobody(rows: Ints, occasion: Occasion) -> Bools:
    """No expert refused at any start. Experts lie side by side, because starts are few."""
    return np.zeros((len(rows), len(occasion.starts)), dtype=bool, order="F")


def facet_not_valid(problem: Problem, asked: Asked, occasion: Occasion, rows: Ints) -> Bools:
    """ELIG-05: role kind and required facets are valid during all of the occasion."""
    refused = nobody(rows, occasion)
    role = RequiredFacet(FacetKind.ROLE_KIND, asked.seat.role_kind, 1)
    for facet in (role, *asked.seat.required):
        able = problem.roster.best_level(facet.kind, facet.code)[rows] >= facet.min_level
        doubtful = able & (problem.roster.always_level(facet.kind, facet.code)[rows] < facet.min_level)
        if doubtful.any():
            spans = problem.roster.facet_spans(facet.kind, facet.code, facet.min_level)
            refused[doubtful] |= ~spans.cover(rows[doubtful], occasion.starts, occasion.length)
    return refused


def not_appointed(problem: Problem, asked: Asked, occasion: Occasion, rows: Ints) -> Bools:
    """ELIG-06: one appointment covers all of the occasion."""
    refused = nobody(rows, occasion)
    doubtful = ~problem.roster.always_appointed[rows]
    if doubtful.any():
        covered = problem.roster.appointed.cover(rows[doubtful], occasion.starts, occasion.length)
        refused[doubtful] = ~covered
    return refused


def not_free(problem: Problem, asked: Asked, occasion: Occasion, rows: Ints) -> Bools:
    """TIME-01: the session lies inside free time. Work outside sessions needs no fixed time."""
    if occasion.session is None:
        return nobody(rows, occasion)
    return ~problem.roster.free_at(rows, occasion.starts, occasion.length)


def travel_buffer(problem: Problem, asked: Asked, occasion: Occasion, rows: Ints) -> Bools:
    """TIME-03: the way from and to commitments at other places fits. Remote ones need no way."""
    refused = nobody(rows, occasion)
    here = occasion.session.place if occasion.session else None
    margin = problem.snapshot.policy.travel_buffer_minutes
    for place, spans in problem.roster.commitments.items():
        if here is not None and place is not None and place != here:
            refused |= spans.meet(rows, occasion.starts, occasion.length, margin)
    return refused


def weekly_capacity(problem: Problem, asked: Asked, occasion: Occasion, rows: Ints) -> Bools:
    """CAP-01: the occasion fits into the expert's week, with the seat's other work in it."""
    weeks = problem.weeks(occasion.starts)
    work_week, effort = problem.work_week(asked), asked.seat.effort_minutes
    if occasion.session is None:
        added, weeks = np.array([effort]), np.array([work_week])
    else:
        added = occasion.length + np.where(weeks == work_week, effort, 0)
    room = {week: problem.roster.room[rows, week] for week in set(weeks.tolist())}
    over = [room[week] < minutes for week, minutes in zip(weeks.tolist(), added.tolist(), strict=True)]
    return side_by_side(over, rows)


def quota_spent(problem: Problem, asked: Asked, occasion: Occasion, rows: Ints) -> Bools:
    """LEND-02: the occasion, with the seat's other work, fits into what is left of the lender's month."""
    months = problem.months(occasion.starts)
    work_month, effort = problem.work_month(asked), asked.seat.effort_minutes
    if occasion.session is None:
        added, months = np.array([effort]), np.array([work_month])
    else:
        added = occasion.length + np.where(months == work_month, effort, 0)

    most = int(added.max(initial=0))

    def refused(agreement: Agreement) -> Bools | bool:
        if most <= min(problem.remaining(agreement)):
            return False
        over: Bools = added > np.array(problem.remaining(agreement))[months]
        return over

    return _by_lender(problem, asked, occasion, rows, refused)


def notice_short(problem: Problem, asked: Asked, occasion: Occasion, rows: Ints) -> Bools:
    """LEND-03: a session starts no earlier than the lender's notice; other work can still end after it."""

    def refused(agreement: Agreement) -> Bools | bool:
        if not agreement.notice_minutes and occasion.session is not None:
            return False
        earliest = problem.now + agreement.notice_minutes
        too_soon: Bools = occasion.starts < earliest
        if occasion.session is None:
            too_soon = occasion.starts + occasion.length <= earliest
        return too_soon

    return _by_lender(problem, asked, occasion, rows, refused)


def blackout(problem: Problem, asked: Asked, occasion: Occasion, rows: Ints) -> Bools:
    """LEND-04: a session keeps clear of the lender's blackouts; other work is not wholly inside one."""

    def refused(agreement: Agreement) -> Bools | bool:
        if not agreement.blackouts:
            return False
        spans = Spans.of((0, span.start, span.end) for span in agreement.blackouts)
        lender = np.zeros(1, dtype=np.int64)
        if occasion.session:
            closed = spans.meet(lender, occasion.starts, occasion.length, 0)
        else:
            closed = spans.cover(lender, occasion.starts, occasion.length)
        return closed.reshape(-1)

    return _by_lender(problem, asked, occasion, rows, refused)


def _by_lender(
    problem: Problem,
    asked: Asked,
    occasion: Occasion,
    rows: Ints,
    refused: Callable[[Agreement], Bools | bool],
) -> Bools:
    """Ask a rule once per agreement that lends to the need, and hand the answer to its experts."""
    roster, borrower = problem.roster, asked.need.ministry
    found = {code: refused(agreement) for code, agreement in problem.lenders(borrower)}
    if not any(answer is not False for answer in found.values()):
        return nobody(rows, occasion)
    by_ministry = np.zeros((len(occasion.starts), len(roster.ministries)), dtype=bool)
    for code, answer in found.items():
        by_ministry[:, code] = answer
    ministry = roster.ministry_code[rows]
    return side_by_side([refuses[ministry] for refuses in by_ministry], rows)


STANDING: tuple[tuple[Rule, Callable[[Problem, Asked], Bools]], ...] = (
    (Rule.NOT_ACTIVE, not_active),
    (Rule.ROLE_KIND_MISSING, role_kind_missing),
    (Rule.FACET_MISSING, facet_missing),
    (Rule.LEVEL_TOO_LOW, level_too_low),
    (Rule.CONFLICT_BAR, conflict_of(Tier.BAR)),
    (Rule.CONFLICT_REVIEW, conflict_of(Tier.REVIEW)),
    (Rule.CONFLICT_NOT_WAIVED, conflict_of(Tier.WAIVABLE)),
    (Rule.OPEN_ENGAGEMENTS, open_engagements),
    (Rule.NO_AGREEMENT, no_agreement),
    (Rule.CHAIR_LICENCE, licence_missing),
    (Rule.TEAM_LACKS, member_missing),
    (Rule.PINNED_OTHER, pinned_other),
    (Rule.BANNED, banned),
    (Rule.FIXED_OTHER, fixed_other),
)
TIMED: tuple[tuple[Rule, Callable[[Problem, Asked, Occasion, Ints], Bools]], ...] = (
    (Rule.FACET_NOT_VALID, facet_not_valid),
    (Rule.NOT_APPOINTED, not_appointed),
    (Rule.NOT_FREE, not_free),
    (Rule.TRAVEL_BUFFER, travel_buffer),
    (Rule.WEEKLY_CAPACITY, weekly_capacity),
    (Rule.QUOTA_SPENT, quota_spent),
    (Rule.NOTICE_SHORT, notice_short),
    (Rule.BLACKOUT, blackout),
)


def standing_refusals(problem: Problem, asked: Asked) -> dict[Rule, Bools]:
    """Every standing rule with the experts it refuses."""
    return {rule: refuses(problem, asked) for rule, refuses in STANDING}


def timed_refusals(problem: Problem, asked: Asked, occasion: Occasion, rows: Ints) -> dict[Rule, Bools]:
    """Every timed rule with the experts and starts it refuses.

    Shape: `[len(rows), len(occasion.starts)]` each.
    """
    return {rule: refuses(problem, asked, occasion, rows) for rule, refuses in TIMED}


def kept_out(problem: Problem, asked: Asked) -> Bools:
    """Experts whom any standing rule refuses."""
    refused = np.zeros(problem.roster.size, dtype=bool)
    for _, refuses in STANDING:
        refused |= refuses(problem, asked)
    return refused


def cannot_come(problem: Problem, asked: Asked, occasion: Occasion, rows: Ints) -> Bools:
    """Experts and starts that any timed rule refuses.

    Shape: `[len(rows), len(occasion.starts)]`.
    """
    refused = nobody(rows, occasion)
    for _, refuses in TIMED:
        refused |= refuses(problem, asked, occasion, rows)
    return refused


def refusals(problem: Problem, asked: Asked) -> dict[Rule, Bools]:
    """Every rule with the experts it keeps out of the seat, whoever else sits where.

    An occasion without any start left for an expert is blamed on the rules that each refuse all its
    starts; if none does alone, on every rule that refuses some.
    """
    found = standing_refusals(problem, asked)
    for occasion in occasions(problem, asked):
        for rule, mask in blamed(problem, asked, occasion).items():
            found[rule] = found[rule] | mask if rule in found else mask
    return found


def blamed(problem: Problem, asked: Asked, occasion: Occasion) -> dict[Rule, Bools]:
    """The timed rules that leave an expert no start for an occasion."""
    roster = problem.roster
    if len(occasion.starts) == 0:
        return {Rule.NO_START: np.ones(roster.size, dtype=bool)}
    masks = timed_refusals(problem, asked, occasion, roster.all)
    stuck = np.logical_or.reduce(list(masks.values())).all(axis=1)
    whole = {rule: mask.all(axis=1) for rule, mask in masks.items()}
    alone = np.logical_or.reduce(list(whole.values()))
    return {rule: whole[rule] | (stuck & ~alone & mask.any(axis=1)) for rule, mask in masks.items()}
