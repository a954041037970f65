"""Use cases of organisations, ties and screening."""

from expertpool.conflicts.service.imports import (
    OWN_COLUMNS,
    TieImport,
    apply_tie_import,
    plan_tie_import,
)
from expertpool.conflicts.service.matching import Match, match_organisation
from expertpool.conflicts.service.mistakes import take_back_tie
from expertpool.conflicts.service.organisations import (
    add_alias,
    add_organisation,
    add_ownership,
    add_person,
    change_organisation,
    end_ownership,
    remove_alias,
)
from expertpool.conflicts.service.others import (
    end_other_tie,
    record_other_tie,
    record_secrecy,
    remove_secrecy,
)
from expertpool.conflicts.service.relatives import name_hashes, record_relative, relatives_name
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
    NewTie,
    confirm_ties,
    end_tie,
    facts_of,
    record_technology,
    record_tie,
    record_ties,
    settle_tie,
    tie_seen,
)
from expertpool.conflicts.service.told import case_told, record_tie_as_told
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
    "MOST_EXPERTS",
    "MOST_PARTIES",
    "OWN_COLUMNS",
    "Match",
    "NewTie",
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
    "case_told",
    "change_organisation",
    "check_screening",
    "confirm_ties",
    "decide_waiver",
    "end_other_tie",
    "end_ownership",
    "end_tie",
    "expire_waivers",
    "facts_of",
    "forget_screenings",
    "give_up_proof",
    "keep_screening",
    "match_organisation",
    "name_hashes",
    "plan_tie_import",
    "record_other_tie",
    "record_proof",
    "record_relative",
    "record_secrecy",
    "record_technology",
    "record_tie",
    "record_tie_as_told",
    "record_ties",
    "relatives_name",
    "remove_alias",
    "remove_secrecy",
    "request_waiver",
    "rule_on_finding",
    "settle_tie",
    "take_back_tie",
    "tie_seen",
    "waiver_seen",
]
