"""What conflict officers decided lately, and what waits for them: a waiver each, a challenge, a ruling."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.conflicts import service as conflicts
from expertpool.conflicts.models import Waiver
from expertpool.conflicts.rules.rulings import may_be_dismissed
from expertpool.conflicts.rules.vocabulary import FindingStatus
from expertpool.conflicts.rules.waivers import WaiverAct, WaiverGround, WaiverWish, findings_to_waive
from expertpool.demo.service.book import Book, both
from expertpool.demo.service.present import OFFICERS_MINISTRY
from expertpool.demo.world.cases import Incident
from expertpool.demo.world.experts import Expert
from expertpool.demo.world.plants import DecoyKind
from expertpool.demo.world.seeding import DAY, seoul
from expertpool.engagements import service
from expertpool.engagements.models import Engagement
from expertpool.engagements.rules import CHALLENGEABLE
from expertpool.engagements.screening import screen_one_for_case
from expertpool.experts.rules import ExpertState, FacetKind
from expertpool.incidents import service as incidents
from expertpool.incidents.queries import last_day_of
from expertpool.incidents.rules import FacetWish, IncidentState, NeedDraft, PartySide, SeatDraft, Urgency
from expertpool.infra.clock import seoul_date
from expertpool.infra.identity import Actor
from expertpool.planning.queries import snapshot_without
from expertpool.refusals import Conflicting
from expertpool.scheduling import plan as plans
from expertpool.scheduling import snapshot as snapshots
from expertpool.scheduling.solve import DAY as A_DAYS_WORK
from expertpool.scheduling.solve import solve
from expertpool.scheduling.vocabulary import RoleClass

HOUR = dt.timedelta(hours=1)
WORK = 21 * DAY
_WAIVED_IN = (RoleClass.INV, RoleClass.SUP)


@dataclass(frozen=True, slots=True)
class _Irreplaceable:
    """An expert with a waivable tie to a case, and a seat nobody else could take."""

    incident: Incident
    expert: Expert
    seat: SeatDraft


def officers_work(session: Session, book: Book) -> None:
    """Everything of the last day and a half."""
    _dismiss_a_namesake(session, book)
    _challenge_somebody(session, book)
    found = _irreplaceable(session, book)
    granted, waiting = next(found), next(found)
    _grant(session, book, _ask_for(session, book, granted, at=book.now - 28 * HOUR))
    _ask_for(session, book, waiting, at=book.now - 3 * HOUR)


def _dismiss_a_namesake(session: Session, book: Book) -> None:
    """An officer found out that the expert only bears the name of somebody in the case."""
    at = book.now - 30 * HOUR
    for decoy in book.world.relations.decoys:
        incident = book.world.incidents.of(decoy.incident)
        ours = incident.lead == OFFICERS_MINISTRY and incident.state is not IncidentState.CLOSED
        if decoy.kind is not DecoyKind.SAME_NAME or not ours:
            continue
        incident_id, expert_id = book.incidents[incident.key], book.experts[decoy.expert]
        screening = screen_one_for_case(
            session, incident_id, expert_id, role_class=RoleClass.INV, on=seoul_date(at)
        )
        doubt = next((each for each in screening.findings if may_be_dismissed(each)), None)
        if doubt is not None:
            service.rule_on_finding(
                session,
                incident_id=incident_id,
                expert_id=expert_id,
                role_class=RoleClass.INV,
                finding_key=doubt.key,
                status=FindingStatus.DISMISSED,
                grounds=both("이름만 같은 다른 사람임을 확인했습니다.", "Somebody else of the same name."),
                until=None,
                actor=book.officers[0],
                now=at,
            )
            return
    raise LookupError("no namesake in a case of the officer's ministry")


def _challenge_somebody(session: Session, book: Book) -> None:
    """A party challenges an expert who is firm, if anybody of the ministry is; the work stands still."""
    spared = [book.experts[each.expert] for each in book.world.relations.planted]
    serving = session.scalars(
        sa.select(Engagement.id)
        .where(
            Engagement.borrower_id == book.ministries[OFFICERS_MINISTRY],
            Engagement.state.in_(CHALLENGEABLE),
            Engagement.expert_id.not_in(spared),
        )
        .order_by(Engagement.confirmed_at, Engagement.id)  # who never confirmed comes last
    ).first()
    if serving is None:
        raise LookupError("nobody serves the officer's ministry")
    service.enter_challenge(
        session,
        serving,
        side=PartySide.RESPONDENT,
        grounds=both(
            "학회에서 신청인과 함께 발표했다는 주장입니다.", "Said to have lectured with the other side."
        ),
        actor=book.coordinator(OFFICERS_MINISTRY),
        now=book.now - 2 * HOUR,
    )


def _irreplaceable(session: Session, book: Book) -> Iterator[_Irreplaceable]:
    """Planted ties a waiver can cover, in cases the officer's ministry works on; one for each case."""
    seen: set[str] = set()
    for planted in book.world.relations.planted:
        incident = book.world.incidents.of(planted.incident)
        expert = next(each for each in book.world.experts if each.key == planted.expert)
        if incident.key in seen or expert.state is not ExpertState.ACTIVE:
            continue
        if OFFICERS_MINISTRY not in (incident.lead, *incident.supporting) or incident.compartmented:
            continue
        if incident.state not in (IncidentState.TRIAGED, IncidentState.ACTIVE):
            continue
        facets = _only_theirs(book, expert)
        role_class = _waivable_in(session, book, incident, expert)
        if facets and role_class is not None:
            seen.add(incident.key)
            seat = SeatDraft(expert.role_kind, role_class, effort_minutes=360, facets=facets)
            yield _Irreplaceable(incident, expert, seat)


def _only_theirs(book: Book, expert: Expert) -> tuple[FacetWish, ...]:
    """What the expert can and nobody else of the role can to that level; nothing if there are others."""
    kinds = (FacetKind.TECHNOLOGY, FacetKind.SKILL)
    own = [each for each in expert.facets if each.kind in kinds]
    others = (each for each in book.world.experts if each.key != expert.key)
    for other in others:
        if other.has(FacetKind.ROLE_KIND, expert.role_kind) and all(
            other.has(each.kind, each.code, level=each.level) for each in own
        ):
            return ()
    return tuple(FacetWish(each.kind, each.code, True, each.level) for each in own)


def _waivable_in(session: Session, book: Book, incident: Incident, expert: Expert) -> RoleClass | None:
    """A role class in which nothing but waivable ties stands in the expert's way."""
    for role_class in _WAIVED_IN:
        screening = screen_one_for_case(
            session,
            book.incidents[incident.key],
            book.experts[expert.key],
            role_class=role_class,
            on=seoul_date(book.now),
        )
        try:
            findings_to_waive(screening)
        except Conflicting:
            continue
        return role_class
    return None


def _ask_for(session: Session, book: Book, wanted: _Irreplaceable, *, at: dt.datetime) -> Waiver:
    """A seat only one expert fits, the request to let them serve, and the planner's proof."""
    actor = book.coordinator(OFFICERS_MINISTRY)
    draft = NeedDraft(
        purpose=both("이 분야를 아는 한 사람의 의견", "The opinion of the one who knows this field"),
        urgency=Urgency.RAISED,
        not_before=book.now,
        deadline=seoul(seoul_date(book.now + WORK), 0),
        seats=(wanted.seat,),
        sessions=(),
    )
    incident_id = book.incidents[wanted.incident.key]
    need = incidents.add_need(session, actor=actor, now=at, incident_id=incident_id, draft=draft)
    incidents.submit_need(session, need.id, actor=actor, now=at)
    assert actor.user_id is not None  # coordinators sign in
    wish = WaiverWish(
        ground=WaiverGround.IRREPLACEABLE,
        reason=both("인력풀에 이 기술을 아는 다른 전문가가 없습니다.", "Nobody else of the pool knows this."),
        monitor_id=actor.user_id,
        until=last_day_of(need.deadline),
        complainant_consent=both("동의서 1", "Consent 1"),
        respondent_consent=both("동의서 2", "Consent 2"),
    )
    waiver = service.request_waiver(
        session,
        wish,
        need_id=need.id,
        seat_id=need.seats[0].id,
        expert_id=book.experts[wanted.expert.key],
        actor=actor,
        now=at,
    )
    _prove(session, waiver, at=at + HOUR)
    return waiver


def _prove(session: Session, waiver: Waiver, *, at: dt.datetime) -> None:
    """The search that the worker would do, done here: nobody is looked for among the past's jobs."""
    snapshot = snapshot_without(session, waiver.id, now=at)
    assert snapshot is not None  # it was asked for just now
    plan = solve(snapshots.loads(snapshot), limits=A_DAYS_WORK)
    conflicts.record_proof(session, waiver.id, snapshot=snapshot, plan=plans.dumps(plan), now=at)


def _grant(session: Session, book: Book, waiver: Waiver) -> None:
    """The officer of the ministry that asks endorses; one of another ministry grants."""
    for act, actor, at in (
        (WaiverAct.ENDORSE, _officer(book, own=True), book.now - 20 * HOUR),
        (WaiverAct.GRANT, _officer(book, own=False), book.now - 4 * HOUR),
    ):
        service.decide_waiver(session, waiver.id, act, note="", version=waiver.version, actor=actor, now=at)


def _officer(book: Book, *, own: bool) -> Actor:
    ministry = book.ministries[OFFICERS_MINISTRY]
    return next(each for each in book.officers if (each.ministry_id == ministry) is own)
