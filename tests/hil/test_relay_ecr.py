"""A relay between a till and its terminal: every fault of the line, in two profiles, and all bytes else."""

from __future__ import annotations

import pytest

from hil.clock.live_clock import LiveEnvironment
from hil.ecr.profiles import load_profile
from hil.ecr.terminal import OrderHeard, TerminalSession
from hil.ecr.till import Answered, TillSession
from hil.ecr.values import Answer, Ask, Order, Result
from hil.relay.ecr_tongue import EcrTongue
from hil.relay.fault_text import faults_of
from hil.relay.line_faults import ECR_DECISIONS, LineFaults
from hil.relay.seen import Fate
from simulator.catalogue.places import Place
from simulator.faults.abilities import verbs_at
from simulator.faults.modes import MODES
from simulator.faults.points import Point
from simulator.scenario.read import ScenarioError
from simulator.trace.recorder import Recorder
from tests.hil.relay_side import DOWN, UP, Bench

START_MS = 1_770_000_000_000
TRANSBANK = load_profile("transbank")
ACK, NAK = b"\x06", b"\x15"
ECR_MODES = [(mode.id, way) for mode in MODES.values() if mode.id.startswith("ecr.")
             for way, _ in mode.ways]


def framed(data):
    """STX, data, ETX, LRC over data and ETX."""
    lrc = 0
    for byte in data + b"\x03":
        lrc ^= byte
    return b"\x02" + data + b"\x03" + bytes((lrc,))


COMMAND, ANSWER = framed(b"0100"), framed(b"0110|00|597029414300|75001234")


class EcrBench(Bench):
    """A relay on an ECR line with the faults of a text."""

    def __init__(self, text="", profile=TRANSBANK):
        self.records = []
        self.faults = LineFaults(
            LiveEnvironment(START_MS), Recorder([self.records.append]), 1,
            lambda _state, _is_open: None, ecr=True)
        super().__init__(decide=self._decide, tongue=EcrTongue(profile))
        self.machine.on_seen = self._seen
        if text:
            self.faults.add(faults_of(text, "faults.toml", START_MS, profile))

    def _decide(self, seen):
        decision = self.faults.decide(seen)
        return decision and (decision, "fault")

    def _seen(self, seen):
        self.seen.append(seen)
        self.faults.decided(seen)


def conversation(bench):
    """A command, its ACK, the answer, its ACK."""
    for way, data in ((UP, COMMAND), (DOWN, ACK), (DOWN, ANSWER), (UP, ACK)):
        bench.hear(way, data)


def test_a_relay_carries_out_the_verbs_of_the_table():
    for point in (Point.ECR_COMMAND, Point.ECR_ANSWER):
        assert set(ECR_DECISIONS) == set(verbs_at(point, {Place.ECR_LINE}))


@pytest.mark.parametrize("size", [1, 3, 100])
def test_bytes_pass_as_they_were_and_are_told_apart(size):
    bench = EcrBench()
    data = COMMAND + ACK + b"\xfe\xfe" + framed(b"0500|x|")
    for at in range(0, len(data), size):
        bench.hear(UP, data[at:at + size])
    assert bench.left(UP) == data
    assert [each.what for each in bench.seen] == ["frame", "ack", "frame"]


@pytest.mark.parametrize(("mode", "way"), ECR_MODES)
def test_each_fault_of_a_line_strikes_once_and_leaves_the_other_way_alone(mode, way):
    bench = EcrBench(f'[[faults]]\nmode = "{mode}"\nhow = "{way}"\nnth = 1\n')
    conversation(bench)
    bench.wait(60_000)
    assert bench.faults.struck == {mode: 1}
    [act] = dict(MODES[mode].ways)[way]
    struck = UP if act.point is Point.ECR_COMMAND else DOWN
    plain = {UP: COMMAND + ACK, DOWN: ACK + ANSWER}
    if mode == "ecr.hung_up":
        assert bench.ends
        return
    assert bench.left(struck.other) == plain[struck.other]
    if mode in {"ecr.late", "ecr.split"}:
        assert sorted(bench.left(struck)) == sorted(plain[struck])
        assert len({ms for ms, _ in bench.pieces(struck)}) > 1
    else:
        assert bench.left(struck) != plain[struck]
    others = [each.fate for each in bench.seen if each.fate is not Fate.PASSED]
    assert len(others) == 1


def test_what_each_fault_makes_of_the_bytes():
    made = {
        "ecr.ack_lost": ("of_command", DOWN, ANSWER),
        "ecr.nak_storm": ("of_command", DOWN, NAK + ANSWER),
        "ecr.frame_lost": ("answer", DOWN, ACK),
        "ecr.wrong_check": ("command", UP, COMMAND[:-1] + bytes((COMMAND[-1] ^ 1,)) + ACK),
        "ecr.stalled": ("command", UP, COMMAND[:len(COMMAND) // 2] + ACK),
    }
    for mode, (how, way, left) in made.items():
        bench = EcrBench(f'[[faults]]\nmode = "{mode}"\nhow = "{how}"\nnth = 1\n')
        conversation(bench)
        assert bench.left(way) == left, mode


def test_no_more_passes_while_a_frame_is_split():
    bench = EcrBench('[[faults]]\nmode = "ecr.split"\nhow = "command"\ndelay = "500ms"\nnth = 1\n')
    bench.hear(UP, COMMAND + ACK)
    assert bench.left(UP) == COMMAND[:len(COMMAND) // 2]
    bench.wait(500)
    assert bench.left(UP) == COMMAND + ACK


def test_what_is_shown_of_a_frame_has_no_card_number():
    bench = EcrBench()
    bench.hear(DOWN, framed(b"0210|00|597029414300|75001234|S1|000123|6800|||4507990000004905|000077"))
    [seen] = bench.seen
    assert b"990000004" not in seen.masked
    assert "990000004" not in seen.shown + repr(seen)


@pytest.mark.parametrize(("text", "said"), [
    ('mode = "network.outage"', r"faults.toml:2: faults\[1\]\.mode: network\.outage .* is nothing that a relay can do on an ECR line; allowed: .*ecr\.ack_lost"),
    ('mode = "ecr.late"\ntarget = "terminal:10000001"', r"faults.toml:3: faults\[1\]\.target: ecr\.late cannot be done to"),
])
def test_what_is_no_fault_of_an_ecr_line_is_refused_with_its_line(text, said):
    with pytest.raises(ScenarioError, match=said):
        faults_of(f"[[faults]]\n{text}\n", "faults.toml", START_MS, TRANSBANK)


def test_an_ecr_fault_is_refused_between_a_terminal_and_its_host():
    with pytest.raises(ScenarioError, match=r"ecr\.late .* is nothing that a relay can do; allowed"):
        faults_of('[[faults]]\nmode = "ecr.late"\n', "faults.toml", START_MS)


# ---- our two sides with the relay between them -----------------------------------------------------


class Counter:
    """A till, the relay, a terminal that approves; their clock is a number."""

    def __init__(self, text):
        self.bench = EcrBench(text)
        self.till, self.terminal = TillSession(TRANSBANK), TerminalSession(TRANSBANK)
        self.orders, self.ends = [], []
        self._left = 0  # events of the relay that were handed on

    def sell(self):
        self.till.begin(Order(kind=Ask.SALE, amount_fen=1500, order="S1"), self.now_ms)
        until_ms = self.bench.now_ms + 600_000
        while not self.ends and self.bench.now_ms < until_ms:
            self._settle()
            self._wait()

    @property
    def now_ms(self):
        return int(self.bench.now_ms)

    def _settle(self):
        """Until nothing moves at this moment."""
        moved = True
        while moved:
            moved = False
            for way, session in ((UP, self.till), (DOWN, self.terminal)):
                if data := session.take_outbox():
                    self.bench.hear(way, data)
                    moved = True
            while self._left < len(self.bench.events):
                _, leave = self.bench.events[self._left]
                self._left += 1
                (self.terminal if leave.way is UP else self.till).receive(leave.data, self.now_ms)
                moved = True
            for event in self.terminal.take_events():
                if isinstance(event, OrderHeard):
                    self.orders.append(event.order)
                    self.terminal.answer(Answer(
                        result=Result.APPROVED, order=event.order.order, amount_fen=1500, stan=7,
                        auth_code="A1B2C3"), self.now_ms)
                    moved = True
            self.ends += [each for each in self.till.take_events() if isinstance(each, Answered)]

    def _wait(self):
        due = [at for at in (self.till.deadline_ms, self.terminal.deadline_ms,
                             self.bench.machine.deadline_ms) if at is not None]
        self.bench.wait(max(1, min(due, default=self.bench.now_ms + 1_000) - self.bench.now_ms))
        self.till.tick(self.now_ms)
        self.terminal.tick(self.now_ms)


@pytest.mark.parametrize(("mode", "way"), [each for each in ECR_MODES if each[0] != "ecr.hung_up"])
@pytest.mark.parametrize("times", [1, 2])
def test_a_sale_is_ordered_once_and_its_end_is_known_whatever_the_line_does(mode, way, times):
    counter = Counter(f'[[faults]]\nmode = "{mode}"\nhow = "{way}"\ntimes = {times}\nmay_stay_away = true\n')
    counter.sell()
    assert len(counter.orders) <= 1
    [end] = counter.ends
    assert (end.answer.result is Result.APPROVED) is bool(counter.orders)
    assert counter.bench.faults.struck[mode] >= 1
