"""The one blueprint of these pages, and the tones of their words."""

from typing import Any

from flask import Blueprint

from expertpool.calendars.queries import DELIVERY_WORDS, STATUS_WORDS, Delivery
from expertpool.calendars.rules import EventStatus

blp = Blueprint("calendars", __name__)

# Tones only repeat what the word says.
_DELIVERY_TONES = {
    Delivery.SENT: "success",
    Delivery.WAITING: "info",
    Delivery.RETRYING: "warning",
    Delivery.FAILED: "danger",
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
        }
    }
