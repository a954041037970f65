"""300 invented experts, each with a home ministry, facets, a term in the pool and a working life."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from expertpool.conflicts.rules.vocabulary import OrganisationKind
from expertpool.demo.world import roster
from expertpool.demo.world.facets import Facet, Sketch, draw_facets, is_cast
from expertpool.demo.world.names import NameBook, PersonName
from expertpool.demo.world.organisations import Organisation, Organisations, Profession
from expertpool.demo.world.seeding import ago, share_out, stream
from expertpool.experts.rules import ExpertState, FacetKind


class Circumstance(StrEnum):
    """What is special about an expert's standing."""

    ORDINARY = "ordinary"
    LICENCE_EXPIRED = "licence_expired"
    PAUSED = "paused"
    LONG_LEAVE = "long_leave"
    OVER_CAPACITY = "over_capacity"


@dataclass(frozen=True, slots=True)
class Appointment:
    """A term in the pool, `[starts_on, ends_on)`."""

    starts_on: dt.date
    ends_on: dt.date
    basis_ko: str
    basis_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Expert:
    """A member of the pool. Units: minutes.

    `alias` is what others see of an expert whose ministry shows no names. `previous_capacity_minutes` is what
    the expert offered until lately, where that was more. `employer` is None for officials and freelancers.
    `in_story`: a story counts on this person, so nothing is left to chance.
    """

    key: str
    name_ko: str
    name_en: str
    alias: str | None
    birth_year: int
    email: str
    phone: str
    role_kind: str
    home_ministry: str
    region: str
    desk: str | None
    employer: str | None
    unit_ko: str
    unit_en: str
    position_ko: str
    position_en: str
    employed_since: dt.date
    state: ExpertState
    circumstance: Circumstance
    weekly_capacity_minutes: int
    previous_capacity_minutes: int | None
    max_open_engagements: int
    minimum_notice_minutes: int
    standby: bool
    in_story: bool
    appointments: tuple[Appointment, ...]
    facets: tuple[Facet, ...]

    def has(self, kind: FacetKind, code: str, *, level: int = 1, on: dt.date | None = None) -> bool:
        """Whether the expert holds a facet at least at `level`, and on that day if one is given."""
        return any(
            facet.kind is kind and facet.code == code and facet.level >= level and _holds(facet, on)
            for facet in self.facets
        )


def _holds(facet: Facet, on: dt.date | None) -> bool:
    return on is None or (facet.valid_from <= on and (facet.valid_until is None or on < facet.valid_until))


POSITIONS: dict[str, tuple[str, str]] = {
    "DFE": ("분석관", "Examiner"), "ATT": ("변호사", "Attorney"), "PAT": ("변리사", "Patent attorney"),
    "SIM": ("책임연구원", "Principal researcher"), "VAL": ("수석평가사", "Senior valuator"),
    "SEC": ("수석컨설턴트", "Senior consultant"), "MED": ("위원", "Committee member"),
    "ARB": ("위원", "Committee member"), "ITP": ("통번역사", "Interpreter"),
    "OVS": ("외국변호사", "Foreign attorney"), "EXP": ("연구위원", "Research fellow"),
    "INV": ("조사관", "Investigator"),
}  # fmt: skip
# The two attorneys the intelligence service can borrow.
COUNSEL = (("ATT", 43), ("ATT", 44))
# Groups whose firms, and single firms that, employ experts; the others stand as parties in the incidents.
EMPLOYING_GROUPS = ("도래샘", "솔미르", "너울재")
EMPLOYING_FIRMS = ("솔바리데이터", "구름재소프트", "하늬터소프트", "새벽골네트웍스", "별하솔로보틱스")


def generate_experts(organisations: Organisations, *, seed: int, now: dt.date) -> tuple[Expert, ...]:
    rng = stream(seed, "experts")
    standing = _standing(rng)
    book = NameBook(rng)
    sketches = list(_sketches(rng, standing))
    people = tuple(
        _expert(rng, f"expert-{number:04d}", sketch, standing, book, organisations, now)
        for number, sketch in enumerate(sketches, start=1)
    )
    return _with_homonyms(rng, people)


def _standing(rng: random.Random) -> dict[str, Circumstance]:
    """Whose licence ran out, who paused, who is away for long; nobody the story cases count on."""
    first = {"DFE": 4, "MED": 11, "ARB": 3, "EXP": 5, "OVS": 3, "ITP": 5, "INV": 3}
    free = [
        f"{kind}-{serial}"
        for kind, spread in roster.SPREAD.items()
        for serial in range(first.get(kind, 1), sum(spread) - spread[-1] + 1)
        if (kind, serial) not in COUNSEL
    ]
    licensed = [name for name in free if roster.CRAFTS[name[:3]].licences]
    found = dict.fromkeys(rng.sample(licensed, roster.EXPIRED), Circumstance.LICENCE_EXPIRED)
    rest = [name for name in free if name not in found]
    found |= dict.fromkeys(rng.sample(rest, roster.PAUSED), Circumstance.PAUSED)
    assessors = [name for name in rest if name not in found and name.startswith("SIM")]
    return found | dict.fromkeys(rng.sample(assessors, roster.ON_LONG_LEAVE), Circumstance.LONG_LEAVE)


def _sketches(rng: random.Random, standing: dict[str, Circumstance]) -> Iterator[Sketch]:
    desks = share_out(rng, list(roster.ASSESSORS.items()))
    for kind, spread in roster.SPREAD.items():
        ministries = [code for code, n in zip(roster.MINISTRIES, spread, strict=True) for _ in range(n)]
        for serial, ministry in enumerate(ministries, start=1):
            yield Sketch(
                role_kind=kind,
                serial=serial,
                ministry=ministry,
                region=_region(rng, kind, serial),
                desk=_desk(rng, kind, serial, desks),
                chair=(kind == "MED" and serial <= roster.CHAIRS - 2) or (kind == "ARB" and serial <= 2),
                licence_expired=standing.get(f"{kind}-{serial}") is Circumstance.LICENCE_EXPIRED,
            )


def _region(rng: random.Random, kind: str, serial: int) -> str:
    drawn = rng.choices(list(roster.REGION_WEIGHTS), list(roster.REGION_WEIGHTS.values()))[0]
    return "KR-41" if kind == "DFE" and serial <= 3 else drawn


def _desk(rng: random.Random, kind: str, serial: int, assessors: list[str]) -> str | None:
    """The first two mediators are the only ones who lead in batteries."""
    if kind == "SIM":
        return assessors[serial - 1]
    if kind == "MED":
        return "D02" if serial <= 2 else rng.choice(("D01", "D04", "D09", "D10"))
    desks = roster.CRAFTS[kind].desks
    return rng.choice(desks) if desks else None


def _expert(
    rng: random.Random,
    key: str,
    sketch: Sketch,
    standing: dict[str, Circumstance],
    book: NameBook,
    organisations: Organisations,
    now: dt.date,
) -> Expert:
    birth_year = rng.randint(now.year - 66, now.year - 34)
    name = book.new(birth_year)
    employer = _employer(rng, sketch, organisations)
    unit = rng.choice(employer.departments) if employer and employer.departments else ("", "")
    circumstance = standing.get(f"{sketch.role_kind}-{sketch.serial}", Circumstance.ORDINARY)
    position = POSITIONS[sketch.role_kind]
    return Expert(
        key=key, name_ko=name.ko, name_en=name.en,
        alias=f"N-{key[-3:]}" if sketch.ministry == "NIS" else None,
        birth_year=birth_year, email=_address(name, key), phone=f"000-0000-{key[-4:]}",
        role_kind=sketch.role_kind, home_ministry=sketch.ministry, region=sketch.region, desk=sketch.desk,
        employer=employer.key if employer else None,
        unit_ko=unit[0], unit_en=unit[1], position_ko=position[0], position_en=position[1],
        employed_since=dt.date(rng.randint(birth_year + 30, now.year - 1), rng.randint(1, 12), 1),
        state=ExpertState.PAUSED if circumstance is Circumstance.PAUSED else ExpertState.ACTIVE,
        circumstance=circumstance,
        weekly_capacity_minutes=_weekly_minutes(rng, sketch), previous_capacity_minutes=None,
        max_open_engagements=rng.choice((1, 2, 2, 3, 3, 4)),
        minimum_notice_minutes=0 if _is_standby(sketch) else rng.choice((0, 720, 1_440, 1_440, 2_880)),
        standby=_is_standby(sketch), in_story=is_cast(sketch),
        appointments=(_appointment(rng, sketch, now),),
        facets=draw_facets(rng, sketch, now=now),
    )  # fmt: skip


def _is_standby(sketch: Sketch) -> bool:
    """The first three examiners can be called at night."""
    return sketch.role_kind == "DFE" and sketch.serial <= 3


def _weekly_minutes(rng: random.Random, sketch: Sketch) -> int:
    """Four to twenty hours; the most for those a story counts on."""
    hours, weights = zip(*roster.WEEKLY_HOURS, strict=True)
    drawn: int = rng.choices(hours, weights)[0]
    return 60 * (hours[-1] if is_cast(sketch) else drawn)


def _address(name: PersonName, key: str) -> str:
    family, given = name.en.lower().replace("-", "").split(" ", 1)
    return f"{given}.{family}.{key[-3:]}@expert.example"


def _appointment(rng: random.Random, sketch: Sketch, now: dt.date) -> Appointment:
    starts = ago(now, rng.randint(220, 900))
    ends = starts.replace(year=starts.year + 3, day=min(starts.day, 28))
    return Appointment(starts, ends, f"{sketch.ministry} 위촉", f"Appointed by {sketch.ministry}")


def _employer(rng: random.Random, sketch: Sketch, organisations: Organisations) -> Organisation | None:
    """Where somebody of this kind works; officials and freelancers nowhere that could be a party."""
    if sketch.ministry in ("NPA", "NIS") or sketch.role_kind in ("INV", "ITP"):
        return None
    if sketch.role_kind == "SIM":
        return _assessors_employer(rng, sketch, organisations)
    law, patent = organisations.firms(Profession.LAW), organisations.firms(Profession.PATENT)
    academia = organisations.academia()
    universities = tuple(each for each in academia if each.kind is OrganisationKind.UNIVERSITY)
    choices: dict[str, tuple[Organisation, ...]] = {
        "ATT": law,
        "OVS": law,
        "PAT": patent * 3 + law,
        "MED": law * 2 + universities,
        "ARB": law * 2 + universities,
        "VAL": academia,
        "EXP": academia,
    }
    return rng.choice(
        choices.get(sketch.role_kind) or _employing_companies(organisations, {"D03", "D04", "D05", "D12"})
    )


def _assessors_employer(
    rng: random.Random, sketch: Sketch, organisations: Organisations
) -> Organisation | None:
    """Examiners of the patent authority are officials; the others teach, research or make things."""
    if sketch.ministry == "MOIP":
        return None
    makers = _employing_companies(organisations, {sketch.desk or ""})
    if makers and rng.random() < 0.25:
        return rng.choice(makers)
    return rng.choice(organisations.academia())


def _employing_companies(organisations: Organisations, desks: set[str]) -> tuple[Organisation, ...]:
    return tuple(
        each
        for each in organisations.companies()
        if each.desk in desks and (each.group in EMPLOYING_GROUPS or each.name_ko in EMPLOYING_FIRMS)
    )


def _with_homonyms(rng: random.Random, people: tuple[Expert, ...]) -> tuple[Expert, ...]:
    """The same people, some bearing the name of another who was born in another year."""
    renamed = list(people)
    places = rng.sample([n for n, each in enumerate(people) if each.alias is None], 2 * roster.HOMONYM_PAIRS)
    for first, second in zip(places[::2], places[1::2], strict=True):
        name = PersonName(people[first].name_ko, people[first].name_en)
        own, other = people[second], people[first]
        year = own.birth_year if abs(own.birth_year - other.birth_year) > 2 else other.birth_year - 7
        renamed[second] = replace(
            own, name_ko=name.ko, name_en=name.en, birth_year=year, email=_address(name, own.key)
        )
    return tuple(renamed)


def homonyms(people: tuple[Expert, ...]) -> tuple[tuple[str, str], ...]:
    """Pairs of experts who share a name."""
    return tuple(
        (first.key, second.key)
        for place, first in enumerate(people)
        for second in people[place + 1 :]
        if first.name_ko == second.name_ko
    )
