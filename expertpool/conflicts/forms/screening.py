"""The form by which an officer screens experts against named parties."""

from collections.abc import Mapping

from flask_wtf import FlaskForm
from wtforms import (
    DateField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from expertpool.conflicts.forms.fields import worded
from expertpool.conflicts.rules.vocabulary import (
    PartyKind,
    RoleClass,
    Side,
)
from expertpool.conflicts.service import Purpose
from expertpool.infra.i18n import lazy
from expertpool.words import Words, words

SIDES: Mapping[Side, Words] = {
    Side.COMPLAINANT: words("Complainant"),
    Side.RESPONDENT: words("Respondent"),
    Side.OTHER: words("Other side"),
}
PARTY_KINDS: Mapping[PartyKind, Words] = {
    PartyKind.PARTY: words("Party"),
    PartyKind.REPRESENTATIVE: words("Representative"),
    PartyKind.COUNSEL: words("Counsel"),
    PartyKind.LAW_FIRM: words("Law firm"),
    PartyKind.ACCUSED: words("Accused"),
    PartyKind.INVENTOR: words("Inventor"),
    PartyKind.COMPETITOR: words("Competitor"),
    PartyKind.CASE_OFFICER: words("Case officer"),
}
ROLE_CLASSES: Mapping[RoleClass, Words] = {
    RoleClass.ADJ: words("Adjudicates"),
    RoleClass.INV: words("Assists an authority"),
    RoleClass.SUP: words("Supports a side"),
}
PURPOSES: Mapping[Purpose, Words] = {
    Purpose.BEFORE_OFFER: words("Before an offer"),
    Purpose.RECHECK: words("Check again"),
    Purpose.COMPLAINT: words("A party complained"),
    Purpose.REGISTER: words("Care of the register"),
}


class ScreeningForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """Who is screened, as what, on which day, and what for. Parties are rows of their own."""

    @property
    def other_names(self) -> list[str]:
        """The further experts as typed."""
        return [line.strip() for line in (self.others.data or "").splitlines() if line.strip()]

    expert = StringField(lazy(words("Expert")))
    expert_text = StringField(lazy(words("Expert")), validators=[Optional(), Length(max=120)])
    others = TextAreaField(
        lazy(words("Further experts")),
        description=lazy(words("One name a line, up to a hundred in all.")),
        validators=[Optional(), Length(max=12_000)],
    )
    role_class = SelectField(lazy(words("Role")), choices=lambda: worded(ROLE_CLASSES))
    on = DateField(lazy(words("Day of the invitation")), validators=[InputRequired()])
    purpose = SelectField(
        lazy(words("Purpose")),
        description=lazy(words("Kept in the audit record together with your name.")),
        choices=lambda: worded(PURPOSES),
    )
