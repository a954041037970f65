"""What officers decided, as the rules read it, and waivers and silent screenings as pages show them.

Rulings and waivers are read on the system's authority: whoever screens needs all of them.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import distinct_on
from sqlalchemy.orm import Session

from expertpool.accounts.models import Account, RoleRow
from expertpool.conflicts import access
from expertpool.conflicts.models import FindingRuling, SilentScreening, Waiver
from expertpool.conflicts.queries.reach import among
from expertpool.conflicts.queries.register import expert_shown
from expertpool.conflicts.rules import facts
from expertpool.conflicts.rules.proofs import ProofState
from expertpool.conflicts.rules.vocabulary import FindingStatus, RoleClass, Tier
from expertpool.conflicts.rules.waivers import GrantedWaiver, WaiverGround, WaiverState
from expertpool.experts.rules import ShownName
from expertpool.infra.identity import Actor, Role
from expertpool.ministries.models import Ministry
from expertpool.refusals import NotFound
from expertpool.words import Words


def rulings_on(
    session: Session, incident_id: uuid.UUID | None, expert_ids: Sequence[uuid.UUID] | None
) -> tuple[facts.Ruling, ...]:
    """What officers ruled in a case and did not take back: the newest word on each trace."""
    if incident_id is None:
        return ()
    asked = [] if expert_ids is None else [among(FindingRuling.expert_id, expert_ids)]
    which = (FindingRuling.expert_id, FindingRuling.role_class, FindingRuling.trace)
    rows = session.scalars(
        sa.select(FindingRuling)
        .where(FindingRuling.incident_id == incident_id, *asked)
        .ext(distinct_on(*which))
        .order_by(*which, FindingRuling.ruled_at.desc(), FindingRuling.id)
    )
    return tuple(_ruling(row) for row in rows if row.status is not FindingStatus.OPEN)


def _ruling(row: FindingRuling) -> facts.Ruling:
    return facts.Ruling(
        expert=facts.expert(row.expert_id.int),
        finding_key=row.finding_key,
        status=row.status,
        until=row.until,
        pin=facts.Pin(row.trace, row.role_class, row.rule, row.tier),
    )


def granted_waivers(
    session: Session, need_id: uuid.UUID, *, ends_on: dt.date, expert_ids: Collection[uuid.UUID]
) -> tuple[GrantedWaiver, ...]:
    """The waivers that hold for the whole of a need's work: granted, and not over before `ends_on`."""
    rows = session.execute(
        sa.select(Waiver.expert_id, Waiver.seat_id, Waiver.finding_keys, Waiver.until)
        .where(
            Waiver.need_id == need_id,
            Waiver.state == WaiverState.GRANTED,
            Waiver.until >= ends_on,
            among(Waiver.expert_id, expert_ids),
        )
        .order_by(Waiver.granted_at, Waiver.id)
    )
    return tuple(GrantedWaiver(expert, seat, frozenset(keys), until) for expert, seat, keys, until in rows)


def waived(waivers: Sequence[GrantedWaiver]) -> tuple[facts.Ruling, ...]:
    """The rulings that granted waivers come to."""
    return tuple(
        facts.Ruling(facts.expert(one.expert_id.int), key, FindingStatus.WAIVED, one.until)
        for one in waivers
        for key in sorted(one.finding_keys)
    )


@dataclass(frozen=True, slots=True)
class NamedInTwo:
    """A name in both languages."""

    name_ko: str
    name_en: str


@dataclass(frozen=True, slots=True)
class QueueLine:
    """One thing that waits for an officer: what kind, about whom, since when, and where it is decided."""

    kind: Words
    name_ko: str
    name_en: str
    note: Words
    since: dt.datetime
    endpoint: str
    values: Mapping[str, uuid.UUID | str]


@dataclass(frozen=True, slots=True, kw_only=True)
class WaiverView:
    """A waiver as its readers see it: no party, no tie, nothing of the case but ids."""

    id: uuid.UUID
    version: int
    incident_id: uuid.UUID
    need_id: uuid.UUID
    seat_id: uuid.UUID
    expert_id: uuid.UUID
    expert: ShownName
    role_class: RoleClass
    tier: Tier
    rules: tuple[str, ...]
    ground: WaiverGround
    reason: str
    monitor: NamedInTwo
    until: dt.date
    complainant_consent: str
    respondent_consent: str
    state: WaiverState
    using_ministry_id: uuid.UUID
    using_ministry: NamedInTwo
    requested_at: dt.datetime
    endorsed_at: dt.datetime | None
    granted_at: dt.datetime | None
    granting_ministry_id: uuid.UUID | None
    granting_ministry: NamedInTwo | None
    ended_at: dt.datetime | None
    note: str
    proof: ProofState
    proof_snapshot_digest: str | None
    proof_plan_digest: str | None
    proved_at: dt.datetime | None


def waiver_view(session: Session, waiver_id: uuid.UUID, *, viewer: Actor) -> WaiverView:
    """One waiver. Raises: NotFound, the same for hidden and missing ones."""
    found = _views(session, sa.select(Waiver).where(Waiver.id == waiver_id), viewer)
    if not found:
        raise NotFound(access.NOTHING_HERE)
    return found[0]


def waivers_seen(
    session: Session, *, viewer: Actor, states: Collection[WaiverState] = (), need_id: uuid.UUID | None = None
) -> list[WaiverView]:
    """The waivers a reader may know of, the newest first."""
    wanted = sa.select(Waiver).order_by(Waiver.requested_at.desc(), Waiver.id).limit(200)
    if states:
        wanted = wanted.where(Waiver.state.in_(states))
    if need_id is not None:
        wanted = wanted.where(Waiver.need_id == need_id)
    return _views(session, wanted, viewer)


def waivers_waiting(session: Session, *, viewer: Actor) -> list[WaiverView]:
    """What waits for this officer: to endorse for the own ministry, to grant for others; oldest first."""
    own = Waiver.using_ministry_id == viewer.ministry_id
    mine = sa.or_(
        sa.and_(own, Waiver.state == WaiverState.REQUESTED),
        sa.and_(~own, Waiver.state == WaiverState.ENDORSED),
    )
    wanted = sa.select(Waiver).where(mine).order_by(Waiver.requested_at, Waiver.id).limit(200)
    return _views(session, wanted, viewer)


def _views(session: Session, wanted: sa.Select[Waiver], viewer: Actor) -> list[WaiverView]:
    rows = session.scalars(wanted.execution_options(populate_existing=True)).all()
    monitors = {row.monitor_id for row in rows}
    people = {one.id: one for one in session.scalars(sa.select(Account).where(among(Account.id, monitors)))}
    homes = {one.id: NamedInTwo(one.name_ko, one.name_en) for one in session.scalars(sa.select(Ministry))}
    found = []
    for row in rows:
        name = expert_shown(session, row.expert_id, viewer=viewer)
        assert name is not None  # staff see every expert under some name
        monitor = people[row.monitor_id]
        plain = {each: getattr(row, each) for each in WaiverView.__slots__ if hasattr(Waiver, each)}
        named = {
            "expert": name,
            "rules": tuple(row.rules),
            "monitor": NamedInTwo(monitor.name_ko, monitor.name_en),
            "using_ministry": homes[row.using_ministry_id],
            "granting_ministry": homes.get(row.granting_ministry_id) if row.granting_ministry_id else None,
        }
        found.append(WaiverView(**(plain | named)))
    return found


def monitors_of(session: Session, ministry_id: uuid.UUID) -> list[tuple[uuid.UUID, NamedInTwo]]:
    """Who of a ministry's coordinators and officers can watch over a waived engagement."""
    rows = session.scalars(
        sa.select(Account)
        .where(Account.ministry_id == ministry_id, Account.active)
        .where(Account.roles.any(RoleRow.name.in_([Role.COORDINATOR, Role.CONFLICT_OFFICER])))
        .order_by(Account.name_ko, Account.id)
        .limit(200)
    )
    return [(row.id, NamedInTwo(row.name_ko, row.name_en)) for row in rows]


def silent_screening(session: Session, screening_id: uuid.UUID, *, now: dt.datetime) -> SilentScreening:
    """A list screened in silence, for whoever asked for it. Raises: NotFound, also once it has expired."""
    row = session.get(SilentScreening, screening_id)
    if row is None or row.expires_at <= now:
        raise NotFound(access.NOTHING_HERE)
    return row


def silent_screenings(session: Session, *, now: dt.datetime) -> list[SilentScreening]:
    """The reader's own lists that have not expired, the newest first."""
    wanted = sa.select(SilentScreening).where(SilentScreening.expires_at > now)
    return list(session.scalars(wanted.order_by(SilentScreening.asked_at.desc()).limit(50)))
