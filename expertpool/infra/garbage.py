"""How a process that only serves from now on collects garbage."""

import gc

SELDOM = 20_000  # objects made before the collector looks at all; its own 700 cost a screening a fifth


def settle() -> None:
    """Leave what exists by now to the end of the process, and look for garbage less often.

    Left to the collector, each full collection would go through all of it, some 170 ms that a request would
    wait for; and whoever screens a pool makes findings by the hundred thousand, none of them garbage.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(SELDOM, *gc.get_threshold()[1:])
