"""The one blueprint of these pages, its words for templates, and how a no is told."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, request
from flask_wtf import FlaskForm
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from expertpool.conflicts.forms import ROLE_CLASSES
from expertpool.conflicts.rules.labels import RULE_NAMES, TIERS
from expertpool.conflicts.rules.proofs import PROOF_WORDS
from expertpool.conflicts.rules.waivers import GROUND_WORDS, WAIVER_WORDS, WaiverAct, WaiverState
from expertpool.engagements import rules
from expertpool.engagements.forms import show_faults
from expertpool.engagements.rules import CardStanding, EngagementState
from expertpool.incidents.rules.vocabulary import PARTY_SIDE_WORDS
from expertpool.infra.db import in_one_go
from expertpool.infra.i18n import say
from expertpool.refusals import Conflicting, Invalid, Stale, WrongState
from expertpool.words import words

blp = Blueprint("engagements", __name__)

Answer = Response | str | tuple[str, int]

# Tones only repeat what the word says.
_TONES = {
    EngagementState.PROPOSED: "info",
    EngagementState.OFFERED: "warning",
    EngagementState.ACCEPTED: "info",
    EngagementState.CONFIRMED: "success",
    EngagementState.DELIVERED: "warning",
    EngagementState.CLOSED: "success",
}

_CARD_STATE_WORDS = {
    CardStanding.UNANSWERED: words("Card not answered"),
    CardStanding.DEFERRED: words("Pledged, card to follow"),
    CardStanding.WITH_OFFICER: words("Card with the officer"),
    CardStanding.CLEAR: words("Card clear"),
    CardStanding.CONFLICTED: words("Conflict of interest"),
}
_ACT_WORDS = {
    WaiverAct.ENDORSE: words("Endorse"),
    WaiverAct.GRANT: words("Grant"),
    WaiverAct.REFUSE: words("Refuse"),
    WaiverAct.WITHDRAW: words("Withdraw the request"),
    WaiverAct.REVOKE: words("Revoke"),
}
_WAIVER_TONES = {
    WaiverState.REQUESTED: "warning",
    WaiverState.ENDORSED: "warning",
    WaiverState.GRANTED: "success",
}


@blp.app_context_processor
def _words() -> dict[str, Any]:
    """The word lists, under one name."""
    return {
        "engagement_words": {
            "state": rules.STATE_WORDS,
            "tone": _TONES,
            "decline": rules.DECLINE_WORDS,
            "card": rules.CARD_WORDS,
            "tie": rules.TIE_WORDS,
            "card_state": _CARD_STATE_WORDS,
            "certificate": rules.CERTIFICATE_WORDS,
            "challenge": rules.CHALLENGE_WORDS,
            "side": PARTY_SIDE_WORDS,
            "waiver": WAIVER_WORDS,
            "waiver_tone": _WAIVER_TONES,
            "act": _ACT_WORDS,
            "ground": GROUND_WORDS,
            "proof": PROOF_WORDS,
            "rule": RULE_NAMES,
            "tier": TIERS,
            "role_class": ROLE_CLASSES,
        }
    }


def said(work: Callable[[Session], object], done: str) -> None:
    """Do `work` and say `done`; a no about the state of things is said on the page the reader comes from."""
    try:
        in_one_go(work)
    except (WrongState, Conflicting, Invalid, Stale) as refusal:
        flash(say(refusal.words), "error")
    else:
        flash(done, "success")


def said_or_faulty(form: FlaskForm, work: Callable[[Session], object], done: str) -> bool:
    """As `said`, but what is wrong with what was written stands at its fields. Whether something is: then the
    page is to be shown again."""
    try:
        in_one_go(work)
    except Invalid as refusal:
        show_faults(form, refusal.fields)
        return True
    except (WrongState, Conflicting, Stale) as refusal:
        flash(say(refusal.words), "error")
    else:
        flash(done, "success")
    return False


def check_version(version: int) -> None:
    """Compare with the version the page showed. Raises: Stale."""
    if request.form.get("version") != str(version):
        raise Stale(words("Somebody changed this after you opened it. Look at it again before you act."))
