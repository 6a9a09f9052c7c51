"""A terminal that stands on the bench by itself, real or emulated: what drives it and what it runs on.

Where a bench file gives no driver, what is missing says so when it is asked.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from hil.bench import standing_words as words
from hil.benches.bench_file import BenchFile, BenchFileError
from hil.control.bench_error import BenchError
from hil.hands.asking import hands_of, hands_settings
from hil.hands.hands import Hands, HandsAct
from hil.power.power import Ability, PowerError, PowerSupply
from hil.power.powers import PowerPlace, power_of, power_settings
from hil.processes.living import LIVING
from hil.tills.ends import Can, Till, Told, Wish
from simulator.catalogue.language import Told as Words
from simulator.wire.kinds import Kind

AGAIN_S = 1.0  # before a terminal that still boots is asked once more
ANSWERED = ("declined", "refused")


class NoPower:
    """A terminal that nothing here turns off."""

    name = "no power supply"
    can: frozenset[Ability] = frozenset()
    is_on = True

    def off(self) -> None:
        """Nobody can."""
        raise PowerError("nothing here turns this terminal off: give [power] in the bench file")

    def on(self) -> None:
        """It is."""

    def hang(self) -> None:
        """Nobody can."""
        raise PowerError("nothing here stops this terminal: give [power] in the bench file")

    def resume(self) -> None:
        """It was not stopped."""

    def close(self) -> None:
        """Nothing is held."""


class NoTill:
    """A terminal that nothing here drives."""

    why = "nothing here drives this terminal: give [ecr] or [hands] in the bench file"

    def can(self, _kind: Kind) -> Can:
        """Nothing can be asked of it."""
        return Can(self.why)

    def lacks(self, wish: Wish) -> str:
        """All of it."""
        return wish.kind.value

    def operate(self, _wish: Wish) -> Told:
        """Nobody can."""
        raise BenchError("nothing here drives this terminal: give [ecr] or [hands] in the bench file")

    def told(self, _sale: str) -> str:
        """Nobody saw."""
        return ""

    def rest(self) -> None:
        """Nobody knows; the line says."""

    def close(self) -> None:
        """Nothing is held."""


def hands_for(bench: BenchFile, record: Callable[[HandsAct], None]) -> Hands | None:
    """The hands of a standing terminal; None where the file names none.  ``HandsError`` where nobody can be asked."""
    part = bench.part.hands
    if part is None:
        return None
    try:
        return hands_of(hands_settings(part.driver, part.settings), record)
    except ValueError as error:
        raise BenchFileError(f"{bench.path.name}: hands.settings: {error}") from None


def supply_of(bench: BenchFile, place: PowerPlace) -> PowerSupply:
    """The power supply of a standing terminal; ``BenchFileError`` where the file cannot mean one."""
    part = bench.part.power
    if part is None:
        return NoPower()
    try:
        settings = power_settings(part.driver, part.settings)
    except ValueError as error:
        raise BenchFileError(f"{bench.path.name}: power.settings: {error}") from None
    return power_of(settings, place)


def sign_on(till: Till, bench: BenchFile, tid: str) -> None:
    """Sign on as the bench's clerk; a terminal that still boots is given its time.  ``BenchError`` where it does not."""
    device = bench.device
    until_s = time.monotonic() + (0 if bench.is_virtual else bench.part.limits.boot_ms / 1000)
    while True:
        told = till.operate(Wish(kind=Kind.SIGN_ON, clerk=device.clerk, password=device.password))
        if told.approved:
            return
        if told.result in ANSWERED or time.monotonic() >= until_s:
            why = told.reason or told.response_code or told.result or "it went dark"
            raise BenchError(f"terminal {tid} did not sign on: {why}")
        LIVING.go_on()
        time.sleep(AGAIN_S)


def come_clean(till: Till, power: PowerSupply, start: Callable[[], None]) -> list[Words]:
    """Power cycle, sign on and settle what is open; what could not be done is told."""
    notes: list[Words] = []
    if isinstance(power, NoPower):
        notes.append(words.NO_CYCLE.both())
    else:
        power.off()
        power.on()
    if not (able := till.can(Kind.SIGN_ON)):
        return [*notes, words.AS_IT_IS.both(why=able.why)]
    start()
    if not (able := till.can(Kind.SETTLEMENT)):
        return [*notes, words.NOT_SETTLED.both(why=able.why)]
    told = till.operate(Wish(kind=Kind.SETTLEMENT))
    if not told.approved:
        notes.append(words.NOT_SETTLED.both(why=told.reason or told.response_code or told.result or "silent"))
    return notes
