"""One virtual device on a bench, and the clerk at it: through as many processes as it takes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import msgspec

from hil.control.control import ANSWER_TIMEOUT_S, PROMPT_S, Request
from hil.control.live_process import wall_ms
from hil.device.requests import (
    CutPower,
    DeviceStatus,
    Jump,
    Operate,
    Outcome,
    Present,
    Status,
    Stop,
)
from hil.files.trace_file import read_trace
from hil.ports.ports import PortError
from hil.processes.process import HERE, BenchError, BenchProcess, Where, wait_until
from hil.tills.counter import Meant
from hil.tills.ends import People, Wish
from simulator.machines.terminal.profile import Card
from simulator.trace.records import Concluded
from simulator.wire.identifiers import file_name
from simulator.wire.kinds import Kind

T = TypeVar("T", bound=msgspec.Struct)
TEST_CARD = Card(pan="6200009753180120")


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a device stands: its files, and what it asks of its bench."""

    folder: Path
    scenario: Path
    address: Callable[[], str]  # the host's, which may come back at another
    ahead_ms: Callable[[], int]  # how far the calendar is ahead of the wall clock
    people: People
    password: str = "0000"  # of the clerk
    where: Where = HERE  # its process
    answer_s: float = ANSWER_TIMEOUT_S  # who says nothing for so long is stuck


class BenchDevice:
    """One virtual device, its memory and its trace, through as many processes as it takes."""

    def __init__(self, place: Place, tid: str, mid: str, options: tuple[str, ...]) -> None:
        self._place = place
        self._options = options
        self.tid = tid
        self.mid = mid
        self.nvm = place.folder / f"{file_name(tid)}.nvm"
        self.trace = place.folder / f"{file_name(tid)}.jsonl"
        self.password = place.password
        self._process: BenchProcess | None = None

    @property
    def is_on(self) -> bool:
        """Whether a process runs, as far as the bench knows."""
        return self._process is not None

    def running_pid(self) -> int | None:
        """The number of the process that runs; None where none does."""
        process = self._process
        return process.pid if process is not None and process.is_running() else None

    def now_ms(self) -> int:
        """What its calendar shows."""
        return wall_ms() + self._place.ahead_ms()

    @property
    def process(self) -> BenchProcess:
        """The process that runs; ``BenchError`` where none does."""
        if self._process is None:
            raise BenchError(f"terminal {self.tid} is off")
        return self._process

    def power_on(self) -> None:
        """Start a process on this device's memory."""
        place = self._place
        self._process = BenchProcess(f"device {self.tid}", [
            "device", "--tid", self.tid, "--mid", self.mid, "--host", place.address(),
            "--scenario", str(place.scenario), "--nvm", str(self.nvm), "--trace", str(self.trace),
            "--ahead-ms", str(place.ahead_ms()), *self._options,
        ], place.folder / f"{file_name(self.tid)}.err", place.where, place.answer_s)

    def cut_power(self) -> None:
        """SIGKILL, now."""
        self.process.kill()
        self._process = None

    def wait_for_power_cut(self) -> None:
        """Wait until a cut that was prepared has happened."""
        if not self.process.has_died():
            raise BenchError(f"terminal {self.tid} ended by itself: {self.process.words()}")
        self._process = None

    def operate(self, kind: Kind, order: str = "", **asked: object) -> Outcome:
        """Do as a clerk does and wait for the outcome."""
        return self.process.ask(Operate(kind=kind, order=order, **asked), Outcome)  # type: ignore[arg-type]

    def present(self, meant: Meant) -> None:
        """A customer holds this at the terminal, for what the till asks next."""
        wish = meant.wish
        self.process.do(
            Present(card=meant.card, qr_code=wish.qr_code, order=wish.order, signature=wish.signature),
            PROMPT_S)

    def ask_alone(self, request: Request, answer: type[T]) -> T:
        """Ask on a connection of its own, so that others may be asked meanwhile."""
        client = self.process.another_control()
        try:
            return client.ask(request, answer)
        finally:
            client.close()

    def sign_on(self) -> Outcome:
        """Sign on as clerk 01."""
        return self.operate(Kind.SIGN_ON, password=self.password)

    def sell(self, sale: str, amount_fen: int, card: Card = TEST_CARD) -> Outcome:
        """A customer means a sale, and the clerk makes it."""
        self._place.people.mean(
            self.mid, Wish(kind=Kind.SALE, order=sale, amount_fen=amount_fen, card=card), card)
        return self.try_again(sale, amount_fen, card)

    def try_again(self, sale: str, amount_fen: int, card: Card = TEST_CARD) -> Outcome:
        """Once more for a sale that was meant before."""
        return self.operate(Kind.SALE, sale, amount_fen=amount_fen, card=card)

    def sell_into_power_cut(self, sale: str, amount_fen: int, cut: CutPower) -> None:
        """A sale in which the power goes."""
        self.process.do(cut)
        try:
            self.sell(sale, amount_fen)
        except PortError:
            self.wait_for_power_cut()
        else:
            raise BenchError(f"the power did not go in sale {sale}")

    def told(self, sale: str) -> str:
        """How the last try of a sale ended, as the counter saw it; "" if it saw nothing."""
        results = [
            record.result for record in read_trace(self.trace)
            if isinstance(record, Concluded) and record.sale == sale
        ]
        return results[-1] if results else ""

    def sell_in_the_end(self, sale: str, amount_fen: int, tries: int = 10) -> None:
        """What a patient clerk does: rest, look whether it was approved, else try once more."""
        for _ in range(tries):
            self.wait_at_rest()
            if self.told(sale) == "approved":
                return
            self.try_again(sale, amount_fen)
        raise BenchError(f"sale {sale} was not approved in {tries} tries")

    def status(self) -> DeviceStatus:
        """How it stands."""
        return self.process.ask(Status(), DeviceStatus, PROMPT_S)

    def wait(self, what: str, met: Callable[[DeviceStatus], bool]) -> DeviceStatus:
        """Look until a condition is met."""
        return wait_until(f"terminal {self.tid}: {what}", self.status, met)

    def wait_at_rest(self) -> DeviceStatus:
        """Look until nothing is pending."""
        return self.wait("at rest", lambda status: status.at_rest)

    def jump(self, by_ms: int) -> None:
        """Its calendar follows the host's."""
        if self._process is not None:
            self._process.do(Jump(by_ms=by_ms), PROMPT_S)

    def stop(self) -> None:
        """Switch it off in good order."""
        if self._process is not None:
            self._process.stop(Stop())
            self._process = None
