"""Waivers from the request to the end: who asks, who approves, what is proven, when it ends."""

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.accounts.models import Account
from expertpool.audit import service as audit
from expertpool.conflicts import access
from expertpool.conflicts.models import Waiver
from expertpool.conflicts.rules.findings import Finding, Screening
from expertpool.conflicts.rules.proofs import ProofState, text_digest, weigh_proof
from expertpool.conflicts.rules.vocabulary import RoleClass, Tier
from expertpool.conflicts.rules.waivers import (
    LIVE_WAIVERS,
    LONGEST_CONSENT,
    WaiverAct,
    WaiverState,
    WaiverWish,
    after_waiver_act,
    check_consents,
    check_waiver_approver,
    findings_to_waive,
    waiver_faults,
)
from expertpool.infra import jobs
from expertpool.infra.clock import seoul_date
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Actor, Role
from expertpool.refusals import Conflicting, Invalid, NotFound, Stale, WrongState
from expertpool.words import words

_NOT_KEPT = words("The request is not complete. Correct the fields named below.")


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverScope:
    """What a waiver is for: one expert on one seat. `work_ends_on` is the last day the work may take."""

    incident_id: uuid.UUID
    need_id: uuid.UUID
    seat_id: uuid.UUID
    expert_id: uuid.UUID
    using_ministry_id: uuid.UUID
    compartmented: bool
    role_class: RoleClass
    work_ends_on: dt.date


def request_waiver(
    session: Session,
    scope: WaiverScope,
    wish: WaiverWish,
    *,
    screening: Screening,
    actor: Actor,
    now: dt.datetime,
) -> Waiver:
    """Ask that an expert may serve on a seat in spite of waivable findings; the planner's proof is queued.

    `screening` is the expert's own for the seat's role class, without this waiver.
    Raises: Forbidden; Conflicting with the rule for a bar, a statutory finding or an open question; Invalid.
    """
    access.check_asks_for_waiver(actor, scope.using_ministry_id)
    findings = findings_to_waive(screening)
    _check_wish(session, scope, wish, now=now)
    _check_none_live(session, scope)
    waiver = _waiver(scope, wish, findings)
    waiver.requested_by, waiver.requested_at = cast(uuid.UUID, actor.user_id), now
    session.add(waiver)
    session.flush()
    _note(session, waiver, "request", actor=actor, now=now)
    _ask_planner(session, waiver)
    return waiver


def _waiver(scope: WaiverScope, wish: WaiverWish, findings: Iterable[Finding]) -> Waiver:
    named = [(finding.rule, finding.key) for finding in findings]
    return Waiver(
        incident_id=scope.incident_id,
        need_id=scope.need_id,
        seat_id=scope.seat_id,
        expert_id=scope.expert_id,
        using_ministry_id=scope.using_ministry_id,
        compartmented=scope.compartmented,
        role_class=scope.role_class,
        tier=Tier.WAIVABLE,
        rules=sorted({rule for rule, _ in named}),
        finding_keys=sorted({key for _, key in named}),
        ground=wish.ground,
        reason=wish.reason.strip(),
        monitor_id=wish.monitor_id,
        until=wish.until,
        complainant_consent=wish.complainant_consent.strip(),
        respondent_consent=wish.respondent_consent.strip(),
        state=WaiverState.REQUESTED,
    )


def _check_wish(session: Session, scope: WaiverScope, wish: WaiverWish, *, now: dt.datetime) -> None:
    faults = waiver_faults(wish, work_ends_on=scope.work_ends_on, today=seoul_date(now))
    monitor = session.get(Account, wish.monitor_id)
    roles = {role.name for role in monitor.roles} if monitor else set()
    of_ministry = monitor is not None and monitor.active and monitor.ministry_id == scope.using_ministry_id
    if not of_ministry or not roles & {Role.COORDINATOR, Role.CONFLICT_OFFICER}:
        faults["monitor_id"] = words("Choose somebody of your ministry who watches over this work.")
    for name in ("complainant_consent", "respondent_consent"):
        if len(getattr(wish, name)) > LONGEST_CONSENT:
            faults[name] = words("Write at most %(most)s characters.", most=LONGEST_CONSENT)
    if faults:
        raise Invalid(_NOT_KEPT, fields=faults)


def _check_none_live(session: Session, scope: WaiverScope) -> None:
    live = sa.exists().where(
        Waiver.seat_id == scope.seat_id,
        Waiver.expert_id == scope.expert_id,
        Waiver.state.in_(LIVE_WAIVERS),
    )
    if session.scalar(sa.select(live)):
        raise WrongState(words("There is a waiver for this expert on this seat already."))


def ask_for_proof(
    session: Session, waiver_id: uuid.UUID, *, version: int, actor: Actor, now: dt.datetime
) -> Waiver:
    """Let the planner search again without the expert. Raises: NotFound; Forbidden; Stale; WrongState."""
    waiver = waiver_seen(session, waiver_id, version=version)
    access.check_asks_for_waiver(actor, waiver.using_ministry_id)
    _demand_undecided(waiver)
    waiver.proof = ProofState.ASKED
    session.flush()
    _note(session, waiver, "ask_for_proof", actor=actor, now=now)
    _ask_planner(session, waiver)
    return waiver


def record_proof(
    session: Session, waiver_id: uuid.UUID, *, snapshot: str, plan: str, now: dt.datetime
) -> None:
    """Keep what the planner's search without the expert came to. Runs as the system; idempotent."""
    waiver = waiver_seen(session, waiver_id)
    if waiver.proof is not ProofState.ASKED or waiver.state not in LIVE_WAIVERS:
        return
    waiver.proof = _weighed(waiver, snapshot, plan)
    waiver.proof_snapshot, waiver.proof_snapshot_digest = snapshot, text_digest(snapshot)
    waiver.proof_plan, waiver.proof_plan_digest = plan, text_digest(plan)
    waiver.proved_at = now
    session.flush()
    _note(session, waiver, "prove", actor=SYSTEM, now=now, proof=waiver.proof.value)


def give_up_proof(session: Session, waiver_id: uuid.UUID, *, now: dt.datetime) -> None:
    """Note that the search ended without an answer. Runs as the system."""
    waiver = waiver_seen(session, waiver_id)
    if waiver.proof is ProofState.ASKED:
        waiver.proof = ProofState.UNDECIDED
        _note(session, waiver, "prove", actor=SYSTEM, now=now, proof=waiver.proof.value)


def _weighed(waiver: Waiver, snapshot: str, plan: str) -> ProofState:
    return weigh_proof(
        snapshot, plan, need=str(waiver.need_id), seat=str(waiver.seat_id), expert=str(waiver.expert_id)
    )


def add_consents(
    session: Session,
    waiver_id: uuid.UUID,
    *,
    complainant: str,
    respondent: str,
    version: int,
    actor: Actor,
    now: dt.datetime,
) -> Waiver:
    """Note where the written consents of the two sides are kept.

    Raises: NotFound; Forbidden; Stale; WrongState once decided; Invalid.
    """
    waiver = waiver_seen(session, waiver_id, version=version)
    access.check_asks_for_waiver(actor, waiver.using_ministry_id)
    _demand_undecided(waiver)
    if max(len(complainant), len(respondent)) > LONGEST_CONSENT:
        raise Invalid(words("Write at most %(most)s characters.", most=LONGEST_CONSENT))
    waiver.complainant_consent, waiver.respondent_consent = complainant.strip(), respondent.strip()
    session.flush()
    _note(session, waiver, "add_consents", actor=actor, now=now)
    return waiver


def decide_waiver(
    session: Session,
    waiver_id: uuid.UUID,
    act: WaiverAct,
    *,
    note: str,
    version: int,
    screening: Screening,
    actor: Actor,
    now: dt.datetime,
) -> Waiver:
    """Endorse, grant, refuse, withdraw or revoke.

    `screening` is the expert's of today, without this waiver: what came up since is not waived.
    Raises: NotFound; Forbidden; Stale; WrongState; Conflicting; Invalid for consents or grounds that lack.
    """
    waiver = waiver_seen(session, waiver_id, version=version)
    access.check_acts_on_waiver(actor, waiver, act)
    after = after_waiver_act(waiver.state, act)
    was_granted = waiver.state is WaiverState.GRANTED
    if act in (WaiverAct.ENDORSE, WaiverAct.GRANT):
        _approve(session, waiver, act, screening=screening, actor=actor, now=now)
    else:
        waiver.note = _grounds(note)
        waiver.ended_by, waiver.ended_at = actor.user_id, now
    waiver.state = after
    session.flush()
    _note(session, waiver, act.value, actor=actor, now=now)
    if was_granted:
        _tell_end(session, waiver)
    return waiver


def _approve(
    session: Session, waiver: Waiver, act: WaiverAct, *, screening: Screening, actor: Actor, now: dt.datetime
) -> None:
    check_waiver_approver(
        act,
        approver_id=actor.user_id,
        approver_ministry=actor.ministry_id,
        requester_id=waiver.requested_by,
        using_ministry=waiver.using_ministry_id,
        endorser_id=waiver.endorsed_by,
    )
    if waiver.until < seoul_date(now):  # the hourly job has not come by yet
        raise WrongState(words("The last day of this waiver is over. Ask for a new one."))
    if not {finding.key for finding in findings_to_waive(screening)} <= set(waiver.finding_keys):
        raise Conflicting(words("Something new came up since the request. Ask for a new waiver."))
    if act is WaiverAct.ENDORSE:
        waiver.endorsed_by, waiver.endorsing_ministry_id = actor.user_id, actor.ministry_id
        waiver.endorsed_at = now
        return
    check_consents(
        waiver.role_class,
        waiver.rules,
        complainant=waiver.complainant_consent,
        respondent=waiver.respondent_consent,
    )
    _check_proof(session, waiver)
    waiver.granted_by, waiver.granting_ministry_id = actor.user_id, actor.ministry_id
    waiver.granted_at = now


def _check_proof(session: Session, waiver: Waiver) -> None:
    """The stored proof has to be the one that was stored, and has to prove it still."""
    with acting_as(session, SYSTEM):
        session.refresh(waiver, ["proof_snapshot", "proof_plan"])
    snapshot, plan = waiver.proof_snapshot or "", waiver.proof_plan or ""
    untouched = (text_digest(snapshot), text_digest(plan)) == (
        waiver.proof_snapshot_digest,
        waiver.proof_plan_digest,
    )
    stands = waiver.proof is ProofState.STANDS and untouched
    if not stands or _weighed(waiver, snapshot, plan) is not ProofState.STANDS:
        raise Conflicting(
            words("A waiver needs the planner's proof that nobody else can take the seat in time."),
            rule="CONF-03",
        )


def expire_waivers(session: Session, *, now: dt.datetime) -> int:
    """End what is past its last day; says how many. Runs as the system."""
    over = session.scalars(
        sa.select(Waiver)
        .where(Waiver.state.in_(LIVE_WAIVERS), Waiver.until < seoul_date(now))
        .order_by(Waiver.id)
        .with_for_update()
    ).all()
    for waiver in over:
        was_granted = waiver.state is WaiverState.GRANTED
        waiver.state, waiver.ended_at = after_waiver_act(waiver.state, WaiverAct.EXPIRE), now
        session.flush()
        _note(session, waiver, "expire", actor=SYSTEM, now=now)
        if was_granted:
            _tell_end(session, waiver)
    return len(over)


def waiver_seen(session: Session, waiver_id: uuid.UUID, *, version: int | None = None) -> Waiver:
    """A waiver the session's actor may know of, locked. Raises: NotFound; Stale."""
    wanted = sa.select(Waiver).where(Waiver.id == waiver_id).with_for_update()
    waiver = session.scalars(wanted.execution_options(populate_existing=True)).one_or_none()
    if waiver is None:
        raise NotFound(access.NOTHING_HERE)
    if version is not None and waiver.version != version:
        raise Stale(words("Somebody changed this waiver after you opened it. Look at it again."))
    return waiver


def _demand_undecided(waiver: Waiver) -> None:
    if waiver.state not in (WaiverState.REQUESTED, WaiverState.ENDORSED):
        raise WrongState(words("This waiver does not allow that step any more. Reload the page."))


def _grounds(note: str) -> str:
    said = note.strip()
    if not said or len(said) > 400:
        sentence = words("Give the grounds, in 400 characters at most. They stay in the record.")
        raise Invalid(sentence, fields={"note": sentence})
    return said


def _ask_planner(session: Session, waiver: Waiver) -> None:
    jobs.defer(session, "planning.prove_waiver", waiver_id=str(waiver.id))


def _tell_end(session: Session, waiver: Waiver) -> None:
    """Whoever serves under the waiver comes off; engagements stand above and are asked by name."""
    jobs.defer(session, "engagements.waiver_ended", waiver_id=str(waiver.id))


def _note(
    session: Session, waiver: Waiver, verb: str, *, actor: Actor, now: dt.datetime, **detail: str
) -> None:
    audit.record(
        session,
        actor=actor,
        verb=f"waiver.{verb}",
        kind="waiver",
        thing=waiver.id,
        now=now,
        state=waiver.state.value,
        **detail,
    )
