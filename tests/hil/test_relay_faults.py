"""Faults of a text on a relay: each that the table says strikes, all else is refused with its line."""

from __future__ import annotations

import random

import pytest

from hil.clock.live_clock import LiveEnvironment
from hil.relay.decisions import HALF_RIGHT_MAC, WRONG_MAC
from hil.relay.fault_text import RelayFaults, faults_of, one_fault
from hil.relay.line_faults import DECISIONS, LINE_VERBS, LineFaults
from hil.relay.seen import Fate
from hil.relay.session_keys import SessionKeys
from hil.relay.spoiling import spoilt
from hil.relay.stream_faults import GOOD_LINE
from simulator.catalogue.places import Place
from simulator.faults.abilities import able, verbs_at
from simulator.faults.modes import MODES
from simulator.faults.points import Point, Verb
from simulator.scenario.read import ScenarioError
from simulator.trace.recorder import Recorder
from simulator.trace.records import FaultBegan, FaultFired
from simulator.wire.keys import WorkingKeys, unfit_key, wrap_working_keys
from simulator.wire.mac import WireSealer
from simulator.wire.master_keys import TEST_MASTER_KEY
from simulator.wire.message import Message
from tests.hil.relay_side import CODEC, DOWN, UP, Bench, reply, request

START_MS = 1_770_000_000_000
MESSAGES = (Point.REQUEST, Point.REPLY)  # in an order: workers collect the same tests
PAIRS = [(point, verb) for point in MESSAGES for verb in Verb if able(point, verb, Place.RELAY)]
MAC_KEY = bytes(range(8))


class FaultyBench(Bench):
    """A machine on which the faults of a text strike."""

    def __init__(self, *texts, name="faults.toml", seed=1, links=1, tongue=None, ecr=None):
        self.records = []
        self.clock = LiveEnvironment(START_MS)
        self.keys = SessionKeys(lambda _tid: TEST_MASTER_KEY)
        self.lines = []
        self.faults = LineFaults(
            self.clock, Recorder([self.records.append]), seed,
            lambda state, is_open: self.lines.append((state, is_open)))
        super().__init__(decide=self._decide, seed=seed, links=links, tongue=tongue, **(
            {} if tongue else {"mac_key": self.keys.mac_key}))
        self.machine.on_seen = self._seen
        for text in texts:
            self.faults.add(faults_of(text, name, START_MS))

    def _decide(self, seen):
        self.keys.hear(seen)
        decision = self.faults.decide(seen)
        return decision and (decision, "fault")

    def _seen(self, seen):
        self.seen.append(seen)
        self.faults.decided(seen)

    @property
    def fired(self):
        return [each for each in self.records if isinstance(each, FaultFired)]


def sign_on(bench):
    """A sign-on passes, by which the relay learns the keys."""
    keys = WorkingKeys(bytes(range(16)), MAC_KEY)
    facts = {"tid": "10000001", "mid": "898000000000001", "stan": 1, "type_code": "00",
             "network_code": "003"}
    bench.hear(UP, CODEC.encode(Message(mti="0800", private=b"Sequence No12TEST00000001", **facts)))
    bench.hear(DOWN, CODEC.encode(Message(
        mti="0810", response_code="00", private=wrap_working_keys(keys, TEST_MASTER_KEY), **facts)))


def text_of(point, verb):
    """A fault that does it at this point to the first sale."""
    for mode in MODES.values():
        for way, acts in mode.ways:
            here = {act.verb for act in acts if act.point is point}
            if here == {verb} and Place.RELAY in mode.places(way):
                how = f'how = "{way}"\n' if len(mode.ways) > 1 else ""
                return (f'[[faults]]\nmode = "{mode.id}"\non = "{point.value}"\nof = "sale"\n'
                        f"nth = 1\n{how}")
    raise AssertionError(f"no mode does {verb} at {point}")


def test_a_relay_carries_out_the_verbs_of_the_table():
    assert set(DECISIONS) == {verb for _, verb in PAIRS}
    assert set(LINE_VERBS) == set(verbs_at(Point.WINDOW, {Place.RELAY}))
    assert not [point for point in Point if point not in {*MESSAGES, Point.WINDOW}
                and verbs_at(point, {Place.RELAY})]


@pytest.mark.parametrize(("point", "verb"), PAIRS)
def test_each_verb_at_a_message_has_an_effect_and_is_told_of_once(point, verb):
    bench = FaultyBench(text_of(point, verb))
    sign_on(bench)
    way, made = (UP, request) if point is Point.REQUEST else (DOWN, reply)
    if way is DOWN:
        bench.hear(UP, request())
    before = bench.left(way)
    bench.hear(way, made())
    assert [(each.point, each.verb) for each in bench.fired] == [(point.value, verb.value)]
    assert bench.seen[-1].fate is not Fate.PASSED or verb is Verb.HALF_CLOSE
    if verb is not Verb.HALF_CLOSE:
        bench.hear(way, made(8))
        bench.hear(UP, request(mti="0400"))
        bench.wait(200_000)
        undone = request(mti="0400") if way is UP else b""
        assert bench.left(way) != before + made() + made(8) + undone
    assert len(bench.fired) == 1


@pytest.mark.parametrize("verb", LINE_VERBS)
def test_each_verb_of_a_line_changes_it_from_its_moment_on(verb):
    mode = next(each for each in MODES.values() for _, acts in each.ways
                if acts[0].verb is verb and acts[0].point is Point.WINDOW)
    bench = FaultyBench(f'[[faults]]\nmode = "{mode.id}"\nat = "0s"\nfor = "1h"\n')
    [(state, is_open)] = bench.lines
    assert (state, is_open) != (GOOD_LINE, True)
    assert [type(each) for each in bench.records] == [FaultBegan, FaultFired]
    bench.faults.heal()
    assert bench.lines[-1] == (GOOD_LINE, True)


def test_a_spoiled_key_leaves_with_another_check_value_and_nothing_else():
    bench = FaultyBench('[[faults]]\nmode = "acquirer.mac_failure"\nhow = "altered_keys"\nnth = 1\n')
    sign_on(bench)
    assert [each.verb for each in bench.fired] == [Verb.ALTER]
    right = wrap_working_keys(WorkingKeys(bytes(range(16)), MAC_KEY), TEST_MASTER_KEY)
    left = CODEC.decode(bench.left(DOWN)).private
    assert left is not None
    assert (left[:-1], left[-1] != right[-1]) == (right[:-1], True)
    assert (unfit_key(right, TEST_MASTER_KEY), unfit_key(left, TEST_MASTER_KEY)) == ("", "MAK")


def test_a_right_mac_is_made_for_a_changed_field():
    bench = FaultyBench('[[faults]]\nmode = "line.rewritten"\nhow = "reply_right_mac"\nset = "39=51"\nof = "sale"\n')
    sign_on(bench)
    bench.hear(UP, request())
    sealer = WireSealer(CODEC)
    bench.hear(DOWN, CODEC.encode(sealer.seal(CODEC.decode(reply()), MAC_KEY)))
    left = CODEC.decode(bench.left(DOWN)[-len(reply()):])
    assert left.response_code == "51"
    assert sealer.is_sealed(left, MAC_KEY)


@pytest.mark.parametrize(("decision", "kept"), [(WRONG_MAC, 0), (HALF_RIGHT_MAC, 4)], ids=["all", "half"])
def test_a_wrong_mac_is_wrong_in_all_that_is_not_kept(decision, kept):
    right = CODEC.encode(WireSealer(CODEC).seal(CODEC.decode(reply()), MAC_KEY))
    left = spoilt(right, CODEC.dialect.framing, CODEC.dialect, decision, random.Random(1), lambda: None)
    assert left[:-8] == right[:-8]  # the MAC is the last field
    assert [one == other for one, other in zip(left[-8:], right[-8:], strict=True)] == [True] * kept + [False] * (8 - kept)


def test_a_fault_that_could_not_be_carried_out_has_not_struck():
    bench = FaultyBench('[[faults]]\nmode = "line.rewritten"\nhow = "reply_right_mac"\nset = "39=51"\n')
    bench.hear(DOWN, reply())
    assert bench.fired == []
    assert bench.faults.stayed_away == (("line.rewritten", "line.rewritten"),)
    assert bench.left(DOWN) == reply()


def test_chances_are_those_of_the_seed():
    def fates(seed):
        bench = FaultyBench('[[faults]]\nmode = "network.outage"\non = "reply"\nhow = "dropped"\nchance = 0.5\n', seed=seed)
        for stan in range(1, 60):
            bench.hear(DOWN, reply(stan))
        return [each.fate for each in bench.seen]

    assert fates(1) == fates(1)
    assert fates(1) != fates(2)
    assert set(fates(1)) == {Fate.PASSED, Fate.LOST}


def test_a_fault_for_one_terminal_leaves_another_alone():
    bench = FaultyBench('[[faults]]\nmode = "network.outage"\nhow = "dropped"\ntarget = "terminal:10000002"\n')
    bench.hear(UP, request())
    assert bench.left(UP) == request()
    mine = FaultyBench('[[faults]]\nmode = "network.outage"\nhow = "dropped"\ntarget = "terminal:10000001"\n')
    mine.hear(UP, request())
    assert mine.left(UP) == b""


REFUSED = {
    'mode = "terminal.hung"': r"faults.toml:2: faults\[1\]\.mode: terminal\.hung \(hang at terminal_step\) "
                              r"is nothing that a relay can do; allowed: terminal\.cable_loose",
    'mode = "network.outage"\ntarget = "shop"': r"faults.toml:3: faults\[1\]\.target: no target .*shop.*"
                                                r"allowed: all, acquirer, terminal:TID",
    'mode = "network.outage"\ntarget = "-/1"': r"faults.toml:3: faults\[1\]\.target: no target",
    'mode = "line.narrow"\nrate = 0\nat = "0s"': r"faults.toml:3: faults\[1\]\.rate",
    'mode = "line.narrow"': r"faults.toml:1: faults\[1\]\.at: missing",
    'mode = "line.reset"\nset = "39=51"': r"faults.toml:3: faults\[1\]\.set: line\.reset has no parameter set",
    'mode = "line.rewritten"\nset = "99=1"': r"faults.toml:3: faults\[1\]\.set",
    'mode = "line.rest"': r"faults.toml:2: faults\[1\]\.mode: no mode .*line\.re",
    'mode = "line.reset"\non = "request"': r"faults.toml:3: faults\[1\]\.on: line\.reset does not act on .*reply",
    'mode = "line.reset"\nhow = "request"\nmti = "0210"': r"faults.toml:4: faults\[1\]\.mti: line\.reset sees no",
}


@pytest.mark.parametrize("lines", REFUSED)
def test_what_a_relay_cannot_do_is_refused_by_name_with_its_line(lines):
    with pytest.raises(ScenarioError, match=REFUSED[lines]):
        faults_of(f"[[faults]]\n{lines}\n", "faults.toml", START_MS)


@pytest.mark.parametrize(("text", "said"), [
    ('[[faults]]\nmode = "line.reset"\n[[merchants]]\nname = "shop"\n', "faults.toml:3: merchants: no part of a file"),
    ("seed = 7\n", "faults.toml:1: seed: no part of a file"),
    ("faults = 3\n", "faults.toml:1: faults"),
    ("[[faults]\n", "faults.toml:1: no TOML"),
    ("", "is empty"),
])
def test_a_file_holds_faults_and_nothing_else(text, said):
    with pytest.raises(ScenarioError) as refused:
        faults_of(text, "faults.toml", START_MS)
    assert said in str(refused.value)


def test_a_fault_that_is_added_has_a_label_of_its_own():
    found = one_fault('mode = "line.reset"', START_MS, "line.reset live 1")
    assert [rule.label for rule in found.rules] == ["line.reset live 1"]
    named = one_fault('mode = "line.reset"\nlabel = "mine"\nmay_stay_away = true', START_MS, "no")
    assert ([rule.label for rule in named.rules], named.may_stay_away) == (["mine"], {"mine"})
    assert RelayFaults().rules == ()


def test_a_window_opens_and_closes_by_the_clock():
    now_ns = 0
    bench = FaultyBench()
    bench.clock = LiveEnvironment(START_MS, monotonic_ns=lambda: now_ns)
    bench.faults = LineFaults(
        bench.clock, Recorder([bench.records.append]), 1,
        lambda state, is_open: bench.lines.append((state, is_open)))
    bench.faults.add(faults_of(
        '[[faults]]\nmode = "network.outage"\nhow = "dropped"\nat = "10s"\nfor = "10s"\n'
        '[[faults]]\nmode = "line.latency"\nat = "10s"\nfor = "10s"\ndelay = "70ms"\n'
        '[[faults]]\nmode = "line.refused"\nat = "15s"\nfor = "10s"\n', "faults.toml", START_MS))
    seen = []
    for second in (5, 12, 17, 22, 30):
        now_ns = second * 1_000_000_000
        while bench.clock._do_next():
            pass
        before = bench.left(UP)
        bench.hear(UP, request(second))
        state, is_open = bench.lines[-1] if bench.lines else (GOOD_LINE, True)
        seen.append((bench.left(UP) != before, state.latency_ms, is_open))
    assert seen == [(True, 0, True), (False, 70, True), (False, 70, False), (True, 0, False), (True, 0, True)]
