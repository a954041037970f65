"""The chain of names, ties, dates and shares a finding is explained by."""

from expertpool.conflicts.rules.facts import CaseParty, Declaration, Recusal, Ref, Relation
from expertpool.conflicts.rules.findings import Link, Node, Path
from expertpool.conflicts.rules.groups import Reach
from expertpool.conflicts.rules.index import CaseIndex
from expertpool.conflicts.rules.labels import COULD_NOT_SAY, STANDS_IN, STEPPED_DOWN, relation_words
from expertpool.conflicts.rules.situations import Chain
from expertpool.conflicts.rules.vocabulary import FactKind, NodeKind
from expertpool.words import Words


def path_of(index: CaseIndex, chain: Chain, reach: Reach) -> Path:
    """From the expert along the ties of a chain to the party."""
    own, second = chain.own, chain.second
    path: Path = (index.nodes[own.holder], _link(own), index.nodes[own.target])
    if second:
        path = (*path, _link(second), index.nodes[chain.end])
    return (*path, *_way(index, reach))


def path_to_case(index: CaseIndex, tie: Relation, label: Words) -> Path:
    """From the expert over what a tie leads to, to the case itself."""
    first = (index.nodes[tie.holder], _link(tie))
    if tie.target not in index.nodes:
        return (*first, _case(index))
    return (*first, index.nodes[tie.target], Link(label), _case(index))


def path_by(index: CaseIndex, expert: Ref, link: Link) -> Path:
    """From an expert straight to the case."""
    return (index.nodes[expert], link, _case(index))


def _link(tie: Relation) -> Link:
    return Link(
        label=relation_words(tie.type, tie.kinship, share_bp=tie.share_bp),
        fact_kind=FactKind.RELATION,
        fact_id=tie.id,
        since=tie.since,
        until=tie.until,
        share_bp=tie.share_bp,
    )


def path_to_party(index: CaseIndex, reach: Reach, party: CaseParty) -> Path:
    """From an expert who is, or may be, somebody named in the case to the case itself."""
    stands = Link(label=STANDS_IN, fact_kind=FactKind.PARTY, fact_id=party.id)
    return (index.nodes[reach.ref], *_way(index, reach), stands, _case(index))


def path_of_step_down(index: CaseIndex, step: Recusal | Declaration) -> Path:
    """From an expert who stepped down, or could not answer, to the case."""
    recused = isinstance(step, Recusal)
    link = Link(
        label=STEPPED_DOWN if recused else COULD_NOT_SAY,
        fact_kind=FactKind.RECUSAL if recused else FactKind.DECLARATION,
        fact_id=step.id,
    )
    return path_by(index, step.expert, link)


def _way(index: CaseIndex, reach: Reach) -> Path:
    return tuple(step for link, ref in reach.way for step in (link, index.nodes[ref]))


def _case(index: CaseIndex) -> Node:
    return index.nodes[Ref(NodeKind.CASE, index.case.id)]
