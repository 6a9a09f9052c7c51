"""The parent of the processes that are attacked: each is prepared by the first words of its arguments.

``+files=64 +built=reads_on host day.toml …`` runs a host with 64 descriptors that is built wrong in that
way.  Run by :class:`hil.processes.nursery.Nursery`, as ``hil.commands.warm_parent`` is.
"""

from __future__ import annotations

import os
import resource
import signal
import sys
import threading
from pathlib import Path

from hil.commands import entry, warm_parent
from hil.host import copy_of_process, keeping
from tests.attack.kill_points import killed_at
from tests.attack.wrong_hosts import BY_NAME

RIGHT_MAIN = entry.main


def files(most):
    """Has so many descriptors."""
    _limited(resource.RLIMIT_NOFILE, int(most))


def largest(most):
    """Can write no file beyond so many bytes."""
    _limited(resource.RLIMIT_FSIZE, int(most))


def threads(most):
    """Is refused a further thread by the system once it has so many.

    The system's own limit counts all that a user runs, and none for root.
    """
    begin = threading._start_new_thread

    def begun(*arguments):
        if len(threading._active) >= int(most):
            raise RuntimeError("can't start new thread")
        return begin(*arguments)

    threading._start_new_thread = begun


def built(name):
    """Is built wrong in this way."""
    BY_NAME[name]()


def killed(at):
    """Kills itself at the so many-th time that it passes a point: ``before:sync,3``."""
    point, _, nth = at.partition(",")
    killed_at(point, int(nth))


def snapshots(entries):
    """Writes a snapshot after so many entries, and no fewer than usual at a stop."""
    keeping.FEWEST = keeping.AT_A_STOP = int(entries)


def copies(path):
    """Has a copy of itself write each snapshot; each writes its number into a file."""
    keeping.LONG = 0
    right = copy_of_process.os.fork

    def fork():
        pid = right()
        if not pid:
            with Path(path).open("a", encoding="ascii") as file:
                file.write(f"{os.getpid()}\n")
        return pid

    copy_of_process.os.fork = fork


PREPARATIONS = {each.__name__: each for each in (files, largest, threads, built, killed, snapshots, copies)}


def _limited(which, most):
    resource.setrlimit(which, (most, most))


def prepared_main(arguments):
    """What a child runs in the place of the program's own entry."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # which the parent ignores
    words = list(arguments)
    while words and words[0].startswith("+"):
        name, _, value = words.pop(0)[1:].partition("=")
        PREPARATIONS[name](value)
    RIGHT_MAIN(words)


if __name__ == "__main__":
    entry.main = prepared_main
    warm_parent.main(sys.argv[1:])
