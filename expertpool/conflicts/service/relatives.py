"""Relatives of experts: matched by keyed hashes of their names, which only the expert reads in clear.

They are third parties who were never asked (PIPA); nobody needs their names to find that one of them is a
party. Two keys are derived from the installation's secret: one for hashes, one for what the expert reads.
"""

import base64
import datetime as dt
import hashlib
import hmac
import uuid

from cryptography.fernet import Fernet, InvalidToken
from sqlalchemy.orm import Session

from expertpool.audit import service as audit
from expertpool.conflicts import access
from expertpool.conflicts.models import Person, Tie
from expertpool.conflicts.rules import facts
from expertpool.conflicts.rules.matching import forms_to_hash
from expertpool.conflicts.rules.records import PersonFacts, person_faults
from expertpool.conflicts.rules.rows import GOES_ON
from expertpool.conflicts.rules.vocabulary import Kinship, RelationType, Source
from expertpool.infra.consequences import follow
from expertpool.infra.db import acting_as
from expertpool.infra.identity import SYSTEM, Actor
from expertpool.refusals import Invalid, NotFound
from expertpool.words import words


def record_relative(
    session: Session,
    expert_id: uuid.UUID,
    *,
    name: str,
    kinship: Kinship,
    birth_year: int | None,
    secret: str,
    actor: Actor,
    now: dt.datetime,
) -> Tie:
    """Record a relative of the actor. The name is kept as hashes, and sealed for the actor alone.

    Raises: NotFound to everybody but the expert; Invalid by field.
    """
    if actor.expert_id != expert_id:
        raise NotFound(access.NOTHING_HERE)
    _check(name, kinship, birth_year)
    with acting_as(session, SYSTEM):
        person = Person(name_hashes=name_hashes(name, secret=secret), birth_year=birth_year)
        session.add(person)
        session.flush()
        tie = Tie(
            expert_id=expert_id,
            kinship=kinship,
            person_id=person.id,
            type=RelationType.SAME_PERSON,
            starts_precision="unknown",
            ends_precision=GOES_ON,
            source=Source.SELF,
            sealed_name=_vault(secret).encrypt(name.strip().encode()).decode(),
            recorded_at=now,
        )
        session.add(tie)
    audit.record(session, actor=actor, verb="tie.record", kind="tie", thing=tie.id, now=now, source="self")
    follow(session, "conflicts.register_changed", expert_ids=[expert_id], now=now)
    return tie


def _check(name: str, kinship: Kinship, birth_year: int | None) -> None:
    faults = person_faults(PersonFacts(name_ko=name, birth_year=birth_year))
    if "name_ko" in faults:
        faults["name"] = faults.pop("name_ko")
    if kinship is Kinship.SELF:
        faults["kinship"] = words("Choose one from the list.")
    if faults:
        raise Invalid(words("The relative cannot be kept like this."), fields=faults)


def relatives_name(sealed: str, *, secret: str) -> str:
    """A relative's name in clear, for the expert's own page; empty if it was sealed with another secret."""
    try:
        return _vault(secret).decrypt(sealed.encode()).decode() if sealed else ""
    except InvalidToken:
        return ""


def name_hashes(*names: str, secret: str) -> list[str]:
    """What stands for a name: equal for names that are compared as equal, telling nothing without the key."""
    key = _derived(secret, "hashes")
    forms = {form for name in names for form in forms_to_hash(facts.Person(facts.person(0), name_ko=name))}
    return sorted(hmac.new(key, form.encode(), hashlib.sha256).hexdigest() for form in forms)


def _vault(secret: str) -> Fernet:
    return Fernet(base64.urlsafe_b64encode(_derived(secret, "names in clear")))


def _derived(secret: str, purpose: str) -> bytes:
    """A key for one purpose: who learns one key learns neither the secret nor another key."""
    return hmac.new(secret.encode(), f"expertpool relatives: {purpose}".encode(), hashlib.sha256).digest()
