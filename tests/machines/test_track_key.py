"""Sign-on with a track key: tracks go encrypted, F53 says so, and the host reads them."""

from __future__ import annotations

import pytest
from acquirer_bench import MID, PAN, TID, HostBench, ScriptedTerminal, keys_of
from msgspec.structs import replace
from paired_bench import paired
from terminal_bench import CARD, SEALER

from simulator.machines.acquirer.events import AskIssuer
from simulator.machines.terminal.events import Result
from simulator.machines.terminal.profile import Card, TerminalProfile
from simulator.wire.kinds import Kind
from simulator.wire.message import Message
from simulator.wire.track import decrypt_track, encrypt_track

WITH_TDK = TerminalProfile(key_download="004")
TRACK = f"{PAN}D30122010000000000"
TDK = keys_of(TID, 1).tdk


@pytest.mark.parametrize(("card", "security"), [
    (Card(pan=PAN, track2=TRACK), "0610000000000000"),
    (Card(pan=PAN, track2=TRACK, pin="123456"), "2610000000000000"),
    (Card(pan=PAN), "0610000000000000"),
    (Card(pan=PAN, entry="keyed"), ""),
    (Card(pan=PAN, entry="keyed", pin="123456"), "2600000000000000"),
])
def test_the_track_goes_encrypted_and_f53_says_so(card, security):
    bench, host = paired(WITH_TDK)
    assert bench.sell("sale", 500, card).result is Result.APPROVED
    sale = bench.sent[-1].message
    assert sale.security == security
    if card.entry == "keyed":
        assert sale.track2 == ""
    else:
        clear = decrypt_track(sale.track2, TDK)
        assert clear.startswith(f"{PAN}D")
        assert sale.track2 != clear
        assert card.track2 in ("", clear)
    assert host.alarms == []


def test_without_a_track_key_tracks_go_clear_and_f53_does_not_say_otherwise():
    bench, _ = paired()
    bench.sell("sale", 500, Card(pan=PAN, track2=TRACK, pin="123456"))
    sale = bench.sent[-1].message
    assert (sale.track2, sale.security) == (TRACK, "2600000000000000")


def test_neither_journal_holds_a_track():
    bench, host = paired(WITH_TDK)
    bench.down = True
    bench.sell("sale", 500, Card(pan=PAN, track2=TRACK))
    bench.down = False
    bench.rest()
    sent = next(each.message for each in bench.sent if each.message.mti == "0200")
    reversal = bench.sent[-1].message
    assert (reversal.mti, reversal.track2, reversal.security) == ("0400", "", "")
    for journal in (bench.nvm.decode(), repr(host.journal)):
        assert sent.track2 not in journal
        assert TRACK not in journal


@pytest.mark.parametrize("track", ["62D1", "6200009753180120", "6200009753180120DX0122010000000000"])
def test_what_is_no_track_is_refused_at_the_counter(track):
    bench, _ = paired(WITH_TDK)
    assert bench.sell("sale", 500, replace(CARD, track2=track)).reason == "no_card"


# ---- host ------------------------------------------------------------------------------------


def asked(track: str, **fields: object) -> tuple[HostBench, Message]:
    """A sale whose card number stands in the track alone, unless the fields say otherwise."""
    bench = HostBench()
    terminal = ScriptedTerminal(bench, TID, MID)
    terminal.sign_on(network_code="004")
    request = terminal.message(
        Kind.SALE, 500, **{"pan": "", "track2": track, "security": "0610000000000000", **fields},
    )
    return bench, bench.receive(request)[0]


def test_the_host_finds_the_card_in_an_encrypted_track():
    bench, reply = asked(encrypt_track(TRACK, TDK))
    assert reply.response_code == "00"
    (ask,) = bench.asked
    assert isinstance(ask, AskIssuer)
    assert ask.pan == PAN


@pytest.mark.parametrize("fields", [
    {"track2": encrypt_track(TRACK, bytes(range(16)))}, {"track2": TRACK}, {"track2": "6200"},
    {"pan": "6200008642150237"},
])
def test_what_does_not_fit_key_or_card_is_refused_and_seen(fields):
    bench, reply = asked(encrypt_track(TRACK, TDK), **fields)
    assert reply.response_code == "30"
    assert bench.alarms == ["track_unreadable"]
    assert bench.asked == []


def test_a_copy_of_a_sale_with_an_encrypted_track_is_known():
    bench, _ = asked(encrypt_track(TRACK, TDK))
    copy = bench.receive(bench.received[-1])[0]
    assert copy.response_code == "00"
    assert len(bench.asked) == 1
    assert SEALER.is_sealed(copy, keys_of(TID, 1).mak)
