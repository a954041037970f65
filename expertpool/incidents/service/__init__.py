"""Use cases of incidents and needs."""

from expertpool.incidents.service.conflict_facts import (
    MOST_LINKED,
    MOST_TECHNOLOGIES,
    move_rule_pack,
    state_conflict_facts,
)
from expertpool.incidents.service.incidents import (
    activate_incident,
    change_incident,
    close_incident,
    involve_ministry,
    move_incident,
    note_trigger,
    receive_incident,
    record_incident,
    release_ministry,
    reopen_incident,
    triage_incident,
)
from expertpool.incidents.service.needs import (
    Windows,
    add_need,
    cancel_need,
    change_need,
    check_times,
    move_need,
    move_times,
    submit_need,
)
from expertpool.incidents.service.parties import (
    add_party,
    close_to_expert,
    open_to_expert,
    remove_party,
)
from expertpool.incidents.service.templates import (
    draft_from_template,
    draft_of,
    need_draft,
    template_draft,
)

__all__ = [
    "MOST_LINKED",
    "MOST_TECHNOLOGIES",
    "Windows",
    "activate_incident",
    "add_need",
    "add_party",
    "cancel_need",
    "change_incident",
    "change_need",
    "check_times",
    "close_incident",
    "close_to_expert",
    "draft_from_template",
    "draft_of",
    "involve_ministry",
    "move_incident",
    "move_need",
    "move_rule_pack",
    "move_times",
    "need_draft",
    "note_trigger",
    "open_to_expert",
    "receive_incident",
    "record_incident",
    "release_ministry",
    "remove_party",
    "reopen_incident",
    "state_conflict_facts",
    "submit_need",
    "template_draft",
    "triage_incident",
]
