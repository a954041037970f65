"""Use cases of organisations, ties and screening."""

from expertpool.conflicts.service.imports import COLUMNS, TieImport, apply_tie_import, plan_tie_import
from expertpool.conflicts.service.matching import Match, match_organisation
from expertpool.conflicts.service.organisations import (
    add_alias,
    add_organisation,
    add_ownership,
    add_person,
    change_organisation,
    end_ownership,
    name_hash,
    remove_alias,
)
from expertpool.conflicts.service.rulings import rule_on_finding
from expertpool.conflicts.service.screening import (
    MOST_EXPERTS,
    MOST_PARTIES,
    Purpose,
    check_screening,
    forget_screenings,
    keep_screening,
)
from expertpool.conflicts.service.ties import (
    confirm_ties,
    end_tie,
    facts_of,
    record_tie,
    record_tie_as_told,
    settle_tie,
    tie_seen,
)
from expertpool.conflicts.service.waivers import (
    WaiverScope,
    add_consents,
    ask_for_proof,
    decide_waiver,
    expire_waivers,
    give_up_proof,
    record_proof,
    request_waiver,
    waiver_seen,
)

__all__ = [
    "COLUMNS",
    "MOST_EXPERTS",
    "MOST_PARTIES",
    "Match",
    "Purpose",
    "TieImport",
    "WaiverScope",
    "add_alias",
    "add_consents",
    "add_organisation",
    "add_ownership",
    "add_person",
    "apply_tie_import",
    "ask_for_proof",
    "change_organisation",
    "check_screening",
    "confirm_ties",
    "decide_waiver",
    "end_ownership",
    "end_tie",
    "expire_waivers",
    "facts_of",
    "forget_screenings",
    "give_up_proof",
    "keep_screening",
    "match_organisation",
    "name_hash",
    "plan_tie_import",
    "record_proof",
    "record_tie",
    "record_tie_as_told",
    "remove_alias",
    "request_waiver",
    "rule_on_finding",
    "settle_tie",
    "tie_seen",
    "waiver_seen",
]
