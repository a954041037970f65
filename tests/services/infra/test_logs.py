"""What is written down about a fault: what and where, and nothing anybody entered."""

import logging
import sys

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from expertpool.infra import logs

SECRET = "한빛전자\nsecret"


def _refused(session: Session) -> DBAPIError:
    """A row the database refuses, and quotes."""
    kept = sa.text("INSERT INTO region (code, name_ko, name_en) VALUES ('x', :name, NULL)")
    with pytest.raises(DBAPIError) as caught, session.begin_nested():
        session.execute(kept, {"name": SECRET})
    return caught.value


def test_the_database_quotes_no_parameters(session: Session) -> None:
    assert "[SQL parameters hidden" in str(_refused(session))


def test_a_refused_row_is_not_written_down(session: Session) -> None:
    told = logs.told(_refused(session))

    assert "secret" not in told
    assert "23502" in told
    assert "test_logs.py" in told


def test_words_of_exceptions_are_not_written_down(capsys: pytest.CaptureFixture[str]) -> None:
    logger, handler = logging.Logger("x"), logging.StreamHandler(sys.stderr)
    handler.setFormatter(logs.Formatter("%(message)s"))
    logger.addHandler(handler)
    try:
        int(SECRET)
    except ValueError:
        logger.exception("job failed")

    written = capsys.readouterr().err
    assert "secret" not in written
    assert "ValueError" in written
