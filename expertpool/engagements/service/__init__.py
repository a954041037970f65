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
from expertpool.engagements.service.packs import TierChange, preview_pack
from expertpool.engagements.service.rescreening import cases_at_work, rescreen_case
from expertpool.engagements.service.screening import screen_by_hand, screen_for_case
from expertpool.engagements.service.steps import lock_engagement, lock_for_booking
from expertpool.engagements.service.work import apply_silent_consent, close, confirm, consent, deliver

__all__ = [
    "TierChange",
    "answer_card",
    "answer_offer",
    "apply_silent_consent",
    "cancel_engagement",
    "cases_at_work",
    "close",
    "confirm",
    "consent",
    "deliver",
    "lapse_unanswered",
    "lock_engagement",
    "lock_for_booking",
    "offer",
    "offer_by_hand",
    "preview_pack",
    "propose",
    "propose_by_hand",
    "recuse",
    "refuse_conflicted",
    "relieve",
    "rescreen_case",
    "rule_on_card",
    "screen_by_hand",
    "screen_for_case",
    "stand_down",
    "withdraw",
]
