"""One board: its emulator's process, its memory, its plugs and its screen; power is that process's life.

Off is SIGKILL, between any two instructions; hung is SIGSTOP.  What it does with messages is nobody's
business here.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from hil.board.injection import Injection
from hil.board.nvm import SIZE, Nvm
from hil.board.package import Package, after
from hil.board.plugboard import Plugboard
from hil.board.qemu import command_of, why_not
from hil.board.receipts import Printer, Slip
from hil.board.screen import Screen, Shown
from hil.control.bench_error import BenchError
from hil.control.bound import start_bound
from hil.control.live_process import wall_ms
from hil.ports.ports import Address
from hil.processes.living import LIVING
from simulator.local_time import datetime_at
from simulator.machines.terminal.profile import Card

READY = "READY"
STARTED = "SOFTWARE "  # with its version, as soon as it was switched to
SERVICE_CODE = "201"  # on a stripe whose data a card does not bring itself
ANSWERS_S = 5.0  # a firmware that says nothing to a key for so long has no screen
LAST_WORDS = 300


class BoardPlace(msgspec.Struct, frozen=True, kw_only=True):
    """Where a board stands."""

    folder: Path
    firmware: Path
    injection: Injection
    ecr: Address  # where its till is awaited
    host: Callable[[], Address | None]
    ahead_ms: Callable[[], int]  # how far the calendar is ahead of the wall clock
    boot_s: float


class BoardStatus(msgspec.Struct, frozen=True):
    """What a board says of itself on its screen."""

    busy: int = 0
    reversal: int = 0
    advices: int = 0
    settlement: int = 0
    downloads: int = 0
    signed_on: int = 0
    stan: int = 0
    batch: int = 0
    items: int = 0

    @property
    def at_rest(self) -> bool:
        """Whether nothing is pending."""
        return not (self.busy or self.reversal or self.advices or self.downloads)


class Board:
    """A board, through as many starts as it takes."""

    def __init__(self, place: BoardPlace) -> None:
        """``BenchError`` where no board can run on this machine."""
        if why := why_not(place.firmware):
            raise BenchError(why)
        self._place = place
        self.nvm = Nvm(place.folder / "board.nvm", place.injection.block())
        self.screen = Screen(place.folder / "screen.jsonl", self._shown)
        self._plugs = Plugboard(place.ecr, place.host, self.screen.heard)
        self._process: subprocess.Popen[bytes] | None = None
        self._errors = place.folder / "board.err"
        self._began_s, self._after = 0.0, 0  # of the last start: when, and behind which line
        self._was_ready = False  # since then
        self.boots_s: list[float] = []  # from power to ready, of each start that came so far
        self.loader: Callable[[str], Package] = after  # by the version that runs: what a maker's loader would give
        self._package: Package | None = None
        self.on_receipt: Callable[[Slip], None] = lambda _: None
        self._printer = Printer(self._gave)

    @property
    def ecr(self) -> Address:
        """Where a till connects."""
        return self._plugs.ecr

    def running_pid(self) -> int | None:
        """The number of the process that runs; None where none does."""
        process = self._process
        return process.pid if process is not None and process.poll() is None else None

    @property
    def is_on(self) -> bool:
        """Whether it runs."""
        return self.running_pid() is not None

    def is_ready(self) -> bool:
        """Wait until it says so, as long as a boot may take; whether it did.  Who is not ready then is silent."""
        if self._was_ready and self.is_on:
            return True  # the line itself is forgotten when enough others have come
        after = self._after
        shown = self.screen.wait(READY, after, self._began_s + self._place.boot_s - time.monotonic(), lambda: not self.is_on)
        self._was_ready = shown is not None and after == self._after
        return shown is not None

    def power_on(self) -> None:
        """Give it power; nothing is waited for."""
        if self._process is not None:  # killed by its power supply
            LIVING.remove(self._process)
        self._after, self._was_ready = self.screen.count, False
        self.screen.begins()
        self._printer.begins()
        self._began_s = time.monotonic()
        with self._errors.open("ab") as errors:
            self._process = process = start_bound(
                command_of(self._place.firmware, self.nvm.path, self._plugs.uarts, SIZE), errors)
        LIVING.add(process)

    def power_off(self) -> None:
        """SIGKILL, now; it has ended when this returns."""
        process = self._process
        if process is not None:
            process.kill()
            process.wait()
            LIVING.remove(process)

    def close(self) -> None:
        """Nothing is left behind."""
        self.power_off()
        self._plugs.close()

    def words(self) -> str:
        """What the emulator wrote to standard error."""
        return self._errors.read_text("utf-8", "replace").strip()[-LAST_WORDS:] or "-"

    # ---- hands -------------------------------------------------------------------------------

    def type(self, command: str) -> None:
        """A line of UART2, as hands type it; a board without power hears nothing."""
        self._plugs.type(command.encode("ascii") + b"\n")

    def ask(self, command: str, beginning: str, within_s: float = ANSWERS_S) -> Shown | None:
        """Type something, and what is then shown; None where it says nothing, or has no power."""
        self.is_ready()
        after = self.screen.count
        self.type(command)
        return self.screen.wait(beginning, after, within_s, lambda: not self.is_on)

    def present(self, card: Card) -> None:
        """A customer holds a card at the reader and types a PIN."""
        self.ask(card_line(card), "CARD")

    def status(self) -> BoardStatus | None:
        """How it stands; None where it does not say."""
        shown = self.ask("STATUS", "STATUS")
        if shown is None:
            return None
        facts = dict(word.split("=", 1) for word in shown.text.split()[1:] if "=" in word)
        return msgspec.convert(facts, BoardStatus, strict=False)

    def set_clock(self) -> None:
        """Its clock shows what the calendar shows: it has gone on while the board had no power."""
        self.type(clock_line(wall_ms() + self._place.ahead_ms()))

    def _gave(self, slip: Slip) -> None:
        self.on_receipt(slip)

    def _shown(self, line: Shown) -> None:
        if line.what == "P":
            self._printer.heard(line.text)
        if line.what != "D":
            return
        if line.text.startswith(READY):
            self.boots_s.append(time.monotonic() - self._began_s)
            self.set_clock()
            self._package = None
        if line.text.startswith((READY, STARTED)) and len(words := line.text.split()) > 1 and words[1].isdecimal():
            self._package = self.loader(words[1])
        if self._package is not None and (answer := self._package.answers(line.text)) is not None:
            self.type(answer)


def card_line(card: Card) -> str:
    """How hands present a card.

    >>> card_line(Card(pan="6200009753180120", pin="123456"))
    'CARD 6200009753180120=3012201 swipe 123456'
    """
    made = f"{card.pan}={card.expiry}{'' if card.entry == 'keyed' else SERVICE_CODE}"
    track = card.track2.replace("D", "=") or made
    entry = {"stripe": "swipe"}.get(card.entry, card.entry)
    words = ["CARD", track, entry, card.pin or "-"]
    if card.sequence or card.icc_data:
        words += [card.sequence or "-", card.icc_data.hex().upper() if card.icc_data else "-"]
    return " ".join(words)


def clock_line(local_ms: int) -> str:
    """How its clock is set.

    >>> clock_line(1_769_479_200_000)
    'CLOCK 20260127100000'
    """
    return f"CLOCK {datetime_at(local_ms):%Y%m%d%H%M%S}"

