"""What an officer's rulings make of findings, and what stays when the facts behind them are edited.

A ruling about a finding goes by the finding's key. A pinned one also goes by its trace: edits of dates by
the expert neither undo what was confirmed nor reopen what was dismissed, unless it has become heavier.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from expertpool.conflicts.rules.facts import Pin, Ruling
from expertpool.conflicts.rules.findings import Finding, Link
from expertpool.conflicts.rules.labels import BASES, RULED_ON
from expertpool.conflicts.rules.paths import path_by
from expertpool.conflicts.rules.vocabulary import FactKind, FindingStatus, Tier, severity
from expertpool.conflicts.rules.weighing import Candidate
from expertpool.words import words


def with_rulings(candidate: Candidate, found: Sequence[Finding]) -> list[Finding]:
    """The findings with what officers decided about them, and what was confirmed but is found no more."""
    index, expert = candidate.index, candidate.expert
    if not index.rulings:
        return list(found)
    pinned = [(one, one.pin) for one in index.pinned.get(expert, ()) if one.pin is not None]
    pinned = [(one, pin) for one, pin in pinned if pin.role_class is candidate.role_class]
    ruled = [_ruled(candidate, finding, pinned) for finding in found]
    gone = [
        _kept(candidate, ruling, pin)
        for ruling, pin in pinned
        if ruling.status is FindingStatus.CONFIRMED and not any(_as_heavy(one, pin) for one in found)
    ]
    return [*ruled, *gone]


def _ruled(candidate: Candidate, finding: Finding, pinned: Sequence[tuple[Ruling, Pin]]) -> Finding:
    exact = candidate.index.rulings.get((candidate.expert, finding.key))
    if exact:
        return replace(finding, status=exact.status)
    for ruling, pin in pinned:
        confirmed = ruling.status is FindingStatus.CONFIRMED
        stays = confirmed or (may_be_dismissed(finding) and not _heavier(finding, pin))
        if pin.trace == finding.trace and stays:
            return replace(finding, status=ruling.status)
    return finding


def may_be_dismissed(finding: Finding) -> bool:
    """Whether one officer's word can clear a finding: a doubt, or what is only disclosed.

    A certain bar goes away with its fact alone, a certain waivable finding takes a waiver of two ministries.
    """
    return finding.tier in (Tier.REVIEW, Tier.DISCLOSE)


def _heavier(finding: Finding, pin: Pin) -> bool:
    return severity(finding.worst_tier) > severity(pin.weighs)


def _as_heavy(finding: Finding, pin: Pin) -> bool:
    return finding.trace == pin.trace and severity(finding.worst_tier) >= severity(pin.weighs)


def _kept(candidate: Candidate, ruling: Ruling, pin: Pin) -> Finding:
    """A confirmed finding the facts no longer show: it holds until the ruling ends."""
    link = Link(RULED_ON, FactKind.RULING)
    return Finding(
        rule=pin.rule,
        tier=pin.weighs,
        worst_tier=pin.weighs,
        behind=None,
        statutory=False,
        basis=BASES["policy"],
        path=path_by(candidate.index, candidate.expert, link),
        reckoning=words("An officer confirmed it. Later changes of the record do not undo that."),
        role_class=candidate.role_class,
        lapses_on=ruling.until + dt.timedelta(days=1) if ruling.until else None,
        status=FindingStatus.CONFIRMED,
    )
