"""Whatever is thrown at a host's ports: no crash, no fen moves, the next good client is served."""

from __future__ import annotations

import random

import pytest

from hil.framing.frame_source import FrameSource, NoFrameError
from hil.framing.framings import Framings
from hil.relay.relay import Relay
from simulator.trace.records import WireCarried
from simulator.wire.dialects import usual_dialect
from tests.hil.hostile_ports import STARTS, hostile_bytes, throw
from tests.hil.hostile_relay import throw_at_relay
from tests.hil.live_host import CODEC, SIGN_OFF, LiveHost

DIALECT = usual_dialect()
COUNT = 300  # `make attack` throws ten thousand
MOST = DIALECT.size_limit + 5


SHIFTED = (  # a number of digits that are no F2: one field on, or behind a length that is too great
    "0058600003777760310010031102007020048000C080000000166200009753180120000000000000006800000001"
    "012000" + "3130303030303031" + "383938303030303030303030303031",
    "004C600003777760310010031102007020048000C080000018FF6200009753180120000000000000006800000001"
    "012000" + "3130303030303031" + "383938",
)


@pytest.mark.live
@pytest.mark.parametrize("frame", SHIFTED)
def test_a_card_number_where_no_mask_looks_for_it_is_not_written_down(tmp_path, frame):
    live = LiveHost(tmp_path, limits={"pause_s": 0.2})
    data = bytes.fromhex(frame)[2:]
    line = live.connect()
    line.sendall(len(data).to_bytes(2, "big") + data)
    live.until(lambda: any(isinstance(each, WireCarried) for each in live.records))
    assert "975318" not in "".join(live.said) + str(live.records)
    live.close()


@pytest.mark.live
def test_hundreds_of_hostile_inputs_do_nothing(tmp_path):
    assert throw(tmp_path, range(COUNT)) == []


@pytest.mark.parametrize("start", [*STARTS,
    b"\x00\x5a\x60", b"\x60\x00\x03", b"\x02\x00\x70\x24\x04\x80\x20\xc0\x9a\x11\x16\x62",
    b"\x02\x19\x99\x60", CODEC.encode(SIGN_OFF)[2:40],
])
def test_no_more_is_kept_than_a_message_may_have_of_64_kib_that_come_byte_by_byte(start):
    """Each stream ends in a refusal or in frames; what waits is bounded, and so is each look at it."""
    source, draw, looks = FrameSource(Framings(DIALECT)), random.Random(1), 0
    known_by = source._framings.known_by

    def counted(data, **how):
        nonlocal looks
        looks += 1
        return known_by(data, **how)

    source._framings.known_by = counted
    for at in range(65_536):
        source.feed(bytes([start[at] if at < len(start) else draw.choice([0x11, 0x00, draw.randrange(256)])]))
        try:
            while source.take() is not None:
                pass
        except NoFrameError:
            break
        assert source.pending <= MOST
    assert looks <= MOST


def test_the_hostile_inputs_are_of_every_kind():
    drawn = [hostile_bytes(random.Random(number)) for number in range(COUNT)]
    assert len(set(drawn)) > COUNT * 0.9
    assert max(map(len, drawn)) > 3_000
    assert {each[:1] for each in drawn} >= {b"\x02", b"\x16", b"\x00", b"\x60", b"G"}


@pytest.mark.live
def test_hundreds_of_hostile_inputs_at_a_relay_do_nothing(tmp_path):
    assert throw_at_relay(tmp_path, range(COUNT // 3)) == []


@pytest.mark.live
def test_a_relay_that_keeps_connections_of_those_who_have_gone_is_found(tmp_path, monkeypatch):
    right = Relay._hang_up

    def hang_up(self, link, **how):
        if link.number % 3:
            right(self, link, **how)

    monkeypatch.setattr(Relay, "_hang_up", hang_up)
    wrong = throw_at_relay(tmp_path, range(12), within_s=3.0)
    assert any("connections are left" in each for each in wrong), wrong
