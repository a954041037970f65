"""The forms of conflicts."""

from expertpool.conflicts.forms.fields import ImpreciseDateField, day_after, show_faults, worded
from expertpool.conflicts.forms.register import (
    ENDED,
    OPEN,
    UNKNOWN,
    AliasForm,
    EndForm,
    EndHoldingForm,
    OrganisationForm,
    OtherTieForm,
    OwnerForm,
    PersonForm,
    PostForm,
    RelativeForm,
    SettleForm,
    TieForm,
    TieImportForm,
)
from expertpool.conflicts.forms.screening import PARTY_KINDS, PURPOSES, ROLE_CLASSES, SIDES, ScreeningForm

__all__ = [
    "ENDED",
    "OPEN",
    "PARTY_KINDS",
    "PURPOSES",
    "ROLE_CLASSES",
    "SIDES",
    "UNKNOWN",
    "AliasForm",
    "EndForm",
    "EndHoldingForm",
    "ImpreciseDateField",
    "OrganisationForm",
    "OtherTieForm",
    "OwnerForm",
    "PersonForm",
    "PostForm",
    "RelativeForm",
    "ScreeningForm",
    "SettleForm",
    "TieForm",
    "TieImportForm",
    "day_after",
    "show_faults",
    "worded",
]
