"""The one blueprint of these pages, and the words their templates use."""

from typing import Any

from flask import Blueprint

from expertpool.conflicts.rules.labels import TIERS
from expertpool.infra.identity import Role
from expertpool.planning import rules
from expertpool.planning.rules import RunState
from expertpool.planning.rules.differences import CHANGE_WORDS, Change
from expertpool.planning.web.team import comparison
from expertpool.scheduling.vocabulary import RULE_WORDS, Tier

blp = Blueprint("planning", __name__)

PLANNERS = (Role.COORDINATOR,)
READERS = (Role.COORDINATOR, Role.CONFLICT_OFFICER, Role.AUDITOR)

# Tones only repeat what the word says.
_STATE_TONES = {
    RunState.QUEUED: "info",
    RunState.SOLVING: "info",
    RunState.PROPOSED: "warning",
    RunState.APPROVED: "success",
    RunState.REJECTED: "danger",
    RunState.FAILED: "danger",
    RunState.LOST: "danger",
}
_TIER_TONES = {
    Tier.BAR: "danger",
    Tier.REVIEW: "danger",
    Tier.WAIVABLE: "warning",
    Tier.DISCLOSE: "info",
    Tier.CLEAR: "success",
}
_CHANGE_TONES = {
    Change.REPLACED: "warning",
    Change.EMPTIED: "danger",
    Change.FILLED: "success",
    Change.MOVED: "info",
}


@blp.app_context_processor
def _words() -> dict[str, Any]:
    """The word lists, under one name, also where these pages' blocks stand on other pages."""
    return {
        "plan_words": {
            "state": rules.STATE_WORDS,
            "cause": rules.CAUSE_WORDS,
            "tone": _STATE_TONES,
            "stage": rules.STAGE_WORDS,
            "trouble": rules.TROUBLE_WORDS,
            "rule": RULE_WORDS,
            "comparison": comparison,
            "part": rules.PART_WORDS,
            "question": rules.QUESTION_WORDS,
            "change": CHANGE_WORDS,
            "change_tone": _CHANGE_TONES,
            "tier": TIERS,
            "tier_tone": _TIER_TONES,
        }
    }
