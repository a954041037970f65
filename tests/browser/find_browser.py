"""Print the Chromium the browser tests will drive; exit 1 if there is none."""

import shutil
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def find_browser() -> str | None:
    """Path of the first known browser on this machine."""
    return next((path for name in NAMES if (path := shutil.which(name))), None)


if __name__ == "__main__":
    found = find_browser()
    if found is None:
        sys.exit(1)
    print(found)  # noqa: T201 - a command for the Makefile
