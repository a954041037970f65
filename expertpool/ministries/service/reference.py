"""The ministries and regions of the release in the package."""

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from expertpool.infra.identity import new_id
from expertpool.ministries.data import load_ministries, load_regions
from expertpool.ministries.models import Ministry, Region


def load_reference(session: Session) -> None:
    """Bring ministries and regions to the release in the package. Running it again changes nothing."""
    for row in load_ministries():
        values = {
            "code": row.code,
            "name_ko": row.name_ko,
            "name_en": row.name_en,
            "abbreviation": row.abbr or row.code,
            "valid_from": row.valid_from,
            "valid_until": row.valid_until,
            "kind": row.kind.value,
            "active": row.active,
            "shows_aliases_only": row.shows_aliases_only,
        }
        statement = insert(Ministry).values(id=new_id(), **values)
        session.execute(statement.on_conflict_do_update(index_elements=["code"], set_=values))
    for region in load_regions():
        names = {"name_ko": region.name_ko, "name_en": region.name_en}
        place = insert(Region).values(code=region.code, **names)
        session.execute(place.on_conflict_do_update(index_elements=["code"], set_=names))
