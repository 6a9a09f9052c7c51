"""A till and a terminal on one line in memory, with a clock of its own, and faults at any boundary of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from hil.ecr.link import Side
from hil.ecr.profile import Profile
from hil.ecr.tap import Passed, Tap
from hil.ecr.terminal import CancelHeard, OrderHeard, TerminalEvent, TerminalSession
from hil.ecr.till import Answered, TillEvent, TillSession
from hil.ecr.values import Answer, Ask, Order, Result, Stage

CARD = "620000******0120"
LONGEST_MS = 3_600_000

Kinds = frozenset[Ask]
# What becomes of one thing that passes: pieces with the delay of each.
Fault = Callable[[bytes, Profile], list[tuple[int, bytes]]]


def lose(_raw: bytes, _profile: Profile) -> list[tuple[int, bytes]]:
    return []


def spoil(raw: bytes, _profile: Profile) -> list[tuple[int, bytes]]:
    """A bit of a byte in the middle; of a single byte, the byte becomes another."""
    at = len(raw) // 2
    return [(0, raw[:at] + bytes([raw[at] ^ 0x40]) + raw[at + 1:])]


def double(raw: bytes, _profile: Profile) -> list[tuple[int, bytes]]:
    return [(0, raw), (0, raw)]


def stall(raw: bytes, profile: Profile) -> list[tuple[int, bytes]]:
    at = max(1, len(raw) // 2)
    return [(0, raw[:at]), (2 * profile.said.timers.byte_ms + 10, raw[at:])]


def cut_short(raw: bytes, _profile: Profile) -> list[tuple[int, bytes]]:
    return [(0, raw[:len(raw) // 2])]


def noisy(raw: bytes, _profile: Profile) -> list[tuple[int, bytes]]:
    return [(0, b"\x00\xff\x7e~x" + raw)]


def hold(raw: bytes, profile: Profile) -> list[tuple[int, bytes]]:
    return [(profile.said.timers.ack_ms + 100, raw)]


FAULTS: dict[str, Fault] = {
    "lose": lose, "spoil": spoil, "double": double, "stall": stall, "cut_short": cut_short,
    "noisy": noisy, "hold": hold,
}


@dataclass
class Pair:
    """Both sides, and what became of all that was asked."""

    profile: Profile
    faults: dict[int, Fault] = field(default_factory=dict)  # by the number of what passes
    approves: bool = True
    works_ms: int = 800
    receipt: tuple[str, ...] = ("SHOP", "", "", "TOTAL 15.00")
    swallows: Kinds = frozenset()  # requests of the till that never arrive
    goes_dark_at: int | None = None  # the line is gone when this number passes
    dark_for_ms: int = 2_000

    def __post_init__(self) -> None:
        self.now = 0
        self.till = TillSession(self.profile, tid="10000001", till="1")
        self.terminal = TerminalSession(self.profile, tid="10000001", mid="898000000000001")
        self.tap = Tap(self.profile)
        self.passed: list[Passed] = []
        self.on_line: list[tuple[int, int, Side, bytes]] = []  # due, number, to whom, bytes
        self.orders: list[Order] = []
        self.till_events: list[TillEvent] = []
        self.terminal_events: list[TerminalEvent] = []
        self.due: list[tuple[int, Callable[[], None]]] = []
        self._stan = 6
        self._last_due: dict[Side, int] = {"till": 0, "terminal": 0}
        self._dark_until: int | None = None

    # ---- what is asked -------------------------------------------------------------------------

    def ask(self, order: Order) -> Answered:
        """Ask and wait until it has ended."""
        self.till.begin(order, self.now)
        return self.wait()

    def wait(self) -> Answered:
        until = self.now + LONGEST_MS
        while self.now < until:
            self.turn()
            ended = [event for event in self.till_events if isinstance(event, Answered)]
            if ended:
                self.till_events = [event for event in self.till_events if not isinstance(event, Answered)]
                return ended[0]
            if not self.step():
                break
        raise AssertionError(f"never ended; passed: {[each.shown for each in self.passed]}")

    def rest(self) -> None:
        """Let all come to an end that has begun."""
        for _ in range(2_000):
            self.turn()
            waits = self.on_line or self.due or self._dark_until is not None
            if waits or self.terminal.is_busy or self.till.is_busy:
                if not self.step():
                    return
            else:
                return

    # ---- the world -----------------------------------------------------------------------------

    def turn(self) -> None:
        """Nothing waits: move what is to be written to the line, and tell what has happened."""
        for _ in range(1_000):
            moved = self._write("till", self.till.take_outbox()) | self._write("terminal", self.terminal.take_outbox())
            for event in self.terminal.take_events():
                moved = True
                self.terminal_events.append(event)
                self._happened(event)
            for event in self.till.take_events():
                moved = True
                self.till_events.append(event)
            if not moved:
                return
        raise AssertionError("the two talk without an end")

    def step(self) -> bool:
        """Go on to the next moment at which something happens; False where nothing will."""
        times = [
            at for at in (
                self.till.deadline_ms, self.terminal.deadline_ms, self.tap.deadline_ms,
                self._dark_until, *(due for due, *_ in self.on_line), *(due for due, _ in self.due))
            if at is not None
        ]
        if not times:
            return False
        self.now = max(self.now, min(times))
        if self._dark_until is not None and self.now >= self._dark_until:
            self._dark_until = None
            self.till.line_back(self.now)
        for entry in [entry for entry in self.on_line if entry[0] <= self.now]:
            self.on_line.remove(entry)
            (self.till if entry[2] == "till" else self.terminal).receive(entry[3], self.now)
            self.turn()
        for entry in [entry for entry in self.due if entry[0] <= self.now]:
            self.due.remove(entry)
            entry[1]()
        self.passed += self.tap.tick(self.now)
        self.till.tick(self.now)
        self.terminal.tick(self.now)
        return True

    def _write(self, by: Side, data: bytes) -> bool:
        if not data:
            return False
        if self._dark_until is not None:
            return True
        to: Side = "terminal" if by == "till" else "till"
        found = self.tap.heard(by, data, self.now)
        assert b"".join(each.raw for each in found) == data, "a side writes whole things"
        for each in found:
            number = len(self.passed)
            self.passed.append(each)
            if number == self.goes_dark_at:
                self._go_dark()
                return True
            fault = lose if each.kind in self.swallows else self.faults.get(number)
            pieces = fault(each.raw, self.profile) if fault else [(0, each.raw)]
            for delay, piece in pieces:
                due = max(self.now + delay, self._last_due[to])  # a line keeps its order
                self._last_due[to] = due
                self.on_line.append((due, number, to, piece))
        return True

    def _go_dark(self) -> None:
        self.on_line.clear()
        self._last_due = {"till": 0, "terminal": 0}
        self._dark_until = self.now + self.dark_for_ms
        self.till.line_lost(self.now)
        self.terminal.line_lost(self.now)
        self.tap = Tap(self.profile)

    def _happened(self, event: TerminalEvent) -> None:
        if isinstance(event, OrderHeard):
            self.orders.append(event.order)
            self.due.append((self.now + self.works_ms // 4, lambda: self.terminal.progress(Stage.CARD, self.now)))
            self.due.append((self.now + self.works_ms, lambda: self._conclude(event.order, cancelled=False)))
        elif isinstance(event, CancelHeard):
            self.due.clear()
            self.due.append((self.now, lambda: self._conclude(self.orders[-1], cancelled=True)))

    def _conclude(self, order: Order, *, cancelled: bool) -> None:
        self._stan += 1
        if cancelled:
            answer = Answer(result=Result.REFUSED, reason="cancelled")
        elif self.approves:
            answer = Answer(
                result=Result.APPROVED, response_code="00", stan=self._stan, batch=1, rrn="112233445566",
                auth_code="A1B2C3", amount_fen=order.amount_fen, card=CARD, date="20261126",
                time="120102", receipt=self.receipt)
        else:
            answer = Answer(result=Result.DECLINED, response_code="51", stan=self._stan)
        self.terminal.answer(answer, self.now)


def sale_of(profile: Profile, order: str = "ABC123", amount_fen: int = 1500) -> Order:
    return Order(kind=Ask.SALE, order=order, amount_fen=amount_fen)
