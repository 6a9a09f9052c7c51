"""What a check has to go by: the line, the till's answers, the moments of power, and the profile.

Nothing of the terminal's own: a real one shows no more than this.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from hil.checks.line import request_of
from hil.checks.results import NotReachedError, Reading
from hil.relay.seen import SeenMessage
from hil.tills.ends import Told as Answer
from hil.tills.ends import Wish
from simulator.catalogue.language import Told
from simulator.judge.verdict import Judgement
from simulator.machines.terminal.profile import TerminalProfile


class Step(msgspec.Struct, frozen=True):
    """One thing that the till was asked for, and how it ended."""

    name: str
    wish: Wish
    answer: Answer
    begun_ms: float
    ended_ms: float


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that was seen of one case."""

    seen: tuple[SeenMessage, ...]
    steps: tuple[Step, ...] = ()
    struck: dict[str, tuple[SeenMessage, ...]] = {}  # by the name of the disturbance
    cuts: tuple[tuple[float, float], ...] = ()  # when the power went, and when it was back
    profile: TerminalProfile = TerminalProfile()
    tolerance_ms: float = 500.0
    late_ms: float = 0.0  # how late this machine itself was, at worst, and the terminal's process without a processor
    starved: Told | None = None  # the terminal's process was kept from its processor for longer than the case bears
    judgement: Judgement | None = None

    def step(self, name: str) -> Step:
        """What was asked for under a name; the check did not come so far where there is none."""
        found = next((each for each in reversed(self.steps) if each.name == name), None)
        if found is None:
            raise NotReachedError(Told(f"it did not come to {name}", f"未进行到 {name}"))
        return found

    def at(self, name: str) -> SeenMessage:
        """The first message that a disturbance struck."""
        found = self.struck.get(name, ())
        if not found:
            raise NotReachedError(Told(
                f'the message for "{name}" never came', f"“{name}”所等的报文没有出现"))
        return found[0]

    def request(self, name: str) -> SeenMessage:
        """The request of what a disturbance struck, be it the request or its reply."""
        struck = self.at(name)
        found = request_of(self.seen, struck)
        if found is None:
            raise NotReachedError(Told(
                f"no request of the {struck.mti} was seen", f"没有看到 {struck.mti} 的请求"))
        return found

    @property
    def margin_ms(self) -> float:
        """What a time may be off by: the bench's tolerance."""
        return self.tolerance_ms


Look = Callable[[Evidence], Reading]


class Rule(msgspec.Struct, frozen=True):
    """One thing that must hold, with the name of what is measured for it."""

    name: str
    words: Told
    unit: str
    look: Look
    timed: bool = False  # a time is measured: this machine's own lateness counts
