"""What waits for a conflict officer, and each decision with the findings it is made from."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.conflicts import access as conflicts
from expertpool.conflicts.queries import QueueLine, WaiverView, expert_shown, waiver_view, waivers_waiting
from expertpool.conflicts.rules.findings import Finding, Namesake
from expertpool.conflicts.rules.labels import TIERS
from expertpool.conflicts.rules.rulings import may_be_dismissed
from expertpool.conflicts.rules.telling import Told, tell, tell_apart, tier_tone
from expertpool.conflicts.rules.vocabulary import FindingStatus, Tier
from expertpool.conflicts.rules.waivers import WaiverAct
from expertpool.engagements import access
from expertpool.engagements.models import WITHOUT_PROFILE, Challenge, Engagement
from expertpool.engagements.queries.certified import certified_ties
from expertpool.engagements.queries.desks import card_queue
from expertpool.engagements.queries.midcase import found_at_work
from expertpool.engagements.queries.names import role_names
from expertpool.engagements.queries.views import Named, QueuedCard
from expertpool.engagements.rules import ChallengeState
from expertpool.engagements.screening import screen_one_for_case
from expertpool.experts.rules import shown_name
from expertpool.incidents.models import Incident
from expertpool.incidents.rules import PartySide
from expertpool.infra.clock import seoul_date
from expertpool.infra.identity import Actor
from expertpool.refusals import NotFound
from expertpool.scheduling.vocabulary import RoleClass
from expertpool.words import Words, words

_EXPERT_WAITS = words("The expert waits; nothing of the case is shown until you decide.")
_WORK_STANDS_STILL = words("The case is shut and the work stands still until you decide.")


@dataclass(frozen=True, slots=True)
class FindingsView:
    """What speaks against an expert in one role of a case.

    Officers of the case read the path, officers of other ministries the rules, everybody else the tier only.
    `open_to_dismissal`: keys of the findings one officer's word can clear.
    """

    incident_id: uuid.UUID
    expert_id: uuid.UUID
    role_class: RoleClass
    on: dt.date
    tier: Tier
    tier_name: Words
    tone: str
    findings: tuple[Told, ...]
    apart: tuple[Namesake, ...]
    with_path: bool
    open_to_dismissal: frozenset[str]


@dataclass(frozen=True, slots=True)
class ChallengeView:
    """A party's challenge as the using ministry sees it."""

    id: uuid.UUID
    engagement_id: uuid.UUID
    need_id: uuid.UUID
    incident_id: uuid.UUID
    receipt_no: str
    expert_id: uuid.UUID
    expert: Named
    role: Named
    role_class: RoleClass
    side: PartySide
    grounds: str
    entered_at: dt.datetime
    state: ChallengeState
    decided_at: dt.datetime | None
    decision: str
    may_decide: bool


def findings_of(
    session: Session,
    incident_id: uuid.UUID,
    expert_id: uuid.UUID,
    *,
    role_class: RoleClass,
    actor: Actor,
    now: dt.datetime,
) -> FindingsView:
    """Today's findings about an expert in a case. Whoever may not know the ties gets the tiers alone.

    Raises: NotFound for a case the session may not know of.
    """
    if session.get(Incident, incident_id) is None:
        raise NotFound(access.NOTHING_HERE)
    return _findings(session, incident_id, expert_id, role_class, actor, now, in_case=True)


def _findings(
    session: Session,
    incident_id: uuid.UUID,
    expert_id: uuid.UUID,
    role_class: RoleClass,
    actor: Actor,
    now: dt.datetime,
    *,
    in_case: bool,
) -> FindingsView:
    screening = screen_one_for_case(
        session, incident_id, expert_id, role_class=role_class, on=seoul_date(now)
    )
    name = expert_shown(session, expert_id, viewer=actor)
    shown = (name.name_ko, name.name_en) if name else None
    cleared = conflicts.sees_path(actor)
    told = tell(screening, with_path=in_case, expert_name=shown) if cleared else ()
    return FindingsView(
        incident_id=incident_id,
        expert_id=expert_id,
        role_class=role_class,
        on=screening.on,
        tier=screening.tier,
        tier_name=TIERS[screening.tier],
        tone=tier_tone(screening.tier),
        findings=told,
        apart=tell_apart(screening, expert_name=shown) if in_case and cleared else (),
        with_path=in_case and cleared,
        open_to_dismissal=frozenset(one.key for one in screening.findings if _dismissable(one)),
    )


def _dismissable(finding: Finding) -> bool:
    return may_be_dismissed(finding) and finding.status is FindingStatus.OPEN


@dataclass(frozen=True, slots=True)
class FindingsPage:
    """The findings about one expert in one case, with the names a reader of the case needs.

    `conflict_found_at`: when a bar was first found in mid-case; whatever the expert did there came before.
    """

    expert: Named
    receipt_no: str
    findings: FindingsView
    may_rule: bool
    conflict_found_at: dt.datetime | None


def findings_page(
    session: Session,
    incident_id: uuid.UUID,
    expert_id: uuid.UUID,
    *,
    role_class: RoleClass,
    actor: Actor,
    now: dt.datetime,
) -> FindingsPage:
    """Today's findings about an expert in a case, for the page. Raises: NotFound."""
    findings = findings_of(session, incident_id, expert_id, role_class=role_class, actor=actor, now=now)
    name = expert_shown(session, expert_id, viewer=actor)
    assert name is not None  # the screening found the expert
    found_at = session.scalar(
        sa.select(sa.func.min(Engagement.conflict_found_at)).where(
            Engagement.incident_id == incident_id, Engagement.expert_id == expert_id
        )
    )
    return FindingsPage(
        expert=Named(name.name_ko, name.name_en),
        receipt_no=session.get_one(Incident, incident_id).receipt_no,
        findings=findings,
        may_rule=findings.with_path,
        conflict_found_at=found_at,
    )


def card_to_decide(
    session: Session, engagement_id: uuid.UUID, *, actor: Actor, now: dt.datetime
) -> QueuedCard:
    """A card that waits for the actor. Raises: NotFound, also once it is decided."""
    cards = card_queue(session, actor=actor, now=now)
    card = next((one for one in cards if one.id == engagement_id), None)
    if card is None:
        raise NotFound(access.NOTHING_HERE)
    return card


def role_class_of(session: Session, engagement_id: uuid.UUID, *, actor: Actor) -> RoleClass:
    """The capacity an engagement is in. Raises: NotFound."""
    return RoleClass(access.visible(session, engagement_id, actor=actor).role_class)


def challenges_seen(
    session: Session, *, actor: Actor, states: Collection[ChallengeState] = ()
) -> list[ChallengeView]:
    """The challenges of the actor's ministry, oldest first."""
    wanted = _challenges().where(Engagement.borrower_id == actor.ministry_id)
    if states:
        wanted = wanted.where(Challenge.state.in_(states))
    rows = session.execute(wanted.order_by(Challenge.entered_at, Challenge.id).limit(200))
    roles = role_names(session)
    return [_challenge(*row, roles, actor) for row in rows]


def challenge_view(session: Session, challenge_id: uuid.UUID, *, actor: Actor) -> ChallengeView:
    """One challenge. Raises: NotFound."""
    row = session.execute(_challenges().where(Challenge.id == challenge_id)).one_or_none()
    if row is None:
        raise NotFound(access.NOTHING_HERE)
    return _challenge(*row, role_names(session), actor)


def _challenges() -> sa.Select[Challenge, Engagement, str]:
    return (
        sa.select(Challenge, Engagement, Incident.receipt_no)
        .join(Engagement, Engagement.id == Challenge.engagement_id)
        .join(Incident, Incident.id == Challenge.incident_id)
        .options(WITHOUT_PROFILE)
        .execution_options(populate_existing=True)
    )


def _challenge(
    row: Challenge, engagement: Engagement, receipt_no: str, roles: Mapping[str, Named], actor: Actor
) -> ChallengeView:
    shown = shown_name(engagement.expert, actor.ministry_id)
    return ChallengeView(
        id=row.id,
        engagement_id=engagement.id,
        need_id=engagement.need_id,
        incident_id=row.incident_id,
        receipt_no=receipt_no,
        expert_id=engagement.expert_id,
        expert=Named(shown.name_ko, shown.name_en),
        role=roles[engagement.role_kind],
        role_class=RoleClass(engagement.role_class),
        side=row.side,
        grounds=row.grounds,
        entered_at=row.entered_at,
        state=row.state,
        decided_at=row.decided_at,
        decision=row.decision,
        may_decide=row.state is ChallengeState.OPEN and access.rules_cards(actor, engagement),
    )


@dataclass(frozen=True, slots=True)
class WaiverPage:
    """A waiver, its findings as far as the reader may know them, and what the reader may do.

    `receipt_no`: of the case, for those who may know of it.
    """

    waiver: WaiverView
    findings: FindingsView
    acts: tuple[WaiverAct, ...]
    asks: bool
    receipt_no: str | None


def waiver_page(session: Session, waiver_id: uuid.UUID, *, actor: Actor, now: dt.datetime) -> WaiverPage:
    """One waiver to decide about. Officers of other ministries see tiers and rules, no party and no tie.

    Raises: NotFound.
    """
    waiver = waiver_view(session, waiver_id, viewer=actor)
    incident = session.get(Incident, waiver.incident_id)
    findings = _findings(
        session,
        waiver.incident_id,
        waiver.expert_id,
        waiver.role_class,
        actor,
        now,
        in_case=incident is not None,
    )
    acts = conflicts.acts_open_to(
        actor,
        using_ministry_id=waiver.using_ministry_id,
        granting_ministry_id=waiver.granting_ministry_id,
        state=waiver.state,
    )
    asks = conflicts.asks_for_waiver(actor, waiver.using_ministry_id)
    return WaiverPage(waiver, findings, acts, asks, incident.receipt_no if incident else None)


def decisions_waiting(session: Session, *, actor: Actor, now: dt.datetime) -> list[QueueLine]:
    """Everything that waits for this officer's word, what waits longest first."""
    lines = [
        QueueLine(
            words("Declaration overdue") if card.is_late else words("Declared tie"),
            card.expert.name_ko,
            card.expert.name_en,
            _WORK_STANDS_STILL if card.due_at else _EXPERT_WAITS,
            card.since,
            "engagements.decide_card",
            {"engagement_id": card.id},
        )
        for card in card_queue(session, actor=actor, now=now)
    ]
    lines += [
        QueueLine(
            words("Challenge by a party"),
            each.expert.name_ko,
            each.expert.name_en,
            words("The engagement stands still until you decide."),
            each.entered_at,
            "engagements.challenge_page",
            {"challenge_id": each.id},
        )
        for each in challenges_seen(session, actor=actor, states=[ChallengeState.OPEN])
    ]
    lines += [
        QueueLine(
            words("Waiver"),
            each.expert.name_ko,
            each.expert.name_en,
            words("A seat waits for your approval or refusal."),
            each.requested_at,
            "engagements.waiver_page",
            {"waiver_id": each.id},
        )
        for each in waivers_waiting(session, viewer=actor)
    ]
    lines += [*found_at_work(session, actor=actor), *certified_ties(session, actor=actor)]
    return sorted(lines, key=lambda line: (line.since, str(line.values)))
