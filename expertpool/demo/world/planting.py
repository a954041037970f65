"""Where conflicts and decoys are planted: an open incident that fits, an expert without other ties to it."""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Callable, Iterator

from expertpool.conflicts.rules.dates import ImpreciseDate, within_years
from expertpool.conflicts.rules.vocabulary import Kinship, RelationType
from expertpool.demo.world.availability import battery_chairs
from expertpool.demo.world.cases import Incident, Incidents
from expertpool.demo.world.coming import Coming
from expertpool.demo.world.experts import Circumstance, Expert
from expertpool.demo.world.needs import Need
from expertpool.demo.world.organisations import Organisations, Profession
from expertpool.demo.world.plants import Decoy, DecoyKind, Plant, PlantedConflict, Target
from expertpool.demo.world.seeding import ago
from expertpool.demo.world.teams import Nearby
from expertpool.demo.world.ties import FirmMandate, Precision, Recusal, Tie, imprecise
from expertpool.experts.rules import FacetKind
from expertpool.incidents.rules import NeedState, PartyKind, PartySide

DECOYS_EACH = 10
LONGEST_LOOK_BACK = 5  # years


class Field:
    """Chooses, for each thing to be planted, an open incident that fits and an expert without other ties."""

    def __init__(
        self,
        rng: random.Random,
        organisations: Organisations,
        experts: tuple[Expert, ...],
        incidents: Incidents,
        needs: tuple[Need, ...],
        everyday: tuple[Tie, ...],
        coming: Coming,
        now: dt.date,
    ) -> None:
        self._rng, self._coming, self._now = rng, coming, now
        self._organisations, self._experts, self._incidents = organisations, experts, incidents
        self._open = [
            incidents.of(key)
            for key in dict.fromkeys(n.incident for n in needs if n.state is not NeedState.COMPLETED)
            if key.startswith("I")
        ]
        self._asked: dict[str, set[str]] = defaultdict(set)
        for need in needs:
            self._asked[need.incident] |= {seat.role_kind for seat in need.seats}
        self._known: dict[str, set[str]] = defaultdict(set)
        for tie in everyday:
            if _still_matters(tie, now):
                self._known[tie.expert].add(tie.organisation or "")
        self._near = Nearby(organisations, incidents)
        self._used: set[str] = set()
        self.ties: list[Tie] = []
        self.mandates: list[FirmMandate] = []
        self.recusals: list[Recusal] = []
        self.planted: list[PlantedConflict] = []
        self.decoys: list[Decoy] = []

    def plant(self, number: int, plant: Plant) -> None:
        key = f"planted-{number:02d}"
        incident, expert = self._pair(plant)
        self._used.add(expert.key)
        ties = self._plant_ties(key, plant, plant.type, incident, expert) if plant.type else []
        if plant.target is Target.NOTHING:
            self.recusals.append(Recusal(expert.key, incident.key, ago(self._now, number % 4 + 1)))
        if plant.target is Target.FIRM_MANDATE and expert.employer:
            client = incident.principal(plant.side)
            since = imprecise(ago(self._now, plant.since_days), Precision.MONTH)
            self.mandates.append(FirmMandate(expert.employer, client, since, None))
        self.planted.append(
            PlantedConflict(
                key, plant.rule, expert.key, incident.key, plant.tiers, tuple(t.key for t in ties)
            )
        )

    def _pair(self, plant: Plant) -> tuple[Incident, Expert]:
        """An incident the plant fits, open ones first, and somebody its needs would ask."""
        for incident in self._fitting(plant):
            candidates = self._candidates(plant, incident)
            if candidates:
                return incident, self._rng.choice(candidates)
        raise LookupError(f"nobody and nothing fits {plant}")

    def _fitting(self, plant: Plant) -> list[Incident]:
        if plant.incident:
            return [self._incidents.of(plant.incident)]
        fits: dict[Target, Callable[[Incident], bool]] = {
            Target.AFFILIATE: lambda i: bool(self._affiliates(i)),
            Target.MINORITY: lambda i: bool(self._minorities(i)),
            Target.PERSON: lambda i: any(party.person for party in i.parties),
            Target.COMPETITOR: lambda i: bool(self._of_kind(i, PartyKind.COMPETITOR)),
            Target.LAW_FIRM: lambda i: bool(self._law_firm_with_members(i)),
        }
        suits: Callable[[Incident], bool] = fits.get(plant.target, _any_incident)
        others = [i for i in self._incidents.incidents if i.key.startswith("I") and i not in self._open]
        drawn = [*self._rng.sample(self._open, len(self._open)), *self._rng.sample(others, len(others))]
        return [incident for incident in drawn if suits(incident)]

    def _affiliates(self, incident: Incident) -> tuple[str, ...]:
        return self._organisations.affiliates(incident.principal(PartySide.RESPONDENT))

    def _minorities(self, incident: Incident) -> tuple[str, ...]:
        return self._organisations.minority_affiliates(incident.principal(PartySide.RESPONDENT))

    def _of_kind(self, incident: Incident, kind: PartyKind) -> tuple[str, ...]:
        return tuple(p.organisation for p in incident.parties if p.kind is kind and p.organisation)

    def _law_firm_with_members(self, incident: Incident) -> tuple[str, ...]:
        firms = self._of_kind(incident, PartyKind.LAW_FIRM)
        return tuple(f for f in firms if any(self._is_free(e, incident, but=f) for e in self._members(f)))

    def _members(self, firm: str) -> list[Expert]:
        return [each for each in self._experts if each.employer == firm]

    def _candidates(self, plant: Plant, incident: Incident) -> list[Expert]:
        """Those the plant may be about, with no other tie to anybody in the incident."""
        if plant.incident == "S2":
            return [battery_chairs(self._experts)[0]]
        if plant.target is Target.LAW_FIRM:
            firm = self._law_firm_with_members(incident)[0]
            return [each for each in self._members(firm) if self._is_free(each, incident, but=firm)]
        free = [each for each in self._experts if self._is_free(each, incident)]
        if plant.incident == "S6":
            knows = (FacetKind.TECHNOLOGY, incident.technology)
            knowing = [each for each in free if each.role_kind == "SIM" and each.has(*knows, level=2)]
            return [each for each in knowing if self._coming.may_sit(each, incident.key)]
        if plant.target is Target.NOTHING:
            return [each for each in free if self._coming.may_sit(each, incident.key, lent=False)]
        if plant.target is Target.FIRM_MANDATE:
            firms = {firm.key for firm in self._organisations.firms(Profession.LAW)}
            return [each for each in free if each.employer in firms]
        asked = [each for each in free if each.role_kind in self._asked[incident.key]]
        return asked or free

    def _is_free(self, expert: Expert, incident: Incident, *, but: str = "") -> bool:
        return (
            expert.key not in self._used
            and expert.alias is None
            and expert.circumstance is Circumstance.ORDINARY
            and not expert.in_story
            and not self._known[expert.key] & (self._near.to(incident.key) - {but})
        )

    def _plant_ties(
        self, key: str, plant: Plant, kind: RelationType, incident: Incident, expert: Expert
    ) -> list[Tie]:
        organisation, person = self._aim(plant, incident)
        made = [
            self._tie(f"tie-{key}-{number}", plant, kind, incident, expert, (organisation, person), number)
            for number in range(1, plant.ties + 1)
        ]
        self.ties.extend(made)
        return made

    def _tie(
        self,
        key: str,
        plant: Plant,
        kind: RelationType,
        incident: Incident,
        expert: Expert,
        target: tuple[str | None, str | None],
        number: int,
    ) -> Tie:
        since = ago(self._now, plant.since_days + 200 * (number - 1))
        until = None if plant.until_days is None else ago(self._now, plant.until_days + 200 * (number - 1))
        own = plant.kinship is Kinship.SELF
        return Tie(
            key=key,
            expert=expert.key,
            type=kind,
            organisation=target[0],
            person=target[1],
            kinship=plant.kinship,
            rank_ko=plant.rank[0],
            rank_en=plant.rank[1],
            amount_won=plant.amount_won,
            share_basis_points=plant.share_basis_points,
            group_size=plant.group_size,
            since=imprecise(since, Precision.DAY),
            until=None if until is None else imprecise(until, plant.until),
            incident=incident.key if plant.about_incident else None,
            confidence=plant.confidence,
            evidence_ko="본인 신고" if own else "가족 관계 신고",
            evidence_en="Own statement" if own else "Statement on family",
        )

    def _aim(self, plant: Plant, incident: Incident) -> tuple[str | None, str | None]:
        """The organisation or the person the tie leads to."""
        if plant.incident == "S6":
            return self._organisations.group("도래샘")[2].key, None
        match plant.target:
            case Target.AFFILIATE:
                return self._rng.choice(self._affiliates(incident)), None
            case Target.MINORITY:
                return self._rng.choice(self._minorities(incident)), None
            case Target.PERSON:
                return None, next(party.person for party in incident.parties if party.person)
            case Target.COMPETITOR:
                return self._of_kind(incident, PartyKind.COMPETITOR)[0], None
            case _:
                return incident.principal(plant.side), None

    def namesakes(self) -> None:
        """People accused who bear an expert's name and are somebody else."""
        by_name = {each.name_ko: each for each in self._experts}
        for incident in self._incidents.incidents:
            for party in incident.parties:
                person = self._incidents.person(party.person) if party.person else None
                if person and person.name_ko in by_name:
                    self._decoy(DecoyKind.SAME_NAME, by_name[person.name_ko], incident, person.key, ())

    def schoolmates(self) -> None:
        """Somebody who went to school with a person of the case, and nothing more."""
        with_person = [
            incident
            for incident in self._incidents.incidents
            if incident.key.startswith("I") and any(party.person for party in incident.parties)
        ]
        for number, incident in zip(range(DECOYS_EACH), self._free_cases(with_person), strict=False):
            expert = self._stranger(incident)
            person = next(party.person for party in incident.parties if party.person)
            tie = Tie(
                key=f"tie-school-{number + 1:02d}",
                expert=expert.key,
                type=RelationType.SCHOOL,
                person=person,
                since=ImpreciseDate(expert.birth_year + 19),
                until=ImpreciseDate(expert.birth_year + 23),
            )
            self.ties.append(tie)
            self._decoy(DecoyKind.SAME_SCHOOL, expert, incident, person, (tie.key,))

    def divested(self) -> None:
        """Past work at a firm that had left the respondent's group before the work began."""
        sales = {incident.key: (firm, day) for incident, firm, day in self._sold_pairs()}
        cases = [each for each in self._incidents.incidents if each.key in sales]
        for number, incident in zip(range(DECOYS_EACH), self._free_cases(cases), strict=False):
            expert = self._stranger(incident)
            firm, sold = sales[incident.key]
            tie = Tie(
                key=f"tie-sold-{number + 1:02d}",
                expert=expert.key,
                type=RelationType.EMPLOYEE,
                organisation=firm,
                since=imprecise(ago(sold, -90), Precision.DAY),
                until=imprecise(ago(self._now, 300 + 20 * number), Precision.DAY),
            )
            self.ties.append(tie)
            self._decoy(DecoyKind.DIVESTED_AFFILIATE, expert, incident, None, (tie.key,))

    def _free_cases(self, incidents: list[Incident]) -> Iterator[Incident]:
        """Those with at least one stranger left, in drawn order, again and again."""
        drawn = self._rng.sample(incidents, len(incidents))
        while True:
            yield from [each for each in drawn if any(self._is_free(e, each) for e in self._experts)]

    def _stranger(self, incident: Incident) -> Expert:
        """An expert without any tie to the case, used for nothing else."""
        found = self._rng.choice([each for each in self._experts if self._is_free(each, incident)])
        self._used.add(found.key)
        return found

    def _sold_pairs(self) -> Iterator[tuple[Incident, str, dt.date]]:
        """Incidents against a group, with the firm that group sold and the day of the sale."""
        sold = {
            self._organisations.named(child).group: (child, day)
            for _, child, day in self._organisations.sold()
        }
        for incident in self._incidents.incidents:
            respondent = self._organisations.named(incident.principal(PartySide.RESPONDENT))
            found = sold.get(respondent.group) if self._affiliates(incident) else None
            if found and incident.key.startswith("I") and found[0] not in incident.organisations():
                yield incident, *found

    def _decoy(
        self, kind: DecoyKind, expert: Expert, incident: Incident, person: str | None, ties: tuple[str, ...]
    ) -> None:
        key = f"decoy-{len(self.decoys) + 1:02d}"
        self.decoys.append(Decoy(key, kind, expert.key, incident.key, person, ties))


def _any_incident(_: Incident) -> bool:
    return True


def _still_matters(tie: Tie, now: dt.date) -> bool:
    """Whether a rule may look at the tie today: it goes on, or ended within the longest look-back."""
    if tie.type is RelationType.SCHOOL:
        return False
    return tie.until is None or within_years(tie.until.latest, LONGEST_LOOK_BACK, on=now)
