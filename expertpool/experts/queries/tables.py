"""The table of experts, as it is exported: the rows of a search, masked like the page."""

import datetime as dt
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.experts.queries.views import ExpertView, facet_terms
from expertpool.experts.rules import STATE_WORDS, AppointmentFacts, ExpertFacts, FacetFacts
from expertpool.experts.rules.table import COLUMNS, Wording, cells_of
from expertpool.infra.i18n import LANGUAGES, say_in
from expertpool.ministries.models import Region


def wordings(session: Session) -> dict[str, Wording]:
    """What headings and codes are called, by language."""
    terms = facet_terms(session)
    regions = session.execute(sa.select(Region.code, Region.name_ko, Region.name_en)).all()
    return {
        lang: Wording(
            headings={column: say_in(lang, label) for column, label in COLUMNS.items()},
            terms={key: name.name_ko if lang == "ko" else name.name_en for key, name in terms.items()},
            regions={code: ko if lang == "ko" else en for code, ko, en in regions},
            states={state: say_in(lang, label) for state, label in STATE_WORDS.items()},
        )
        for lang in LANGUAGES
    }


def table_of(experts: Iterable[ExpertView], *, wording: Wording, today: dt.date) -> list[list[str]]:
    """Heading and one line an expert; cells the viewer may not know are empty."""
    lines = [[wording.headings[column] for column in COLUMNS]]
    for expert in experts:
        cells = cells_of(
            _seen(expert), expert.state, ministry=expert.ministry.code, wording=wording, today=today
        )
        lines.append(list(cells.values()))
    return lines


def _seen(expert: ExpertView) -> ExpertFacts:
    contact = expert.contact
    return ExpertFacts(
        ministry_id=expert.ministry_id,
        name_ko=expert.name_ko,
        name_en=expert.name_en,
        alias=contact.alias if contact else None,
        birth_year=contact.birth_year if contact else None,
        email=contact.email if contact else "",
        phone=contact.phone if contact else None,
        region_code=expert.region.code,
        timezone=contact.timezone if contact else "",
        language=contact.language if contact else "",
        weekly_capacity_minutes=expert.weekly_capacity_minutes,
        max_open_engagements=expert.max_open_engagements,
        minimum_notice_minutes=expert.minimum_notice_minutes,
        facets=tuple(
            FacetFacts(facet.kind, facet.term.code, facet.level, facet.valid_from, facet.valid_until)
            for facet in expert.facets
        ),
        appointments=tuple(
            AppointmentFacts(term.starts_on, term.ends_on, term.basis) for term in expert.appointments
        ),
    )
