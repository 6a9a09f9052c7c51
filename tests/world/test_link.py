"""A link does to a message what the injector says, and writes down what became of it."""

import pytest
import simpy

from simulator.faults.points import Action, Point, Verb
from simulator.faults.schedule import Strike
from simulator.machines.sealing import SymbolicSealer
from simulator.machines.terminal.events import Send
from simulator.scenario.parts.network import LinkQuality
from simulator.trace.recorder import Recorder
from simulator.trace.records import Arrived, Lost, Sent
from simulator.wire.codec import Codec
from simulator.wire.dialects import usual_dialect
from simulator.wire.kinds import Kind
from simulator.wire.message import Message
from simulator.world.network.lines import Line, Shared
from simulator.world.network.link import Link, altered
from simulator.world.network.wire_codec import WireCodec

KEY = bytes(8)
SEALER = SymbolicSealer(usual_dialect())
PAN = "6200001234567894"
REQUEST = SEALER.seal(
    Message(mti="0200", tid="10000001", mid="898310000000001", stan=21, type_code="22", batch=1,
            network_code="000", capability="500", pan=PAN, processing_code="000000",
            amount_fen=6_800, condition_code="00", entry_mode="012", currency="156"), KEY)
REPLY = SEALER.seal(
    Message(mti="0210", tid="10000001", mid="898310000000001", stan=21, type_code="22", batch=1,
            network_code="000", capability="500", processing_code="000000", amount_fen=6_800,
            condition_code="00", response_code="00"), KEY)


class Faults:
    """Answers once with a given action."""

    def __init__(self, action=None, at=Point.REQUEST):
        self.action = action
        self.busy = dict.fromkeys(Point, False)
        self.busy[at] = action is not None
        self.asked = []
        self.effects = []

    def decide(self, anchor, now_ms):
        self.asked.append(anchor)
        action, self.action = self.action, None
        return None if action is None else Strike("fault", "a mode", anchor, action)

    def struck(self, strike):
        self.effects.append(strike.verb)


class End:
    """Host or terminal: takes what arrives."""

    up = hears = True
    hears_perhaps = False

    def __init__(self):
        self.taken = []
        self.attempts = []
        self.failed = []

    def receive(self, *what):
        """A host is told of link and try as well, a terminal of the message alone."""
        self.taken += [each for each in what if isinstance(each, Message)]
        self.attempts += [each for each in what if isinstance(each, int)]

    def send_failed(self, reason):
        self.failed.append(reason)


class Bench:
    """A link with 10 ms each way between two ends."""

    def __init__(self, action=None, at=Point.REQUEST, codec=None, quality=None, shared=()):
        self.env = simpy.Environment()
        self.records = []
        self.host, self.terminal = End(), End()
        self.faults = Faults(action, at)
        quality = quality or LinkQuality.model_validate({"latency": "10ms"})
        line = Line(1, "10000001", quality, shared)
        self.link = Link(self.env, Recorder([self.records.append]), self.faults, self.host,
                         "10000001", line, codec)
        self.link.terminal = self.terminal

    def request(self, message=REQUEST, attempt=0):
        self.link.send(Send(message, Kind.SALE, "S1", attempt))
        self.env.run()
        return self

    def reply(self, attempt=0):
        self.link.reply(REPLY, Kind.SALE, attempt)
        self.env.run()
        return self

    def of(self, kind):
        return [record for record in self.records if isinstance(record, kind)]


def test_a_message_arrives_as_it_was_sent_with_its_card_masked_in_the_trace():
    bench = Bench().request()
    assert bench.host.taken == [REQUEST]
    [sent], [arrived] = bench.of(Sent), bench.of(Arrived)
    assert (sent.at_ms, arrived.at_ms, sent.sale, sent.card) == (0, 10, "S1", "620000******7894")
    assert arrived.genuine
    assert PAN not in repr(bench.records)


@pytest.mark.parametrize("point", [Point.REQUEST, Point.REPLY])
def test_a_dropped_message_is_lost_and_nobody_learns_of_it(point):
    bench = Bench(Action(Verb.DROP), point)
    (bench.request if point is Point.REQUEST else bench.reply)()
    assert (bench.host.taken, bench.terminal.taken, bench.terminal.failed) == ([], [], [])
    [lost] = bench.of(Lost)
    assert (lost.why, bench.of(Arrived)) == ("drop", [])


def test_a_refused_connection_is_told_to_the_terminal():
    bench = Bench(Action(Verb.REFUSE_CONNECT)).request()
    assert (bench.host.taken, bench.terminal.failed) == ([], ["refuse_connect"])


def test_a_delayed_message_comes_that_much_later():
    bench = Bench(Action(Verb.DELAY, ms=45_000)).request()
    assert [record.at_ms for record in bench.of(Arrived)] == [45_010]


def test_a_duplicate_arrives_twice_and_both_are_genuine():
    bench = Bench(Action(Verb.DUPLICATE, ms=2_000)).request()
    assert bench.host.taken == [REQUEST, REQUEST]
    assert [(each.copy, each.genuine) for each in bench.of(Arrived)] == [(0, True), (1, True)]


@pytest.mark.parametrize("verb", [Verb.ALTER, Verb.SPOIL_MAC])
@pytest.mark.parametrize("point", [Point.REQUEST, Point.REPLY])
def test_a_changed_message_no_longer_carries_its_mac(verb, point):
    bench = Bench(Action(verb), point)
    (bench.request if point is Point.REQUEST else bench.reply)()
    [message] = bench.host.taken + bench.terminal.taken
    assert not SEALER.is_sealed(message, KEY)
    assert [each.genuine for each in bench.of(Arrived)] == [False]


def test_a_message_without_a_mac_has_none_to_spoil():
    plain = Message(mti="0800", tid="10000001", type_code="00", network_code="003", stan=1)
    bench = Bench(Action(Verb.SPOIL_MAC)).request(plain)
    assert bench.host.taken == [plain]
    assert [each.genuine for each in bench.of(Arrived)] == [True]


def test_a_forged_message_comes_beside_the_real_one_under_another_stan():
    bench = Bench(Action(Verb.FORGE, ms=1_000)).request()
    real, forged = bench.host.taken
    assert (real, forged.stan) == (REQUEST, 22)
    assert not SEALER.is_sealed(forged, KEY)
    assert [each.genuine for each in bench.of(Arrived)] == [True, False]


def test_nothing_arrives_at_a_host_that_is_down_or_a_terminal_that_is_off():
    bench = Bench()
    bench.host.up = bench.terminal.hears = False
    bench.request().reply()
    assert [lost.why for lost in bench.of(Lost)] == ["host_down", "terminal_off"]
    assert (bench.host.taken, bench.terminal.taken) == ([], [])


def test_the_injector_is_asked_by_tid_batch_stan_mti_and_attempt():
    bench = Bench(Action(Verb.DROP)).request(attempt=2)
    [anchor] = bench.faults.asked
    assert anchor.text() == "10000001/000001/000021/0200/2"
    assert anchor.kind == "sale"


def test_real_encoding_changes_nothing_that_arrives_and_shows_no_card():
    bench = Bench(codec=WireCodec(Codec(usual_dialect()))).request()
    assert bench.host.taken == [REQUEST]
    [frame] = [record.frame for record in bench.records if hasattr(record, "frame")]
    assert PAN not in frame
    assert "6200000000007894" in frame


def test_a_line_loses_its_share():
    quality = LinkQuality.model_validate({"latency": "10ms", "loss": 0.25})
    line = Line(1, "10000001", quality, ())
    env = simpy.Environment()
    lost = sum(line.delay_ms(env, "0200", stan, 0) < 0 for stan in range(4_000))
    assert 900 < lost < 1_100


def test_a_shared_router_makes_messages_wait_for_each_other():
    shared = Shared("router.1", 1_500)  # ten messages of 150 bytes a second
    quality = LinkQuality.model_validate({"latency": "10ms"})
    env = simpy.Environment()
    lines = [Line(1, f"1000000{n}", quality, (shared,)) for n in range(5)]
    assert [line.delay_ms(env, "0200", 1, 0) for line in lines] == [110, 210, 310, 410, 510]


def test_a_dialled_line_connects_once_and_again_after_an_idle_minute():
    quality = LinkQuality.model_validate({"latency": "10ms", "connect": "8s"})
    line = Line(1, "10000001", quality, ())
    env = simpy.Environment()
    first, second = line.delay_ms(env, "0200", 1, 0), line.delay_ms(env, "0200", 2, 0)
    env.run(until=120_000)
    assert (first, second, line.delay_ms(env, "0200", 3, 0)) == (8_010, 10, 8_010)


def test_a_sum_that_fills_f4_is_altered_to_one_that_fits():
    whole = Message(mti="0200", stan=1, amount_fen=999_999_999_999)
    assert altered(whole).amount_fen == 999_999_999_899
