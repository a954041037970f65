"""A finding as people read it: plain data for pages, programs and the command line."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from expertpool.conflicts.rules.dates import ImpreciseDate
from expertpool.conflicts.rules.facts import Ref
from expertpool.conflicts.rules.findings import Finding, Link, Namesake, Node, Screening
from expertpool.conflicts.rules.labels import KEPT_APART, RULE_NAMES, TIERS, percent
from expertpool.conflicts.rules.vocabulary import FactKind, FindingStatus, NodeKind, Tier
from expertpool.words import Words, words

_STATUS = {
    FindingStatus.OPEN: words("Not decided"),
    FindingStatus.CONFIRMED: words("Confirmed"),
    FindingStatus.DISMISSED: words("Dismissed"),
    FindingStatus.WAIVED: words("Waived"),
}
_TONES = {
    Tier.BAR: "danger",
    Tier.REVIEW: "warning",
    Tier.WAIVABLE: "warning",
    Tier.DISCLOSE: "info",
    Tier.CLEAR: "success",
}


@dataclass(frozen=True, slots=True)
class Step:
    """A stop of the chain, and what joins it to the stop before (None at the first).

    Empty names stand for the case itself. `dates` and `share` are None where the link has none.
    """

    kind: NodeKind
    id: int
    name_ko: str
    name_en: str
    link: Words | None = None
    dates: Words | None = None
    share: str | None = None
    fact_kind: FactKind | None = None
    fact_id: int | None = None


@dataclass(frozen=True, slots=True)
class Told:
    """One finding in words. `steps` is empty for a reader who may know the tier but not the tie."""

    key: str
    rule: str
    rule_name: Words
    tier: Tier
    tier_name: Words
    tone: str
    worst: Tier
    worst_name: Words | None
    behind: str | None
    statutory: bool
    basis: Words
    steps: tuple[Step, ...]
    reckoning: Words | None
    changes: Words
    lapses_on: dt.date | None
    status: FindingStatus
    status_name: Words


def tier_tone(tier: Tier) -> str:
    """The tone a tier is shown in; the word says it too."""
    return _TONES[tier]


def tell(
    screening: Screening, *, with_path: bool, expert_name: tuple[str, str] | None = None
) -> tuple[Told, ...]:
    """The findings of a screening, worst first. Without the path for those who may know the tier only.

    `expert_name` (Korean, English) is how the expert is shown to the reader, where not by the own name.
    """
    told = (_told(finding, with_path=with_path) for finding in screening.findings)
    if expert_name is None:
        return tuple(told)
    who = Ref(NodeKind.EXPERT, screening.expert_id)
    return tuple(replace(one, steps=tuple(_renamed(one.steps, who, expert_name))) for one in told)


def tell_apart(screening: Screening, *, expert_name: tuple[str, str] | None = None) -> tuple[Namesake, ...]:
    """Namesakes kept apart, for those who may read the path; `expert_name` as for `tell`."""
    if expert_name is None:
        return screening.apart
    who, (name_ko, name_en) = Ref(NodeKind.EXPERT, screening.expert_id), expert_name
    return tuple(
        replace(one, name_ko=name_ko, name_en=name_en) if one.ref == who else one for one in screening.apart
    )


def _renamed(steps: Iterable[Step], who: Ref, name: tuple[str, str]) -> Iterable[Step]:
    for step in steps:
        is_expert = (step.kind, step.id) == (who.kind, who.id)
        yield replace(step, name_ko=name[0], name_en=name[1]) if is_expert else step


def _told(one: Finding, *, with_path: bool) -> Told:
    doubted = one.worst_tier is not one.tier
    return Told(
        key=one.key,
        rule=one.rule,
        rule_name=RULE_NAMES[one.rule],
        tier=one.counts_as,
        tier_name=TIERS[one.counts_as],
        tone=_TONES[one.counts_as],
        worst=one.worst_tier,
        worst_name=TIERS[one.worst_tier] if doubted else None,
        behind=one.behind,
        statutory=one.statutory,
        basis=one.basis,
        steps=tuple(_steps(one.path)) if with_path else (),
        reckoning=one.reckoning if with_path else None,
        changes=_changes(one),
        lapses_on=one.lapses_on,
        status=one.status,
        status_name=_STATUS[one.status],
    )


def _steps(path: Iterable[Node | Link]) -> Iterable[Step]:
    link: Link | None = None
    for stop in path:
        if isinstance(stop, Link):
            link = stop
            continue
        yield Step(
            kind=stop.ref.kind,
            id=stop.ref.id,
            name_ko=stop.name_ko,
            name_en=stop.name_en,
            link=link.label if link else None,
            dates=period(link.since, link.until) if link and link.since is not None else None,
            share=percent(link.share_bp) if link and link.share_bp is not None else None,
            fact_kind=link.fact_kind if link else None,
            fact_id=link.fact_id if link else None,
        )
        link = None


def period(since: ImpreciseDate, until: ImpreciseDate | None) -> Words:
    """From when to when, with as much as is known."""
    first = _spoken(since)
    if since == until and since.known:
        return words("%(when)s", when=first)
    if until is None:
        return words("since %(first)s", first=first) if since.known else words("goes on, beginning unknown")
    if not until.known:
        known = words("since %(first)s, end unknown", first=first)
        return known if since.known else words("beginning and end unknown")
    last = _spoken(until)
    if not since.known:
        return words("until %(last)s", last=last)
    return words("%(first)s to %(last)s", first=first, last=last)


@dataclass(frozen=True, slots=True)
class _Month:
    """A month as each language writes it."""

    name_ko: str
    name_en: str

    def __str__(self) -> str:
        return self.name_en


def _spoken(date: ImpreciseDate) -> object:
    """A full day is spoken as one, a month by its name; a year is its number."""
    if date.day:
        return date.earliest
    return _Month(f"{date.earliest:%Y.%m}", f"{date.earliest:%b %Y}") if date.month else str(date)


def _changes(one: Finding) -> Words:
    if one.lapses_on is not None:
        return words("From %(day)s it is lighter or gone, if nothing else changes.", day=one.lapses_on)
    if one.tier is Tier.REVIEW:
        return words("It goes away, or becomes certain, when the open question is settled.")
    return words("No day brings a change. It goes away only with the tie it rests on.")


def screening_as_text(screening: Screening, names: str) -> list[tuple[int, object]]:
    """A screening as lines for a terminal: how far each is indented, and what it says.

    `names`: the field of a stop to name it by, `name_ko` or `name_en`.
    """
    lines: list[tuple[int, object]] = [(0, words("Result: %(tier)s", tier=TIERS[screening.tier]))]
    for told in tell(screening, with_path=True):
        lines.append(
            (
                1,
                words(
                    "%(rule)s %(name)s: %(tier)s", rule=told.rule, name=told.rule_name, tier=told.tier_name
                ),
            )
        )
        for step in told.steps:
            lines.extend((3, part) for part in (step.link, step.dates) if part)
            lines.append((2, getattr(step, names) or words("This case")))
        if told.worst_name:
            sentence = words("If it is settled against the expert: %(tier)s", tier=told.worst_name)
            lines.append((2, sentence))
        lines.extend((2, part) for part in (told.reckoning, told.changes, told.basis) if part)
    for one in screening.apart:
        lines += [(1, KEPT_APART), (2, getattr(one, names)), (2, one.because)]
    return lines
