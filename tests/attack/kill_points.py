"""Where a process can be killed on purpose: before and after each thing that it does to a disk or a line.

``killed_at("before:sync", 3)`` in a process has it kill itself just before the third time.
"""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

import hil.files.nvm_file
import hil.host.keeping
import hil.host.snapshot
import hil.host.store
from hil.files.anchor import Anchor
from hil.files.nvm_file import NvmFile
from hil.host.copy_of_process import Copy
from hil.host.group import Group
from hil.host.store import HostStore
from hil.ports.pumped_port import PumpedPort
from hil.ports.tcp_stream import TcpStream

CHECKPOINT_PAGES = 12  # of the write-ahead log: then SQLite folds it into the file
WATCH_S = 0.00005

PLACES = {  # what is done there: by whom, called how
    "note": (HostStore, "add_record"),  # a record of the journal waits for the next commit
    "write": (hil.host.store, "add_commit"),  # before its sync; after it the sync is due
    "anchor": (Anchor, "moves"),  # before it the sync is done
    "release": (Group, "synced"),  # the answers of a group
    "answer": (PumpedPort, "write"),  # is queued
    "send": (TcpStream, "write"),  # leaves
    "snapshot": (hil.host.keeping, "written"),
    "rename": (Path, "replace"),  # a file takes the place of another
}
OF_DEVICES = {
    "record": (NvmFile, "append"),
    "line": (hil.files.nvm_file, "write_all"),
    "anchor": (Anchor, "moves"),
    "answer": (PumpedPort, "write"),
    "send": (TcpStream, "write"),
    "rename": (Path, "replace"),
}
OF_COPIES = {  # of a process, which pack its history beside it
    "fork": (Copy, "begins"),  # by the process itself
    "pack": (hil.host.keeping, "packed"),  # these two in the copy
    "lay": (hil.host.keeping, "laid_down"),
    "take": (hil.host.keeping, "written"),  # what was laid down takes its place
}
VICTIMS = ("copy", "host", "both")
HOST_POINTS = (*(f"{when}:{what}" for what in PLACES for when in ("before", "after")), "in:checkpoint")
DEVICE_POINTS = (*(f"{when}:{what}" for what in OF_DEVICES for when in ("before", "after")), "in:line")
COPY_POINTS = (
    "before:fork", "after:fork", *(f"{when}:{what}/{victim}" for what in ("pack", "lay") for when in ("before", "after")
                                   for victim in VICTIMS),
    *(f"in:lay/{victim}" for victim in VICTIMS), "before:take", "after:take")


def killed_at(point, nth):
    """Have this process kill itself there; ``/host`` and ``/both`` behind a point in a copy: whose it is, and both."""
    when, _, what = point.partition(":")
    what, _, victim = what.partition("/")
    if what == "checkpoint":
        _killed_in_a_checkpoint(nth)
        return
    owner, name = ({**OF_COPIES, **OF_DEVICES, **PLACES})[what]
    done, count = getattr(owner, name), _Count(nth)

    def counted(*arguments, **named):
        is_now = count.is_now()
        if is_now and when == "before":
            die(victim)
        if is_now and when == "in":  # half of it is left
            _HALVES[what](done, *arguments)
            die(victim)
        result = done(*arguments, **named)
        if is_now:
            die(victim)
        return result

    setattr(owner, name, counted)


def _half_a_line(done, file, data):
    done(file, data[:len(data) // 2])


def _half_a_snapshot(done, path, kept):
    done(path, kept)
    new = path.with_name(f"{path.name}.snapshot.new")
    os.truncate(new, new.stat().st_size // 2)


_HALVES = {"line": _half_a_line, "lay": _half_a_snapshot}


def die(victim=""):
    """At once: nothing is flushed, closed or told."""
    if victim in ("host", "both"):
        os.kill(os.getppid(), signal.SIGKILL)
    if victim != "host":
        os.kill(os.getpid(), signal.SIGKILL)
        threading.Event().wait()  # it has not come yet


class _Count:
    def __init__(self, nth):
        self._left = nth
        self._lock = threading.Lock()

    def is_now(self):
        with self._lock:
            self._left -= 1
            return self._left == 0


def _killed_in_a_checkpoint(nth):
    """Its file changes only then: who looks on kills while the pages are being written."""
    opened = hil.host.store.opened

    def watched(path):
        database, *rest = opened(path)
        database.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT_PAGES}")
        threading.Thread(target=_watch, args=(path, nth), daemon=True).start()
        return database, *rest

    hil.host.store.opened = watched


def _watch(path, left):
    before = path.stat().st_mtime_ns
    while True:
        threading.Event().wait(WATCH_S)
        now = path.stat().st_mtime_ns
        if now != before:
            before, left = now, left - 1
            if not left:
                die()
