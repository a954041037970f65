"""R01, R02, R12, R13, R22, R29, R30: what the expert's own standing in the case brings, without any tie."""

from collections.abc import Iterator

from expertpool.conflicts.rules.dates import longest
from expertpool.conflicts.rules.facts import CaseParty, Declaration, Recusal
from expertpool.conflicts.rules.findings import Finding, Link
from expertpool.conflicts.rules.groups import Reach, surest
from expertpool.conflicts.rules.labels import COULD_NOT_SAY
from expertpool.conflicts.rules.paths import path_by, path_of_step_down, path_to_party
from expertpool.conflicts.rules.situations import Judgement
from expertpool.conflicts.rules.vocabulary import Answer, FactKind, PartyKind
from expertpool.conflicts.rules.weighing import NAME_ONLY, Candidate
from expertpool.words import words

_CAPACITIES = {
    PartyKind.PARTY: ("R01", "own_matter"),
    PartyKind.ACCUSED: ("R01", "own_matter"),
    PartyKind.REPRESENTATIVE: ("R01", "own_matter"),
    PartyKind.COUNSEL: ("R02", "current"),
    PartyKind.LAW_FIRM: ("R02", "current"),
    PartyKind.INVENTOR: ("R12", "other_side"),
    PartyKind.COMPETITOR: ("R13", "current"),
    PartyKind.CASE_OFFICER: ("R22", "handled"),
}
"""Which rule and band apply when the expert is named in the case in that capacity."""


def named_in_case(candidate: Candidate) -> Iterator[Finding]:
    """R01, R02, R12, R13, R22: the expert is named in this very case, in whatever capacity."""
    for party, reaches in candidate.index.longest.get(candidate.expert, ()):
        itself = surest(reaches)
        if itself is not None:
            yield from _named(candidate, party, itself)


def _named(candidate: Candidate, party: CaseParty, reach: Reach) -> Iterator[Finding]:
    judgement = _judge(candidate, party, reach)
    path = path_to_party(candidate.index, reach, party)
    if reach.unresolved:
        yield candidate.doubt(behind=judgement, party=party, path=path, reckoning=NAME_ONLY)
    else:
        yield candidate.finding(
            judgement.rule, path=path, reckoning=judgement.reckoning, party=party, tier=judgement.tier
        )


def _judge(candidate: Candidate, party: CaseParty, reach: Reach) -> Judgement:
    rule, band = _CAPACITIES[party.kind]
    if party.kind is PartyKind.INVENTOR and party.side is candidate.index.case.helped_side:
        band = "own_side"
    return Judgement(
        rule=rule,
        tier=candidate.index.pack.rules[rule].band(band).tiers[candidate.role_class],
        reach=reach,
        party=party,
        reckoning=words("The expert is named in the case."),
    )


def stepped_down(candidate: Candidate) -> Iterator[Finding]:
    """R30: the expert recused, or may not answer because of secrecy; always honoured."""
    index = candidate.index
    silent = (
        answer
        for answer in index.declarations.get(candidate.expert, ())
        if answer.answer is Answer.CANNOT_SAY and answer.answered_on <= index.on
    )
    recused = (one for one in index.recusals.get(candidate.expert, ()) if one.recused_on <= index.on)
    steps: tuple[Recusal | Declaration, ...] = (*recused, *silent)
    for step in steps:
        yield candidate.finding(
            "R30",
            path=path_of_step_down(index, step),
            reckoning=words("Never counted against the expert."),
            party=None,
            tier=index.pack.rules["R30"].band("recused").tiers[candidate.role_class],
        )


def bound_to_secrecy(candidate: Candidate) -> Iterator[Finding]:
    """R29: the expert is known to be bound to secrecy about ties that bear on this case."""
    index = candidate.index
    for duty in index.secrecies.get(candidate.expert, ()):
        if index.on in longest(duty.since, duty.until):
            link = Link(COULD_NOT_SAY, FactKind.SECRECY, duty.id, duty.since, duty.until)
            yield candidate.finding(
                "R29",
                path=path_by(index, candidate.expert, link),
                reckoning=words("Never counted against the expert."),
                party=None,
                tier=index.pack.rules["R29"].band("bound").tiers[candidate.role_class],
            )
