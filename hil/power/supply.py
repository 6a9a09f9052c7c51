"""A power supply: a bare switch with what every one needs: its times, tries, read-back and a record.

A relay that was told to switch and says that it did not is asked again a few times, then it is an
error of the bench.  A terminal that was off stays off for its least time: with less its memory may
not have lost its voltage, and the cut would be none.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import msgspec

from hil.control.bench_error import BenchError
from hil.control.errand import check_range
from hil.control.live_process import wall_ms
from hil.power.power import Ability, PowerAct, PowerError, Record, Switch
from hil.power.power_words import CANNOT, NOT_CLICKED, NOT_ON, WORDS

LONGEST_MS = 600_000
MOST_TRIES = 10


class PowerTimes(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long a terminal stays off at least, and how often a switch is tried."""

    least_off_ms: int = 0
    settle_ms: int = 50  # between a switch and the question whether it was done
    tries: int = 3
    again_after_ms: int = 200

    def __post_init__(self) -> None:
        check_range("least_off_ms", self.least_off_ms, 0, LONGEST_MS)
        check_range("settle_ms", self.settle_ms, 0, LONGEST_MS)
        check_range("tries", self.tries, 1, MOST_TRIES)
        check_range("again_after_ms", self.again_after_ms, 0, LONGEST_MS)


def unrecorded(_act: PowerAct) -> None:
    """Where nobody keeps what a supply did."""


class Supply:
    """A switch, told off and on by anybody: one at a time, and in order."""

    def __init__(
        self, driver: str, switch: Switch, times: PowerTimes | None = None, record: Record = unrecorded,
        *, is_on: bool = False,
    ) -> None:
        """``is_on``: whether the terminal is known to have power already."""
        self._driver = driver
        self._switch = switch
        self._times = times or PowerTimes()
        self._record = record
        self._on = is_on
        self._hangs = False
        self._off_since_s: float | None = None
        self._lock = threading.RLock()

    @property
    def name(self) -> str:
        """What it is and where."""
        return self._switch.name

    @property
    def can(self) -> frozenset[Ability]:
        """What it can do beside off and on."""
        return self._switch.can

    @property
    def is_on(self) -> bool:
        """Whether the terminal has power: as the switch says, else as it was last switched."""
        with self._lock:
            told = self._switch.ask() if Ability.READ_BACK in self.can else None
            return self._on if told is None else told

    @property
    def hangs(self) -> bool:
        """Whether the terminal was told to hang and not to go on."""
        return self._hangs

    def off(self) -> None:
        """Take the power away, now."""
        with self._lock:
            self._do("off", lambda: self._switched(on=False))
            self._on = self._hangs = False
            self._off_since_s = time.monotonic()

    def on(self) -> None:
        """Give it back, once its least time without power has passed."""
        with self._lock:
            if self._off_since_s is not None:
                time.sleep(max(0.0, self._off_since_s + self._times.least_off_ms / 1_000 - time.monotonic()))
            self._do("on", lambda: self._switched(on=True))
            self._on, self._off_since_s = True, None

    def hang(self) -> None:
        """Stop the terminal where it is."""
        self._stop("hang", self._switch.hang, hangs=True)

    def resume(self) -> None:
        """Let it go on."""
        self._stop("resume", self._switch.resume, hangs=False)

    def close(self) -> None:
        """Let go of what the switch holds."""
        with self._lock:
            self._switch.close()

    # ---- one act -----------------------------------------------------------------------------

    def _stop(self, act: str, do: Callable[[], None], *, hangs: bool) -> None:
        if Ability.HANG not in self.can:
            raise PowerError(CANNOT.say(name=self.name, driver=self._driver, act=act, able="process"))
        with self._lock:
            if not self.is_on:
                raise PowerError(NOT_ON.say(name=self.name, act=act))
            self._do(act, lambda: _once(do))
            self._hangs = hangs

    def _switched(self, *, on: bool) -> int:
        """Switch until it says so; how many tries it took."""
        for attempt in range(1, self._times.tries + 1):
            try:
                self._switch.switch(on=on)
                told = self._told()
            except BenchError:
                if attempt == self._times.tries:
                    raise
            else:
                if told is None or told is on:
                    return attempt
                if attempt == self._times.tries:
                    raise PowerError(NOT_CLICKED.say(
                        name=self.name, asked=WORDS["on" if on else "off"], found=WORDS["on" if told else "off"]))
            time.sleep(self._times.again_after_ms / 1_000)
        raise AssertionError("a try returns or raises")

    def _told(self) -> bool | None:
        if Ability.READ_BACK not in self.can:
            return None
        time.sleep(self._times.settle_ms / 1_000)
        return self._switch.ask()

    def _do(self, act: str, do: Callable[[], int]) -> None:
        at_ms, began_s, tries, error = wall_ms(), time.monotonic(), 1, ""
        try:
            tries = do()
        except BenchError as why:
            tries, error = self._times.tries, str(why)
            raise PowerError(error) from why
        finally:
            self._record(PowerAct(
                at_ms=at_ms, supply=self.name, act=act, tries=tries, error=error,
                took_ms=round((time.monotonic() - began_s) * 1_000)))


def _once(do: Callable[[], None]) -> int:
    do()
    return 1
