"""Organisations, ties and screenings for programs."""

# mypy: disable-error-code="untyped-decorator"
# flask-smorest is untyped.

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from flask_smorest import Blueprint
from flask_smorest.pagination import PaginationParameters
from sqlalchemy.orm import Session

from expertpool.config import settings_of_app
from expertpool.conflicts import access, queries, schemas, service
from expertpool.conflicts.models import Organisation, OtherTie, Person, SilentScreening
from expertpool.conflicts.queries import TieView
from expertpool.conflicts.rules import facts
from expertpool.conflicts.rules.findings import Screening
from expertpool.conflicts.rules.records import OrganisationFacts, PersonFacts, TieFacts
from expertpool.conflicts.rules.telling import tell, tell_apart
from expertpool.conflicts.rules.vocabulary import Source
from expertpool.infra import clock
from expertpool.infra.db import acting_as, unit_of_work
from expertpool.infra.gate import STAFF, current_actor, open_to
from expertpool.infra.identity import SYSTEM, Actor, Role
from expertpool.refusals import Invalid, NotFound
from expertpool.words import words

blp = Blueprint(
    "conflicts_api",
    __name__,
    url_prefix="/api/v1",
    description="Organisations, experts' ties to them, and screenings for conflicts of interest.",
)

KEEPERS = (Role.COORDINATOR, Role.CONFLICT_OFFICER, Role.ADMIN)
NOTHING = "No such thing, or not for you."
FAULTY = "Some fields cannot be used; `errors` names them."
CHANGED = "Somebody changed it after you read it."


@blp.get("/organisations")
@open_to(*STAFF)
@blp.arguments(schemas.OrganisationQuery, location="query")
@blp.response(200, schemas.OrganisationRowOut(many=True))
@blp.paginate()
def list_organisations(
    query: dict[str, Any], pagination_parameters: PaginationParameters
) -> Sequence[Organisation]:
    """Organisations by a part of a name or a number, in the order of their Korean names."""
    page, size = pagination_parameters.page, pagination_parameters.page_size
    with unit_of_work() as session:
        found = queries.find_organisations(session, **query, page=page, size=size)
    pagination_parameters.item_count = found.count
    return list(found.organisations)


@blp.post("/organisations")
@open_to(*KEEPERS)
@blp.etag
@blp.arguments(schemas.OrganisationIn)
@blp.response(201, schemas.OrganisationOut)
@blp.alt_response(422, description=FAULTY)
def add_organisation(body: OrganisationFacts) -> dict[str, Any]:
    """Put an organisation on record."""
    with unit_of_work() as session:
        made = service.add_organisation(session, facts=body, actor=current_actor(), now=clock.now())
        return _organisation(session, made.id)


@blp.get("/organisations/<uuid:organisation_id>")
@open_to(*STAFF)
@blp.etag
@blp.response(200, schemas.OrganisationOut)
@blp.alt_response(404, description=NOTHING)
def get_organisation(organisation_id: uuid.UUID) -> dict[str, Any]:
    """One organisation with its other names, owners and holdings."""
    with unit_of_work() as session:
        return _organisation(session, organisation_id)


@blp.put("/organisations/<uuid:organisation_id>")
@open_to(*KEEPERS)
@blp.etag
@blp.arguments(schemas.OrganisationIn)
@blp.response(200, schemas.OrganisationOut)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(412, description=CHANGED)
@blp.alt_response(422, description=FAULTY)
def change_organisation(body: OrganisationFacts, organisation_id: uuid.UUID) -> dict[str, Any]:
    """Correct what is on record; a replaced name stays as another name."""
    with unit_of_work() as session:
        version = queries.organisation_seen(session, organisation_id).version
        blp.check_etag({"version": version})
        service.change_organisation(
            session, organisation_id, facts=body, version=version, actor=current_actor(), now=clock.now()
        )
        return _organisation(session, organisation_id)


def _organisation(session: Session, organisation_id: uuid.UUID) -> dict[str, Any]:
    """The organisation as `OrganisationOut` shows it; its ETag is set on the way."""
    one = queries.organisation_seen(session, organisation_id)
    blp.set_etag({"version": one.version})
    own = {name: getattr(one, name) for name in schemas.OrganisationRowOut().fields}
    return own | {
        "aliases": list(one.aliases),
        "owners": queries.owners_of(session, organisation_id),
        "holdings": queries.owned_by(session, organisation_id),
    }


@blp.get("/experts/<uuid:expert_id>/ties")
@open_to(Role.EXPERT, Role.CONFLICT_OFFICER)
@blp.response(200, schemas.TieOut(many=True))
@blp.alt_response(404, description=NOTHING)
def list_ties(expert_id: uuid.UUID) -> Sequence[TieView]:
    """The register of an expert: your own, or anybody's if you are a conflict officer."""
    with unit_of_work() as session:
        _check_expert(session, expert_id)
        return list(queries.ties_of(session, expert_id, viewer=current_actor()))


_TOLD = (
    *("organisation", "number", "technology", "technology_number"),
    *("person", "person_birth_year", "case_number"),
)


@blp.post("/experts/<uuid:expert_id>/ties")
@open_to(Role.EXPERT, Role.CONFLICT_OFFICER)
@blp.arguments(schemas.TieIn)
@blp.response(201, schemas.TieOut)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(422, description=FAULTY)
def record_tie(body: dict[str, Any], expert_id: uuid.UUID) -> TieView:
    """Add a tie: to `organisation_id`, or in your own words: an organisation, a person or a technology."""
    actor, now = current_actor(), clock.now()
    organisation_id = body.pop("organisation_id")
    told = {name: body.pop(name) for name in _TOLD}
    with unit_of_work() as session:
        _check_expert(session, expert_id)
        if organisation_id is None:
            tie = service.record_tie_as_told(
                session,
                expert_id,
                facts=TieFacts(**body),
                **told,
                actor=actor,
                now=now,
            )
        else:
            own = actor.expert_id == expert_id
            tie = service.record_tie(
                session,
                expert_id,
                facts=TieFacts(**body),
                organisation_id=organisation_id,
                incident_id=service.case_told(session, told["case_number"]),
                source=Source.SELF if own else Source.THIRD_PARTY,
                actor=actor,
                now=now,
            )
        return _tie(session, tie.id)


@blp.get("/experts/<uuid:expert_id>/ties/<uuid:tie_id>")
@open_to(Role.EXPERT, Role.CONFLICT_OFFICER)
@blp.etag
@blp.response(200, schemas.TieOut)
@blp.alt_response(404, description=NOTHING)
def get_tie(expert_id: uuid.UUID, tie_id: uuid.UUID) -> TieView:
    """One tie."""
    with unit_of_work() as session:
        return _tie(session, tie_id, expert_id)


@blp.put("/experts/<uuid:expert_id>/ties/<uuid:tie_id>/end")
@open_to(Role.EXPERT, Role.CONFLICT_OFFICER)
@blp.etag
@blp.arguments(schemas.EndIn)
@blp.response(200, schemas.TieOut)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(412, description=CHANGED)
@blp.alt_response(422, description=FAULTY)
def end_tie(body: dict[str, Any], expert_id: uuid.UUID, tie_id: uuid.UUID) -> TieView:
    """Say which day was the last one. The ETag is that of the tie."""
    with unit_of_work() as session:
        version = _tie(session, tie_id, expert_id).version
        blp.check_etag({"version": version})
        service.end_tie(
            session, tie_id, until=body["until"], version=version, actor=current_actor(), now=clock.now()
        )
        return _tie(session, tie_id, expert_id)


@blp.delete("/experts/<uuid:expert_id>/ties/<uuid:tie_id>")
@open_to(Role.EXPERT)
@blp.etag
@blp.response(204)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(409, description="An officer worked on it, or decided since it was entered")
@blp.alt_response(412, description=CHANGED)
def take_back_tie(expert_id: uuid.UUID, tie_id: uuid.UUID) -> None:
    """Take back an entry that was a mistake. The ETag is that of the tie."""
    with unit_of_work() as session:
        version = _found(session, tie_id, expert_id).version
        blp.check_etag({"version": version})
        service.take_back_tie(session, tie_id, version=version, actor=current_actor(), now=clock.now())


def _check_expert(session: Session, expert_id: uuid.UUID) -> None:
    access.check_sees_ties(current_actor(), expert_id)
    if queries.expert_shown(session, expert_id, viewer=current_actor()) is None:
        raise NotFound(access.NOTHING_HERE)


def _tie(session: Session, tie_id: uuid.UUID, expert_id: uuid.UUID | None = None) -> TieView:
    found = _found(session, tie_id, expert_id)
    blp.set_etag({"version": found.version})
    return found


def _found(session: Session, tie_id: uuid.UUID, expert_id: uuid.UUID | None) -> TieView:
    found = queries.tie_view(session, tie_id, viewer=current_actor())
    if found is None or (expert_id is not None and found.expert_id != expert_id):
        raise NotFound(access.NOTHING_HERE)
    return found


@blp.post("/persons")
@open_to(*KEEPERS)
@blp.arguments(schemas.PersonIn)
@blp.response(201, schemas.PersonOut)
@blp.alt_response(422, description=FAULTY)
def add_person(body: PersonFacts) -> Person:
    """Put a person of a case on record."""
    with unit_of_work() as session:
        return service.add_person(
            session,
            facts=body,
            secret=settings_of_app().secret_key,
            actor=current_actor(),
            now=clock.now(),
        )


@blp.post("/other-ties")
@open_to(*KEEPERS)
@blp.arguments(schemas.OtherTieIn)
@blp.response(201, schemas.OtherTieOut)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(422, description=FAULTY)
def record_other_tie(body: dict[str, Any]) -> OtherTie:
    """Record whom a firm acts for, on whom an employer depends, or where a person of a case works.

    Live engagements it bears on are screened again.
    """
    holder, target = _end(body, "holder_"), _end(body, "")
    with unit_of_work() as session:
        return service.record_other_tie(
            session,
            facts=TieFacts(**body),
            holder=holder,
            target=target,
            source=Source.DOCUMENT,
            actor=current_actor(),
            now=clock.now(),
        )


def _end(body: dict[str, Any], prefix: str) -> facts.Ref:
    organisation_id, person_id = body.pop(f"{prefix}organisation_id"), body.pop(f"{prefix}person_id")
    return facts.organisation(organisation_id.int) if organisation_id else facts.person(person_id.int)


@blp.post("/screenings")
@open_to(Role.CONFLICT_OFFICER)
@blp.arguments(schemas.ScreeningIn)
@blp.response(200, schemas.ScreenedOut)
@blp.alt_response(404, description=NOTHING)
@blp.alt_response(422, description=FAULTY)
def screen(body: dict[str, Any]) -> dict[str, Any]:
    """Screen a list of experts in silence: nobody is told, one audit entry keeps the purpose.

    Tiers and rules are kept for thirty days under the list's id, the ties behind them are not.
    """
    actor, now = current_actor(), clock.now()
    today, asked = clock.seoul_date(now), body["parties"]
    with unit_of_work() as session:
        service.check_screening(
            session, expert_ids=body["expert_ids"], parties=len(asked), on=body["on"], actor=actor
        )
        parties = [_party(session, number, said) for number, said in enumerate(asked, start=1)]
        with acting_as(session, SYSTEM):
            found = queries.screen_experts(
                session,
                incident_id=None,
                parties=[
                    facts.CaseParty(number, ref, side, kind, today) for number, ref, side, kind in parties
                ],
                role_class=body["role_class"],
                on=body["on"],
                expert_ids=body["expert_ids"],
                to_keep=True,
            )
        kept = service.keep_screening(
            session, found, parties=len(asked), purpose=body["purpose"], actor=actor, now=now
        )
        return screened_out(session, kept, found, viewer=actor)


@blp.get("/screenings")
@open_to(Role.CONFLICT_OFFICER)
@blp.response(200, schemas.KeptScreeningOut(many=True))
def list_screenings() -> Sequence[SilentScreening]:
    """Your own lists that have not expired, the newest first."""
    with unit_of_work() as session:
        return queries.silent_screenings(session, now=clock.now())


@blp.get("/screenings/<uuid:screening_id>")
@open_to(Role.CONFLICT_OFFICER)
@blp.response(200, schemas.KeptScreeningOut)
@blp.alt_response(404, description=NOTHING)
def get_screening(screening_id: uuid.UUID) -> SilentScreening:
    """One of your lists as it was screened: tiers and rules, no ties."""
    with unit_of_work() as session:
        return queries.silent_screening(session, screening_id, now=clock.now())


def _party(session: Session, number: int, said: dict[str, Any]) -> tuple[int, facts.Ref, Any, Any]:
    if not queries.is_on_record(
        session, organisation_id=said["organisation_id"], person_id=said["person_id"]
    ):
        sentence = words("Party %(number)s is not on record.", number=number)
        raise Invalid(sentence, fields={"parties": sentence})
    if said["organisation_id"] is not None:
        ref = facts.organisation(said["organisation_id"].int)
    else:
        ref = facts.person(said["person_id"].int)
    return number, ref, said["side"], said["kind"]


def screened_out(
    session: Session, kept: SilentScreening, found: Mapping[uuid.UUID, Screening], *, viewer: Actor
) -> dict[str, Any]:
    """A list that was screened and kept, as `ScreenedOut` shows it to its officer."""
    screenings = [_screening_out(session, key, one, viewer=viewer) for key, one in found.items()]
    return {"id": kept.id, "expires_at": kept.expires_at, "screenings": screenings}


def _screening_out(
    session: Session, expert_id: uuid.UUID, one: Screening, *, viewer: Actor
) -> dict[str, Any]:
    name = queries.expert_shown(session, expert_id, viewer=viewer)
    shown = (name.name_ko, name.name_en) if name else None
    return {
        "expert_id": expert_id,
        "role_class": one.role_class,
        "on": one.on,
        "pack_version": one.pack_version,
        "tier": one.tier,
        "findings": tell(one, with_path=True, expert_name=shown),
        "apart": tell_apart(one, expert_name=shown),
    }
