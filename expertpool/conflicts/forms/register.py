"""The forms of organisations, persons and ties. People name last days and parts of dates."""

from collections.abc import Mapping
from typing import Any

from flask_wtf import FlaskForm
from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateField,
    DecimalField,
    IntegerField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.validators import InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import HiddenInput

from expertpool.conflicts.forms.fields import WRITE_DATE, ImpreciseDateField, worded
from expertpool.conflicts.rules.dates import UNKNOWN_DAY, ImpreciseDate
from expertpool.conflicts.rules.labels import FAMILY, RELATIONS
from expertpool.conflicts.rules.records import (
    LABELS_OF_KINDS,
    OF_FIRMS,
    OF_PERSONS,
    OrganisationFacts,
    PersonFacts,
    TieFacts,
)
from expertpool.conflicts.rules.vocabulary import (
    Confidence,
    Kinship,
    OrganisationKind,
    RelationType,
)
from expertpool.infra.i18n import lazy, named, say
from expertpool.ministries.data import load_ministries
from expertpool.words import Words, words

_TO_SELF = RelationType.SAME_PERSON
TO_OTHERS = {kind: label for kind, label in RELATIONS.items() if kind is not _TO_SELF}
HOLDERS: Mapping[Kinship, Words] = {Kinship.SELF: words("The expert personally"), **FAMILY}
OPEN, ENDED, UNKNOWN = "open", "ended", "unknown"
ENDS: Mapping[str, Words] = {
    OPEN: words("It goes on"),
    ENDED: words("It ended"),
    UNKNOWN: words("Not known"),
}
CONFIDENCES: Mapping[Confidence, Words] = {
    Confidence.MATCHED: words("It is this organisation"),
    Confidence.NAME_ONLY: words("Only the name agrees"),
}


def ministry_choices() -> list[SelectChoice]:
    """The ministries of the reference data, by code."""
    return [SelectChoice(row.code, named(row)) for row in load_ministries()]


class OrganisationForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """An organisation on record."""

    version = IntegerField(widget=HiddenInput(), validators=[Optional()])
    name_ko = StringField(lazy(words("Name in Korean")), validators=[Optional(), Length(max=160)])
    name_en = StringField(lazy(words("Name in English")), validators=[Optional(), Length(max=200)])
    kind = SelectField(lazy(words("Kind of organisation")), choices=lambda: worded(LABELS_OF_KINDS))
    country = StringField(
        lazy(words("Country, two letters")), default="KR", validators=[InputRequired(), Length(max=2)]
    )
    biz_no = StringField(lazy(words("Business number")), validators=[Optional(), Length(max=20)])
    corp_no = StringField(lazy(words("Corporation number")), validators=[Optional(), Length(max=20)])
    foreign_id = StringField(lazy(words("Number abroad")), validators=[Optional(), Length(max=60)])
    listed = BooleanField(lazy(words("Its shares are listed")))
    ministry = SelectField(
        lazy(words("Ministry of the service it belongs to")),
        description=lazy(words("Former officials of a ministry that handles a case are found by this.")),
        choices=lambda: [SelectChoice("", say(words("None of them"))), *ministry_choices()],
        default="",
    )

    @property
    def facts(self) -> OrganisationFacts:
        """What was entered, without the ministry, which is a code here and a key there."""
        said: dict[str, Any] = self.data
        return OrganisationFacts(
            kind=OrganisationKind(said["kind"]),
            listed=said["listed"],
            name_ko=said["name_ko"] or "",
            name_en=said["name_en"] or "",
            country=said["country"] or "",
            biz_no=said["biz_no"] or "",
            corp_no=said["corp_no"] or "",
            foreign_id=said["foreign_id"] or "",
        )


class AliasForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """Another name. The last day is included."""

    name = StringField(lazy(words("Other name")), validators=[InputRequired(), Length(max=200)])
    first_day = DateField(lazy(words("Used since")), validators=[Optional()])
    last_day = DateField(lazy(words("Last day")), validators=[Optional()])


class OwnerForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """Who holds a share of the organisation. The last day is included."""

    owner = StringField(lazy(words("Owner")))
    owner_text = StringField(lazy(words("Owner")), validators=[Optional(), Length(max=200)])
    share = DecimalField(
        lazy(words("Share in percent")), places=None, validators=[InputRequired(), NumberRange(0, 100)]
    )
    declared_control = BooleanField(lazy(words("Control is declared, whatever the share")))
    first_day = DateField(lazy(words("Since")), validators=[InputRequired()])
    last_day = DateField(lazy(words("Last day")), validators=[Optional()])


class OtherTieForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """Whom a firm acts for or depends on."""

    of = OF_FIRMS

    target_text = StringField(lazy(words("Client, or on whom it depends")), validators=[Length(max=200)])
    type = SelectField(lazy(words("Kind of tie")))
    unit = StringField(lazy(words("Smallest unit")), validators=[Optional(), Length(max=120)])
    share = DecimalField(
        lazy(words("Part of revenue in percent")),
        places=None,
        validators=[Optional(), NumberRange(0, 100)],
    )
    since = ImpreciseDateField(
        lazy(words("Began")), description=lazy(words("A day, a month or a year, such as 2019-03 or 2019."))
    )
    until = ImpreciseDateField(
        lazy(words("Last day")), description=lazy(words("Only if it ended; a month or a year is enough."))
    )
    evidence = StringField(lazy(words("How it can be checked")), validators=[Optional(), Length(max=400)])

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.type.choices = worded({kind: RELATIONS[kind] for kind in self.of})

    def facts(self) -> TieFacts:
        """What was entered."""
        return TieFacts(
            type=RelationType(self.type.data),
            since=self.since.data or UNKNOWN_DAY,
            until=self.until.data,
            unit=self.unit.data or "",
            share_basis_points=None if self.share.data is None else round(self.share.data * 100),
            evidence=self.evidence.data or "",
        )


class PostForm(OtherTieForm):
    """Where a person of a case works."""

    of = OF_PERSONS

    target_text = StringField(lazy(words("Organisation")), validators=[Length(max=200)])


class PersonForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """Somebody who stands in a case, with what tells namesakes apart."""

    name_ko = StringField(lazy(words("Name in Korean")), validators=[Optional(), Length(max=80)])
    name_en = StringField(lazy(words("Name in English")), validators=[Optional(), Length(max=120)])
    birth_year = IntegerField(lazy(words("Year of birth")), validators=[Optional()])
    email_domain = StringField(
        lazy(words("E-mail domain")),
        description=lazy(words("What stands behind the @ of the address at work.")),
        validators=[Optional(), Length(max=120)],
    )

    @property
    def facts(self) -> PersonFacts:
        """What was entered."""
        return PersonFacts(
            name_ko=self.name_ko.data or "",
            name_en=self.name_en.data or "",
            birth_year=self.birth_year.data,
            email_domain=self.email_domain.data or "",
        )


class TieForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """A tie in the expert's own words."""

    organisation = StringField(lazy(words("Organisation")), validators=[Optional(), Length(max=160)])
    number = StringField(
        lazy(words("Business or corporation number")),
        description=lazy(words("With the number nobody has to ask which organisation you mean.")),
        validators=[Optional(), Length(max=60)],
    )
    type = SelectField(
        lazy(words("Kind of tie")),
        choices=lambda: [SelectChoice("", say(words("Choose one"))), *worded(TO_OTHERS)],
        validators=[InputRequired(lazy(words("Choose what kind of tie it is.")))],
    )
    kinship = SelectField(lazy(words("Whose tie it is")), choices=lambda: worded(HOLDERS))
    rank = StringField(lazy(words("Post or rank")), validators=[Optional(), Length(max=60)])
    unit = StringField(
        lazy(words("Smallest unit")),
        description=lazy(words("Team, laboratory or department, if it is a place of work.")),
        validators=[Optional(), Length(max=120)],
    )
    since = ImpreciseDateField(
        lazy(words("Began")), description=lazy(words("A day, a month or a year, such as 2019-03 or 2019."))
    )
    ends = RadioField(
        lazy(words("Does it go on?")),
        choices=lambda: worded(ENDS),
        default=OPEN,
        validators=[InputRequired()],
    )
    until = ImpreciseDateField(
        lazy(words("Last day")), description=lazy(words("Only if it ended; a month or a year is enough."))
    )
    amount_won = IntegerField(lazy(words("Amount in won")), validators=[Optional(), NumberRange(0, 10**15)])
    share = DecimalField(
        lazy(words("Share in percent")), places=None, validators=[Optional(), NumberRange(0, 100)]
    )
    capital = DecimalField(
        lazy(words("Part of the capital in percent")),
        places=None,
        validators=[Optional(), NumberRange(0, 100)],
    )
    technology = StringField(
        lazy(words("Technology or right")),
        description=lazy(words("What you invented, hold or judged a programme on, if that is the tie.")),
        validators=[Optional(), Length(max=160)],
    )
    technology_number = StringField(
        lazy(words("Its registration number")), validators=[Optional(), Length(max=60)]
    )
    group_size = IntegerField(
        lazy(words("How many people")),
        description=lazy(words("Authors of the paper, or members of the board, if that is the tie.")),
        validators=[Optional(), NumberRange(1, 100_000)],
    )
    person = StringField(
        lazy(words("Person")),
        description=lazy(words("Only for ties to one person, such as a co-author or a teacher.")),
        validators=[Optional(), Length(max=80)],
    )
    person_birth_year = IntegerField(
        lazy(words("Year of birth of the person")),
        description=lazy(words("Tells namesakes apart; without it a namesake leads to a question.")),
        validators=[Optional()],
    )
    case_number = StringField(
        lazy(words("Receipt number of the case")),
        description=lazy(words("If the tie was about one case, as its witness, counsel or official.")),
        validators=[Optional(), Length(max=24)],
    )
    evidence = StringField(lazy(words("How it can be checked")), validators=[Optional(), Length(max=400)])

    def validate_until(self, until: ImpreciseDateField) -> None:
        """An end that is known needs its date."""
        if self.ends.data == ENDED and until.data is None and not until.errors:
            raise ValidationError(say(WRITE_DATE))

    @property
    def last_day(self) -> ImpreciseDate | None:
        """None: it goes on."""
        return {OPEN: None, UNKNOWN: UNKNOWN_DAY}.get(self.ends.data, self.until.data)

    def facts(self, **known: Any) -> TieFacts:
        """What was entered, and what is known besides."""
        return TieFacts(
            type=RelationType(self.type.data),
            kinship=Kinship(self.kinship.data),
            since=self.since.data or UNKNOWN_DAY,
            until=self.last_day,
            rank=self.rank.data or "",
            unit=self.unit.data or "",
            group_size=self.group_size.data,
            amount_won=self.amount_won.data,
            share_basis_points=None if self.share.data is None else round(self.share.data * 100),
            capital_basis_points=None if self.capital.data is None else round(self.capital.data * 100),
            evidence=self.evidence.data or "",
            **known,
        )


class SettleForm(TieForm):
    """An officer's decision about a tie, to an organisation or a person."""

    type = SelectField(lazy(words("Kind of tie")), choices=lambda: worded(RELATIONS))
    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    target = StringField(lazy(words("Organisation meant")))
    target_text = StringField(lazy(words("Organisation meant")), validators=[Optional(), Length(max=200)])
    confidence = RadioField(
        lazy(words("How sure is it?")), choices=lambda: worded(CONFIDENCES), validators=[InputRequired()]
    )


class RelativeForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """A relative of the reader."""

    name = StringField(lazy(words("Name")), validators=[InputRequired(), Length(max=80)])
    kinship = SelectField(lazy(words("Kinship")), id="relative-kinship", choices=lambda: worded(FAMILY))
    birth_year = IntegerField(
        lazy(words("Year of birth")),
        description=lazy(words("Tells namesakes apart; without it a namesake leads to a question.")),
        validators=[Optional()],
    )


class EndForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """When a tie ended."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    until = ImpreciseDateField(lazy(words("Last day")), validators=[InputRequired()])


class EndHoldingForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """The last day of a holding."""

    last_day = DateField(lazy(words("Last day")), validators=[InputRequired()])


class TieImportForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """A table of ties to check."""

    file = FileField(lazy(words("CSV or XLSX file")), validators=[FileRequired()])
