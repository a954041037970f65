"""Reads of engagements. What pages and programs get is frozen and holds only what the reader may know."""

from expertpool.engagements.queries.choosing import seat_to_fill
from expertpool.engagements.queries.counts import load_minutes, not_before, open_counts
from expertpool.engagements.queries.desks import card_queue, consents_of, handed_in, seats_of_need
from expertpool.engagements.queries.lists import engagement_view, find_engagements, live_for_need
from expertpool.engagements.queries.offers import conflict_card, inbox_of, offer_page
from expertpool.engagements.queries.views import (
    Candidate,
    CardPage,
    CaseView,
    ConsentLine,
    EngagementView,
    HandedIn,
    Inbox,
    Named,
    OfferLine,
    OfferPage,
    QueuedCard,
    SeatLine,
    SeatToFill,
    SessionToPlace,
    SessionView,
    TakenSeat,
)

__all__ = [
    "Candidate",
    "CardPage",
    "CaseView",
    "ConsentLine",
    "EngagementView",
    "HandedIn",
    "Inbox",
    "Named",
    "OfferLine",
    "OfferPage",
    "QueuedCard",
    "SeatLine",
    "SeatToFill",
    "SessionToPlace",
    "SessionView",
    "TakenSeat",
    "card_queue",
    "conflict_card",
    "consents_of",
    "engagement_view",
    "find_engagements",
    "handed_in",
    "inbox_of",
    "live_for_need",
    "load_minutes",
    "not_before",
    "offer_page",
    "open_counts",
    "seat_to_fill",
    "seats_of_need",
]
