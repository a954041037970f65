"""60 incidents: the eight stories and 52 more, spread over types and stages, with parties and clocks."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass

from expertpool.conflicts.rules.vocabulary import OrganisationKind
from expertpool.demo.world.cases import STATES, Incident, Incidents, Party, Person, RunningClock, Stage
from expertpool.demo.world.experts import EMPLOYING_FIRMS, Expert
from expertpool.demo.world.incident_texts import SUMMARIES, TITLES
from expertpool.demo.world.marks import linked, marked
from expertpool.demo.world.names import NameBook, PersonName
from expertpool.demo.world.organisations import Organisation, Organisations, Profession
from expertpool.demo.world.seeding import DAY, ago, seoul, share_out, stream
from expertpool.demo.world.stories import RESERVED_FIRMS, STORIES, Story
from expertpool.experts.data import load_desks
from expertpool.incidents.data import Clock, IncidentType, Unit, load_clocks, load_incident_types
from expertpool.incidents.rules import PartyKind, PartySide, Urgency
from expertpool.ministries.data import load_regions

# Beside the stories: first those before a panel, then the rest.
PANEL_TYPES = (("joint_rnd_dispute", 5), ("subcontract_misuse", 2), ("bid_idea_theft", 2))
OTHER_TYPES = (
    ("leaver", 22), ("subcontract_misuse", 9), ("hacking", 6), ("bid_idea_theft", 2), ("overseas_leak", 1),
    ("supplier_copy", 2),
)  # fmt: skip
OTHER_STAGES = (
    (Stage.NEW, 6), (Stage.TRIAGE, 8), (Stage.ACTIVE, 6), (Stage.STABLE, 6), (Stage.CLOSED, 16),
)  # fmt: skip
# Days since receipt, by stage.
AGES: dict[Stage, tuple[int, int]] = {
    Stage.NEW: (0, 3),
    Stage.TRIAGE: (2, 8),
    Stage.ACTIVE: (40, 65),
    Stage.PANEL: (40, 65),
    Stage.STABLE: (95, 130),
    Stage.CLOSED: (115, 185),
}
# Which clock is running where work goes on, by type.
CLOCKS = {
    "leaver": "C07", "subcontract_misuse": "C08a", "joint_rnd_dispute": "C01", "hacking": "C09b",
    "bid_idea_theft": "C07", "overseas_leak": "C10b", "supplier_copy": "C07",
}  # fmt: skip
# Days until a clock is due, for the 16 other incidents at work, and for three in triage.
DUE_AT_WORK = (-4, -2, -1, 1, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 17, 24)
DUE_IN_TRIAGE = (2, 4, 6)
NAMESAKES = 10
UNITS = {Unit.HOURS: dt.timedelta(hours=1), Unit.DAYS: DAY, Unit.WEEKS: 7 * DAY}


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is settled about an incident before its parties are."""

    key: str
    type: IncidentType
    stage: Stage
    age: int
    due_in_days: int | None


def generate_incidents(
    organisations: Organisations, experts: tuple[Expert, ...], *, seed: int, now: dt.date
) -> Incidents:
    rng = stream(seed, "incidents")
    cast = _Cast(rng, organisations, experts)
    incidents = [_told(rng, story, cast, number, now) for number, story in enumerate(STORIES, start=1)]
    incidents += [
        _invented(rng, plan, cast, number, now)
        for number, plan in enumerate(_plans(rng), start=len(STORIES) + 1)
    ]
    return Incidents(tuple(marked(linked(incidents))), tuple(cast.persons))


def _plans(rng: random.Random) -> Iterator[_Plan]:
    kinds = {kind.code: kind for kind in load_incident_types()}
    types = ["bid_idea_theft", *share_out(rng, PANEL_TYPES), *share_out(rng, OTHER_TYPES)]
    stages = [Stage.ACTIVE, *[Stage.PANEL] * 9, *share_out(rng, OTHER_STAGES)]
    at_work, in_triage = share_out(rng, [(d, 1) for d in DUE_AT_WORK]), list(DUE_IN_TRIAGE)
    for number, (code, stage) in enumerate(zip(types, stages, strict=True), start=len(STORIES) + 1):
        due = None
        if stage in (Stage.ACTIVE, Stage.PANEL):
            due = at_work.pop()
        elif stage is Stage.TRIAGE and in_triage:
            due = in_triage.pop()
        yield _Plan(f"I{number:02d}", kinds[code], stage, rng.randint(*AGES[stage]), due)


class _Cast:
    """Finds parties for each case and remembers the people named in them."""

    def __init__(self, rng: random.Random, organisations: Organisations, experts: tuple[Expert, ...]) -> None:
        self._rng = rng
        self.organisations = organisations
        self.persons: list[Person] = []
        self._book = NameBook(rng, (each.name_ko for each in experts))
        ordinary = [each for each in experts if each.alias is None]
        self._namesakes = rng.sample(ordinary, NAMESAKES)
        self._where_namesakes_work = {each.employer for each in self._namesakes}
        free = [c for c in organisations.companies() if c.name_ko not in RESERVED_FIRMS]
        self._victims = [c for c in free if not c.listed and c.desk and c.name_ko not in EMPLOYING_FIRMS]
        rng.shuffle(self._victims)
        self._accused = [c for c in free if c.group is not None and c.desk]
        self._turn = 0

    def by_name(self, name_ko: str) -> Organisation:
        return next(each for each in self.organisations.organisations if each.name_ko == name_ko)

    def victim(self) -> Organisation:
        """The next firm in turn: nobody is robbed again before everybody was."""
        self._turn += 1
        return self._victims[self._turn % len(self._victims)]

    def respondent(self, victim: Organisation, *, abroad: bool) -> Organisation:
        """A firm of another group, of the same desk where there is one."""
        if abroad:
            return self._rng.choice(self.organisations.foreign())
        others = [c for c in self._accused if c.group != victim.group and c.key != victim.key]
        same = [c for c in others if c.desk == victim.desk]
        return self._rng.choice(same or others)

    def person(self, employer: Organisation, *, namesake: bool = False) -> Person:
        birth_year = self._rng.randint(1968, 1994)
        if namesake and self._namesakes:
            like = self._namesakes.pop()
            name = PersonName(like.name_ko, like.name_en)
            birth_year = like.birth_year + self._rng.choice((-9, -6, 5, 8))
        else:
            name = self._book.new(birth_year)
        found = Person(
            f"person-{len(self.persons) + 1:03d}",
            name.ko,
            name.en,
            birth_year,
            employer.email_domain,
            employer.key,
        )
        self.persons.append(found)
        return found

    def law_firm(self) -> Organisation:
        """None where a namesake of an accused works: whoever only bears a name must have no tie at all."""
        firms = self.organisations.firms(Profession.LAW)
        drawn = firms.index(self._rng.choice(firms))
        return next(
            each for each in (*firms[drawn:], *firms[:drawn]) if each.key not in self._where_namesakes_work
        )


def _told(rng: random.Random, story: Story, cast: _Cast, number: int, now: dt.date) -> Incident:
    kind = next(each for each in load_incident_types() if each.code == story.type)
    stage = Stage(story.stage)
    day = ago(now, story.received_days_ago)
    received = seoul(day, 22, 40) if story.key == "S1" else seoul(day, 10, 20)
    victim, respondent = cast.by_name(story.complainant), cast.by_name(story.respondent)
    parties = _parties(rng, cast, kind.code, (victim, respondent), day, number=0)
    return Incident(
        key=story.key, receipt_no=_receipt(number, day), type=story.type, stage=stage, state=STATES[stage],
        lead=story.lead, supporting=story.supporting, title_ko=story.title_ko, title_en=story.title_en,
        summary_ko=story.summary_ko, summary_en=story.summary_en, facts_ko=story.facts_ko,
        facts_en=story.facts_en, shows_ko=story.shows_ko, shows_en=story.shows_en, region=story.region,
        technology=story.technology, desk=story.desk, urgency=story.urgency,
        evidence_at_risk=story.urgency is Urgency.TONIGHT, core_technology=story.core_technology,
        compartmented=story.compartmented, anonymous=False, clearance=story.clearance,
        language=story.language, linked=story.linked, received_at=received, closed_at=None, reopened_at=None,
        parties=tuple(parties), clocks=_clocks(story.clock, story.due_in_days, received, now),
        programmes=story.programme_chain or kind.programmes, support_budget_won=story.support_budget_won,
    )  # fmt: skip


def _invented(rng: random.Random, plan: _Plan, cast: _Cast, number: int, now: dt.date) -> Incident:
    victim = cast.victim()
    respondent = cast.respondent(victim, abroad=plan.type.code == "overseas_leak")
    code = CLOCKS[plan.type.code]
    age = max(plan.age, _days_of(code) - (plan.due_in_days or 0) + 2) if plan.due_in_days else plan.age
    day = ago(now, age)
    received = seoul(day, 8 if age == 0 else rng.randint(9, 17), rng.choice((0, 10, 25, 40, 55)))
    closed = seoul(ago(now, rng.randint(5, 30)), 16) if plan.stage is Stage.CLOSED else None
    desk = next(each for each in load_desks() if each.code == victim.desk)
    ko, en = rng.choice(SUMMARIES[plan.type.code])
    titles = TITLES[plan.type.code]
    fresh = plan.stage in (Stage.NEW, Stage.TRIAGE) and plan.type.code in ("leaver", "hacking")
    return Incident(
        key=plan.key, receipt_no=_receipt(number, day), type=plan.type.code, stage=plan.stage,
        state=STATES[plan.stage], lead=_lead(rng, plan), supporting=(),
        title_ko=titles[0].format(desk.name_ko), title_en=titles[1].format(desk.name_en.lower()),
        summary_ko=ko, summary_en=en, facts_ko="", facts_en="", shows_ko="", shows_en="",
        region=victim.region or load_regions()[0].code, technology=victim.technologies[0], desk=desk.code,
        urgency=Urgency.URGENT if fresh else rng.choice((Urgency.ROUTINE, Urgency.RAISED, Urgency.URGENT)),
        evidence_at_risk=fresh, core_technology=False, compartmented=False, anonymous=False, clearance=None,
        language=None, linked=None, received_at=received, closed_at=closed, reopened_at=None,
        parties=tuple(_parties(rng, cast, plan.type.code, (victim, respondent), day, number=number)),
        clocks=_clocks(code, plan.due_in_days, received, now), programmes=plan.type.programmes,
        support_budget_won=rng.choice((None, 3_000_000, 10_000_000, 30_000_000)),
    )  # fmt: skip


def _lead(rng: random.Random, plan: _Plan) -> str:
    """The usual lead, now and then one of the usual helpers; the first after the stories is led by MOIP."""
    if plan.key == "I09":
        return "MOIP"
    helpers = [code for code in plan.type.supporting if code != "NIS"]
    return rng.choice(helpers) if rng.random() < 0.35 else plan.type.lead


def _receipt(number: int, day: dt.date) -> str:
    return f"TP-{day.year}-{number:05d}"


def _days_of(code: str) -> int:
    clock = _clock(code)
    return (UNITS[clock.unit or Unit.DAYS] * (clock.length or 0)).days


def _clock(code: str) -> Clock:
    return next(each for each in load_clocks() if each.code == code)


def _clocks(
    code: str | None, due_in_days: int | None, received: dt.datetime, now: dt.date
) -> tuple[RunningClock, ...]:
    """The clock that runs, begun so long ago that it is due on the wanted day."""
    if code is None or due_in_days is None:
        return ()
    clock = _clock(code)
    length = UNITS[clock.unit or Unit.DAYS] * (clock.length or 0)
    if clock.unit is Unit.HOURS:
        return (RunningClock(code, received, received + length),)
    due = seoul(ago(now, -due_in_days), 18)
    return (RunningClock(code, due - length, due),)


def _parties(
    rng: random.Random,
    cast: _Cast,
    kind: str,
    firms: tuple[Organisation, Organisation],
    day: dt.date,
    *,
    number: int,
) -> Iterator[Party]:
    victim, respondent = firms
    complains, responds = PartySide.COMPLAINANT, PartySide.RESPONDENT
    yield Party(complains, PartyKind.PARTY, victim.key, None, day)
    yield Party(responds, PartyKind.PARTY, respondent.key, None, day)
    if kind in ("leaver", "overseas_leak"):
        leaver = cast.person(respondent, namesake=number > 0)
        yield Party(responds, PartyKind.ACCUSED, None, leaver.key, day)
    if kind in ("joint_rnd_dispute", "bid_idea_theft"):
        yield Party(complains, PartyKind.INVENTOR, None, cast.person(victim).key, day)
    if number % 3 == 1:
        yield Party(responds, PartyKind.LAW_FIRM, cast.law_firm().key, None, day + 2 * DAY)
    if number and number % 4 == 0:
        rivals = [c for c in cast.organisations.companies() if c.desk == victim.desk and c not in firms]
        if rivals and respondent.kind is OrganisationKind.COMPANY:
            yield Party(PartySide.OTHER, PartyKind.COMPETITOR, rng.choice(rivals).key, None, day + 3 * DAY)
