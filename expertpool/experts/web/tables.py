"""Tables that people upload, look at and confirm.

Nothing is kept on the server between the two steps: the page that shows the check carries the table,
signed, and the second step does exactly what the first one showed or shows it anew.
"""

import contextlib
from typing import Any

from flask import Blueprint, current_app, request
from itsdangerous import BadData, URLSafeTimedSerializer

from expertpool.config import settings_of_app
from expertpool.experts.service import Table, read_table
from expertpool.infra.gate import current_actor
from expertpool.refusals import Invalid
from expertpool.words import words

CHECK_LASTS_SECONDS = 3600


def let_tables_through(blp: Blueprint, *views: str) -> None:
    """The table comes back in a form field; runs before anything reads the form, CSRF protection included."""

    @blp.url_value_preprocessor
    def _allow(endpoint: str | None, _values: dict[str, Any] | None) -> None:
        if endpoint in {f"{blp.name}.{view}" for view in views}:
            request.max_form_memory_size = settings_of_app().max_upload_bytes


def uploaded_table() -> Table:
    """The table in the file that was chosen. Raises: Invalid."""
    with contextlib.closing(request.files["file"]) as upload:
        content = upload.read()
    return read_table(content, most_bytes=settings_of_app().max_upload_bytes)


def signed_table(table: Table, purpose: str) -> str:
    """The table as the page of the check carries it."""
    return _signer(purpose).dumps({"headings": table.headings, "rows": table.rows})


def table_sent_back(purpose: str) -> Table:
    """The table the page of the check carried. Raises: Invalid when it is too old or not this person's."""
    try:
        sent = _signer(purpose).loads(request.form.get("table", ""), max_age=CHECK_LASTS_SECONDS)
    except BadData as error:
        raise Invalid(words("The check is too old. Choose the file again.")) from error
    return Table(tuple(sent["headings"]), tuple((number, tuple(cells)) for number, cells in sent["rows"]))


def _signer(purpose: str) -> URLSafeTimedSerializer:
    # Signed with the person in the salt: nobody confirms a table that another person checked.
    salt = f"{purpose}.{current_actor().user_id}"
    return URLSafeTimedSerializer(current_app.secret_key or "", salt=salt)
