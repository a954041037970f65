"""The one blueprint of these pages, and the tones of their words."""

from typing import Any

from flask import Blueprint

from expertpool.calendars.queries import (
    DELIVERY_WORDS,
    PARTSTAT_WORDS,
    SAID_WORDS,
    STATUS_WORDS,
    VERDICT_WORDS,
    Delivery,
)
from expertpool.calendars.rules import Channel, EventStatus, Partstat, Verdict
from expertpool.words import words

blp = Blueprint("calendars", __name__)

# Tones only repeat what the word says.
_DELIVERY_TONES = {
    Delivery.SENT: "success",
    Delivery.WAITING: "info",
    Delivery.RETRYING: "warning",
    Delivery.FAILED: "danger",
}
_PARTSTAT_TONES = {
    Partstat.ACCEPTED: "success",
    Partstat.DECLINED: "danger",
    Partstat.TENTATIVE: "warning",
}
_VERDICT_TONES = {
    Verdict.APPLIED: "success",
    Verdict.NEEDS_DESK: "warning",
    Verdict.UNAUTHENTICATED: "danger",
}
_CHANNEL_WORDS = {
    Channel.MAIL: words("by calendar mail"),
    Channel.PAGE: words("on the page, signed in"),
    Channel.LINK: words("by the link in the mail"),
    Channel.CALDAV: words("in the calendar program"),
    Channel.API: words("by a program with a token"),
}
_STATUS_TONES = {EventStatus.TENTATIVE: "warning", EventStatus.CONFIRMED: "success"}


@blp.app_context_processor
def _words() -> dict[str, Any]:
    """The word lists, also for the panel on the page of a need."""
    return {
        "told_words": {
            "delivery": DELIVERY_WORDS,
            "delivery_tone": _DELIVERY_TONES,
            "status": STATUS_WORDS,
            "status_tone": _STATUS_TONES,
            "partstat": PARTSTAT_WORDS,
            "partstat_tone": _PARTSTAT_TONES,
            "channel": _CHANNEL_WORDS,
            "said": SAID_WORDS,
            "verdict": VERDICT_WORDS,
            "verdict_tone": _VERDICT_TONES,
        }
    }
