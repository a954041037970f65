"""Why and why not: every candidate of a seat with the rules against them."""

import datetime as dt
import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.engagements.queries import findings_of
from expertpool.experts.queries import ExpertFilters, Page, find_experts
from expertpool.incidents.access import NOTHING_HERE
from expertpool.incidents.queries import NeedPage, need_page
from expertpool.infra.identity import Actor, Role
from expertpool.planning.models import PlanRun, PlanWish
from expertpool.planning.queries.matching import counts_of, seat_of
from expertpool.planning.queries.questions import questions_of, seen
from expertpool.planning.queries.runs import people_of, row_of, stored_run, wishes_seen
from expertpool.planning.queries.stored import Stored
from expertpool.planning.queries.views import AskedTies, CandidateLine, PersonView, QuestionView, SeatPage
from expertpool.planning.rules import QuestionKind, SeatReasons
from expertpool.planning.rules.reasons import Candidate
from expertpool.refusals import NotFound
from expertpool.scheduling.vocabulary import Rule, Tier

SIZE = 25
MOST_FOUND = 8


def seat_page(
    session: Session,
    run_id: uuid.UUID,
    seat_id: uuid.UUID,
    *,
    actor: Actor,
    page: int = 1,
    rule: Rule | None = None,
    asked: uuid.UUID | None = None,
) -> SeatPage:
    """One page of a seat's candidates, the closest to eligible first; `rule`: only those it keeps out.

    `asked` is somebody the reader wants to know about, wherever they stand in the list.
    Raises: NotFound, also for a seat the run did not look at.
    """
    run = stored_run(session, run_id, actor=actor)
    need = need_page(session, run.need_id, actor=actor)
    seat, reasons = seat_of(need, seat_id), _reasons(run, seat_id)
    if seat is None or reasons is None:
        raise NotFound(NOTHING_HERE)
    ranked = _ranked(reasons, rule)
    part = ranked[(page - 1) * SIZE : page * SIZE]
    wishes = session.scalars(sa.select(PlanWish).where(PlanWish.seat_id == seat_id)).all()
    named = {each.expert for _, each in part} | {str(wish.expert_id) for wish in wishes}
    answered = _answered(session, run, need, seat_id, asked, actor=actor)
    people = people_of(session, named | ({str(asked)} if asked else set()), actor=actor)
    return SeatPage(
        row=row_of(run),
        need=need,
        seat=seat,
        lines=tuple(_line(reasons, each, people, place) for place, each in part if each.expert in people),
        asked=_asked(reasons, people, asked, answered),
        answered=answered,
        total=len(ranked),
        counts=counts_of(reasons),
        wishes=wishes_seen(wishes, people),
        may_plan=need.may_change,
    )


def _ranked(reasons: SeatReasons, rule: Rule | None) -> list[tuple[int, Candidate]]:
    """The candidates with their places; `rule`: only those it keeps out."""
    places = enumerate(reasons.candidates, start=1)
    return [(place, each) for place, each in places if rule is None or rule.value in each.rules]


def _answered(
    session: Session,
    run: PlanRun,
    need: NeedPage,
    seat_id: uuid.UUID,
    expert_id: uuid.UUID | None,
    *,
    actor: Actor,
) -> QuestionView | None:
    """The question why this expert does not have this seat, if it was asked."""
    wanted = (QuestionKind.WHY_NOT, seat_id, expert_id)
    every = questions_of(session, run.id) if expert_id else []
    about = [each for each in every if (each.kind, each.seat_id, each.expert_id) == wanted]
    return next(iter(seen(session, about, need, actor=actor)), None)


def ties_of_asked(session: Session, page: SeatPage, *, actor: Actor, now: dt.datetime) -> AskedTies | None:
    """The conflict part of the answer about one expert; None where no expert was asked about.

    Auditors read decisions, not ties: they get none either. Raises: NotFound.
    """
    if page.asked is None or not actor.is_a(Role.COORDINATOR, Role.CONFLICT_OFFICER):
        return None
    run = stored_run(session, page.row.id, actor=actor)
    expert_id, role_class = page.asked.person.id, page.seat.role_class
    stored = Stored(run) if run.snapshot else None
    return AskedTies(
        tier=_tier_then(stored, str(expert_id), role_class),
        waived=stored is not None and stored.is_waived(str(expert_id), role_class),
        today=findings_of(
            session, page.row.incident_id, expert_id, role_class=role_class, actor=actor, now=now
        ),
    )


def _tier_then(stored: Stored | None, expert: str, role_class: str) -> Tier | None:
    """The tier the run knew; None for whoever was no candidate."""
    if stored is None or expert not in stored.experts([expert]):
        return None
    return stored.conflict(expert, role_class)[0]


def _reasons(run: PlanRun, seat_id: uuid.UUID) -> SeatReasons | None:
    return Stored(run).reasons.get(str(seat_id)) if run.snapshot else None


def _line(
    reasons: SeatReasons, candidate: Candidate, people: dict[str, PersonView], rank: int
) -> CandidateLine:
    rules = tuple(Rule(rule) for rule in candidate.rules)
    return CandidateLine(rank, people[candidate.expert], candidate.expert == reasons.chosen, rules)


def _asked(
    reasons: SeatReasons,
    people: dict[str, PersonView],
    asked: uuid.UUID | None,
    answered: QuestionView | None,
) -> CandidateLine | None:
    """What is said of one expert; whoever was no candidate at all does not hold the role, and all else that
    is against them is known once it was asked."""
    person = people.get(str(asked))
    if person is None:
        return None
    for place, each in enumerate(reasons.candidates, start=1):
        if each.expert == str(asked):
            return _line(reasons, each, people, place)
    told = answered.why_not.rules if answered and answered.why_not else ()
    return CandidateLine(0, person, False, told or (Rule.ROLE_KIND_MISSING,))


def find_people(session: Session, text: str, *, actor: Actor, today: dt.date) -> Sequence[PersonView]:
    """Experts by a part of the name the reader may know; a few."""
    if not text.strip():
        return ()
    found = find_experts(
        session, ExpertFilters(text=text.strip()), Page(1, MOST_FOUND), viewer=actor, today=today
    )
    people = people_of(session, [str(expert.id) for expert in found.experts], actor=actor)
    return [people[str(expert.id)] for expert in found.experts]
