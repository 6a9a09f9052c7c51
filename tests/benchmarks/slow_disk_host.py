"""A live host on a disk on which a sync takes longer: ``python -m tests.benchmarks.slow_disk_host DELAY_S host …``."""

import sys
import time

from hil.commands.entry import main
from hil.host import store

DELAY_S = float(sys.argv[1])
add_commit = store.add_commit


def slow_commit(database, linked):
    """Called once within each transaction that ends with a sync; others may run meanwhile, as with a sync."""
    add_commit(database, linked)
    time.sleep(DELAY_S)


store.add_commit = slow_commit
main(sys.argv[2:])
