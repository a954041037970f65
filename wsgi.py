"""WSGI entry point: `gunicorn wsgi:app`."""

from expertpool import create_served_app

app = create_served_app()
