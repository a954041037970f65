"""The forms of incidents and needs."""

from expertpool.incidents.forms.incident import (
    IncidentForm,
    MinistryForm,
    PartyForm,
    TriggerForm,
    facts_from,
    fill_incident,
)
from expertpool.incidents.forms.need import NeedForm, draft_from, need_form, problems_of, show_faults
from expertpool.incidents.forms.rows import with_row, without_row

__all__ = [
    "IncidentForm",
    "MinistryForm",
    "NeedForm",
    "PartyForm",
    "TriggerForm",
    "draft_from",
    "facts_from",
    "fill_incident",
    "need_form",
    "problems_of",
    "show_faults",
    "with_row",
    "without_row",
]
