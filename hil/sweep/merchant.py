"""What a merchant does at a terminal: asks, looks what it said, switches it on again, tries again.

Tries again only what was not approved, and only once the terminal is at rest; a terminal that is dark
is asked what became of its last order when it is back.  One that has power and stays silent is stuck:
that is noted, and its power is switched off and on.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from hil.bench.rig import Rig
from hil.bench.standing import NoPower
from hil.control.bench_error import BenchError
from hil.ports.ports import PortError, SilentError
from hil.sweep.kinds import Ask, Disturb, Jump, Remedy, Step
from hil.sweep.results import Text, text
from hil.tills.ends import SILENT, Told, Wish
from simulator.catalogue.language import Message
from simulator.catalogue.language import Told as Words
from simulator.local_time import datetime_at
from simulator.wire.kinds import COUNTS, Kind
from simulator.world.people.orders import drawn

MOST_TRIES = 3
APPROVED = "approved"
FAILED = "failed"
REFUSED = "refused"  # by the terminal itself, which asked nobody
PENDING = "pending"  # the terminal sees to it by itself: whoever tries again pays twice
SILENT_AT = Message("silent_at", "{order}: the terminal had power and did not answer; it was switched off and on",
                    "{order}：终端有电但不应答；已断电重启")
SILENT_AT_REST = Message("silent_at_rest", "between operations the terminal had power and did not answer; "
                         "it was switched off and on", "两笔操作之间终端有电但不应答；已断电重启")
RESTLESS = Message("restless", "the terminal sent message after message by itself for {seconds} s, and did not come to rest",
                   "终端自行连续收发报文 {seconds} 秒，始终不停")
HELPLESS = Message("helpless", "terminal {tid} does not answer, and switching it off and on does not help",
                   "终端 {tid} 不应答，断电重启也无效")
NOBODY = Message("nobody", "terminal {tid} does not answer, and nothing here switches it off and on: give [power] in the "
                 "bench file", "终端 {tid} 不应答，且无法为其断电重启：请在测试台文件中给出 [power]")
A_SECOND_MS, A_DAY_MS = 1_000, 86_400_000
_LOOK_S = 0.5
_WAITS_FOR_REST = 5  # times as long as for an answer
_OPEN = frozenset({"", PENDING})


class StuckForGoodError(Exception):
    """A terminal that has power and does not answer, whatever the bench does: it is at fault, and nothing more can be done."""

    def __init__(self, why: Words) -> None:
        super().__init__(why.en)
        self.why = text(why)


class Merchant:
    """One counter, in one case."""

    def __init__(self, rig: Rig) -> None:
        self._rig = rig
        self._patience_s = 2 * rig.profile.reply_timeout_ms / 1000
        self._told: dict[str, Told] = {}  # by order, as its last operation ended: what others refer to
        self._ended: dict[tuple[str, Kind], Told] = {}  # of each operation of an order
        self.last_took_s = 0.0  # from asking to the answer
        self.stuck: list[Text] = []  # each time that the terminal was stuck
        self.is_served = True  # by the host and the banks: else what is owed stays owed, and nobody waits for it
        self._stuck_in_a_row = 0
        self._is_restless = False

    def prepare(self, steps: tuple[Step, ...]) -> None:
        """All that must be so before; ``BenchError`` where it cannot be made so."""
        for step in steps:
            match step:
                case Remedy(toml):
                    self._rig.host.action(toml)
                case Disturb(toml):
                    self._rig.host.fault(toml)
                case Jump():
                    self._jump(step)
                case Ask():
                    told = self.ask(step)
                    if told.result != APPROVED:
                        raise BenchError(f"{step.kind.value} before the operation was not approved: {said(told)}")

    def ask(self, ask: Ask) -> Told:
        """Once."""
        order = ask.order or ask.kind.value
        began_s = time.monotonic()
        try:
            told = self._rig.till.operate(Wish(
                kind=ask.kind, order=order, amount_fen=ask.amount_fen, original=self._told.get(ask.of),
                signature=drawn(order) if ask.signed else None))
        except SilentError:
            told = Told("", reason=SILENT, kind=ask.kind, order=order)
        except (BenchError, PortError):
            if self._rig.power.is_on:
                raise
            told = Told("", kind=ask.kind, order=order)  # it went dark before it could be asked
        if told.reason == SILENT and not told.result and self._rig.power.is_on:
            self._is_stuck(order)
        elif told.result:
            self._stuck_in_a_row = 0
        self.last_took_s = time.monotonic() - began_s
        self._keep(order, told)
        return told

    def ask_until_approved(self, ask: Ask) -> list[str]:
        """Until it is approved, a few times at most; what was told to each try."""
        told: list[str] = []
        while len(told) < MOST_TRIES and not (told and self.is_settled(ask)):
            if told and told[-1].startswith(REFUSED):
                time.sleep(self._patience_s / 2)  # it is busy: with an update, a reversal, a download
            told += self.ask_once(ask)
        return told

    def is_settled(self, ask: Ask) -> bool:
        """Whether nobody has to try again: it is approved, or the terminal sees to it."""
        told = self._ended.get((ask.order or ask.kind.value, ask.kind))
        return told is not None and told.result in {APPROVED, PENDING}

    def ask_once(
        self, ask: Ask, between: Callable[[], None] = lambda: None, *, hurries: bool = False,
    ) -> list[str]:
        """One try, and until the terminal is at rest again; ``between``: done as soon as it has said something.

        Who ``hurries`` does not wait for that where it has failed: what is asked next comes while a
        reversal is owed.
        """
        told = self.ask(ask)
        if hurries and told.result == FAILED:
            between()
            return [said(told)]
        return [said(self._looked_at(ask, told, between))]

    def can_name(self, order: str) -> bool:
        """Whether the counter knows the number of an approval: one that it only looked up later has none."""
        told = self._told.get(order)
        return told is not None and bool(told.stan or told.voucher)

    def approved(self, ask: Ask) -> bool:
        """Whether the terminal said so, as far as the counter knows."""
        told = self._ended.get((ask.order or ask.kind.value, ask.kind))
        return told is not None and told.result == APPROVED

    def knows(self, asks: tuple[Ask, ...]) -> bool:
        """Whether the counter knows how each of them ended: else nobody can say what should be paid."""
        ended = (self._ended.get((each.order or each.kind.value, each.kind)) for each in asks)
        return all(each is not None and each.result not in _OPEN for each in ended)

    def forget(self) -> None:
        """What is settled is asked about no more."""
        self._told.clear()
        self._ended.clear()

    def should_fen(self, asks: tuple[Ask, ...]) -> int:
        """What the terminal told the counter: taken, less what was given back."""
        return sum(COUNTS[each.kind] * self._fen(each) for each in asks if self.approved(each))

    def power_returns(self) -> None:
        """Where it is off, it is switched on; then it comes to rest or does not.

        The power may go while it is looked at: what it does by itself has boundaries too.
        """
        for _ in range(MOST_TRIES):
            if not self._rig.power.is_on:
                self._rig.power.on()
            try:
                self._rest()
            except SilentError:
                self._is_stuck("")
            except (BenchError, PortError):
                if self._rig.power.is_on:
                    raise
            if self._rig.power.is_on:
                return

    def _jump(self, jump: Jump) -> None:
        now_ms = self._rig.host.report().now_ms
        today = datetime_at(now_ms).replace(hour=0, minute=0, second=0, microsecond=0)
        midnight_ms = round(today.timestamp() * A_SECOND_MS) + A_DAY_MS  # the next one
        try:
            self._rig.host.jump(by_ms=midnight_ms + jump.to_midnight_s * A_SECOND_MS - now_ms)
        except (BenchError, PortError):
            if self._rig.power.is_on:
                raise  # else it went dark meanwhile, and comes back with the new time

    def _is_stuck(self, order: str) -> None:
        """It has power and does not answer: switched off, to be switched on again; in the end somebody must come."""
        self._stuck_in_a_row += 1
        tid, has_power = self._rig.dut.tid, not isinstance(self._rig.power, NoPower)
        if self._stuck_in_a_row > MOST_TRIES or not has_power:
            raise StuckForGoodError((HELPLESS if has_power else NOBODY).both(tid=tid))
        self.stuck.append(text(SILENT_AT.both(order=order) if order else SILENT_AT_REST.both()))
        self._rig.power.off()

    def _rest(self) -> None:
        """Until it is at rest, or nothing has moved for longer than a terminal waits for anything.

        What waits for the next settlement is no reason to stand at the counter, and what a closed host
        refuses again and again is none before it opens.
        """
        count, since_s = -1, time.monotonic()
        began_s = since_s
        longest_s = self._patience_s if self._is_restless else _WAITS_FOR_REST * self._rig.bench.part.limits.answer_ms / 1000
        while not self._rig.rest(within_s=_LOOK_S):
            if not self.is_served and time.monotonic() - began_s > self._patience_s:
                return
            if time.monotonic() - began_s > longest_s:
                self._rests_never(longest_s)
                return
            if count != (now := len(self._rig.line.seen)):
                count, since_s = now, time.monotonic()
            elif time.monotonic() - since_s > self._patience_s:
                return

    def _rests_never(self, waited_s: float) -> None:
        """A message loop of its own: noted once, and from then on nobody waits for its end."""
        if not self._is_restless:
            self.stuck.append(text(RESTLESS.both(seconds=round(waited_s))))
        self._is_restless = True

    def _looked_at(self, ask: Ask, told: Told, between: Callable[[], None]) -> Told:
        between()
        self.power_returns()
        if told.result not in _OPEN:
            return told
        order = ask.order or ask.kind.value
        last = Told(self._rig.till.told(order) or told.result, kind=ask.kind, order=order, amount_fen=ask.amount_fen)
        self._keep(order, last)
        return last

    def _keep(self, order: str, told: Told) -> None:
        self._told[order] = self._ended[order, told.kind] = told

    def _fen(self, ask: Ask) -> int:
        told = self._ended[ask.order or ask.kind.value, ask.kind]
        original = self._told.get(ask.of)
        return told.amount_fen or ask.amount_fen or (original.amount_fen if original is not None else 0)


def said(told: Told) -> str:
    """What a terminal said, in its own words."""
    why = told.reason or told.response_code.replace("00", "")
    return f"{told.result or 'nothing'}{f' ({why})' if why else ''}"
