"""The chain of names, ties, dates and shares a finding is explained by."""

from expertpool.conflicts.rules.facts import CaseParty, Declaration, Recusal, Ref, Relation
from expertpool.conflicts.rules.findings import Link, Node, Path
from expertpool.conflicts.rules.groups import Reach
from expertpool.conflicts.rules.index import CaseIndex
from expertpool.conflicts.rules.labels import COULD_NOT_SAY, STANDS_IN, STEPPED_DOWN, relation_words
from expertpool.conflicts.rules.vocabulary import FactKind, NodeKind


def path_of(index: CaseIndex, tie: Relation, reach: Reach) -> Path:
    """From the holder of a tie over its target to the party."""
    link = Link(
        label=relation_words(tie.type, tie.kinship),
        fact_kind=FactKind.RELATION,
        fact_id=tie.id,
        since=tie.since,
        until=tie.until,
        share_bp=tie.share_bp,
    )
    return (index.nodes[tie.holder], link, index.nodes[tie.target], *_way(index, reach))


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
    return (index.nodes[step.expert], link, _case(index))


def _way(index: CaseIndex, reach: Reach) -> Path:
    return tuple(step for link, ref in reach.way for step in (link, index.nodes[ref]))


def _case(index: CaseIndex) -> Node:
    return index.nodes[Ref(NodeKind.CASE, index.case.id)]
