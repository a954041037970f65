"""The one blueprint of these pages, and what their templates may call."""

from collections.abc import Iterable
from typing import Any

from flask import Blueprint
from flask_babel import gettext

from expertpool.incidents import rules
from expertpool.incidents.forms.fields import FACET_KIND_WORDS, LEVEL_WORDS
from expertpool.incidents.queries import ActivityLine
from expertpool.incidents.rules import IncidentState, NeedState, Urgency
from expertpool.infra.i18n import language
from expertpool.infra.identity import Role
from expertpool.ministries.data import Certainty
from expertpool.words import words

blp = Blueprint("incidents", __name__)

WORKERS = (Role.COORDINATOR,)
READERS = (Role.COORDINATOR, Role.CONFLICT_OFFICER, Role.AUDITOR)

# Tones only repeat what the word says.
_INCIDENT_TONES = {
    IncidentState.RECEIVED: "warning",
    IncidentState.TRIAGED: "info",
    IncidentState.ACTIVE: "info",
}
_NEED_TONES = {
    NeedState.SUBMITTED: "info",
    NeedState.PROPOSED: "warning",
    NeedState.APPROVED: "info",
    NeedState.FILLED: "success",
    NeedState.COMPLETED: "success",
}
_URGENCY_TONES = {Urgency.URGENT: "warning", Urgency.TONIGHT: "danger"}

_CERTAINTY_WORDS = {
    Certainty.STATUTE: words("Statute"),
    Certainty.PUBLISHED: words("Published source"),
    Certainty.UNCHECKED: words("Not checked"),
    Certainty.POLICY: words("Our own target"),
}


def log_lines(activity: Iterable[ActivityLine]) -> list[dict[str, Any]]:
    """What was done, as the timeline shows it."""
    system = gettext("The system")
    return [
        {
            "at": line.at,
            "what": line.what,
            "who": (line.who_ko if language() == "ko" else line.who_en) or system,
        }
        for line in activity
    ]


@blp.app_context_processor
def _words() -> dict[str, Any]:
    """The word lists, under one name, also for the panels of higher features."""
    return {
        "case_words": {
            "incident_state": rules.INCIDENT_STATE_WORDS,
            "incident_tone": _INCIDENT_TONES,
            "need_state": rules.NEED_STATE_WORDS,
            "need_tone": _NEED_TONES,
            "urgency": rules.URGENCY_WORDS,
            "urgency_tone": _URGENCY_TONES,
            "side": rules.PARTY_SIDE_WORDS,
            "party_kind": rules.PARTY_KIND_WORDS,
            "part": rules.MINISTRY_PART_WORDS,
            "role_class": rules.ROLE_CLASS_WORDS,
            "session_kind": rules.SESSION_KIND_WORDS,
            "team_rule": rules.TEAM_RULE_WORDS,
            "facet_kind": FACET_KIND_WORDS,
            "level": LEVEL_WORDS,
            "certainty": _CERTAINTY_WORDS,
        }
    }
