"""What the machine says fits the bytes of the dialect, with real MACs and PIN blocks."""

from __future__ import annotations

from terminal_bench import CARD, KEYS, Bench
from test_terminal_sweep import (
    EVERY_KIND,
    ORDERS,
    OTHER_ORDERS,
    PROFILE,
    a_day,
    a_hotel_day,
)

from simulator.machines.terminal.events import Result
from simulator.machines.terminal.profile import Card, TerminalProfile
from simulator.wire.codec import Codec
from simulator.wire.dialects import usual_dialect
from simulator.wire.kinds import Kind
from simulator.wire.mac import WireSealer
from simulator.wire.pin import decrypt_pin


def a_disturbed_day(play, profile, lost: int = -1) -> Bench:
    bench = Bench(profile=profile, lost=lost, sealer=WireSealer(Codec(usual_dialect())))
    bench.host.always_unbalanced = True
    play(bench)
    bench.heal_and_close()
    return bench


def test_every_message_of_every_kind_survives_its_bytes():
    codec = Codec(usual_dialect())
    kinds = set()
    for play, profile in ((a_day, PROFILE), (a_hotel_day, EVERY_KIND)):
        for lost in (-1, 5):
            for send in a_disturbed_day(play, profile, lost).sent:
                assert codec.decode(codec.encode(send.message)) == send.message
                kinds.add(send.kind)
    assert kinds >= {Kind.SALE, Kind.REVERSAL, Kind.BATCH_UPLOAD, Kind.SETTLEMENT, Kind.QR_VOID}


def test_the_books_agree_with_real_macs_too():
    assert a_disturbed_day(a_day, PROFILE, 5).findings(ORDERS) == []
    assert a_disturbed_day(a_hotel_day, EVERY_KIND).findings(OTHER_ORDERS[:-1]) == []


def test_the_pin_block_of_a_sale_opens_under_the_downloaded_pin_key():
    bench = Bench(profile=TerminalProfile(), sealer=WireSealer(Codec(usual_dialect())))
    bench.sign_on()
    card = Card(pan=CARD.pan, pin="123456", entry="chip", sequence="001")
    assert bench.sell("sale", 100, card).result is Result.APPROVED
    block = bench.sent[-1].message.pin_block
    assert block is not None
    assert decrypt_pin(block, card.pan, KEYS.pik) == "123456"
