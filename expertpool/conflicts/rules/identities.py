"""Which records mean the same organisation or person, as far as numbers, names and second factors say."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from itertools import chain

from expertpool.conflicts.rules.dates import ALWAYS, DaySpan, longest, shortest
from expertpool.conflicts.rules.facts import CaseFacts, Organisation, Ref, Relation
from expertpool.conflicts.rules.matching import (
    across,
    identify_organisations,
    identify_persons,
    organisation_forms,
    person_handles,
    persons_named_alike,
)
from expertpool.conflicts.rules.packs import RulePack
from expertpool.conflicts.rules.vocabulary import Confidence, Identity, Kinship, NodeKind, RelationType

EMPLOYMENT = frozenset(
    {
        RelationType.REPRESENTATIVE,
        RelationType.OFFICER,
        RelationType.EMPLOYEE,
        RelationType.MEMBER_OF_FIRM,
    }
)


class Identities:
    """Answers which other records may be the same as one; built once for a case.

    Records are compared only within a bucket of those that share a number or a form of a name, and a bucket
    is kept once: thousands of one name cost no more memory than thousands of names.

    `told_of` are the ties that do not simply tie an expert to somebody: those of firms and of other persons,
    those that say who somebody is, and those of experts who may be somebody else on record.
    """

    def __init__(self, facts: CaseFacts, *, on: dt.date, pack: RulePack) -> None:
        self._on = on
        self._pack = pack
        self._organisations = {one.ref: one for one in facts.organisations}
        self._people = {one.ref: one for one in (*facts.persons, *facts.experts)}
        self._names = _names_of(facts)
        numbers = list(self._numbers())
        self._numbered = _buckets(numbers)
        self._alike = _buckets(chain(numbers, self._handles()))
        self._known_jobs: dict[Ref, list[tuple[Ref, DaySpan]]] = {}
        self._declared: defaultdict[Ref, dict[Ref, Identity]] = defaultdict(dict)
        self._jobs: defaultdict[Ref, list[Relation]] = defaultdict(list)
        themselves = {one.ref for one in facts.experts if one.ref not in self._alike}
        same = RelationType.SAME_PERSON
        self.told_of = [one for one in facts.relations if one.holder not in themselves or one.type is same]
        for relation in self.told_of:
            self._file(relation)

    def _file(self, relation: Relation) -> None:
        if relation.kinship is not Kinship.SELF:
            return
        if relation.type in EMPLOYMENT:
            self._jobs[relation.holder].append(relation)
        if relation.type is RelationType.SAME_PERSON:
            sure = relation.confidence is Confidence.MATCHED
            for one, other in ((relation.holder, relation.target), (relation.target, relation.holder)):
                if sure or other not in self._declared[one]:
                    self._declared[one][other] = Identity.SAME if sure else Identity.UNRESOLVED

    def _numbers(self) -> Iterator[tuple[str, Ref]]:
        """What alone can make two organisations the same."""
        for one in self._organisations.values():
            yield from ((number, one.ref) for number in (one.corp_no, one.biz_no, one.foreign_no) if number)

    def _handles(self) -> Iterator[tuple[str, Ref]]:
        """What can make two records look alike: each name in the form compared, and how it sounds."""
        every = {key for names in self._names.values() for key in names}
        for ref, names in self._names.items():
            for key in names:
                if not _is_sound(key):
                    yield f"org:{key}", ref
                elif across(key) in every:  # only across scripts does a sound count
                    yield min(key, across(key)), ref
        yield from person_handles(self._people.values())

    def same_as(self, ref: Ref, *, but: AbstractSet[Ref]) -> list[tuple[Ref, Identity]]:
        """The other records that are, or may be, the same, in order of their references; none of `but`."""
        declared = self._declared.get(ref, {})
        found = {other: verdict for other, verdict in declared.items() if other not in but}
        for bucket in self._alike.get(ref, ()):
            for other in bucket - but:
                if found.get(other) is not Identity.SAME and other != ref:
                    verdict = self._identify(ref, other)
                    if verdict is not Identity.DIFFERENT:
                        found[other] = verdict
        return sorted(found.items())

    def told_apart(self, ref: Ref) -> list[Ref]:
        """The records that bear the same name in clear and are known to be others, in order."""
        same = self._declared.get(ref, {})
        near = {other for bucket in self._alike.get(ref, ()) for other in bucket if other not in same}
        return sorted(
            other
            for other in near
            if other != ref
            and self._bears_name_of(other, ref)
            and self._identify(ref, other) is Identity.DIFFERENT
        )

    def _bears_name_of(self, one: Ref, other: Ref) -> bool:
        if one.kind is NodeKind.ORGANISATION:
            return _named_alike(self._names[one], self._names[other])
        person = self._people[one]
        in_clear = bool(person.name_ko or person.name_en) and {one.kind, other.kind} != {NodeKind.EXPERT}
        return in_clear and persons_named_alike(person, self._people[other])

    def surely(self, place: Ref) -> set[Ref]:
        """The record of an organisation and all known to be the same, over whatever records between; no name
        tells that."""
        found: set[Ref] = set()
        fresh = {place}
        while fresh:
            found |= fresh
            fresh = {other for one in fresh for other in self._surely_next_to(one, but=found)}
        return found

    def _surely_next_to(self, place: Ref, *, but: AbstractSet[Ref]) -> set[Ref]:
        numbered = (other for bucket in self._numbered.get(place, ()) for other in bucket - but)
        near = {other for other in numbered if self._identify(place, other) is Identity.SAME}
        declared = self._declared.get(place, {}).items()
        return near | ({other for other, verdict in declared if verdict is Identity.SAME} - but)

    def _identify(self, ref: Ref, other: Ref) -> Identity:
        if ref.kind is NodeKind.ORGANISATION:
            return self._same_organisation(self._organisations[ref], self._organisations[other])
        one, two = self._people[ref], self._people[other]
        if ref.kind is NodeKind.EXPERT and other.kind is NodeKind.EXPERT:
            return Identity.DIFFERENT
        return identify_persons(
            one,
            two,
            employers=self._employers(ref),
            other_employers=self._employers(other),
            public_mail=self._pack.public_mail,
            factors_needed=self._pack.factors_needed,
        )

    def _same_organisation(self, one: Organisation, other: Organisation) -> Identity:
        verdict = identify_organisations(one, other)
        if verdict is Identity.UNRESOLVED and not _named_alike(self._names[one.ref], self._names[other.ref]):
            return Identity.DIFFERENT
        return verdict

    def _employers(self, ref: Ref) -> list[tuple[Ref, DaySpan]]:
        """Employers and the years certainly spent there, branches folded into their corporation."""
        if ref not in self._known_jobs:
            self._known_jobs[ref] = [
                (min(self.surely(job.target)), shortest(job.since, job.until, on=self._on))
                for job in self._jobs.get(ref, ())
            ]
        return self._known_jobs[ref]


_Names = dict[str, list[DaySpan]]


def _names_of(facts: CaseFacts) -> dict[Ref, _Names]:
    """Every name of every organisation in the form compared, and how it sounds, with the days it was used."""
    names: dict[Ref, _Names] = {one.ref: defaultdict(list) for one in facts.organisations}
    for one in facts.organisations:
        for form in (*organisation_forms(one.name_ko), *organisation_forms(one.name_en)):
            names[one.ref][form].append(ALWAYS)
    for alias in facts.aliases:
        for form in organisation_forms(alias.name):
            names[alias.organisation][form].append(longest(alias.since, alias.until))
    return names


def _named_alike(one: _Names, other: _Names) -> bool:
    """Whether two organisations bore one name on the same day, across scripts one that sounds alike."""
    return any(
        mine.shared(theirs)
        for key, spans in one.items()
        for wanted in ((across(key),) if _is_sound(key) else (key,))
        for mine in spans
        for theirs in other.get(wanted, ())
    )


def _is_sound(key: str) -> bool:
    return key.startswith(("ko:", "en:"))


def _buckets(handles: Iterable[tuple[str, Ref]]) -> dict[Ref, list[set[Ref]]]:
    """By record the sets of those that share a handle with it; two experts never are the same."""
    by_handle: defaultdict[str, set[Ref]] = defaultdict(set)
    for handle, ref in handles:
        by_handle[handle].add(ref)
    alike: defaultdict[Ref, list[set[Ref]]] = defaultdict(list)
    for refs in by_handle.values():
        if len(refs) > 1 and any(ref.kind is not NodeKind.EXPERT for ref in refs):
            for ref in refs:
                alike[ref].append(refs)
    return dict(alike)
