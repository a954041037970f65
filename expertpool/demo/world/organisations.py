"""140 invented organisations: firms in and out of groups, law and patent firms, academia, foreign parents.

Ownership is dated: every group has bought, sold and renamed somebody, so that yesterday's affiliate is not
taken for today's.
"""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import count

from expertpool.conflicts.rules.vocabulary import OrganisationKind, Script
from expertpool.demo.world import organisation_names as coined
from expertpool.demo.world.registry_numbers import business_number, corporate_number
from expertpool.demo.world.seeding import ago, stream
from expertpool.experts.data import load_desks
from expertpool.ministries.data import load_regions


class Profession(StrEnum):
    """What a professional firm practises."""

    LAW = "law"
    PATENT = "patent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """A body that can be a party, an employer or an owner. Numbers are digits only; None: has none."""

    key: str
    kind: OrganisationKind
    name_ko: str
    name_en: str
    country: str
    region: str | None
    email_domain: str
    founded_on: dt.date
    biz_no: str | None = None
    corp_no: str | None = None
    foreign_id: str | None = None
    desk: str | None = None
    technologies: tuple[str, ...] = ()
    group: str | None = None
    listed: bool = False
    profession: Profession | None = None
    departments: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class OrganisationAlias:
    """A name an organisation had before; `valid_until` is the first day it no longer was."""

    organisation: str
    name: str
    script: Script
    valid_from: dt.date
    valid_until: dt.date


@dataclass(frozen=True, slots=True)
class Ownership:
    """A share, or declared control, in `[valid_from, valid_until)`. Units: basis points.

    `recorded_on` is the day it was filed, and known to the service but for one that comes to light now.
    """

    parent: str
    child: str
    share_basis_points: int
    declared_control: bool
    valid_from: dt.date
    valid_until: dt.date | None
    recorded_on: dt.date


@dataclass(frozen=True, slots=True)
class Organisations:
    """Everybody, and who owned whom when. `sold` names firms that left a group, by the day they left."""

    organisations: tuple[Organisation, ...]
    aliases: tuple[OrganisationAlias, ...]
    ownerships: tuple[Ownership, ...]

    def named(self, key: str) -> Organisation:
        return next(each for each in self.organisations if each.key == key)

    def group(self, stem: str) -> tuple[Organisation, ...]:
        """The firms that are or were in a group, its holding first."""
        return tuple(each for each in self.organisations if each.group == stem)

    def companies(self) -> tuple[Organisation, ...]:
        return tuple(
            each
            for each in self.organisations
            if each.kind is OrganisationKind.COMPANY and each.country == "KR"
        )

    def independents(self) -> tuple[Organisation, ...]:
        return tuple(each for each in self.companies() if each.group is None)

    def firms(self, profession: Profession) -> tuple[Organisation, ...]:
        return tuple(each for each in self.organisations if each.profession is profession)

    def academia(self) -> tuple[Organisation, ...]:
        kinds = (OrganisationKind.UNIVERSITY, OrganisationKind.RESEARCH_INSTITUTE)
        return tuple(each for each in self.organisations if each.kind in kinds)

    def controlled(self, holding: str) -> frozenset[str]:
        """The holding and all it controls now, by half of the shares or more or by declaration."""
        found, grown = {holding}, True
        while grown:
            now_held = {
                edge.child
                for edge in self.ownerships
                if edge.valid_until is None
                and edge.parent in found
                and (edge.share_basis_points >= 5_000 or edge.declared_control)
            }
            grown = not now_held <= found
            found |= now_held
        return frozenset(found)

    def affiliates(self, key: str) -> tuple[str, ...]:
        """Who is under the same holding as `key` now, in order, without itself."""
        for stem, *_ in coined.GROUPS:
            members = self.controlled(self.group(stem)[0].key)
            if key in members:
                return tuple(sorted(members - {key}))
        return ()

    def minority_affiliates(self, key: str) -> tuple[str, ...]:
        """Firms in which the group of `key` holds a fifth or more, yet no control."""
        members = {key, *self.affiliates(key)}
        return tuple(
            edge.child
            for edge in self.ownerships
            if edge.valid_until is None
            and edge.parent in members
            and 2_000 <= edge.share_basis_points < 5_000
            and not edge.declared_control
        )

    def around(self, keys: tuple[str, ...]) -> frozenset[str]:
        """These organisations and everybody under one roof with one of them, controlled or in part."""
        kin = [self.affiliates(key) + self.minority_affiliates(key) for key in keys]
        return frozenset(keys).union(*kin)

    def foreign(self) -> tuple[Organisation, ...]:
        return tuple(each for each in self.organisations if each.country != "KR")

    def sold(self) -> tuple[tuple[str, str, dt.date], ...]:
        """(holding that sold, firm, first day outside the group)."""
        return tuple(
            (edge.parent, edge.child, edge.valid_until) for edge in self.ownerships if edge.valid_until
        )


def generate_organisations(*, seed: int, now: dt.date) -> Organisations:
    rng = stream(seed, "organisations")
    numbered = [
        replace(each, key=f"org-{number:03d}")
        for number, each in zip(count(1), _everybody(rng), strict=False)
    ]
    registered = tuple(_registered(each, serial) for serial, each in enumerate(numbered, start=1))
    everybody = Organisations(registered, (), ())
    edges = [
        *_groups(rng, everybody, now),
        *_foreign_parents(rng, everybody, now),
        _discovered(everybody, now),
    ]
    return Organisations(registered, tuple(_renames(everybody, now)), tuple(edges))


def _everybody(rng: random.Random) -> Iterator[Organisation]:
    yield from _group_firms(rng)
    yield from _independent_firms(rng)
    yield from _professional_firms(rng)
    yield from _academia(rng)
    yield from _foreign_firms(rng)


def _company(rng: random.Random, ko: str, en: str, desk: str | None, **more: object) -> Organisation:
    fields = next((d.fields for d in load_desks() if d.code == desk), ())
    return Organisation(
        **{
            "key": "",
            "kind": OrganisationKind.COMPANY,
            "name_ko": ko,
            "name_en": en,
            "country": "KR",
            "region": _region(rng),
            "email_domain": f"{_slug(en)}.example",
            "founded_on": dt.date(rng.randint(1975, 2018), rng.randint(1, 12), rng.randint(1, 28)),
            "desk": desk,
            "technologies": tuple(fields[:2]),
            **more,
        }  # type: ignore[arg-type] # a row of known fields
    )


def _region(rng: random.Random) -> str:
    weights = {"KR-11": 22, "KR-41": 30, "KR-28": 7, "KR-30": 7, "KR-44": 6, "KR-43": 5, "KR-48": 6}
    codes = [region.code for region in load_regions()]
    return rng.choices(codes, [weights.get(code, 2) for code in codes])[0]


def _slug(english: str) -> str:
    return "".join(c for c in english.lower() if c.isascii() and c.isalnum())


def _group_firms(rng: random.Random) -> Iterator[Organisation]:
    """Each group's holding, then its firms; the best known one comes third."""
    every = [(desk, branch) for desk, branches in coined.BRANCHES.items() for branch in branches]
    for ko, en, size, known in coined.GROUPS:
        yield _company(
            rng, f"{ko}{coined.HOLDINGS[0]}", f"{en} {coined.HOLDINGS[1]}", None, group=ko, listed=True
        )
        star = (known, coined.BRANCHES[known][0])
        others = rng.sample([each for each in every if each != star], size - 2)
        for desk, (branch_ko, branch_en) in (others[0], star, *others[1:]):
            listed = rng.random() < 0.25
            yield _company(rng, f"{ko}{branch_ko}", f"{en} {branch_en}", desk, group=ko, listed=listed)


def _independent_firms(rng: random.Random) -> Iterator[Organisation]:
    for ko, en, desk, place in coined.INDEPENDENT:
        branches = coined.BRANCHES[desk]
        branch_ko, branch_en = branches[place % len(branches)]
        yield _company(rng, f"{ko}{branch_ko}", f"{en} {branch_en}", desk)


def _professional_firms(rng: random.Random) -> Iterator[Organisation]:
    firm = OrganisationKind.PROFESSIONAL_FIRM
    for ko, en in coined.LAW_FIRMS:
        yield _company(rng, f"법무법인 {ko}", f"{en} Law", None, kind=firm, profession=Profession.LAW)
    for ko, en in coined.PATENT_FIRMS:
        yield _company(
            rng, f"{ko} 특허법인", f"{en} Patent and Law", None, kind=firm, profession=Profession.PATENT
        )


def _academia(rng: random.Random) -> Iterator[Organisation]:
    for ko, en in coined.UNIVERSITIES:
        yield _company(
            rng,
            f"{ko}대학교",
            f"{en} University",
            None,
            kind=OrganisationKind.UNIVERSITY,
            departments=coined.DEPARTMENTS,
        )
    for ko, en, desk, slug in coined.INSTITUTES:
        kind, domain = OrganisationKind.RESEARCH_INSTITUTE, f"{slug}.example"
        yield _company(rng, ko, en, desk, kind=kind, email_domain=domain)


def _foreign_firms(rng: random.Random) -> Iterator[Organisation]:
    for number, (ko, en, country, desk) in enumerate(coined.FOREIGN, start=1):
        identity = f"{country}-DEMO-{number:06d}"
        yield _company(rng, ko, en, desk, country=country, region=None, foreign_id=identity)


def _registered(organisation: Organisation, serial: int) -> Organisation:
    """With the numbers a Korean body has; foreign ones keep their own."""
    if organisation.country != "KR":
        return organisation
    return replace(organisation, biz_no=business_number(serial), corp_no=corporate_number(serial))


def _groups(rng: random.Random, everybody: Organisations, now: dt.date) -> Iterator[Ownership]:
    buyers = [each.key for each in everybody.foreign()]
    for place, (stem, *_) in enumerate(coined.GROUPS):
        yield from _group(rng, [each.key for each in everybody.group(stem)], buyers[-1 - place], now)


def _group(rng: random.Random, firms: list[str], buyer: str, now: dt.date) -> Iterator[Ownership]:
    """The tree of one group. Its third firm was bought lately, its fifth sold, its last two are special."""
    for place, child in enumerate(firms[1:], start=1):
        parent, share = firms[(place - 1) // 4], rng.choice((10_000, 8_000, 7_000, 6_000, 5_500, 5_100))
        since = dt.date(rng.randint(2008, 2020), rng.randint(1, 12), 1)
        if place == len(firms) - 1:
            yield Ownership(parent, child, 4_500, True, since, None, since)
        elif place == len(firms) - 2:
            yield Ownership(parent, child, 3_000, False, since, None, since)
        elif place == 3:
            bought = ago(now, rng.randint(300, 500))
            yield Ownership(parent, child, share, False, bought, None, bought)
        elif place == 5:
            sold = ago(now, rng.randint(1_500, 1_900))
            yield Ownership(parent, child, share, False, since, sold, since)
            yield Ownership(buyer, child, share, False, sold, None, sold)
        else:
            yield Ownership(parent, child, share, False, since, None, since)


def _foreign_parents(rng: random.Random, everybody: Organisations, now: dt.date) -> Iterator[Ownership]:
    """Foreign firms that own or share in Korean ones outside the groups."""
    daughters = everybody.independents()
    for parent, daughter, share in zip(
        everybody.foreign()[:6], daughters[-6:], (10_000, 6_700, 5_100, 4_000, 2_500, 1_500), strict=True
    ):
        since = ago(now, rng.randint(900, 4_000))
        yield Ownership(parent.key, daughter.key, share, False, since, None, since)


def _discovered(everybody: Organisations, now: dt.date) -> Ownership:
    """The share that comes to light in the middle of the sixth story, two days ago."""
    holding = everybody.group("도래샘")[0].key
    found = next(each.key for each in everybody.companies() if each.name_ko == "고운결케미칼")
    return Ownership(holding, found, 5_600, False, ago(now, 900), None, ago(now, 2))


def _renames(everybody: Organisations, now: dt.date) -> Iterator[OrganisationAlias]:
    """The second firm of every group changed its name."""
    for place, (stem, english, *_) in enumerate(coined.GROUPS):
        renamed = everybody.group(stem)[1]
        old_ko = renamed.name_ko.replace(stem, f"{stem}새한")
        old_en = renamed.name_en.replace(english, f"{english} Saehan")
        until = ago(now, 400 + 40 * place)
        yield OrganisationAlias(renamed.key, old_ko, Script.HANGUL, renamed.founded_on, until)
        yield OrganisationAlias(renamed.key, old_en, Script.LATIN, renamed.founded_on, until)
