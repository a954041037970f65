"""Entering, changing and moving experts."""

import datetime as dt
import uuid
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session, lazyload
from sqlalchemy.orm.util import identity_key

from expertpool.audit import service as audit
from expertpool.experts import access
from expertpool.experts.models import Appointment, Expert, ExpertFacet, FacetTerm
from expertpool.experts.rules import (
    AppointmentFacts,
    ContactFacts,
    ExpertFacts,
    ExpertState,
    FacetFacts,
    FacetKind,
    Vocabulary,
    contact_faults,
    facet_faults,
    faults_of,
    why_not,
)
from expertpool.infra import jobs
from expertpool.infra.clock import seoul_date
from expertpool.infra.consequences import follow
from expertpool.infra.identity import Actor
from expertpool.ministries.models import Ministry, Region
from expertpool.refusals import Invalid, NotFound, Stale, WrongState
from expertpool.words import Words, words

ADDRESS_TAKEN = words("This address belongs to an expert of the pool already. Use another address.")
RETIRED = words("This expert has retired; the entry is kept as it was.")
_NO_EXPERT = words("There is no such expert in the pool.")
_CONTACT = ("phone", "region_code", "timezone", "language")
_PLAIN = (
    *_CONTACT,
    "name_ko",
    "name_en",
    "alias",
    "birth_year",
    "email",
    "weekly_capacity_minutes",
    "max_open_engagements",
    "minimum_notice_minutes",
)


def register_expert(
    session: Session,
    *,
    actor: Actor,
    now: dt.datetime,
    facts: ExpertFacts,
    steps: Iterable[ExpertState] = (),
) -> Expert:
    """Enter a new expert, who has `applied`, and take `steps` with the entry at once.

    Raises: Forbidden outside the actor's ministry; NotFound for a ghost ministry; Invalid(fields);
    WrongState for a step that the table or a missing role or term forbids.
    """
    access.check_may_edit(actor, facts.ministry_id)
    ministry = session.get(Ministry, facts.ministry_id)
    if ministry is None:
        raise NotFound(words("There is no such ministry."))
    refuse_faults(
        faults_of(facts, vocabulary=vocabulary_of(session), needs_alias=ministry.shows_aliases_only)
        | _address_fault(session, facts.email, of=None)
    )
    expert = new_expert(facts, now=now)
    for state in steps:
        step(expert, state, today=seoul_date(now))
    session.add(expert)
    flush_entries(session)
    session.refresh(expert, ["ministry", "region"])
    audit.record(
        session,
        actor=actor,
        verb="expert.register",
        kind="expert",
        thing=expert.id,
        now=now,
        state=expert.state.value,
    )
    return expert


def change_expert(
    session: Session,
    expert_id: uuid.UUID,
    *,
    actor: Actor,
    now: dt.datetime,
    version: int,
    facts: ExpertFacts,
) -> Expert:
    """Replace what is said about an expert; facets and terms that stay the same keep who verified them.

    Raises: NotFound; Forbidden; Stale if changed since `version`; WrongState if retired; Invalid(fields).
    """
    expert = _locked(session, expert_id, version)
    access.check_may_edit(actor, expert.ministry_id)
    _refuse_retired(expert)
    refuse_faults(
        faults_of(
            facts,
            vocabulary=vocabulary_of(session),
            needs_alias=expert.ministry.shows_aliases_only,
        )
        | _address_fault(session, facts.email, of=expert)
        | _ministry_fault(facts, expert)
    )
    amend(expert, facts)
    flush_entries(session)
    session.refresh(expert, ["region"])
    audit.record(session, actor=actor, verb="expert.change", kind="expert", thing=expert.id, now=now)
    follow(session, "experts.entries_changed", expert_ids=[expert.id], now=now)
    return expert


def change_own_profile(
    session: Session,
    expert_id: uuid.UUID,
    *,
    actor: Actor,
    now: dt.datetime,
    version: int,
    contact: ContactFacts,
    languages: tuple[FacetFacts, ...],
) -> Expert:
    """Let experts keep their own contact data and the languages they speak; the ministry keeps the rest.

    Raises: NotFound; Forbidden for somebody else's; Stale; WrongState if retired; Invalid(fields).
    """
    access.check_own_profile(actor, expert_id)
    expert = _locked(session, expert_id, version)
    _refuse_retired(expert)
    vocabulary = vocabulary_of(session)
    spoken = tuple(facet for facet in languages if facet.kind is FacetKind.LANGUAGE)
    refuse_faults(
        contact_faults(contact, vocabulary=vocabulary) | dict(facet_faults(spoken, vocabulary=vocabulary))
    )
    for name in _CONTACT:
        setattr(expert, name, getattr(contact, name))
    _reconcile_facets(expert, spoken, kinds=frozenset({FacetKind.LANGUAGE}))
    _outdate_plans(expert)
    session.flush()
    session.refresh(expert, ["region"])
    audit.record(session, actor=actor, verb="expert.change_own", kind="expert", thing=expert.id, now=now)
    follow(session, "experts.entries_changed", expert_ids=[expert.id], now=now)
    return expert


def move_expert(
    session: Session,
    expert_id: uuid.UUID,
    to: ExpertState,
    *,
    actor: Actor,
    now: dt.datetime,
    version: int | None = None,
) -> Expert:
    """Move an expert along the table of states. `version`: what the actor saw, where somebody looked.

    Whoever pauses or retires is taken off what they cannot do any more, and others are sought.
    Raises: NotFound; Forbidden; Stale; WrongState if the table or a missing role or term forbids it.
    """
    expert = _locked(session, expert_id, version)
    access.check_may_edit(actor, expert.ministry_id)
    step(expert, to, today=seoul_date(now))
    session.flush()
    audit.record(
        session, actor=actor, verb="expert.move", kind="expert", thing=expert.id, now=now, state=to.value
    )
    if to in (ExpertState.PAUSED, ExpertState.RETIRED):
        jobs.defer(session, "engagements.relieve", expert_id=str(expert.id))
    return expert


def verify_facet(
    session: Session,
    expert_id: uuid.UUID,
    facet_id: uuid.UUID,
    *,
    actor: Actor,
    now: dt.datetime,
    version: int,
) -> Expert:
    """Note that the actor checked the evidence of one facet.

    Raises: NotFound; Forbidden; Stale; WrongState if there is no evidence to check.
    """
    expert = _locked(session, expert_id, version)
    access.check_may_edit(actor, expert.ministry_id)
    facet = next((each for each in expert.facets if each.id == facet_id), None)
    if facet is None:
        raise NotFound(words("The expert has no such entry any more."))
    if not facet.evidence:
        raise WrongState(words("There is no evidence to verify. Add what shows it first."))
    facet.verified_by = actor.user_id
    _outdate_plans(expert)
    session.flush()
    audit.record(
        session,
        actor=actor,
        verb="expert.verify_facet",
        kind="expert",
        thing=expert.id,
        now=now,
        facet=facet.kind.value,
        code=facet.code,
    )
    return expert


def lock_experts(session: Session, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Expert]:
    """Lock and read afresh the rows of `ids`, in id order, so that two commits never wait in a circle.

    Facets and terms are read when they are asked for: most who lock an expert only book time.
    """
    light = _locking(ids).options(lazyload(Expert.facets), lazyload(Expert.appointments))
    return {expert.id: expert for expert in session.scalars(light)}


def _locking(ids: Iterable[uuid.UUID]) -> sa.Select[Expert]:
    return (
        sa.select(Expert)
        .where(Expert.id.in_(set(ids)))
        .order_by(Expert.id)
        .with_for_update(key_share=True, of=Expert)
        .execution_options(populate_existing=True)
    )


def lock_rows(session: Session, ids: Iterable[uuid.UUID]) -> None:
    """The same lock for who reads the experts afterwards, or not at all."""
    wanted = sa.select(Expert.id).where(Expert.id.in_(set(ids))).order_by(Expert.id)
    session.execute(wanted.with_for_update(key_share=True))


def lock_entries(session: Session, ids: Iterable[uuid.UUID]) -> dict[uuid.UUID, Expert]:
    """`lock_experts` with facets and terms, read in bulk after the lock is held: for who changes entries."""
    locked = session.scalars(_locking(ids))  # what hangs below comes with later statements
    return {expert.id: expert for expert in locked}


def touch_calendar(session: Session, expert_id: uuid.UUID) -> None:
    """Outdate every plan made from the expert's free time; the entry itself did not change."""
    session.execute(
        sa.update(Expert)
        .where(Expert.id == expert_id)
        .values(calendar_version=Expert.calendar_version + 1)
        .execution_options(synchronize_session=False)
    )
    loaded = session.identity_map.get(identity_key(Expert, expert_id))
    if loaded is not None:
        session.expire(loaded, ["calendar_version"])


def vocabulary_of(session: Session) -> Vocabulary:
    """The codes of the reference tables."""
    terms: dict[FacetKind, set[str]] = {kind: set() for kind in FacetKind}
    for kind, code in session.execute(sa.select(FacetTerm.kind, FacetTerm.code)):
        terms[kind].add(code)
    return Vocabulary(terms=terms, regions=set(session.scalars(sa.select(Region.code))))


def new_expert(facts: ExpertFacts, *, now: dt.datetime) -> Expert:
    """A row that says `facts`; checked and added by the caller."""
    expert = Expert(
        ministry_id=facts.ministry_id, state=ExpertState.APPLIED, created_at=now, calendar_version=1
    )
    for name in _PLAIN:
        setattr(expert, name, getattr(facts, name))
    expert.facets = [_facet_row(facet) for facet in facts.facets]
    expert.appointments = [_term_row(term) for term in facts.appointments]
    return expert


def amend(expert: Expert, facts: ExpertFacts) -> None:
    """Make the row say `facts`; checked by the caller."""
    for name in _PLAIN:
        setattr(expert, name, getattr(facts, name))
    _reconcile_facets(expert, facts.facets, kinds=frozenset(FacetKind))
    _reconcile_terms(expert, facts.appointments)
    _outdate_plans(expert)


def step(expert: Expert, to: ExpertState, *, today: dt.date) -> None:
    """One move along the table of states. Raises WrongState with the reason."""
    roles = sum(facet.kind is FacetKind.ROLE_KIND for facet in expert.facets)
    reason = why_not(expert.state, to, role_kinds=roles, terms=expert.appointments, today=today)
    if reason is not None:
        raise WrongState(reason)
    expert.state = to
    _outdate_plans(expert)


def flush_entries(session: Session) -> None:
    """Write the rows. Raises Invalid if somebody took the same address after it was checked."""
    try:
        session.flush()
    except sa.exc.IntegrityError as error:
        if getattr(getattr(error.orig, "diag", None), "constraint_name", None) != "uq_expert_email":
            raise
        raise Invalid(ADDRESS_TAKEN, fields={"email": ADDRESS_TAKEN}) from error


def refuse_faults(faults: dict[str, Words]) -> None:
    """Raises Invalid naming every faulty field, if there is one."""
    if faults:
        raise Invalid(
            words("Some of the entry cannot be used. Correct the fields named below."), fields=faults
        )


def _locked(session: Session, expert_id: uuid.UUID, version: int | None) -> Expert:
    expert = lock_entries(session, [expert_id]).get(expert_id)
    if expert is None:
        raise NotFound(_NO_EXPERT)
    if version is not None and expert.version != version:
        raise Stale(
            words("Somebody changed this expert after you opened it. Reload and make your change again.")
        )
    return expert


def _refuse_retired(expert: Expert) -> None:
    if expert.state is ExpertState.RETIRED:
        raise WrongState(RETIRED)


def _address_fault(session: Session, email: str, *, of: Expert | None) -> dict[str, Words]:
    holder = session.scalar(sa.select(Expert.id).where(Expert.email == email))
    return {} if holder is None or (of is not None and holder == of.id) else {"email": ADDRESS_TAKEN}


def _ministry_fault(facts: ExpertFacts, expert: Expert) -> dict[str, Words]:
    if facts.ministry_id == expert.ministry_id:
        return {}
    return {"ministry": words("An expert stays with the ministry that entered them.")}


def _outdate_plans(expert: Expert) -> None:
    if not sa.inspect(expert).persistent:
        return  # nobody has planned with a new expert yet
    # An expression, not a number: whoever only touches the calendar at this moment must not be overwritten.
    expert.calendar_version = Expert.calendar_version + 1
    session, name = sa.orm.object_session(expert), str(expert.id)
    assert session is not None
    jobs.defer(session, "planning.recheck", once_as=f"planning.recheck/{name}", expert_id=name)


def _reconcile_facets(expert: Expert, wanted: tuple[FacetFacts, ...], *, kinds: frozenset[FacetKind]) -> None:
    """Bring the facets of `kinds` to `wanted`; a facet whose claim changed has to be verified again."""
    open_rows = {(row.kind, row.code, row.valid_from): row for row in expert.facets if row.kind in kinds}
    for facet in wanted:
        row = open_rows.pop(facet.key, None)
        if row is None:
            expert.facets.append(_facet_row(facet))
        elif (row.level, row.evidence, row.valid_until) != (facet.level, facet.evidence, facet.valid_until):
            row.level, row.evidence, row.valid_until = facet.level, facet.evidence, facet.valid_until
            row.verified_by = None
    for row in open_rows.values():
        expert.facets.remove(row)


def _reconcile_terms(expert: Expert, wanted: tuple[AppointmentFacts, ...]) -> None:
    open_rows = {row.starts_on: row for row in expert.appointments}
    for term in wanted:
        row = open_rows.pop(term.starts_on, None)
        if row is None:
            expert.appointments.append(_term_row(term))
        else:
            row.ends_on, row.basis = term.ends_on, term.basis
    for row in open_rows.values():
        expert.appointments.remove(row)


def _facet_row(facet: FacetFacts) -> ExpertFacet:
    return ExpertFacet(
        kind=facet.kind,
        code=facet.code,
        level=facet.level,
        evidence=facet.evidence,
        valid_from=facet.valid_from,
        valid_until=facet.valid_until,
    )


def _term_row(term: AppointmentFacts) -> Appointment:
    return Appointment(starts_on=term.starts_on, ends_on=term.ends_on, basis=term.basis)
