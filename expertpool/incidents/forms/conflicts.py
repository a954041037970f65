"""What conflicts of interest are judged by, as a form. Technologies and linked incidents are rows of text."""

from collections.abc import Iterator
from typing import Any

from flask_babel import gettext
from flask_wtf import FlaskForm
from wtforms import IntegerField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional, ValidationError
from wtforms.widgets import HiddenInput

from expertpool.conflicts.forms import ImpreciseDateField
from expertpool.conflicts.rules.vocabulary import PanelAct, Side
from expertpool.incidents.forms.fields import SelectChoice, worded
from expertpool.incidents.rules import (
    PANEL_ACT_WORDS,
    PARTY_SIDE_WORDS,
    AtIssue,
    ConflictFacts,
    PartySide,
)
from expertpool.infra.i18n import lazy
from expertpool.words import words


def _panel_acts() -> list[SelectChoice]:
    return [SelectChoice("", gettext("No panel")), *worded(PANEL_ACT_WORDS)]


class ConflictFactsForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """Technologies: one a line, as `name; number; side`, the last two as far as known."""

    version = IntegerField(widget=HiddenInput(), validators=[InputRequired()])
    panel_act = SelectField(
        lazy(words("Act the panel sits under")),
        description=lazy(words("An exclusion by statute is never waived.")),
        choices=_panel_acts,
    )
    helped_side = SelectField(
        lazy(words("Side that supporting experts help")), choices=lambda: worded(PARTY_SIDE_WORDS)
    )
    technologies = TextAreaField(
        lazy(words("Technologies and rights at issue")),
        description=lazy(
            words("One a line: name; registration number; complainant, respondent or other. Name suffices.")
        ),
        validators=[Optional(), Length(max=2000)],
    )
    linked = TextAreaField(
        lazy(words("Linked incidents")),
        description=lazy(words("Receipt numbers, one a line: cases with the same parties or technology.")),
        validators=[Optional(), Length(max=400)],
    )

    def validate_technologies(self, field: TextAreaField) -> None:
        """A side is one of the three."""
        for line in _lines(field.data):
            parts = [part.strip() for part in line.split(";")]
            if not parts[0] or len(parts) > 3 or (parts[2:] and parts[2] not in set(PartySide)):
                raise ValidationError(gettext("Write each line as: name; number; side."))

    @property
    def facts(self) -> ConflictFacts:
        """What was entered."""
        return ConflictFacts(
            panel_act=PanelAct(self.panel_act.data) if self.panel_act.data else None,
            helped_side=Side(self.helped_side.data),
            technologies=tuple(_at_issue(line) for line in _lines(self.technologies.data)),
            linked=tuple(dict.fromkeys(_lines(self.linked.data))),
        )


def as_typed(facts: ConflictFacts, version: int) -> dict[str, Any]:
    """Facts as the form shows them."""
    return {
        "version": version,
        "panel_act": facts.panel_act.value if facts.panel_act else "",
        "helped_side": facts.helped_side.value,
        "technologies": "\n".join(
            "; ".join([each.name, each.number, *([each.side.value] if each.side else [])])
            for each in facts.technologies
        ),
        "linked": "\n".join(facts.linked),
    }


def _at_issue(line: str) -> AtIssue:
    name, number, side = ([part.strip() for part in line.split(";")] + ["", ""])[:3]
    return AtIssue(name, number, PartySide(side) if side else None)


def _lines(text: str | None) -> Iterator[str]:
    """The lines that say something."""
    return (line.strip() for line in (text or "").replace("\x00", "").splitlines() if line.strip())


class SecrecyForm(FlaskForm):  # type: ignore[misc] # flask-wtf is untyped
    """Whose secrecy keeps ties that bear on the case from being told, and until when."""

    expert_text = StringField(lazy(words("Expert")), validators=[Optional(), Length(max=120)])
    since = ImpreciseDateField(lazy(words("Began")))
    until = ImpreciseDateField(lazy(words("Last day")))
