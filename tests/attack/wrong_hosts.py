"""Hosts that are wrong on purpose: ``python -m tests.attack.wrong_hosts NAME host …`` runs one.

Each has one thing less than the right one, and names the attack that finds it.
"""

from __future__ import annotations

import sys

from hil.commands.entry import main
from hil.ports.pumped_port import PumpedPort


def reads_on():
    """reads whatever comes, however much of it waits"""
    PumpedPort._wait_for_room = lambda self: None


WRONG = {  # which attack finds it
    reads_on: "flood.unread",
}
BY_NAME = {each.__name__: each for each in WRONG}


def program(wrong):
    """How Python is told to run it."""
    return ("-m", "tests.attack.wrong_hosts", wrong.__name__)


if __name__ == "__main__":
    BY_NAME[sys.argv[1]]()
    main(sys.argv[2:])
