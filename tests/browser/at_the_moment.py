"""`python -m tests.browser.at_the_moment SECONDS serve …`: the command with its clock that much ahead."""

import datetime as dt
import sys
from unittest.mock import patch

from expertpool.cli import main
from expertpool.infra import clock

if __name__ == "__main__":
    ahead = dt.timedelta(seconds=float(sys.argv.pop(1)))
    with patch.object(clock, "now", lambda: dt.datetime.now(dt.UTC) + ahead):
        main()
