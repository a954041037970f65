"""The forms of experts, coordinators and officers."""

from collections.abc import Mapping
from typing import Any

from flask_wtf import FlaskForm
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.validators import InputRequired, Length, NumberRange, Optional

from expertpool.conflicts.rules.vocabulary import FindingStatus
from expertpool.conflicts.rules.waivers import GROUND_WORDS, LONGEST_CONSENT
from expertpool.engagements.rules import (
    CARD_WORDS,
    CERTIFICATE_WORDS,
    DECLINE_WORDS,
    TIE_WORDS,
    CardAnswer,
    CertificateAnswer,
    DeclineReason,
    TieCategory,
)
from expertpool.infra.i18n import lazy, say
from expertpool.words import Words, words

NOTE_LENGTH = 400


def _choices(named: Mapping[Any, Words]) -> list[Any]:
    return [SelectChoice(str(value), lazy(sentence)) for value, sentence in named.items()]


def show_faults(form: Any, fields: Mapping[str, Words]) -> None:
    """Put the reasons of a refusal next to the fields they speak of."""
    for name, sentence in fields.items():
        if name in form:
            form[name].errors = [*form[name].errors, say(sentence)]
        else:
            form.form_errors.append(say(sentence))


class CardForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """The conflict card. What belongs together is checked by `rules.check_card`."""

    answer = RadioField(
        lazy(words("Does anything tie you, your family or your employer to them?")),
        choices=_choices(CARD_WORDS),
        validators=[InputRequired(lazy(words("Choose one answer.")))],
    )
    category = SelectField(
        lazy(words("If yes: what kind of tie")),
        choices=[SelectChoice("", lazy(words("No tie"))), *_choices(TIE_WORDS)],
        default="",
    )
    pledged = BooleanField(
        lazy(words("I keep to myself what I learn about this case, whether I accept or not."))
    )

    @property
    def card_answer(self) -> CardAnswer:
        """The answer chosen."""
        return CardAnswer(self.answer.data)

    @property
    def tie_category(self) -> str:
        """The kind of tie, which only a yes has."""
        return TieCategory(self.category.data) if self.needs_category and self.category.data else ""

    @property
    def needs_category(self) -> bool:
        """Whether the answer names a tie."""
        return bool(self.answer.data == CardAnswer.YES)


class PledgeForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """The short pledge in the place of the card, for securing evidence tonight."""

    pledged = BooleanField(
        lazy(words("I keep to myself what I learn about this case, and I know of no tie to those in it.")),
        validators=[InputRequired(lazy(words("Pledge first: without it nothing of the case is opened.")))],
        id="pledged-tonight",  # the card on the same page has a pledge, too
    )


class DeclineForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """A no, its reason, and until when the expert is busy."""

    reason = RadioField(
        lazy(words("Why not?")),
        choices=_choices(DECLINE_WORDS),
        validators=[InputRequired(lazy(words("Choose one answer.")))],
    )
    busy_until = DateField(lazy(words("If busy: not before")), validators=[Optional()])
    note = TextAreaField(
        lazy(words("Anything the coordinator should know")), validators=[Length(max=NOTE_LENGTH)]
    )

    @property
    def decline_reason(self) -> DeclineReason:
        """The reason chosen."""
        return DeclineReason(self.reason.data)


class NoteForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """A few words about why somebody cannot come after all."""

    note = TextAreaField(lazy(words("What happened")), validators=[Length(max=NOTE_LENGTH)])


class DeliverForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """The work done. People count in hours."""

    version = HiddenField()
    worked = DecimalField(
        lazy(words("Hours worked, sessions included")),
        validators=[InputRequired(), NumberRange(min=0.1, max=1000)],
    )
    note = TextAreaField(lazy(words("What you hand in")), validators=[Length(max=NOTE_LENGTH)])

    @property
    def worked_minutes(self) -> int:
        """Units: minutes."""
        return round((self.worked.data or 0) * 60)


class CertificateForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """What the expert certifies after the work."""

    answer = RadioField(
        lazy(words("Did a tie to anybody in the case come about?")),
        choices=_choices(CERTIFICATE_WORDS),
        validators=[InputRequired(lazy(words("Choose one answer.")))],
    )
    category = SelectField(
        lazy(words("If yes: what kind of tie")),
        choices=[SelectChoice("", lazy(words("No tie"))), *_choices(TIE_WORDS)],
        default="",
    )

    @property
    def certificate_answer(self) -> CertificateAnswer:
        """The answer chosen."""
        return CertificateAnswer(self.answer.data)


class ProposeForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """Whom to propose; the times stand in fields named after their sessions."""

    expert_id = SelectField(lazy(words("Expert")), validators=[InputRequired()])


_RULING_WORDS: Mapping[FindingStatus, Words] = {
    FindingStatus.DISMISSED: words("Dismiss: it does not stand in the way"),
    FindingStatus.CONFIRMED: words("Confirm: it counts at its worst"),
    FindingStatus.OPEN: words("Take the ruling before back"),
}


class GroundsForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """The grounds of a decision; which one it is stands on the button pressed."""

    grounds = TextAreaField(lazy(words("Grounds")), validators=[InputRequired(), Length(max=NOTE_LENGTH)])


class FindingRulingForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """An officer's ruling on one finding."""

    finding = HiddenField(validators=[InputRequired(), Length(max=20)])
    status = RadioField(
        lazy(words("Your ruling")), choices=_choices(_RULING_WORDS), validators=[InputRequired()]
    )
    grounds = TextAreaField(lazy(words("Grounds")), validators=[InputRequired(), Length(max=NOTE_LENGTH)])
    until = DateField(
        lazy(words("Last day it holds")),
        description=lazy(words("Leave empty for as long as the case lasts.")),
        validators=[Optional()],
    )


class WaiverForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """A request for a waiver."""

    expert_id = SelectField(lazy(words("Expert")), validators=[InputRequired()])
    ground = RadioField(
        lazy(words("Ground")),
        description=lazy(words("Conflict of Interest Prevention Act, article 7(2)")),
        choices=_choices(GROUND_WORDS),
        validators=[InputRequired()],
    )
    reason = TextAreaField(
        lazy(words("Why this expert")),
        description=lazy(words("Officers of another ministry read this: name no party.")),
        validators=[InputRequired(), Length(max=NOTE_LENGTH)],
    )
    monitor_id = SelectField(lazy(words("Who watches over the work")), validators=[InputRequired()])
    until = DateField(lazy(words("Last day of the waiver")), validators=[InputRequired()])
    complainant_consent = StringField(
        lazy(words("Consent of the complainant")),
        description=lazy(words("Where the signed paper is kept. Needed for whoever adjudicates.")),
        validators=[Optional(), Length(max=LONGEST_CONSENT)],
    )
    respondent_consent = StringField(
        lazy(words("Consent of the respondent")), validators=[Optional(), Length(max=LONGEST_CONSENT)]
    )


class WaiverDecisionForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """Grounds of a decision about a waiver; approvals need none."""

    note = TextAreaField(
        lazy(words("Grounds")),
        description=lazy(words("Needed to refuse, withdraw or revoke.")),
        validators=[Optional(), Length(max=NOTE_LENGTH)],
    )
