"""Screen experts against a case: facts in, findings out."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator

from expertpool.conflicts.rules.appointments import appointed_often, double_hat
from expertpool.conflicts.rules.chains import chains_of
from expertpool.conflicts.rules.facts import CaseFacts
from expertpool.conflicts.rules.findings import Finding, Screening
from expertpool.conflicts.rules.holdings import HELD, held
from expertpool.conflicts.rules.index import CaseIndex, index_case
from expertpool.conflicts.rules.matters import PARTS, SPOKEN, STAKES, tied_to_matter
from expertpool.conflicts.rules.packs import RulePack
from expertpool.conflicts.rules.posts import EMPLOYED
from expertpool.conflicts.rules.rulings import with_rulings
from expertpool.conflicts.rules.standing import bound_to_secrecy, named_in_case, stepped_down
from expertpool.conflicts.rules.vocabulary import RelationType, RoleClass, severity
from expertpool.conflicts.rules.weighing import Candidate, weigh_chain

_OVER_ALL_TIES: tuple[tuple[frozenset[RelationType], Callable[[Candidate], Iterator[Finding]]], ...] = (
    (PARTS | STAKES | SPOKEN | EMPLOYED, tied_to_matter),
    (frozenset({RelationType.APPOINTED_BY}), appointed_often),
    (HELD, held),
)
"""Rules that look at all ties of an expert together, and the types they have something to say about."""


def screen(
    facts: CaseFacts, *, expert_id: int, role_class: RoleClass, on: dt.date, pack: RulePack
) -> Screening:
    """Everything that speaks against one expert in one role on a day: usually the day of the invitation.

    Raises: LookupError when the facts do not know the expert.
    """
    return screen_indexed(index_case(facts, on=on, pack=pack), expert_id=expert_id, role_class=role_class)


def screen_many(
    facts: CaseFacts,
    *,
    role_class: RoleClass,
    on: dt.date,
    pack: RulePack,
    expert_ids: Iterable[int] | None = None,
) -> tuple[Screening, ...]:
    """Screen many experts, by default all in the facts, in order of their ids.

    The case is laid out once; an expert without ties costs a few look-ups.
    Raises: LookupError when the facts do not know an expert.
    """
    index = index_case(facts, on=on, pack=pack)
    wanted = sorted(index.experts if expert_ids is None else set(expert_ids))
    return tuple(screen_indexed(index, expert_id=one, role_class=role_class) for one in wanted)


def screen_indexed(index: CaseIndex, *, expert_id: int, role_class: RoleClass) -> Screening:
    """Screen one expert in a case already laid out; for several role classes on one day.

    Raises: LookupError when the facts do not know the expert.
    """
    known = index.experts.get(expert_id)
    if known is None:
        raise LookupError(f"the facts hold no expert {expert_id}")
    ruled: list[Finding] = []
    if known.ref in index.ties or known.ref in index.stated:
        candidate = Candidate(index, known.ref, role_class)
        ruled = with_rulings(candidate, list(_findings(candidate)))
    return Screening(
        expert_id=expert_id,
        role_class=role_class,
        on=index.on,
        pack_version=index.pack.version,
        findings=tuple(sorted(ruled, key=_worst_first) if len(ruled) > 1 else ruled),
        apart=index.apart.get(known.ref, ()),
    )


def _findings(candidate: Candidate) -> Iterator[Finding]:
    index, expert = candidate.index, candidate.expert
    if expert in index.stated:
        yield from named_in_case(candidate)
        yield from stepped_down(candidate)
        yield from bound_to_secrecy(candidate)
        yield from double_hat(candidate)
    types = {tie.type for tie in index.ties.get(expert, ())}
    for looked_at, rule in _OVER_ALL_TIES:
        if not looked_at.isdisjoint(types):
            yield from rule(candidate)
    for chain in chains_of(index, expert):
        yield from weigh_chain(candidate, chain)


def _worst_first(finding: Finding) -> tuple[int, int, str, str]:
    return (-severity(finding.counts_as), -severity(finding.worst_tier), finding.rule, finding.key)
