"""One need of a running plan cut out of its snapshot, with the experts who matter and all that binds them.

A question about one seat is answered on it as on the whole: what the experts left out use of an agreement is
taken off it, and what the experts kept do in other needs stays, fixed.
"""

from collections import Counter
from collections.abc import Set
from dataclasses import replace

from expertpool.scheduling.plan import Engagement, Plan
from expertpool.scheduling.snapshot import Agreement, Arrangement, Need, Placement, Share, Snapshot


def excerpt(snapshot: Snapshot, plan: Plan, need_id: str, experts: Set[str]) -> tuple[Snapshot, Plan]:
    """The part of a snapshot that one need and these experts make, and the plan's part of it.

    Whoever sits in the need or is pinned to it is kept too. The plan's part still names the whole's digest.
    """
    own = {seat.id for need in snapshot.needs if need.id == need_id for seat in need.seats}
    kept = experts | {e.expert for e in plan.engagements if e.seat in own}
    kept |= {pin.expert for pin in snapshot.pins if pin.seat in own}
    staying = tuple(e for e in plan.engagements if e.expert in kept)
    seats = own | {e.seat for e in staying}
    near = (need for need in snapshot.needs if any(seat.id in seats for seat in need.seats))
    needs = tuple(need if need.id == need_id else _cut(need, seats) for need in near)
    sessions = {session.id for need in needs for session in need.sessions}
    incidents, names = {need.incident for need in needs}, {need.id for need in needs}
    gone = [e for e in plan.engagements if e.expert not in kept]

    def those(placed: tuple[Placement, ...]) -> tuple[Placement, ...]:
        return tuple(one for one in placed if one.seat in seats and one.expert in kept)

    def within(before: Arrangement) -> Arrangement:
        starts = (start for start in before.starts if start.session in sessions)
        return Arrangement(those(before.engagements), tuple(starts))

    part = replace(
        snapshot,
        experts=tuple(expert for expert in snapshot.experts if expert.id in kept),
        conflicts=tuple(c for c in snapshot.conflicts if c.incident in incidents and c.expert in kept),
        needs=needs,
        agreements=_agreements(snapshot, need_id, gone),
        fixed=within(snapshot.fixed),
        pins=those(snapshot.pins),
        seat_bans=those(snapshot.seat_bans),
        need_bans=tuple(ban for ban in snapshot.need_bans if ban.need in names and ban.expert in kept),
        previous=within(snapshot.previous),
        shares=_carrying(snapshot, gone),
        wished_bans=those(snapshot.wished_bans),
    )
    return part, replace(plan, engagements=staying)


def _cut(need: Need, seats: set[str]) -> Need:
    """Some seats of another need. Only fixed people are left, and what they are together is settled."""
    sessions = (replace(s, seats=tuple(one for one in s.seats if one in seats)) for s in need.sessions)
    return replace(
        need,
        seats=tuple(seat for seat in need.seats if seat.id in seats),
        sessions=tuple(session for session in sessions if session.seats),
        team_rules=(),
    )


def _lent(snapshot: Snapshot, need_id: str, engagements: list[Engagement]) -> Counter[tuple[str, str, str]]:
    """Minutes by lender, borrower and label of the month, for the need's borrower: nobody else takes more."""
    borrower = next(need.ministry for need in snapshot.needs if need.id == need_id)
    asked = {
        seat.id: (need, seat) for need in snapshot.needs if need.ministry == borrower for seat in need.seats
    }
    lent = [engagement for engagement in engagements if engagement.seat in asked]
    experts = {engagement.expert for engagement in lent}
    home = {expert.id: expert.ministry for expert in snapshot.experts if expert.id in experts}

    def month(minute: int) -> str:
        return next(m.label for m in snapshot.months if m.start <= minute < m.end)

    used: Counter[tuple[str, str, str]] = Counter()
    for engagement in lent:
        need, seat = asked[engagement.seat]
        lender = home[engagement.expert]
        if lender != borrower:
            used[lender, borrower, month(need.deadline - 1)] += seat.effort_minutes
            for held in engagement.sessions:
                used[lender, borrower, month(held.start)] += held.end - held.start
    return used


def _carrying(snapshot: Snapshot, engagements: list[Engagement]) -> tuple[Share, ...]:
    """The shares of ministries with these engagements carried already, in whole units as in the plan."""
    if not snapshot.shares:
        return ()
    unit = snapshot.policy.fairness_unit_minutes
    effort = {seat.id: seat.effort_minutes for need in snapshot.needs for seat in need.seats}
    home = {expert.id: expert.ministry for expert in snapshot.experts}
    carried: Counter[str] = Counter()
    for each in engagements:
        minutes = effort[each.seat] + sum(held.end - held.start for held in each.sessions)
        carried[home[each.expert]] += -(-minutes // unit) * unit
    return tuple(
        replace(share, carried_minutes=share.carried_minutes + carried[share.ministry])
        for share in snapshot.shares
    )


def _agreements(snapshot: Snapshot, need_id: str, engagements: list[Engagement]) -> tuple[Agreement, ...]:
    """The agreements without what these engagements use of them."""
    used = _lent(snapshot, need_id, engagements)
    pairs = {(lender, borrower) for lender, borrower, _ in used}
    return tuple(_less(a, used) if (a.lender, a.borrower) in pairs else a for a in snapshot.agreements)


def _less(agreement: Agreement, used: Counter[tuple[str, str, str]]) -> Agreement:
    left = {
        month: max(0, minutes - used[agreement.lender, agreement.borrower, month])
        for month, minutes in agreement.remaining_minutes.items()
    }
    return replace(agreement, remaining_minutes=left)
