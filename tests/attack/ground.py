"""Where an attack takes place, and what comes of one: numbers, and in words what must not have been."""

from __future__ import annotations

import random
import re
import tempfile
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.attack.target import RIGHT, Target

MOST_KIB = 200 << 10  # resident, under any flood
SERVED_S = 1.0  # the next good client, and the control port
STOPPED_S = 2.0  # a second to let answers leave, and what a process takes to end
MOST_SAID = 100  # lines in ten seconds: five of each peer, terminal and port, and what each counted
OF_TERMINALS = re.compile("terminal 1000000[1-8] (connected|gone)")
LONGEST_ANSWER_S = 2.0  # then it counts as none
LONGEST_BEGINNING_S = 15.0
LOOK_S = 0.3  # between two good clients while it is attacked


@dataclass
class Came:
    """What came of one attack."""

    tried: str = ""  # what was done, and how often
    peak_kib: int = 0
    served_s: float | None = None  # the slowest good client
    control_s: float | None = None
    lost: int | None = None  # acknowledged, and not there afterwards; None: not looked for
    believed: int | None = None  # damaged, and taken for whole; None: nothing was damaged
    untried: str = ""  # why it could not be tried here
    wrong: list[str] = field(default_factory=list)

    @property
    def is_stood(self):
        return not (self.wrong or self.lost or self.believed)


@dataclass
class Ground:
    """How hard, how long, against which host."""

    host: tuple[str, ...] = RIGHT
    count: int = 10_000
    seconds: float = 10.0  # of one flood
    seed: int = 0
    patience: float = 1.0  # by how much longer than it should a good client may wait: a machine has much to do

    aim: str = ""  # only this part of an attack; "": all of it

    def chosen(self, parts):
        """The parts of an attack that are tried."""
        return [part for part in parts if self.aim in ("", part)]

    def draw(self, what):
        """Chances of one attack, the same for the same seed."""
        return random.Random(f"{self.seed} {what}")

    @contextmanager
    def folder(self):
        with tempfile.TemporaryDirectory(prefix="attack-") as name:
            yield Path(name)

    @contextmanager
    def target(self, *options, prepared=(), **settings):
        """A host that nobody has spoken to."""
        with self.folder() as folder, Target(
            folder, *options, host=(*self.host, *prepared), **settings,
        ) as target:
            target.longest_answer_s = LONGEST_ANSWER_S + self.patience
            yield target

    def during(self, target, came, attackers, *, terminals=True, has_begun=lambda: True):
        """Let attackers, each a callable that ends when it is told to, at it for a while; look on.  How long it took, in s.

        The while begins when it ``has_begun``: on a machine that has much to do a crowd takes long to come.
        """
        over = threading.Event()
        threads = [threading.Thread(target=each, args=(over,), daemon=True) for each in attackers]
        began_s = time.monotonic()
        at_last_s = began_s + LONGEST_BEGINNING_S
        until_s = None
        for each in threads:
            each.start()
        try:
            while (until_s is None or time.monotonic() < until_s) and not came.wrong:
                if until_s is None and (has_begun() or time.monotonic() > at_last_s):
                    until_s = time.monotonic() + self.seconds
                over.wait(LOOK_S)
                self.look(target, came, "meanwhile", terminals=terminals)
        finally:
            over.set()
        took_s = time.monotonic() - began_s
        for each in threads:
            each.join()
        return took_s

    def look(self, target, came, when, *, terminals=True):
        """Whether good clients are served, and its memory is small."""
        if terminals:
            came.served_s = self._slowest(came, came.served_s, target.served_in_s(), f"a good client {when}")
        came.control_s = self._slowest(came, came.control_s, target.control_in_s(), f"the control port {when}")
        came.peak_kib = max(came.peak_kib, target.peak_kib)

    def _slowest(self, came, before_s, now_s, who):
        if now_s is None:
            note(came, f"{who}: not served")
            return before_s
        if now_s > SERVED_S * self.patience:
            note(came, f"{who}: served after {now_s:.1f} s")
        return max(before_s or 0.0, now_s)

    def ends(self, target, came, *, terminals=True):
        """Afterwards: it serves, is small, has said little, and stops in a second."""
        self.look(target, came, "afterwards", terminals=terminals)
        said = [line for line in target.words.splitlines() if not OF_TERMINALS.match(line)]
        if len(said) > MOST_SAID * max(1.0, self.seconds / 10):
            note(came, f"it wrote {len(said):,} lines to standard error, such as {said[-1]}")
        took_s, status = target.stopped_in_s()
        if status:
            note(came, f"it ended with status {status}: {target.words[-300:]}")
        if took_s > STOPPED_S * self.patience:
            note(came, f"it took {took_s:.1f} s to stop")
        if came.peak_kib > MOST_KIB:
            note(came, f"it held {came.peak_kib >> 10} MB")


def note(came, what):
    """Each wrong once."""
    if what not in came.wrong and len(came.wrong) < 5:
        came.wrong.append(what)
