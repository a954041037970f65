"""Style sheets, scripts, fonts and icons: what we ship, where it came from, how it is served.

`vendor` keeps the files of others under lock; `serving` gives every file an address that changes with its
content and sends it compressed. Nothing is fetched when the service is installed or runs.
"""

from expertpool.infra.assets.serving import asset_integrity, asset_url, init_app

__all__ = ["asset_integrity", "asset_url", "init_app"]
