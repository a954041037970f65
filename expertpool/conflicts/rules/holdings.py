"""R06, R07: shares and stakes of the expert and the family in a party, taken together."""

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import partial

from expertpool.conflicts.rules.dates import longest, shortest
from expertpool.conflicts.rules.facts import CaseParty, Relation
from expertpool.conflicts.rules.findings import Finding
from expertpool.conflicts.rules.groups import Reach
from expertpool.conflicts.rules.labels import percent
from expertpool.conflicts.rules.paths import path_of
from expertpool.conflicts.rules.situations import PRINCIPALS, Chain, Judgement
from expertpool.conflicts.rules.vocabulary import Confidence, NodeKind, RelationType, Tier
from expertpool.conflicts.rules.weighing import Candidate, own_and_family_ties
from expertpool.words import Words, words

HELD = frozenset({RelationType.SHAREHOLDER, RelationType.OUTCOME_INTEREST})
_Held = tuple[Relation, Reach]
_OPEN = words("Dates, identities or amounts of the holdings leave it open.")


def held(candidate: Candidate) -> Iterator[Finding]:
    """R06, R07: one finding a party. Shares held through a fund are no conflict and are not looked at."""
    may_be = partial(_may_be_held, on=candidate.index.on)
    for party, ties in own_and_family_ties(candidate, PRINCIPALS, may_be):
        all_held = [(tie, reach) for tie, reach in ties if not _is_told_as_namesake(tie, reach)]
        certain = [(tie, reach) for tie, reach in all_held if _is_certain(candidate, tie, reach)]
        gravest = _judge(candidate, party, all_held, unknown_is_large=True)
        sure = _judge(candidate, party, certain, unknown_is_large=False)
        if gravest is None:
            continue
        path = path_of(candidate.index, Chain(max(all_held, key=_size)[0]), gravest.reach)
        if sure and sure.tier is gravest.tier:
            yield candidate.judged(sure, path=path)
        else:
            yield candidate.doubt(behind=gravest, party=party, path=path, reckoning=_OPEN)


def _may_be_held(tie: Relation, on: dt.date) -> bool:
    """A stake in the outcome may also be one in a person's case; shares are those of a firm."""
    stake = tie.type is RelationType.OUTCOME_INTEREST
    held = stake or (tie.type in HELD and tie.target.kind is NodeKind.ORGANISATION)
    return held and on in longest(tie.since, tie.until)


def _is_told_as_namesake(tie: Relation, reach: Reach) -> bool:
    """Whether only a name leads to a person of the case: every tie to one is in doubt for that already."""
    unsure = reach.unresolved or tie.confidence is Confidence.NAME_ONLY
    return unsure and tie.target.kind is not NodeKind.ORGANISATION


def _is_certain(candidate: Candidate, tie: Relation, reach: Reach) -> bool:
    on = candidate.index.on
    known = tie.confidence is Confidence.MATCHED and not reach.unresolved
    return known and on in shortest(tie.since, tie.until, on=on)


def _size(one: _Held) -> tuple[int, int, int]:
    tie = one[0]
    return (tie.share_bp or 0, tie.amount_krw or 0, -tie.id)


def _judge(
    candidate: Candidate, party: CaseParty, ties: Sequence[_Held], *, unknown_is_large: bool
) -> Judgement | None:
    if not ties:
        return None
    large = _large(candidate, party, ties, unknown_is_large=unknown_is_large)
    if large is not None:
        return large
    shares = [one for one in ties if one[0].type is RelationType.SHAREHOLDER]
    if not shares:
        return None
    limit = candidate.index.pack.rules["R07"].thresholds["listed_krw"]
    amount = sum(tie.amount_krw or 0 for tie, _reach in shares)
    if unknown_is_large and any(tie.amount_krw is None for tie, _reach in shares):
        amount = max(amount, limit)
    listed = any(tie.target in candidate.index.listed for tie, _reach in shares)
    found = _found(candidate, party, shares, "R07", _band_of(listed, large=amount >= limit))
    return found._replace(reckoning=_shares_words(listed, amount, limit)) if found else None


def _band_of(listed: bool, *, large: bool) -> str:
    return ("listed_large" if large else "listed_small") if listed else "unlisted"


def _shares_words(listed: bool, amount: int, limit: int) -> Words:
    if not listed:
        return words(
            "Own and family shares in a firm that is not listed; what they are worth does not matter."
        )
    return words(
        "Own and family shares in a listed firm, worth %(won)s won together; from %(limit)s won on they weigh"
        " more.",
        won=f"{amount:,}",
        limit=f"{limit:,}",
    )


def _large(
    candidate: Candidate, party: CaseParty, ties: Sequence[_Held], *, unknown_is_large: bool
) -> Judgement | None:
    limits = candidate.index.pack.rules["R06"].thresholds
    shares = [tie for tie, _reach in ties if tie.type is RelationType.SHAREHOLDER]
    share_bp = sum(tie.share_bp or 0 for tie in shares)
    capital_bp = sum(tie.capital_bp or 0 for tie in shares)
    stakes = [tie.amount_krw for tie, _reach in ties if tie.type is RelationType.OUTCOME_INTEREST]
    outcome = sum(stake or 0 for stake in stakes)
    if unknown_is_large and None in stakes:
        outcome = max(outcome, limits["outcome_krw"])
    over = (
        share_bp >= limits["share_bp"]
        or capital_bp >= limits["capital_bp"]
        or outcome >= limits["outcome_krw"]
    )
    if not over:
        return None
    found = _found(candidate, party, ties, "R06", "large")
    reckoning = words(
        "Own and family holdings together: %(share)s of the shares, %(capital)s of the capital,"
        " %(won)s won at stake in the outcome.",
        share=percent(share_bp),
        capital=percent(capital_bp),
        won=f"{outcome:,}",
    )
    return found._replace(reckoning=reckoning) if found else None


def _found(
    candidate: Candidate, party: CaseParty, ties: Sequence[_Held], rule: str, band: str
) -> Judgement | None:
    index = candidate.index
    tier = index.pack.rules[rule].band(band).tiers[candidate.role_class]
    if tier is Tier.CLEAR:
        return None
    reach = max(ties, key=_size)[1]
    return Judgement(rule, tier, reach, party, words("Holds on %(on)s.", on=index.on))
