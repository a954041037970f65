"""Whether the rows of a case file hang together: a slip in a reference must not read as "no conflict"."""

import datetime as dt
from collections.abc import Iterable, Iterator

from expertpool.conflicts.rules.facts import CaseFacts, CaseParty, Ref
from expertpool.conflicts.rules.packs import RULE_IDS, RulePack
from expertpool.conflicts.rules.vocabulary import NodeKind

_BODIES = frozenset({NodeKind.PERSON, NodeKind.ORGANISATION})
_WHOLE_BP = 10_000
_FIRST, _LAST = dt.date(1900, 1, 1), dt.date(2999, 12, 31)  # look-backs stay inside the calendar


def check_facts(facts: CaseFacts) -> None:
    """Raises: ValueError that names the first fault: a reference without its row, two rows of one, dates the
    wrong way round, an amount below nothing."""
    known = _known(facts)
    for where, ref in _used(facts):
        if ref.kind in _BODIES | {NodeKind.EXPERT} and ref not in known:
            raise ValueError(f"{where}: there is no row for {ref.kind}:{ref.id}")
    for name, ids in (
        ("parties", [one.id for one in facts.parties]),
        ("ownerships", [one.id for one in facts.ownerships]),
        ("relations", [one.id for one in facts.relations]),
        ("linked", [one.id for one in facts.linked]),
        ("declarations", [one.id for one in facts.declarations]),
        ("recusals", [one.id for one in facts.recusals]),
        ("secrecies", [one.id for one in facts.secrecies]),
    ):
        if len(set(ids)) < len(ids):
            raise ValueError(f"{name}: two rows have one id")
    _check_kinds(facts)
    _check_values(facts)


def _known(facts: CaseFacts) -> set[Ref]:
    """The rows there are, each once and of its kind."""
    known: set[Ref] = set()
    for name, kind, refs in (
        ("experts", NodeKind.EXPERT, [one.ref for one in facts.experts]),
        ("persons", NodeKind.PERSON, [one.ref for one in facts.persons]),
        ("organisations", NodeKind.ORGANISATION, [one.ref for one in facts.organisations]),
        ("case.technologies", NodeKind.TECHNOLOGY, [one.ref for one in facts.case.technologies]),
    ):
        for ref in refs:
            if ref.kind is not kind:
                raise ValueError(f"{name}: {ref.kind}:{ref.id} is no {kind}")
            if ref in known:
                raise ValueError(f"{name}: two rows for {ref.kind}:{ref.id}")
            known.add(ref)
    return known


def _used(facts: CaseFacts) -> Iterator[tuple[str, Ref]]:
    """Every reference of the case itself, and where it stands; linked cases have rows of their own."""
    yield from (("case.agencies", ref) for ref in facts.case.agencies)
    yield from (("parties", one.subject) for one in facts.parties)
    yield from (("aliases", one.organisation) for one in facts.aliases)
    for owned in facts.ownerships:
        yield "ownerships", owned.parent
        yield "ownerships", owned.child
    for tie in facts.relations:
        yield "relations", tie.holder
        yield "relations", tie.target
    yield from _about_experts(facts)


def _about_experts(facts: CaseFacts) -> Iterator[tuple[str, Ref]]:
    yield from (("declarations", one.expert) for one in facts.declarations)
    yield from (("recusals", one.expert) for one in facts.recusals)
    yield from (("secrecies", one.expert) for one in facts.secrecies)
    yield from (("rulings", one.expert) for one in facts.rulings)


def _check_kinds(facts: CaseFacts) -> None:
    parties: Iterable[CaseParty] = (*facts.parties, *(p for one in facts.linked for p in one.parties))
    if any(one.subject.kind not in _BODIES | {NodeKind.EXPERT} for one in parties):
        raise ValueError("parties: a party is an expert, a person or an organisation")
    if any(one.parent.kind not in _BODIES for one in facts.ownerships):
        raise ValueError("ownerships: an owner is a person or an organisation; experts hold by a relation")
    if any(ref.kind is not NodeKind.EXPERT for _name, ref in _about_experts(facts)):
        raise ValueError("declarations, recusals, secrecies and rulings are about experts")
    if any(one.pin is not None and one.pin.rule not in RULE_IDS for one in facts.rulings):
        raise ValueError("rulings: a pin names a rule there is")


def _check_values(facts: CaseFacts) -> None:
    for since, until in (
        *((one.since, one.until) for one in facts.relations),
        *((one.since, one.until) for one in facts.ownerships),
        *((one.since, one.until) for one in facts.secrecies),
        *((one.since, one.until) for one in facts.aliases),
    ):
        if until is not None and until.latest < since.earliest:
            raise ValueError(f"until {until} lies before since {since}")
    for tie in facts.relations:
        numbers = (tie.amount_krw, tie.share_bp, tie.capital_bp, tie.group_size)
        if any(number is not None and number < 0 for number in numbers):
            raise ValueError("relations: an amount is nothing or more")
        if any(share is not None and share > _WHOLE_BP for share in (tie.share_bp, tie.capital_bp)):
            raise ValueError("relations: a share is 10 000 basis points at most")


def check_day(on: dt.date) -> None:
    """Raises: ValueError for a day so far off that no look-back can be counted from it."""
    if not _FIRST <= on <= _LAST:
        raise ValueError(f"the day lies between {_FIRST} and {_LAST}")


def check_pack(pack: RulePack, like: RulePack) -> None:
    """Whether a pack somebody brought gives each rule the bands and thresholds a pack of ours has.

    Raises: ValueError.
    """
    for rule, terms in like.rules.items():
        own = pack.rules[rule]
        lacking = {band.name for band in terms.bands} - {band.name for band in own.bands}
        lacking |= terms.thresholds.keys() - own.thresholds.keys()
        if lacking:
            raise ValueError(f"{rule} lacks {', '.join(sorted(lacking))}")
