"""The page of the reports."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from expertpool.infra.identity import Role
from tests.fixtures.accounts import an_account, signed_in


@pytest.mark.parametrize("form", ["", ".csv"])
def test_a_period_that_ends_before_it_begins_is_refused_and_the_page_stays(
    client: FlaskClient, session: Session, form: str
) -> None:
    viewer = signed_in(client, an_account(session, Role.MINISTRY_VIEWER))

    answer = viewer.get(f"/utilisation{form}?first=2026-12-01&last=2026-01-01&lang=en")

    assert answer.status_code == 422
    assert answer.text.count("Choose a last day") == 1
    assert ('name="first" value="2026-12-01"' in answer.text) is (form == "")
