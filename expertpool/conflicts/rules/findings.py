"""What a screening says: findings, each with its tier, its basis and the chain of ties that leads to it."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from expertpool.conflicts.rules.dates import ImpreciseDate
from expertpool.conflicts.rules.facts import Ref
from expertpool.conflicts.rules.vocabulary import FactKind, FindingStatus, RoleClass, Tier, worst
from expertpool.words import Words


@dataclass(frozen=True, slots=True)
class Node:
    """A stop on a path, named in both languages; a name that does not exist is the other one."""

    ref: Ref
    name_ko: str
    name_en: str


@dataclass(frozen=True, slots=True)
class Link:
    """What joins two stops: the words, the fact behind it, its dates and its share.

    `fact_kind` and `fact_id` are None for what was concluded (the same number, the same name). `until=None`
    together with a known or unknown `since` means it goes on; `since=None` that the link has no dates.
    Units: `share_bp` basis points.
    """

    label: Words
    fact_kind: FactKind | None = None
    fact_id: int | None = None
    since: ImpreciseDate | None = None
    until: ImpreciseDate | None = None
    share_bp: int | None = None


Path = tuple[Node | Link, ...]
"""Node, link, node, link, …, node: from the expert to the party."""


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:20]


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that applies to one expert in one role.

    `worst_tier` is what the finding weighs if a doubt is settled against the expert, and `behind` the rule
    that would then apply; outside R28 they equal `tier` and None. `reckoning` says what was counted.
    `lapses_on` is the first day on which the finding would be lighter or gone, everything else unchanged;
    None when no day brings that. A statutory finding cannot be waived.
    """

    rule: str
    tier: Tier
    worst_tier: Tier
    behind: str | None
    statutory: bool
    basis: Words
    path: Path
    reckoning: Words
    role_class: RoleClass
    party_id: int | None = None
    lapses_on: dt.date | None = None
    status: FindingStatus = FindingStatus.OPEN

    @property
    def key(self) -> str:
        """Names the same finding in later screenings, as long as rule, tier, role and path are the same."""
        said = (self.rule, self.behind or "-", self.tier, self.worst_tier, self.role_class)
        return _digest((*said, *self._steps(), str(self.party_id)))

    @property
    def trace(self) -> str:
        """Names what the finding rests on, whatever it weighs: role, party and the facts on the path.

        It stays when the dates of a tie are edited, where `key` may change; pinned rulings go by it.
        """
        return _digest((self.role_class, str(self.party_id), *self._steps()))

    def _steps(self) -> Iterator[str]:
        """Whom and what the path names, without words and dates."""
        for step in self.path:
            if isinstance(step, Node):
                yield f"{step.ref.kind}{step.ref.id}"
            elif step.fact_kind:
                yield f"{step.fact_kind}{step.fact_id}"

    @property
    def counts_as(self) -> Tier:
        """The tier after the officer's decision.

        A waiver turns waivable into disclose. Dismissing clears anything but a bar: a bar goes away only
        with the fact it rests on. Confirming a doubt brings the worst reading.
        """
        if self.status is FindingStatus.WAIVED and self.tier is Tier.WAIVABLE and not self.statutory:
            return Tier.DISCLOSE
        if self.status is FindingStatus.DISMISSED and self.tier is not Tier.BAR:
            return Tier.CLEAR
        if self.status is FindingStatus.CONFIRMED and self.tier is Tier.REVIEW:
            return self.worst_tier
        return self.tier


@dataclass(frozen=True, slots=True)
class Namesake:
    """Somebody a tie leads to, or the expert, who bears a party's name and is known to be somebody else."""

    ref: Ref
    name_ko: str
    name_en: str
    because: Words


@dataclass(frozen=True, slots=True)
class Screening:
    """Everything found about one expert in one role class on one day. Worst finding first.

    `apart`: namesakes of parties that are no finding, because a second fact tells them apart. `facts_digest`:
    the fingerprint of what was looked at, empty where nobody keeps the screening.
    """

    expert_id: int
    role_class: RoleClass
    on: dt.date
    pack_version: str
    findings: tuple[Finding, ...]
    apart: tuple[Namesake, ...] = ()
    facts_digest: str = ""

    @property
    def tier(self) -> Tier:
        """The worst of what the findings count as; clear without findings."""
        return worst(finding.counts_as for finding in self.findings)
