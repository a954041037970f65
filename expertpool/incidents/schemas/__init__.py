"""What programs send and get."""

from expertpool.incidents.schemas.incidents import (
    ClockOut,
    IncidentIn,
    IncidentOut,
    IncidentQuery,
    IncidentRowOut,
    IncidentStateIn,
    MinistryIn,
    MinistryOut,
    PartyIn,
    PartyOut,
    TriggerIn,
)
from expertpool.incidents.schemas.needs import (
    DraftOut,
    NeedIn,
    NeedOut,
    NeedQuery,
    NeedRowOut,
    NeedStateIn,
    TemplateOut,
    TemplateQuery,
)

__all__ = [
    "ClockOut",
    "DraftOut",
    "IncidentIn",
    "IncidentOut",
    "IncidentQuery",
    "IncidentRowOut",
    "IncidentStateIn",
    "MinistryIn",
    "MinistryOut",
    "NeedIn",
    "NeedOut",
    "NeedQuery",
    "NeedRowOut",
    "NeedStateIn",
    "PartyIn",
    "PartyOut",
    "TemplateOut",
    "TemplateQuery",
    "TriggerIn",
]
