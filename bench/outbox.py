"""Invitations under kill -9 and a hostile mail server: `python -m bench.outbox [kills]` (60 by default).

One row for the outbox, one for a sender without leases and fixed Message-IDs, which has to fail.
"""

import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from expertpool import create_app
from expertpool.config import Settings
from expertpool.infra import schema
from expertpool.infra.db import db, unit_of_work
from expertpool.infra.embedded import APPLICATION, OWNER, EmbeddedServer
from expertpool.infra.identity import SYSTEM
from expertpool.reference import load_reference
from tests.faults import outbox_ordeal

SEED = 7


def main() -> None:
    """Run both senders and print what was counted."""
    kills = int(sys.argv[1]) if len(sys.argv) > 1 else 60
    with tempfile.TemporaryDirectory(prefix="expertpool-bench-") as folder:
        Path(folder).chmod(0o755)
        server = EmbeddedServer(Path(folder) / "data", durable=False)
        try:
            for naive, count in ((False, kills), (True, max(kills // 6, 4))):
                settings = _installation(server, "naive" if naive else "outbox", Path(folder))
                began = time.monotonic()
                verdict = outbox_ordeal.run(settings, kills=count, seed=SEED, naive=naive)
                facts = " ".join(f"{name}={value}" for name, value in asdict(verdict).items())
                print(f"{'naive' if naive else 'outbox':7} {facts} seconds={time.monotonic() - began:.0f}")
        finally:
            server.stop()


def _installation(server: EmbeddedServer, name: str, folder: Path) -> Settings:
    server.create_database(name)
    settings = Settings(
        database_url=server.url(APPLICATION, name),
        owner_database_url=server.url(OWNER, name),
        secret_key="bench-secret-bench-secret-bench-secret",
        password_salt="bench",
        mailbox_dir=folder / "mailbox",
    )
    schema.upgrade(settings.owner_database_url)
    with create_app(settings).app_context():
        with unit_of_work(SYSTEM) as session:
            load_reference(session)
        db.engine.dispose()
    return settings


if __name__ == "__main__":
    main()
