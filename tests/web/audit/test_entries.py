"""The audit record as auditors read it."""

import datetime as dt

import pytest
from flask.testing import FlaskClient
from flask_babel import force_locale
from sqlalchemy.orm import Session

from expertpool.audit.rules import ACT_WORDS
from expertpool.infra.i18n import say
from expertpool.infra.identity import Role
from tests.fixtures.accounts import an_account, signed_in
from tests.fixtures.engagement_pages import page


@pytest.mark.parametrize("lang", ["ko", "en"])
def test_acts_are_said_in_words_with_their_codes_beside_them(
    client: FlaskClient, session: Session, now: dt.datetime, lang: str
) -> None:
    auditor = signed_in(client, an_account(session, Role.AUDITOR, ministry=None))

    html = page(auditor, "/audit", lang)

    with client.application.app_context(), force_locale(lang):
        assert f"{say(ACT_WORDS['account.add'])}<br>" in html
    assert ">account.add</code>" in html
