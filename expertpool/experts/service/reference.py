"""The facet codes of the release in the package."""

from collections.abc import Iterable, Sequence

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from expertpool.experts import data
from expertpool.experts.models import FacetTerm
from expertpool.experts.rules import FacetKind
from expertpool.ministries.data import Named, load_regions


def load_reference(session: Session) -> None:
    """Bring the facet codes to the release in the package. Running it again changes nothing."""
    lists: Iterable[tuple[FacetKind, Sequence[Named]]] = (
        (FacetKind.ROLE_KIND, data.load_role_kinds()),
        (FacetKind.TECHNOLOGY, data.load_technology_fields()),
        (FacetKind.SKILL, data.load_skills()),
        (FacetKind.PROCEEDING, data.load_proceedings()),
        (FacetKind.LANGUAGE, data.load_languages()),
        (FacetKind.REGION, load_regions()),
        (FacetKind.CLEARANCE, data.load_clearances()),
        (FacetKind.LICENCE, data.load_licences()),
    )
    for kind, terms in lists:
        for ordinal, term in enumerate(terms):
            values = {
                "name_ko": term.name_ko,
                "name_en": term.name_en,
                "ordinal": ordinal,
                "valid_from": term.valid_from,
                "valid_until": term.valid_until,
            }
            statement = insert(FacetTerm).values(kind=kind, code=term.code, **values)
            session.execute(statement.on_conflict_do_update(index_elements=["kind", "code"], set_=values))
