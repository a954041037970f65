"""Which organisation on record a number or a name means."""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from expertpool.conflicts.models import Organisation, OrganisationAlias
from expertpool.conflicts.rules.matching import digits, organisation_key

MOST_CANDIDATES = 12


@dataclass(frozen=True, slots=True)
class Match:
    """What was found, best known first. `by_number` tells that it cannot mean another organisation."""

    found: tuple[Organisation, ...]
    by_number: bool

    @property
    def only(self) -> Organisation | None:
        """The one organisation it means; None when it means nobody, or may mean several."""
        return self.found[0] if len(self.found) == 1 else None


def match_organisation(session: Session, text: str) -> Match:
    """Find by corporation number, business number or foreign number, in this order, else by any name.

    Branches under one corporation number are several records; the one with the lowest business number,
    the head office as a rule, stands for them. A name has to agree as a whole, in the form compared.
    """
    number, key = digits(text), organisation_key(text)
    for wanted in (
        Organisation.corp_no == number if len(number) == 13 else None,
        Organisation.biz_no == number if len(number) == 10 else None,
        Organisation.foreign_id == text.strip() if text.strip() else None,
    ):
        if wanted is not None:
            found = session.scalars(
                sa.select(Organisation).where(wanted).order_by(Organisation.biz_no).limit(1)
            )
            if (one := found.first()) is not None:
                return Match((one,), by_number=True)
    if not key:
        return Match((), by_number=False)
    alias = sa.select(OrganisationAlias.organisation_id).where(OrganisationAlias.normalised == key)
    named = sa.or_(Organisation.key_ko == key, Organisation.key_en == key, Organisation.id.in_(alias))
    rows = session.scalars(_best_known_first(sa.select(Organisation).where(named)))
    return Match(tuple(rows), by_number=False)


def _best_known_first(found: sa.Select[Organisation]) -> sa.Select[Organisation]:
    numbered = sa.func.num_nonnulls(Organisation.corp_no, Organisation.biz_no, Organisation.foreign_id)
    return found.order_by(numbered.desc(), Organisation.name_ko, Organisation.id).limit(MOST_CANDIDATES)
