"""The machine of a relay: what it passes, and what it makes of messages on the way."""

from __future__ import annotations

import pytest

from hil.relay.decisions import GARBAGE, HANG_UP, LOSE, RESET, SWAP, Deed, Mac, change, hold, repeat
from hil.relay.effects import EndSending, HangUp
from hil.relay.matching import Match
from hil.relay.seen import Fate
from simulator.catalogue.line_reasons import PortWarning
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
