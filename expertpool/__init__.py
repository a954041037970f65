"""expertpool: one shared roster of technology-protection experts, planned fairly across ministries."""

import importlib
import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING, Any

from expertpool.config import Settings, from_environment

if TYPE_CHECKING:
    from flask import Flask

# From the top of the feature line to its bottom; a feature with web.py, api.py or jobs.py joins by having it.
FEATURES = (
    "demo",
    "utilisation",
    "calendars",
    "planning",
    "engagements",
    "incidents",
    "conflicts",
    "availability",
    "experts",
    "accounts",
    "ministries",
    "audit",
)


def create_served_app(settings: Settings | None = None) -> "Flask":
    """The application of a process that only serves from now on."""
    from expertpool.infra.garbage import settle

    app = create_app(settings)
    settle()
    return app


def create_app(settings: Settings | None = None, **overrides: Any) -> "Flask":
    """The web application for `settings` (the environment's by default); `overrides` are Flask's own."""
    # Here: processes that solve plans or read calendars load this package, too, and nothing of the web.
    from flask import Flask
    from werkzeug.middleware.proxy_fix import ProxyFix

    settings = settings or from_environment()
    app = Flask(__name__, static_folder=None, template_folder=str(_templates()))
    app.config |= _flask_config(settings) | overrides
    app.extensions["expertpool"] = settings
    if settings.trusted_proxies:
        count = settings.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign] # Flask's documented way to wrap it
            app.wsgi_app, x_for=count, x_proto=count, x_host=count, x_prefix=count
        )
    _init_infra(app)
    for module in _faces("jobs"):
        importlib.import_module(module)
    app.register_blueprint(importlib.import_module("expertpool.infra.health").blp)
    for module in _faces("web"):
        app.register_blueprint(importlib.import_module(module).blp)
    rest = importlib.import_module("expertpool.infra.rest")
    rest.init_rest(app, [importlib.import_module(module).blp for module in _faces("api")])
    return app


def _init_infra(app: "Flask") -> None:
    from expertpool.accounts.web import init_accounts
    from expertpool.audit.service import init_audit
    from expertpool.infra import assets, headers, i18n, jobs, logs, problems
    from expertpool.infra.db import db

    logs.init_logs()
    db.init_app(app)
    i18n.init_i18n(app)
    assets.init_app(app)
    headers.init_headers(app)
    problems.init_problems(app)
    init_audit()
    init_accounts(app)
    jobs.serve(app)


def _faces(name: str) -> list[str]:
    """Dotted names of the features' modules called `name`."""
    modules = [f"expertpool.{feature}.{name}" for feature in FEATURES]
    return [module for module in modules if importlib.util.find_spec(module) is not None]


def _templates() -> Path:
    installed = Path(__file__).parent / "templates"
    return installed if installed.is_dir() else Path(__file__).parent.parent / "templates"


def _flask_config(settings: Settings) -> dict[str, Any]:
    return {
        "SECRET_KEY": settings.secret_key,
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "pool_pre_ping": True,
            "hide_parameters": True,  # a fault is logged; names and facts of cases are not
        },
        "MAX_CONTENT_LENGTH": settings.max_upload_bytes,
        "SESSION_COOKIE_SECURE": settings.secure_cookies,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "PREFERRED_URL_SCHEME": "https" if settings.secure_cookies else "http",
    }
