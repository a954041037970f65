"""What each expert is and can, with a level, evidence and a period."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass

from expertpool.demo.world.roster import CRAFTS, INTERPRETERS, OVERSEAS
from expertpool.demo.world.seeding import ago
from expertpool.experts.data import load_clearances, load_desks
from expertpool.experts.rules import FacetKind
from expertpool.ministries.data import load_regions


@dataclass(frozen=True, slots=True)
class Facet:
    """One thing an expert is or can, in `[valid_from, valid_until)`, at level 1 (assists) to 4 (advises).

    `verified_by` is the code of the ministry that looked at the evidence.
    """

    kind: FacetKind
    code: str
    level: int
    evidence_ko: str
    evidence_en: str
    valid_from: dt.date
    valid_until: dt.date | None
    verified_by: str


@dataclass(frozen=True, slots=True)
class Sketch:
    """What is settled about an expert before the facets are drawn; `serial` counts within the role kind."""

    role_kind: str
    serial: int
    ministry: str
    region: str
    desk: str | None
    chair: bool
    licence_expired: bool


def draw_facets(rng: random.Random, sketch: Sketch, *, now: dt.date) -> tuple[Facet, ...]:
    """Every facet of one expert, none twice."""
    found: dict[tuple[FacetKind, str], Facet] = {}
    for facet in _facets(rng, sketch, now):
        found.setdefault((facet.kind, facet.code), facet)
    return tuple(found.values())


def _facets(rng: random.Random, sketch: Sketch, now: dt.date) -> Iterator[Facet]:
    yield from _role_kinds(rng, sketch, now)
    yield from _technologies(rng, sketch, now)
    yield from _skills(rng, sketch, now)
    yield from _languages(rng, sketch, now)
    yield from _regions(rng, sketch, now)
    yield from _clearances(rng, sketch, now)
    yield from _licences(rng, sketch, now)


def _facet(
    sketch: Sketch,
    kind: FacetKind,
    code: str,
    level: int,
    evidence: tuple[str, str],
    since: dt.date,
    until: dt.date | None = None,
) -> Facet:
    return Facet(kind, code, level, *evidence, since, until, sketch.ministry)


def _role_kinds(rng: random.Random, sketch: Sketch, now: dt.date) -> Iterator[Facet]:
    since = ago(now, rng.randint(400, 1_400))
    review = (f"{since.year}년 위촉 심사", f"Appointment review {since.year}")
    level = 4 if is_cast(sketch) else rng.choices((2, 3, 4), (30, 45, 25))[0]
    yield _facet(sketch, FacetKind.ROLE_KIND, sketch.role_kind, level, review, since)
    if sketch.chair:
        yield _facet(sketch, FacetKind.ROLE_KIND, "CHR", rng.choice((3, 4)), review, since)
    for kind in CRAFTS[sketch.role_kind].also:
        if kind != "CNS" or rng.random() < 0.35:
            yield _facet(sketch, FacetKind.ROLE_KIND, kind, 2, review, since)


def is_cast(sketch: Sketch) -> bool:
    """Whether a story counts on this person: good at everything, with hours to give."""
    cast = {"DFE": 3, "MED": 2, "EXP": 4, "OVS": 2, "ITP": 4}
    counsel = (sketch.role_kind, sketch.ministry) == ("ATT", "NPA")
    return counsel or sketch.ministry == "NIS" or sketch.serial <= cast.get(sketch.role_kind, 0)


def _technologies(rng: random.Random, sketch: Sketch, now: dt.date) -> Iterator[Facet]:
    if sketch.desk is None:
        return
    fields = next(desk.fields for desk in load_desks() if desk.code == sketch.desk)
    assesses = sketch.role_kind == "SIM"
    count = min(len(fields), rng.choice((1, 2, 3) if assesses else (1, 1, 2)))
    for place, code in enumerate(fields[:count]):
        level = rng.choice((3, 4)) if place == 0 and assesses else rng.choice((2, 2, 3))
        if sketch.role_kind == "MED" and sketch.serial <= 2:
            level = 5 - sketch.serial
        patents, papers = rng.randint(2, 40), rng.randint(1, 30)
        evidence = (f"특허 {patents}건, 논문 {papers}편", f"{patents} patents, {papers} papers")
        yield _facet(sketch, FacetKind.TECHNOLOGY, code, level, evidence, ago(now, rng.randint(400, 1_400)))


def _skills(rng: random.Random, sketch: Sketch, now: dt.date) -> Iterator[Facet]:
    craft = CRAFTS[sketch.role_kind]
    count = len(craft.skills) if is_cast(sketch) else rng.randint(1, len(craft.skills))
    jobs = rng.randint(3, 45)
    evidence = (f"수행 실적 {jobs}건", f"{jobs} jobs done")
    since = ago(now, rng.randint(400, 1_400))
    for place, code in enumerate(craft.skills[:count]):
        level = rng.choice((3, 4)) if place == 0 else rng.choice((2, 3))
        yield _facet(sketch, FacetKind.SKILL, code, level, evidence, since)
    for code in craft.proceedings[: rng.randint(1, len(craft.proceedings))]:
        yield _facet(sketch, FacetKind.PROCEEDING, code, rng.choice((2, 3, 3, 4)), evidence, since)


def _languages(rng: random.Random, sketch: Sketch, now: dt.date) -> Iterator[Facet]:
    since, test = ago(now, rng.randint(400, 1_400)), ("어학 시험", "Language test")
    native = ("모국어", "Native language")
    yield _facet(sketch, FacetKind.LANGUAGE, "ko", 4, native, since)
    working = {"ITP": INTERPRETERS, "OVS": OVERSEAS}.get(sketch.role_kind)
    if working:
        yield _facet(sketch, FacetKind.LANGUAGE, working[sketch.serial - 1], 4, test, since)
    for code, chance in (("en", 0.45), ("ja", 0.08), ("zh", 0.07)):
        if rng.random() < chance:
            yield _facet(sketch, FacetKind.LANGUAGE, code, rng.choice((2, 3)), test, since)


def _regions(rng: random.Random, sketch: Sketch, now: dt.date) -> Iterator[Facet]:
    """Where the expert goes without being away: home, and the one or two nearest regions."""
    places = {region.code: region for region in load_regions()}
    home = places[sketch.region]
    nearest = sorted(places.values(), key=lambda r: (r.lat - home.lat) ** 2 + (r.lon - home.lon) ** 2)
    since, own = ago(now, 400), ("본인 신청", "Own statement")
    for region in nearest[: rng.randint(1, 3)]:
        yield _facet(sketch, FacetKind.REGION, region.code, 1, own, since)


def _clearances(rng: random.Random, sketch: Sketch, now: dt.date) -> Iterator[Facet]:
    """Every clearance up to the expert's own: whoever may see more may see less."""
    since = ago(now, rng.randint(60, 700))
    until = since + dt.timedelta(days=3 * 365)
    number = f"DEMO-{rng.randint(10_000, 99_999)}"
    evidence = (f"비밀취급인가 {number}", f"Clearance {number}")
    rank = _rank(rng, sketch)
    for clearance in load_clearances():
        if 0 < clearance.rank <= rank:
            yield _facet(sketch, FacetKind.CLEARANCE, clearance.code, 1, evidence, since, until)


def _rank(rng: random.Random, sketch: Sketch) -> int:
    if sketch.ministry == "NIS":
        return 3
    if sketch.role_kind == "EXP" or (sketch.role_kind, sketch.desk) == ("SIM", "D01"):
        return 2
    if sketch.ministry == "NPA":
        return 2
    return rng.choices((0, 1, 2), (60, 30, 10))[0]


def _licences(rng: random.Random, sketch: Sketch, now: dt.date) -> Iterator[Facet]:
    held = CRAFTS[sketch.role_kind].licences
    if sketch.chair:
        held = ("patent_attorney",) if sketch.serial % 3 == 0 else ("attorney",)
    elif sketch.role_kind == "VAL" and sketch.serial % 2:
        held = held[::-1]
    for code in held[:1]:
        since = ago(now, rng.randint(1_500, 6_000))
        until = (
            ago(now, rng.randint(10, 300)) if sketch.licence_expired else ago(now, -rng.randint(120, 1_500))
        )
        number = f"DEMO-{code[:3].upper()}-{rng.randint(0, 999_999):06d}"
        evidence = (f"자격번호 {number}", f"Licence no. {number}")
        yield _facet(sketch, FacetKind.LICENCE, code, 1, evidence, since, until)
