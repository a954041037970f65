"""Addresses that change with the content, so browsers may keep every file for good, and compressed answers.

A file of ours is at `/static/<first bytes of its hash>/css/expertpool.css`; a file of others at
`/static/vendor/<package>-<version>/…`. Compression is done once per process and kept: the files are few, and
nothing compressed can be out of date on disk.
"""

import gzip
import hashlib
import mimetypes
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, abort, request, url_for
from werkzeug.security import safe_join

from expertpool.infra.assets.vendor import STATIC, locked_files

FOR_GOOD = "public, max-age=31536000, immutable"
_SUFFIXES = {".css", ".ico", ".js", ".png", ".svg", ".txt", ".woff2"}
_COMPRESSIBLE = {".css", ".js", ".svg", ".txt"}
_DIGEST_CHARACTERS = 12


def init_app(app: Flask) -> None:
    """Serve the files and give templates `asset_url` and `asset_integrity`.

    The application is made with `static_folder=None`: Flask's own route would serve the same files a second
    way, without versions.
    """
    app.add_url_rule("/static/<path:address>", endpoint="static", view_func=serve)
    app.jinja_env.globals.update(asset_url=asset_url, asset_integrity=asset_integrity)


def asset_url(name: str) -> str:
    """Address of a file under `static/`, by its name there.

    Raises: FileNotFoundError, so that a page with a mistyped name fails in its test.
    """
    path = STATIC / name
    if name.startswith("vendor/"):
        if not path.is_file():
            raise FileNotFoundError(name)
        return url_for("static", address=name)
    return url_for("static", address=f"{_digest(path, path.stat().st_mtime_ns)}/{name}")


@lru_cache(maxsize=64)
def asset_integrity(name: str) -> str:
    """The locked hash of a vendored file, for `integrity=`: the browser refuses it when the disk was changed.

    Raises: KeyError for a name that is not in the lock.
    """
    locked: str = locked_files()[name.removeprefix("vendor/")]["sha384"]
    return locked


def serve(address: str) -> Response:
    """Answer with the file, compressed when the browser reads gzip."""
    asked_digest, name = ("", address) if address.startswith("vendor/") else _split(address)
    joined = safe_join(str(STATIC), name)
    path = Path(joined) if joined else None
    if path is None or path.suffix not in _SUFFIXES or not path.is_file():
        abort(404)
    stamp = path.stat().st_mtime_ns
    compress = path.suffix in _COMPRESSIBLE and request.accept_encodings.quality("gzip") > 0
    response = Response(_content(path, stamp, compress), mimetype=mimetypes.guess_type(path.name)[0])
    if compress:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    # A page of the release before may still ask under its old digest: it gets today's file, to be asked anew.
    current = not asked_digest or asked_digest == _digest(path, stamp)
    response.headers["Cache-Control"] = FOR_GOOD if current else "no-cache"
    return response


def _split(address: str) -> tuple[str, str]:
    digest, _, name = address.partition("/")
    return digest, name


@lru_cache(maxsize=256)
def _digest(path: Path, _changed: int) -> str:
    return hashlib.sha384(path.read_bytes()).hexdigest()[:_DIGEST_CHARACTERS]


@lru_cache(maxsize=64)
def _content(path: Path, _changed: int, compress: bool) -> bytes:
    content = path.read_bytes()
    return gzip.compress(content, 9, mtime=0) if compress else content
