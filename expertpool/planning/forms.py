"""Forms of the planning pages."""

from flask_wtf import FlaskForm
from wtforms import FieldList, Form, FormField, HiddenField, IntegerField, RadioField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.validators import InputRequired, Length
from wtforms.widgets import HiddenInput

from expertpool.incidents.forms.fields import SeoulField
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


class WindowForm(Form):
    """Between which times a session lies."""

    id = HiddenField()
    earliest = SeoulField(lazy(words("Not before")), validators=[InputRequired()])
    latest = SeoulField(lazy(words("Ends by")), validators=[InputRequired()])


class TimesForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """The deadline of a need and the windows of its sessions, named as the need's own form names them."""

    version = IntegerField(widget=HiddenInput())
    deadline = SeoulField(lazy(words("Deadline")), validators=[InputRequired()])
    sessions = FieldList(FormField(WindowForm))
