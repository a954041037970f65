"""Use cases of engagements, from the proposal to the closing."""

from expertpool.engagements.service.answers import answer_card, answer_offer, rule_on_card
from expertpool.engagements.service.booking import offer, propose
from expertpool.engagements.service.by_hand import offer_by_hand, propose_by_hand, refuse_conflicted
from expertpool.engagements.service.endings import (
    cancel_engagement,
    lapse_unanswered,
    recuse,
    relieve,
    stand_down,
    withdraw,
)
from expertpool.engagements.service.moving import attendants_of, move_session
from expertpool.engagements.service.steps import card_standing, lock_engagement, lock_for_booking
from expertpool.engagements.service.work import apply_silent_consent, close, confirm, consent, deliver

__all__ = [
    "answer_card",
    "answer_offer",
    "apply_silent_consent",
    "attendants_of",
    "cancel_engagement",
    "card_standing",
    "close",
    "confirm",
    "consent",
    "deliver",
    "lapse_unanswered",
    "lock_engagement",
    "lock_for_booking",
    "move_session",
    "offer",
    "offer_by_hand",
    "propose",
    "propose_by_hand",
    "recuse",
    "refuse_conflicted",
    "relieve",
    "rule_on_card",
    "stand_down",
    "withdraw",
]
