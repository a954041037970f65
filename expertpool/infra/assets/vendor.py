"""Fetch the files of others once, keep them under lock, and prove that nobody changed them since.

The lock names no address: the registry is whatever this machine's npm is set to, so a mirror serves as
well, and the integrity value npm publishes decides whether what arrived is right.
"""

import base64
import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from expertpool.infra.assets.packages import LICENCE_ALIASES, LICENCES, PACKAGES, Package

STATIC = Path(__file__).parents[2] / "static"
VENDOR = STATIC / "vendor"
LOCK = STATIC / "vendor.lock.json"
_TIMEOUT_SECONDS = 60


class Untrusted(Exception):
    """What arrived is not what the registry promised, or may not be redistributed."""


def sha384(content: bytes) -> str:
    """The hash a browser checks: `sha384-` and base64.

    Source: W3C Subresource Integrity, section 3.1.
    """
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()


def registry() -> str:
    """Base address of the npm registry of this machine; never written into a file."""
    base = os.environ.get("NPM_CONFIG_REGISTRY") or _asked_of_npm()
    if urllib.parse.urlsplit(base).scheme not in {"http", "https"}:
        raise Untrusted(f"not a registry address: {base!r}")
    return base.rstrip("/")


def update(base: str, *, vendor: Path = VENDOR, lock: Path = LOCK) -> None:
    """Bring every package in, afresh, and write the lock."""
    shutil.rmtree(vendor, ignore_errors=True)
    locked = [_bring(base, package, vendor / package.folder) for package in PACKAGES]
    lock.write_text(json.dumps({"packages": locked}, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def check(*, vendor: Path = VENDOR, lock: Path = LOCK) -> list[str]:
    """What differs between the lock and the disk, in sentences; empty when all is well. Needs no network."""
    expected = locked_files(lock)
    found = {path.relative_to(vendor).as_posix(): path for path in vendor.rglob("*") if path.is_file()}
    faults = [f"{name}: in the lock, not on disk" for name in sorted(expected.keys() - found.keys())]
    faults += [f"{name}: on disk, not in the lock" for name in sorted(found.keys() - expected.keys())]
    for name in sorted(expected.keys() & found.keys()):
        content = found[name].read_bytes()
        if sha384(content) != expected[name]["sha384"] or len(content) != expected[name]["size"]:
            faults.append(f"{name}: changed since it was locked")
    pinned = {(package.name, package.version) for package in PACKAGES}
    if pinned != {(entry["name"], entry["version"]) for entry in _read(lock)}:
        faults.append("the lock holds other packages or versions than packages.py names")
    return faults


def locked_files(lock: Path = LOCK) -> dict[str, dict[str, Any]]:
    """Path under the vendor folder → its source, sha384 and size."""
    return {
        f"{entry['name']}-{entry['version']}/{name}": facts
        for entry in _read(lock)
        for name, facts in entry["files"].items()
    }


def notice(*, vendor: Path = VENDOR, lock: Path = LOCK) -> str:
    """The text of NOTICE: whose work we ship, under which licence, with the licence texts."""
    remarks = {package.name: package.notice for package in PACKAGES}
    parts = [
        "Works of others shipped with expertpool. Written by `python -m expertpool.infra.assets update`."
    ]
    for entry in _read(lock):
        title = f"{entry['name']} {entry['version']} ({entry['licence']})"
        parts.append(f"{title}\n{'=' * len(title)}\n\n{remarks[entry['name']]}")
        texts = [name for name in entry["files"] if name.upper().startswith("LICENSE")]
        folder = vendor / f"{entry['name']}-{entry['version']}"
        parts += [
            "\n".join(line.rstrip() for line in (folder / name).read_text("utf-8").strip().splitlines())
            for name in texts
        ]
    return "\n\n".join(parts) + "\n"


def _read(lock: Path) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads(lock.read_text("utf-8"))["packages"]
    return entries


def _asked_of_npm() -> str:
    npm = shutil.which("npm")
    if npm is None:
        raise Untrusted("name a registry: --registry, or NPM_CONFIG_REGISTRY; npm is not installed")
    asked = subprocess.run([npm, "config", "get", "registry"], capture_output=True, text=True, check=True)
    return asked.stdout.strip()


def _get(address: str) -> bytes:
    with urllib.request.urlopen(address, timeout=_TIMEOUT_SECONDS) as answer:  # noqa: S310 (`registry` let only http(s) in)
        content: bytes = answer.read()
    return content


def _bring(base: str, package: Package, folder: Path) -> dict[str, Any]:
    described = json.loads(_get(f"{base}/{package.name}/{package.version}"))
    licence = LICENCE_ALIASES.get(described["license"], described["license"])
    if licence not in LICENCES:
        raise Untrusted(f"{package.name}: licence {licence!r} is not one we accept")
    tarball = _get(described["dist"]["tarball"])
    _verify(tarball, described["dist"]["integrity"], package.name)
    files = _unpack(tarball, package, folder)
    return {
        "name": package.name,
        "version": package.version,
        "licence": licence,
        "integrity": described["dist"]["integrity"],
        "files": files,
    }


def _verify(content: bytes, integrity: str, name: str) -> None:
    algorithm, _, digest = integrity.partition("-")
    if algorithm != "sha512" or hashlib.sha512(content).digest() != base64.b64decode(digest):
        raise Untrusted(f"{name}: the archive does not have the published integrity value")


def _unpack(tarball: bytes, package: Package, folder: Path) -> dict[str, Any]:
    folder.mkdir(parents=True)
    files: dict[str, Any] = {}
    with tarfile.open(fileobj=io.BytesIO(tarball), mode="r:gz") as archive:
        for member in archive:
            path = member.name.partition("/")[2]
            take = next((take for take in package.takes if take.matches(path)), None)
            held = archive.extractfile(member) if take and member.isfile() else None
            if take is None or held is None:
                continue
            content = held.read()
            content = take.adapt(content) if take.adapt else content
            name = take.stored_as(path)
            (folder / name).write_bytes(content)
            files[name] = {"source": path, "sha384": sha384(content), "size": len(content)}
    return files
