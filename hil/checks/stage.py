"""One case on a rig: what is asked of the terminal, what is done to its line and its power.

It writes down what the till was told and what each disturbance struck; it judges nothing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from itertools import count
from typing import Any

import msgspec

from hil.bench.line import Place
from hil.bench.rig import Rig
from hil.bench.standing import NoTill
from hil.checks.evidence import Evidence, Step
from hil.checks.results import NotReachedError
from hil.control.live_process import wall_ms
from hil.processes.living import LIVING
from hil.relay.decisions import LOSE, PASS, Decision
from hil.relay.matching import Match
from hil.relay.rules import LineRule, RuleHandle
from hil.relay.seen import SeenMessage, Way
from hil.tills.ecr_till import EcrTill
from hil.tills.ecr_with_keys import EcrWithKeys
from hil.tills.ends import WITH_CODE, Wish
from hil.tills.ends import Told as Answer
from simulator.catalogue.language import Told
from simulator.machines.terminal.profile import Card, TerminalProfile
from simulator.wire.kinds import MTI, Kind, mti_of_reply

CUT_WITHIN_S = 20.0
LOOK_S = 0.02
# What must have been approved before a kind can be asked for, nearest first.
BEFORE: dict[Kind, Kind] = {
    Kind.VOID: Kind.SALE, Kind.REFUND: Kind.SALE, Kind.PREAUTH_VOID: Kind.PREAUTH,
    Kind.COMPLETION: Kind.PREAUTH, Kind.COMPLETION_VOID: Kind.COMPLETION,
    Kind.COMPLETION_ADVICE: Kind.PREAUTH, Kind.ADJUST: Kind.SALE, Kind.TIP: Kind.SALE,
    Kind.QR_VOID: Kind.QR_SALE, Kind.QR_REFUND: Kind.QR_SALE,
}
PLAIN = frozenset({Kind.SETTLEMENT, Kind.SIGN_ON, Kind.SIGN_OFF, Kind.ECHO_TEST})  # no sum


def kinds_for(*kinds: Kind) -> frozenset[Kind]:
    """These kinds, and those that must go before them.

    >>> sorted(kind.value for kind in kinds_for(Kind.COMPLETION_VOID))
    ['completion', 'completion_void', 'preauth']
    """
    found = set(kinds)
    for kind in kinds:
        while (kind := BEFORE.get(kind, Kind.REVERSAL)) is not Kind.REVERSAL:
            found.add(kind)
    return frozenset(found)


class Stage:
    """A rig that is played on."""

    def __init__(self, rig: Rig, profile: TerminalProfile) -> None:
        self.rig = rig
        self.profile = profile
        self._steps: list[Step] = []
        self._handles: dict[str, RuleHandle] = {}
        self._cuts: list[tuple[float, float]] = []
        self._fens = count(1)
        self._went: dict[str, threading.Event] = {}
        self._dark: list[str] = []  # disturbances whose message found no power

    # ---- the till ----------------------------------------------------------------------------

    def fen(self, about: int = 1_000) -> int:
        """A sum that no other of this case has: a reply to another one cannot fit."""
        return about + next(self._fens) * 11

    def wish(self, kind: Kind, amount_fen: int = 0, **more: Any) -> Wish:
        """What is asked for, with a sum where the kind has one."""
        if not amount_fen and kind not in PLAIN and kind is not Kind.BALANCE and "original" not in more:
            amount_fen = self.fen()
        if kind in WITH_CODE:
            more.pop("card", None)
        return Wish(kind=kind, amount_fen=amount_fen, **more)

    def do(self, name: str, kind: Kind, amount_fen: int = 0, **more: Any) -> Answer:
        """Ask the till once, and keep what it was told under a name."""
        wish = self.wish(kind, amount_fen, **more)
        begun_ms = float(wall_ms())
        answer = self.rig.till.operate(wish)
        self._steps.append(Step(name, wish, answer, begun_ms, float(wall_ms())))
        return answer

    def key_in(self, name: str, kind: Kind, amount_fen: int = 0, **more: Any) -> Answer:
        """Ask as a clerk at the terminal's own keys does: with clerk and password, whatever a link has no words for."""
        till = self.rig.till
        keys = till.keys if isinstance(till, EcrWithKeys) else till
        if keys is None:
            raise NotReachedError(Told("nothing here presses the terminal's keys", "没有可按终端键盘的手段"))
        wish = self.wish(kind, amount_fen, **more)
        begun_ms = float(wall_ms())
        answer = keys.operate(wish)
        self._steps.append(Step(name, wish, answer, begun_ms, float(wall_ms())))
        return answer

    def ecr(self, kind: Kind) -> EcrTill:
        """The till at the ECR line; not reached where there is none, or its profile has no words for a kind."""
        till = self.rig.till
        if not isinstance(till, EcrWithKeys):
            raise NotReachedError(Told("no till stands at an ECR line here", "这里没有 ECR 线路上的收银机"))
        able = till.ecr.can(kind)
        if not able:
            raise NotReachedError(Told(able.why, able.why))
        return till.ecr

    def note(self, step: Step) -> None:
        """What was asked for in another way, and how it ended."""
        self._steps.append(step)

    def step(self, name: str) -> Step:
        """What was asked for under a name."""
        return next(each for each in reversed(self._steps) if each.name == name)

    def sent_in(self, name: str) -> tuple[SeenMessage, ...]:
        """What the terminal sent while something was asked for."""
        step = self.step(name)
        return tuple(each for each in self.rig.line.seen
                     if each.way is Way.UP and step.begun_ms <= each.at_ms <= step.ended_ms)

    def begin(self, name: str, kind: Kind, amount_fen: int = 0, **more: Any) -> Callable[[], Answer]:
        """Ask the till and do not wait; what is returned waits."""
        wish = self.wish(kind, amount_fen, **more)
        begun_ms = float(wall_ms())
        till = self.rig.till
        if isinstance(till, NoTill):
            raise NotReachedError(Told(till.why, till.why))
        ticket = till.begin(wish)

        def wait() -> Answer:
            answer = ticket.wait()
            self._steps.append(Step(name, wish, answer, begun_ms, float(wall_ms())))
            return answer

        return wait

    def must(self, name: str, kind: Kind, amount_fen: int = 0, **more: Any) -> Answer:
        """What must be approved before the case can go on."""
        answer = self.do(name, kind, amount_fen, **more)
        if not answer.approved:
            shown = " ".join(filter(None, (answer.result or "dark", answer.response_code, answer.reason)))
            raise NotReachedError(Told(
                f"{name} ({kind.value}) had to be approved first: {shown}",
                f"须先成功的 {name}（{kind.value}）：{shown}"))
        return answer

    def prepared(self, kind: Kind, **more: Any) -> dict[str, Any]:
        """Whatever must go before a kind, done; what its wish then needs."""
        before = BEFORE.get(kind)
        if before is None:
            return dict(more)
        original = self.must(f"{before.value} before", before, **self.prepared(before, **more))
        if kind in (Kind.REFUND, Kind.PREAUTH_VOID, Kind.COMPLETION, Kind.COMPLETION_ADVICE, Kind.QR_REFUND):
            return {**more, "original": original, "amount_fen": original.amount_fen}
        return {**more, "original": original}

    def ask(self, name: str, kind: Kind, **more: Any) -> Answer:
        """With all that must go before it."""
        return self.do(name, kind, **self.prepared(kind, **more))

    def settle(self, name: str = "settlement") -> Answer:
        """The clerk settles."""
        return self.do(name, Kind.SETTLEMENT)

    # ---- the line ----------------------------------------------------------------------------

    def disturb(self, name: str, match: Match, decision: Decision, times: int = 1) -> RuleHandle:
        """What is done to the next messages that are so; 0 times: to all."""
        handle = self.rig.line.add(LineRule(
            match=msgspec.structs.replace(match, tid=match.tid or self.rig.dut.tid), decision=decision,
            name=name, times=times))
        self._handles[name] = handle
        return handle

    def lose_reply(self, name: str, kind: Kind, times: int = 1) -> RuleHandle:
        """The next reply to a kind is lost."""
        return self.disturb(name, Match(way=Way.DOWN, mti=mti_of_reply(MTI[kind])), LOSE, times)

    def lose_request(self, name: str, kind: Kind, times: int = 1) -> RuleHandle:
        """The next request of a kind is lost."""
        return self.disturb(name, Match(way=Way.UP, mti=MTI[kind]), LOSE, times)

    def when(self, match: Match, do: Callable[[], None], *, place: Place = "before", delay_ms: int = 0) -> None:
        """Do something when the first such message of the terminal passes."""
        self.rig.when(msgspec.structs.replace(
            match, tid=match.tid or self.rig.dut.tid, nth=match.nth or 1), do, place=place,
            delay_ms=delay_ms)

    def end(self, name: str) -> None:
        """A disturbance is over."""
        self._handles[name].remove()

    def struck(self, name: str) -> int:
        """How often a disturbance struck so far."""
        return len(self._handles[name].struck)

    def wait_for(self, met: Callable[[], bool], within_s: float) -> bool:
        """Look until something is so; whether it came to that."""
        until = time.monotonic() + within_s
        while not met():
            if time.monotonic() > until:
                return False
            LIVING.go_on()
            time.sleep(LOOK_S)
        return True

    # ---- the power ---------------------------------------------------------------------------

    def cut(self, name: str, match: Match, *, place: Place = "before", lose: bool = False, delay_ms: int = 0) -> None:
        """The power goes when such a message is heard; ``lose``: the message goes with it."""
        went = self._went[name] = threading.Event()
        self.disturb(name, match, LOSE if lose else PASS)
        if place == "before":
            self._dark.append(name)

        def off() -> None:
            self._off()
            went.set()

        self.when(match, off, place=place, delay_ms=delay_ms)

    def _off(self) -> None:
        self._cuts.append((float(wall_ms()), 0.0))
        self.rig.power.off()

    def power_off(self) -> None:
        """The power goes, now."""
        self._off()

    def power_back(self, name: str = "", *, start: bool = True) -> None:
        """Once the power has gone, it comes back; ``start``: to a terminal that is ready."""
        if name and not self._went[name].wait(CUT_WITHIN_S):
            raise NotReachedError(Told(
                f'the message at which the power was to go ("{name}") never came',
                f"断电所等的报文（“{name}”）没有出现"))
        if self._cuts and not self._cuts[-1][1]:
            self._cuts[-1] = (self._cuts[-1][0], float(wall_ms()))
        if start:
            self.rig.start()
        else:
            self.rig.power.on()

    # ---- the end -----------------------------------------------------------------------------

    def rest(self, within_s: float | None = None) -> bool:
        """Wait until nothing is pending."""
        return self.rig.rest(within_s)

    def close(self) -> None:
        """All disturbances are over, and what is pending has its time; ``RestlessError`` where it has no end."""
        self.rig.line.clear()
        if not self.rig.power.is_on:
            self.power_back()
        self.rig.comes_to_rest()

    def evidence(self, tolerance_ms: float, late_ms: float) -> Evidence:
        """What was seen so far; ``late_ms``: of this machine."""
        starved = self.rig.starved
        return Evidence(
            seen=tuple(self.rig.line.seen), steps=tuple(self._steps),
            struck={name: tuple(handle.struck) for name, handle in self._handles.items()},
            cuts=tuple(self._cuts), profile=self.profile, tolerance_ms=tolerance_ms,
            late_ms=max(late_ms, starved.lost_ms()), starved=starved.too_much(self.decisions().values()))

    def decisions(self) -> dict[str, Decision]:
        """What is done to the line, by the names of the disturbances."""
        return {name: handle.rule.decision for name, handle in self._handles.items()}

    def dark(self) -> frozenset[int]:
        """Numbers of the messages that the host sent to a terminal without power."""
        return frozenset({
            each.number for name in self._dark for each in self._handles[name].struck if each.way is Way.DOWN
        } | {
            each.number for off_ms, on_ms in self._cuts for each in self.rig.line.seen
            if each.way is Way.DOWN and off_ms <= each.at_ms and (not on_ms or each.at_ms < on_ms)
        })

    def need(self, kinds: Iterable[Kind]) -> None:
        """What the till must be able to say; else the case cannot be reached here."""
        for kind in sorted(kinds):
            can = self.rig.till.can(kind)
            if not can:
                raise NotReachedError(Told(can.why or f"the till cannot say {kind.value}",
                                           can.why or f"收银接口不支持 {kind.value}"))


def chip_card(pan: str = "6200009753180120") -> Card:
    """A card with a chip, whose data no host compares with a sum."""
    return Card(pan=pan, entry="chip", sequence="001", icc_data=CHIP_DATA)


CHIP_DATA = bytes.fromhex(
    "9F2608A1B2C3D4E5F607189F2701809F100807010103A0A802019F3704112233449F360200019505000004E0009A03260127"
    "9C01005F2A02015682027C009F1A0201569F3303E0F8C89F1E083132333435363738")
