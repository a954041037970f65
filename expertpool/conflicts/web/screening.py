"""Screening one expert against named parties, without asking the expert; the purpose is kept."""

import uuid
from dataclasses import dataclass

from flask import render_template, request
from sqlalchemy.orm import Session

from expertpool.conflicts import queries, service
from expertpool.conflicts.forms import PARTY_KINDS, SIDES, ScreeningForm, show_faults, worded
from expertpool.conflicts.rules import facts
from expertpool.conflicts.rules.labels import TIERS
from expertpool.conflicts.rules.telling import Told, tell, tier_tone
from expertpool.conflicts.rules.vocabulary import NodeKind, PartyKind, RoleClass, Side, Tier
from expertpool.conflicts.service import Purpose
from expertpool.conflicts.web.blueprint import Picked, blp, expert_options, pick_expert, pick_party, today
from expertpool.conflicts.web.organisations import Answer
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
    """A screening to show."""

    name: str
    tier: Tier
    tier_name: Words
    tone: str
    findings: tuple[Told, ...]


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
    """Screen, and show what was found."""
    form, session = ScreeningForm(), db.session()
    valid = form.validate()
    picked = pick_expert(session, _last("expert"), form.expert_text.data or "")
    rows = [_row(session, number) for number in range(ROWS)]
    if picked.fault:
        form.expert_text.errors = [say(picked.fault)]
    parties = [_party(row) for row in rows if row.picked and row.picked.id]
    faulty = [say(row.fault) for row in rows if row.fault]
    form.form_errors += faulty
    if not parties and not faulty:
        form.form_errors.append(say(words("Name at least one party.")))
    if not valid or form.errors or not picked.id:
        return _page(form, picked, rows), 422
    try:
        result = _screened(form, picked, parties)
    except Invalid as refusal:
        show_faults(form, refusal.fields)
        return _page(form, picked, rows), 422
    return _page(form, picked, rows, result)


def _screened(form: ScreeningForm, picked: Picked, parties: list[facts.CaseParty]) -> Result:
    assert picked.id is not None  # the caller asked
    assert picked.chosen is not None
    role_class = RoleClass(form.role_class.data)
    with unit_of_work() as session:
        service.announce_screening(
            session,
            expert_ids=[picked.id],
            parties=len(parties),
            role_class=role_class,
            on=form.data["on"],
            purpose=Purpose(form.purpose.data),
            actor=current_actor(),
            now=clock.now(),
        )
        with acting_as(session, SYSTEM):
            found = queries.screen_experts(
                session,
                incident_id=None,
                parties=parties,
                role_class=role_class,
                on=form.data["on"],
                expert_ids=[picked.id],
            )[picked.id]
    name = (picked.chosen.name_ko, picked.chosen.name_en)
    return Result(
        name=" / ".join(dict.fromkeys(name)),
        tier=found.tier,
        tier_name=TIERS[found.tier],
        tone=tier_tone(found.tier),
        findings=tell(found, with_path=True, expert_name=name),
    )


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


def _page(form: ScreeningForm, picked: Picked, rows: list[PartyRow], result: Result | None = None) -> str:
    return render_template(
        "conflicts/screening.html",
        form=form,
        picked=picked,
        rows=rows,
        sides=[(choice.value, choice.label) for choice in worded(SIDES)],
        kinds=[(choice.value, choice.label) for choice in worded(PARTY_KINDS)],
        result=result,
    )
