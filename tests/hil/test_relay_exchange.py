"""The machine of a relay: what it passes, and what it makes of messages on the way."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hil.ecr.profiles import load_profile
from hil.relay.decisions import (
    CUT_SHORT,
    GARBAGE,
    HALF_CLOSE,
    HANG_UP,
    LOSE,
    RESET,
    SWAP,
    WRONG_LENGTH,
    Decision,
    Deed,
    Mac,
    change,
    hold,
    repeat,
)
from hil.relay.ecr_tongue import EcrTongue
from hil.relay.effects import EndSending, HangUp
from hil.relay.exchange import MOST_HELD
from hil.relay.matching import Match
from hil.relay.seen import Fate
from hil.relay.stream_faults import LineState
from simulator.catalogue.line_reasons import PortWarning
from simulator.wire.message import Message
from tests.hil.relay_side import CODEC, DOWN, UP, Bench, reply, request, rule

ANY_REPLY = Match(way=DOWN, mti="0210")


def test_bytes_pass_as_they_were_in_any_slices():
    data = b"\0\0" + request() + request(8)
    for size in (1, 2, 7, len(data)):
        bench = Bench()
        for at in range(0, len(data), size):
            bench.hear(UP, data[at:at + size])
        assert bench.left(UP) == data
        assert [each.stan for each in bench.seen] == [7, 8]
        assert [each.fate for each in bench.seen] == [Fate.PASSED, Fate.PASSED]


def test_a_message_is_decided_about_before_any_of_it_leaves():
    left = []

    def decide(_seen):
        left.append(bench.left(UP))

    bench = Bench(decide=decide)
    frame = request()
    bench.hear(UP, frame[:-1])
    bench.hear(UP, frame[-1:])
    assert (left, bench.left(UP)) == ([b""], frame)


def test_unknown_bytes_pass_and_are_told_of():
    bench = Bench()
    noise = bytes(range(200, 256))
    bench.hear(UP, noise)
    bench.hear(UP, request())
    assert bench.left(UP) == noise + request()
    assert bench.told == [PortWarning.NO_FRAMING]
    assert [each.mti for each in bench.seen] == ["0200"]


def test_half_a_message_passes_when_its_line_pauses():
    bench = Bench(pause_ms=2_000)
    bench.hear(UP, request()[:20])
    bench.wait(1_999)
    assert bench.left(UP) == b""
    bench.wait(2)
    assert bench.left(UP) == request()[:20]


def test_what_is_seen_says_what_it_was():
    bench = Bench()
    bench.hear(UP, request())
    bench.hear(UP, request())
    bench.hear(DOWN, reply(response_code="51"))
    first, again, answer = bench.seen
    assert (first.kind, first.tid, first.batch, first.stan, first.attempt) == (
        "sale", "10000001", 1, 7, 0)
    assert again.attempt == 1
    assert (answer.mti, answer.kind, answer.response_code) == ("0210", "sale", "51")
    assert "6200009753180120" not in repr(first)


def test_the_second_reply_is_lost():
    bench = Bench(rule(Match(way=DOWN, mti="0210", nth=2), LOSE))
    for stan in (7, 8, 9):
        bench.hear(DOWN, reply(stan))
    assert bench.left(DOWN) == reply(7) + reply(9)
    assert [each.fate for each in bench.seen] == [Fate.PASSED, Fate.LOST, Fate.PASSED]


def test_a_reply_is_held_until_the_reversal_has_passed():
    bench = Bench(rule(ANY_REPLY, hold(until=Match(way=UP, mti="0400"))))
    bench.hear(UP, request())
    bench.hear(DOWN, reply())
    bench.wait(70_000)
    assert bench.left(DOWN) == b""
    undo = request(mti="0400")
    bench.hear(UP, undo)
    ways = [each.way for _, each in bench.events]
    assert ways == [UP, UP, DOWN]
    assert bench.left(DOWN) == reply()


def test_a_held_reply_finds_its_terminal_where_it_connected_anew():
    bench = Bench(rule(ANY_REPLY, hold(until=Match(way=UP, mti="0400"))), links=2)
    bench.hear(UP, request())
    bench.hear(DOWN, reply())
    bench.end(UP)
    bench.hear(UP, request(mti="0400"), link=2)
    assert bench.left(DOWN, link=2) == reply()


def test_a_held_request_still_arrives_after_its_terminal_hung_up():
    bench = Bench(rule(Match(way=UP, mti="0200"), hold(ms=65_000)))
    bench.hear(UP, request())
    bench.end(UP)
    assert bench.ends == []
    bench.wait(65_001)
    assert bench.left(UP) == request()
    assert bench.ends == [EndSending(1, UP)]


@pytest.mark.parametrize("ms", [1, 500, 61_000])
def test_others_overtake_what_is_held(ms):
    bench = Bench(rule(Match(way=DOWN, stan=7), hold(ms=ms)))
    bench.hear(DOWN, reply(7) + reply(8))
    assert bench.left(DOWN) == reply(8)
    bench.wait(ms)
    assert bench.left(DOWN) == reply(8) + reply(7)


def test_a_message_comes_again():
    bench = Bench(rule(ANY_REPLY, repeat(times=2, after_ms=300)))
    bench.hear(DOWN, reply())
    bench.wait(1_000)
    assert [(ms - 1_000, data) for ms, data in bench.pieces(DOWN)] == [
        (0, reply()), (300, reply()), (600, reply())]


def test_the_next_goes_first_or_nobody():
    bench = Bench(rule(Match(way=DOWN, nth=1), SWAP))
    bench.hear(DOWN, reply(7) + reply(8))
    assert bench.left(DOWN) == reply(8) + reply(7)
    alone = Bench(rule(Match(way=DOWN, nth=1), SWAP))
    alone.hear(DOWN, reply(7))
    alone.wait(10_000)
    assert alone.left(DOWN) == reply(7)


def test_a_field_is_changed_and_nothing_else():
    bench = Bench(rule(ANY_REPLY, change("39", "51")))
    bench.hear(DOWN, reply())
    was, now = CODEC.decode(reply()), CODEC.decode(bench.left(DOWN))
    assert (was.response_code, now.response_code) == ("00", "51")
    assert (now.mac, now.amount_fen) == (was.mac, was.amount_fen)
    assert bench.seen[0].sent == bench.left(DOWN)


def test_what_cannot_be_changed_so_passes_and_is_told_of():
    bench = Bench(rule(ANY_REPLY, change("39", "51", Mac.RIGHT), name="no key"))
    bench.hear(DOWN, reply())
    assert bench.left(DOWN) == reply()
    assert bench.told == [PortWarning.NOT_SPOILT]
    assert bench.seen[0].fate is Fate.PASSED


def test_garbage_keeps_its_length():
    bench = Bench(rule(ANY_REPLY, GARBAGE))
    bench.hear(DOWN, reply())
    assert bench.left(DOWN)[:2] == reply()[:2]
    assert len(bench.left(DOWN)) == len(reply())
    assert bench.left(DOWN) != reply()


@pytest.mark.parametrize(("decision", "by_reset"), [(HANG_UP, False), (RESET, True)])
def test_a_message_that_is_answered_by_hanging_up_does_not_pass(decision, by_reset):
    bench = Bench(rule(ANY_REPLY, decision))
    bench.hear(DOWN, reply(7) + reply(8))
    assert bench.left(DOWN) == b""
    assert bench.ends == [HangUp(1, by_reset=by_reset)]
    assert decision.deed in {Deed.HANG_UP, Deed.RESET}


# ---- whatever comes ----------------------------------------------------------------------------------

PIECES = st.lists(st.one_of(
    st.binary(max_size=60), st.sampled_from([request(), reply(), b"\0\0", request()[:30], b"\x02\x00", b"\x60"]),
), max_size=12)


@settings(max_examples=150, derandomize=True)
@given(pieces=PIECES, size=st.sampled_from([1, 3, 50, 10_000]), ecr=st.booleans(), pauses=st.booleans())
def test_all_bytes_come_out_as_they_came_in_whatever_they_are(pieces, size, ecr, pauses):
    bench = Bench(tongue=EcrTongue(load_profile("transbank")) if ecr else None)
    for way in (UP, DOWN):
        data = b"".join(pieces)
        for at in range(0, len(data), size):
            bench.hear(way, data[at:at + size])
        if pauses:
            bench.wait(10_000)
        bench.end(way)
        assert bench.left(way) == data
    assert bench.machine.deadline_ms is None or not pauses


@settings(max_examples=60, derandomize=True)
@given(pieces=PIECES, rate=st.sampled_from([100, 5_000]), size=st.sampled_from([0, 1, 7]),
       latency=st.sampled_from([0, 40]), jitter=st.sampled_from([0, 30]), seed=st.integers(1, 3))
def test_a_bad_line_delays_bytes_and_neither_loses_nor_swaps_them(pieces, rate, size, latency, jitter, seed):
    bench = Bench(seed=seed)
    state = LineState(bytes_per_s=rate, slice=size, latency_ms=latency, jitter_ms=jitter)
    bench.machine.line_is(UP, state, bench.now_ms)
    data = b"".join(pieces)
    for at in range(0, len(data), 40):
        bench.hear(UP, data[at:at + 40])
        bench.wait(5)
    bench.end(UP)
    bench.wait(120_000)
    assert bench.left(UP) == data
    assert bench.machine.backlog(1, UP) == 0
    assert [type(each) for each in bench.ends] == [EndSending]
    if data:
        last_ms = bench.pieces(UP)[-1][0] - 1_000
        assert last_ms >= 1_000 * len(data) / rate + (latency if len(data) <= 40 else 0) - 1


def test_an_end_that_a_black_hole_kept_back_is_told_behind_it():
    bench = Bench()
    bench.machine.line_is(UP, LineState(black_hole=True), bench.now_ms)
    bench.hear(UP, request())
    bench.end(UP)
    assert (bench.left(UP), bench.ends) == (b"", [])
    bench.machine.line_is(UP, LineState(), bench.now_ms)
    bench.collect()
    assert bench.ends == [EndSending(1, UP)]


def test_after_a_half_close_nothing_more_passes_on_its_way():
    bench = Bench(rule(ANY_REPLY, HALF_CLOSE))
    bench.hear(DOWN, reply(7) + reply(8))
    bench.hear(DOWN, reply(9))
    bench.hear(UP, request())
    assert (bench.left(DOWN), bench.left(UP)) == (reply(7), request())
    assert bench.ends == [EndSending(1, DOWN)]


@pytest.mark.parametrize(("decision", "left"), [
    (CUT_SHORT, reply()[:len(reply()) // 2]),
    (WRONG_LENGTH, (len(reply()) - 1).to_bytes(2, "big") + reply()[2:]),
    (Decision(deed=Deed.WRONG_LENGTH, by=-3), (len(reply()) - 5).to_bytes(2, "big") + reply()[2:]),
])
def test_what_a_message_becomes(decision, left):
    bench = Bench(rule(ANY_REPLY, decision))
    bench.hear(DOWN, reply())
    assert bench.left(DOWN) == left


def test_no_more_than_so_many_messages_are_held():
    bench = Bench(rule(Match(way=DOWN), hold()))
    for stan in range(1, MOST_HELD + 3):
        bench.hear(DOWN, reply(stan))
    assert bench.left(DOWN) == reply(1) + reply(2)


@pytest.mark.parametrize("nth", [{"nth": 2}, {"every": 2}, {"since": 2}])
def test_which_of_those_that_are_so(nth):
    bench = Bench(rule(Match(way=DOWN, **nth), LOSE))
    for stan in range(1, 5):
        bench.hear(DOWN, reply(stan))
    lost = {"nth": [2], "every": [2, 4], "since": [2, 3, 4]}[next(iter(nth))]
    assert [each.stan for each in bench.seen if each.fate is Fate.LOST] == lost


@pytest.mark.parametrize(("match", "met"), [
    (Match(kind="sale"), True), (Match(kind="void"), False), (Match(tid="10000002"), False),
    (Match(batch=1, stan=7), True), (Match(attempt=1), False), (Match(response_code="51"), False),
    (Match(link=2), False), (Match(record=1), False),
])
def test_what_a_message_must_be(match, met):
    bench = Bench(rule(match, LOSE))
    bench.hear(UP, request())
    assert (bench.left(UP) == b"") is met


def test_the_records_of_an_upload_are_counted_and_their_replies_with_them():
    facts = {"tid": "10000001", "mid": "898000000000001", "type_code": "00", "batch": 1, "network_code": "201"}
    bench = Bench()
    for stan in (5, 6, 6):
        bench.hear(UP, CODEC.encode(Message(mti="0320", stan=stan, details="01000001000000000068", **facts)))
    bench.hear(DOWN, CODEC.encode(Message(mti="0330", stan=6, response_code="00", **facts)))
    assert [(each.kind, each.record, each.attempt) for each in bench.seen] == [
        ("batch_upload", 1, 0), ("batch_upload", 2, 0), ("batch_upload", 2, 1), ("batch_upload", 2, 0)]


def test_what_is_no_message_is_dropped_where_that_was_asked_for():
    bench = Bench(drops_unknown=True)
    bench.hear(UP, b"\xc8" * 20)
    bench.hear(UP, b"\0\0" + request())
    assert bench.left(UP) == b"\0\0" + request()
    assert bench.told == [PortWarning.NO_FRAMING]


def test_a_copy_still_arrives_after_its_terminal_hung_up():
    bench = Bench(rule(Match(way=UP), repeat(1, after_ms=2_000)))
    bench.hear(UP, request())
    bench.end(UP)
    assert bench.ends == []
    bench.wait(2_000)
    assert bench.left(UP) == request() * 2
    assert bench.ends == [EndSending(1, UP)]
