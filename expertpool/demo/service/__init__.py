"""The demo world as an installation has it: loaded through the services, as people would have entered it."""

from expertpool.demo.service.load import (
    PASSWORD,
    SEED,
    is_begun,
    is_loaded,
    load,
    loaded_at,
    sign_ins,
    world_at,
)

__all__ = ["PASSWORD", "SEED", "is_begun", "is_loaded", "load", "loaded_at", "sign_ins", "world_at"]
