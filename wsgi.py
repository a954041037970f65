"""WSGI entry point: `gunicorn wsgi:app`."""

from expertpool import create_app

app = create_app()
