"""Screening experts in silence against named parties; the purpose is kept, the outcome for a while."""

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import render_template, request
from sqlalchemy.orm import Session

from expertpool.conflicts import queries, service
from expertpool.conflicts.forms import PARTY_KINDS, PURPOSES, SIDES, ScreeningForm, show_faults, worded
from expertpool.conflicts.rules import facts
from expertpool.conflicts.rules.findings import Namesake, Screening
from expertpool.conflicts.rules.labels import RULE_NAMES, TIERS
from expertpool.conflicts.rules.telling import Told, tell, tell_apart, tier_tone
from expertpool.conflicts.rules.vocabulary import NodeKind, PartyKind, RoleClass, Side, Tier, severity
from expertpool.conflicts.service import Purpose
from expertpool.conflicts.web.blueprint import (
    Option,
    Picked,
    blp,
    expert_options,
    pick_expert,
    pick_party,
    today,
)
from expertpool.conflicts.web.organisations import Answer
from expertpool.experts.rules import ShownName
from expertpool.infra import clock
from expertpool.infra.db import acting_as, db, unit_of_work
from expertpool.infra.gate import current_actor, open_to
from expertpool.infra.i18n import say
from expertpool.infra.identity import SYSTEM, Role
from expertpool.refusals import Invalid
from expertpool.words import Words, words

ROWS = 4


@dataclass(frozen=True, slots=True)
class PartyRow:
    """A party as typed: what was chosen, and what is wrong with it."""

    number: int
    value: str = ""
    text: str = ""
    side: str = Side.RESPONDENT.value
    kind: str = PartyKind.PARTY.value
    picked: Picked | None = None

    @property
    def fault(self) -> Words | None:
        return self.picked.fault if self.picked else None


@dataclass(frozen=True, slots=True)
class Result:
    """One expert's screening to show."""

    name_ko: str
    name_en: str
    tier: Tier
    tier_name: Words
    tone: str
    findings: tuple[Told, ...]
    apart: tuple[Namesake, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """A list of screenings, worst first, and where and until when its outcome is kept."""

    id: uuid.UUID
    expires_at: dt.datetime
    results: tuple[Result, ...]


@dataclass(frozen=True, slots=True)
class KeptLine:
    """One expert of a kept list; `findings` are (rule, its name, its tier)."""

    expert_id: uuid.UUID
    name: ShownName | None
    tier_name: Words
    tone: str
    findings: tuple[tuple[str, Words, Words], ...]


@blp.get("/conflicts/screening")
@open_to(Role.CONFLICT_OFFICER)
def screening() -> str:
    """Who is to be screened against whom."""
    form = ScreeningForm(formdata=None, data={"on": today(), "expert": request.args.get("expert", "")})
    picked = pick_expert(db.session(), form.expert.data, "") if form.expert.data else Picked(None)
    sides = (Side.COMPLAINANT, Side.RESPONDENT, Side.OTHER, Side.OTHER)
    rows = [PartyRow(number, side=sides[number].value) for number in range(ROWS)]
    return _page(form, picked, rows)


@blp.get("/conflicts/screening/experts")
@open_to(Role.CONFLICT_OFFICER)
def expert_choices() -> str:
    """Experts whose name fits what was typed."""
    typed = request.args.get("expert_text", "")[:120].replace("\x00", "")
    return render_template("conflicts/_options.html", options=expert_options(db.session(), typed))


@blp.post("/conflicts/screening")
@open_to(Role.CONFLICT_OFFICER)
def screen() -> Answer:
    """Screen a list of experts, keep what came out for a while, and show it with the ties behind it."""
    form, session = ScreeningForm(), db.session()
    valid = form.validate()
    picked = pick_expert(session, _last("expert"), form.expert_text.data or "")
    experts = _experts(session, form, picked)
    rows = [_row(session, number) for number in range(ROWS)]
    parties = [_party(row) for row in rows if row.picked and row.picked.id]
    faulty = [say(row.fault) for row in rows if row.fault]
    form.form_errors += faulty
    if not parties and not faulty:
        form.form_errors.append(say(words("Name at least one party.")))
    if not valid or form.errors or not experts:
        return _page(form, picked, rows), 422
    try:
        results = _screened(form, experts, parties)
    except Invalid as refusal:
        show_faults(form, refusal.fields)
        return _page(form, picked, rows), 422
    return _page(form, picked, rows, results)


def _experts(session: Session, form: ScreeningForm, picked: Picked) -> dict[uuid.UUID, Option]:
    """Everybody named; whoever cannot be told is a fault of the form."""
    found = {picked.id: picked.chosen} if picked.id and picked.chosen else {}
    if picked.fault and (form.expert_text.data or not form.other_names):
        form.expert_text.errors = [say(picked.fault)]
    for line in form.other_names:
        other = pick_expert(session, "", line[:120])
        if other.id and other.chosen:
            found[other.id] = other.chosen
        elif other.fault:
            form.others.errors = [*form.others.errors, f"{line[:120]}: {say(other.fault)}"]
    return found


def _screened(
    form: ScreeningForm, experts: Mapping[uuid.UUID, Option], parties: list[facts.CaseParty]
) -> Results:
    on, actor, now = form.data["on"], current_actor(), clock.now()
    with unit_of_work() as session:
        service.check_screening(session, expert_ids=list(experts), parties=len(parties), on=on, actor=actor)
        with acting_as(session, SYSTEM):
            found = queries.screen_experts(
                session,
                incident_id=None,
                parties=parties,
                role_class=RoleClass(form.role_class.data),
                on=on,
                expert_ids=list(experts),
                to_keep=True,
            )
        kept = service.keep_screening(
            session,
            found,
            parties=len(parties),
            purpose=Purpose(form.purpose.data),
            actor=actor,
            now=now,
        )
    shown = sorted(found.items(), key=lambda each: (-severity(each[1].tier), experts[each[0]].name_ko))
    return Results(kept.id, kept.expires_at, tuple(_result(experts[key], one) for key, one in shown))


def _result(expert: Option, found: Screening) -> Result:
    return Result(
        name_ko=expert.name_ko,
        name_en=expert.name_en,
        tier=found.tier,
        tier_name=TIERS[found.tier],
        tone=tier_tone(found.tier),
        findings=tell(found, with_path=True, expert_name=(expert.name_ko, expert.name_en)),
        apart=tell_apart(found, expert_name=(expert.name_ko, expert.name_en)),
    )


@blp.get("/conflicts/screenings")
@open_to(Role.CONFLICT_OFFICER)
def screening_list() -> str:
    """The reader's own lists that have not expired."""
    found = queries.silent_screenings(db.session(), now=clock.now())
    return render_template("conflicts/screenings.html", screenings=found, purposes=PURPOSES)


@blp.get("/conflicts/screenings/<uuid:screening_id>")
@open_to(Role.CONFLICT_OFFICER)
def kept_screening(screening_id: uuid.UUID) -> str:
    """A list that was screened: tiers and rules as they were. The ties behind them were not kept."""
    session = db.session()
    kept = queries.silent_screening(session, screening_id, now=clock.now())
    lines = [_kept(session, line) for line in kept.results]
    return render_template("conflicts/kept_screening.html", kept=kept, lines=lines, purposes=PURPOSES)


def _kept(session: Session, line: Mapping[str, Any]) -> KeptLine:
    expert_id, tier = uuid.UUID(line["expert_id"]), Tier(line["tier"])
    name = queries.expert_shown(session, expert_id, viewer=current_actor())
    findings = tuple(
        (each["rule"], RULE_NAMES[each["rule"]], TIERS[Tier(each["tier"])]) for each in line["findings"]
    )
    return KeptLine(expert_id, name, TIERS[tier], tier_tone(tier), findings)


def _row(session: Session, number: int) -> PartyRow:
    value, text = _last(f"party{number}"), request.form.get(f"party{number}_text", "")[:200].strip()
    picked = pick_party(session, value, text, persons=True) if value or text else None
    return PartyRow(
        number=number,
        value=picked.chosen.value if picked and picked.chosen else "",
        text=text,
        side=request.form.get(f"side{number}", Side.RESPONDENT.value),
        kind=request.form.get(f"kind{number}", PartyKind.PARTY.value),
        picked=picked,
    )


def _last(name: str) -> str:
    """What was chosen last: a radio button stands behind the hidden field of the same name."""
    return next(filter(None, reversed(request.form.getlist(name))), "")


def _party(row: PartyRow) -> facts.CaseParty:
    assert row.picked is not None  # only rows that were filled in and found
    assert row.picked.chosen is not None
    kind, _, key = row.picked.chosen.value.partition(":")
    try:
        side, capacity = Side(row.side), PartyKind(row.kind)
    except ValueError as error:
        raise Invalid(words("Choose one from the list.")) from error
    return facts.CaseParty(
        id=row.number + 1,
        subject=facts.Ref(NodeKind(kind), uuid.UUID(key).int),
        side=side,
        kind=capacity,
        added_on=today(),
    )


def _page(form: ScreeningForm, picked: Picked, rows: list[PartyRow], results: Results | None = None) -> str:
    return render_template(
        "conflicts/screening.html",
        form=form,
        picked=picked,
        rows=rows,
        sides=[(choice.value, choice.label) for choice in worded(SIDES)],
        kinds=[(choice.value, choice.label) for choice in worded(PARTY_KINDS)],
        results=results,
    )
