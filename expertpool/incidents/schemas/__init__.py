"""What programs send and get."""

from expertpool.incidents.schemas.conflicts import ConflictFactsIn, ConflictFactsOut, RulePackIn
from expertpool.incidents.schemas.incidents import (
    ClockOut,
    IncidentIn,
    IncidentMinistryIn,
    IncidentMinistryOut,
    IncidentOut,
    IncidentPartyIn,
    IncidentPartyOut,
    IncidentQuery,
    IncidentRowOut,
    IncidentStateIn,
    TriggerIn,
)
from expertpool.incidents.schemas.needs import (
    NeedDraftOut,
    NeedIn,
    NeedOut,
    NeedQuery,
    NeedRowOut,
    NeedStateIn,
    RequestTemplateOut,
    RequestTemplateQuery,
)

__all__ = [
    "ClockOut",
    "ConflictFactsIn",
    "ConflictFactsOut",
    "IncidentIn",
    "IncidentMinistryIn",
    "IncidentMinistryOut",
    "IncidentOut",
    "IncidentPartyIn",
    "IncidentPartyOut",
    "IncidentQuery",
    "IncidentRowOut",
    "IncidentStateIn",
    "NeedDraftOut",
    "NeedIn",
    "NeedOut",
    "NeedQuery",
    "NeedRowOut",
    "NeedStateIn",
    "RequestTemplateOut",
    "RequestTemplateQuery",
    "RulePackIn",
    "TriggerIn",
]
