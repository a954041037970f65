"""`python -m expertpool.infra.assets update|check`: bring the files of others in, or prove them unchanged."""

import argparse
import sys
from pathlib import Path

from expertpool.infra.assets import vendor

NOTICE = Path(__file__).parents[3] / "NOTICE"


def main() -> int:
    """Exit status 0 when all is well, 1 with one fault a line otherwise."""
    parser = argparse.ArgumentParser(prog="python -m expertpool.infra.assets", description=__doc__)
    parser.add_argument("act", choices=("update", "check"))
    parser.add_argument("--registry", help="base address of an npm registry; else the one npm is set to")
    asked = parser.parse_args()
    if asked.act == "update":
        vendor.update(asked.registry or vendor.registry())
        NOTICE.write_text(vendor.notice(), encoding="utf-8")
    faults = vendor.check()
    if NOTICE.read_text("utf-8") != vendor.notice():
        faults.append("NOTICE: not what the lock says; run update")
    sys.stderr.writelines(f"{fault}\n" for fault in faults)
    return 1 if faults else 0


if __name__ == "__main__":
    raise SystemExit(main())
