"""Use cases of engagements, from the proposal to the closing."""

from expertpool.engagements.screening import screen_for_case
from expertpool.engagements.service.answers import answer_offer, answer_signed_in
from expertpool.engagements.service.booking import offer, propose
from expertpool.engagements.service.by_hand import offer_by_hand, propose_by_hand, refuse_conflicted
from expertpool.engagements.service.cards import answer_card, rule_on_card
from expertpool.engagements.service.certificates import certify, rule_on_certificate
from expertpool.engagements.service.challenges import decide_challenge, enter_challenge
from expertpool.engagements.service.endings import (
    cancel_engagement,
    lapse_unanswered,
    recuse,
    relieve,
    stand_down,
    withdraw,
)
from expertpool.engagements.service.moving import attendants_of, move_due, move_session
from expertpool.engagements.service.packs import TierChange, preview_pack
from expertpool.engagements.service.rescreening import cases_at_work, rescreen_case
from expertpool.engagements.service.rulings import rule_on_finding
from expertpool.engagements.service.silent import screen_by_hand
from expertpool.engagements.service.steps import card_standing, lock_engagement, lock_for_booking
from expertpool.engagements.service.urgent import accept_and_declare_later, suspend_undeclared
from expertpool.engagements.service.waivers import decide_waiver, end_work_under, request_waiver
from expertpool.engagements.service.work import apply_silent_consent, close, confirm, consent, deliver

__all__ = [
    "TierChange",
    "accept_and_declare_later",
    "answer_card",
    "answer_offer",
    "answer_signed_in",
    "apply_silent_consent",
    "attendants_of",
    "cancel_engagement",
    "card_standing",
    "cases_at_work",
    "certify",
    "close",
    "confirm",
    "consent",
    "decide_challenge",
    "decide_waiver",
    "deliver",
    "end_work_under",
    "enter_challenge",
    "lapse_unanswered",
    "lock_engagement",
    "lock_for_booking",
    "move_due",
    "move_session",
    "offer",
    "offer_by_hand",
    "preview_pack",
    "propose",
    "propose_by_hand",
    "recuse",
    "refuse_conflicted",
    "relieve",
    "request_waiver",
    "rescreen_case",
    "rule_on_card",
    "rule_on_certificate",
    "rule_on_finding",
    "screen_by_hand",
    "screen_for_case",
    "stand_down",
    "suspend_undeclared",
    "withdraw",
]
