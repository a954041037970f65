"""Forms of the planning pages."""

from flask_wtf import FlaskForm
from wtforms import HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.validators import InputRequired, Length

from expertpool.infra.i18n import lazy
from expertpool.planning.rules import Wish
from expertpool.words import words


class WishForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """A pin or ban of one expert on one seat."""

    expert_id = HiddenField()
    wish = RadioField(
        lazy(words("What the next search does")),
        choices=[
            SelectChoice(Wish.PIN.value, lazy(words("Pin to this seat"))),
            SelectChoice(Wish.BAN.value, lazy(words("Exclude from this seat"))),
        ],
        default=Wish.BAN.value,
        validators=[InputRequired()],
    )
    reason = StringField(lazy(words("Reason")), validators=[InputRequired(), Length(max=200)])
