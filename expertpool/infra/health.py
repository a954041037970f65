"""Whether the service can do its work: asked by load balancers, by the demo while it starts, by people."""

import sqlalchemy as sa
from flask import Blueprint, jsonify
from werkzeug.wrappers import Response

from expertpool.infra.db import db
from expertpool.infra.gate import public

blp = Blueprint("health", __name__)


@blp.get("/healthz")
@public("a load balancer has no account, and the answer holds no facts")
def healthz() -> Response:
    """`{"status": "ok"}` when the database answers; the error pages tell when it does not."""
    db.session.execute(sa.text("SELECT 1"))
    return jsonify(status="ok")
