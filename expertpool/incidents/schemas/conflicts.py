"""What programs state and read about what conflicts of interest are judged by."""

from typing import Any

import marshmallow as ma

from expertpool.conflicts.rules.vocabulary import PanelAct, Side
from expertpool.incidents.rules import AtIssue, ConflictFacts, PartySide
from expertpool.incidents.schemas.fields import listed, text, word
from expertpool.incidents.service import MOST_LINKED, MOST_TECHNOLOGIES


class AtIssueIn(ma.Schema):
    """A technology or right the case is about. `side` null: whose it is is disputed."""

    name = text(160, required=True)
    number = text(60, load_default="")
    side = word(PartySide, load_default=None, allow_none=True)


class ConflictFactsIn(ma.Schema):
    """All of it: what is left out is taken away. `linked`: receipt numbers."""

    panel_act = word(PanelAct, load_default=None, allow_none=True)
    helped_side = word(Side, load_default=Side.COMPLAINANT)
    technologies = listed(AtIssueIn, MOST_TECHNOLOGIES, load_default=list)
    linked = ma.fields.List(text(24), load_default=list, validate=ma.validate.Length(max=MOST_LINKED))

    @ma.post_load
    def _facts(self, data: dict[str, Any], **_: Any) -> ConflictFacts:
        at_issue = tuple(AtIssue(**each) for each in data["technologies"])
        return ConflictFacts(**data | {"technologies": at_issue, "linked": tuple(data["linked"])})


class AtIssueOut(ma.Schema):
    """A technology or right the case is about."""

    name = ma.fields.String()
    number = ma.fields.String()
    side = word(PartySide, allow_none=True)


class ConflictFactsOut(ma.Schema):
    """What conflicts are judged by besides the parties."""

    panel_act = word(PanelAct, allow_none=True)
    helped_side = word(Side)
    technologies = ma.fields.List(ma.fields.Nested(AtIssueOut))
    linked = ma.fields.List(ma.fields.String())


class RulePackIn(ma.Schema):
    """The version of the conflict rules a case is judged by from now on."""

    pack = text(20, required=True)
