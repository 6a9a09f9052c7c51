"""The journal: what is stored is what boot finds; no cut, flip or loss of bytes goes unseen."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from terminal_bench import CARD, IDENTITY, KEYS, SEALER, Bench, original_of

from simulator.machines.terminal import records as nvm_records
from simulator.machines.terminal.events import Booted, NvmRecord, Show
from simulator.machines.terminal.journal import compact, encode_record, read_journal
from simulator.machines.terminal.machine import Terminal
from simulator.machines.terminal.memory import APPLY, TerminalMemory
from simulator.machines.terminal.profile import TerminalProfile
from simulator.wire.kinds import Kind


def a_full_journal() -> bytes:
    """A day with one of nearly everything, cut off in the middle of a settlement."""
    bench = Bench(profile=TerminalProfile(offline_limit_fen=5_000, settlement_tries=1))
    bench.host.always_unbalanced = True
    bench.sign_on()
    sold = bench.sell("sale", 1_000)
    bench.operate(Kind.VOID, "void", original=original_of(sold))
    bench.operate(Kind.OFFLINE_SALE, "offline", amount_fen=300, card=CARD)
    bench.host.answers["0200"] = lambda _request, _reply: None
    bench.sell("lost", 400)
    bench.rest()
    bench.lost = bench.messages + 6
    bench.operate(Kind.SETTLEMENT, "settle")
    return bench.nvm


JOURNAL = a_full_journal()
WHOLE = read_journal(JOURNAL)


def state(records) -> bytes:
    return msgspec.json.encode(TerminalMemory(records).snapshot())


def test_every_record_is_folded():
    concrete = {
        each for each in vars(nvm_records).values()
        if isinstance(each, type) and issubclass(each, NvmRecord) and each is not NvmRecord
    }
    assert set(APPLY) == concrete
    assert set(nvm_records.AnyNvmRecord.__args__) == concrete


def test_bytes_bring_back_the_records():
    assert WHOLE.damage == ()
    assert len(WHOLE.records) > 15
    assert b"".join(encode_record(each) for each in WHOLE.records) == JOURNAL
    assert WHOLE.whole_bytes == len(JOURNAL)


def test_a_terminal_booted_from_its_journal_knows_what_it_knew():
    bench = Bench()
    bench.sign_on()
    bench.sell("sale", 100)
    assert state(read_journal(bench.nvm).records) == msgspec.json.encode(
        bench.terminal.memory.snapshot(),
    )


@pytest.mark.parametrize("length", range(1, len(WHOLE.records) + 1))
def test_a_compacted_journal_folds_to_the_same_state_at_every_length(length):
    records = WHOLE.records[:length]
    short = compact(records)
    assert len(short) == 1
    assert state(short) == state(records)
    assert state(read_journal(encode_record(short[0])).records) == state(records)
    assert state([*compact(records), *WHOLE.records[length:]]) == state(WHOLE.records)


def test_a_settled_batch_is_gone_from_a_compacted_journal():
    bench = Bench()
    bench.sign_on()
    for number in range(20):
        bench.sell(f"sale {number}", 100)
    bench.operate(Kind.SETTLEMENT)
    short = b"".join(map(encode_record, compact(read_journal(bench.nvm).records)))
    assert len(short) < 600 < len(bench.nvm)


@given(st.integers(1, len(JOURNAL) - 1))
def test_a_cut_anywhere_gives_whole_records_and_tells_of_the_torn_one(at):
    reading = read_journal(JOURNAL[:at])
    assert reading.records == WHOLE.records[:len(reading.records)]
    if JOURNAL[at - 1:at] == b"\n":
        assert reading.damage == ()
    else:
        assert reading.torn_only
        assert reading.whole_bytes == JOURNAL.rfind(b"\n", 0, at) + 1


@given(st.integers(0, len(JOURNAL) - 1), st.integers(1, 255))
def test_a_changed_byte_anywhere_is_detected_and_spoils_its_own_line_only(at, change):
    spoilt = bytes([*JOURNAL[:at], JOURNAL[at] ^ change, *JOURNAL[at + 1:]])
    reading = read_journal(spoilt)
    assert reading.damage
    assert len(reading.records) >= len(WHOLE.records) - 2
    assert all(record in WHOLE.records for record in reading.records)


@given(st.integers(0, len(JOURNAL) - 2), st.integers(1, 40))
def test_bytes_missing_in_the_middle_are_detected_or_are_whole_records(at, count):
    spoilt = JOURNAL[:at] + JOURNAL[at + count:]
    reading = read_journal(spoilt)
    whole_lines = at + count >= len(JOURNAL) and JOURNAL[at - 1:at] == b"\n"
    assert reading.damage or whole_lines
    assert all(record in WHOLE.records for record in reading.records)


@given(st.binary(max_size=200))
def test_foreign_bytes_are_damage_and_never_an_exception(data):
    reading = read_journal(data)
    assert reading.records == ()
    assert bool(reading.damage) is bool(data)


def test_a_line_that_is_whole_and_no_record_is_damage():
    body = b'{"record":"unheard_of"}'
    from zlib import crc32  # noqa: PLC0415

    reading = read_journal(b"%08x %s\n" % (crc32(body), body))
    assert [each.reason for each in reading.damage] == ["unreadable"]


def test_damage_is_shown_at_boot_remembered_and_shown_again_at_settlement():
    bench = Bench()
    bench.sign_on()
    bench.sell("sale", 1_000)
    lines = bench.nvm.splitlines(keepends=True)
    lines[-2] = lines[-2][:20] + b"#" + lines[-2][21:]
    reading = read_journal(b"".join(lines))
    assert not reading.torn_only
    damaged = Terminal(
        IDENTITY, bench.profile, SEALER, reading.records, reading.damage[0].text(),
    )
    shown = [e.code for e in damaged.handle(Booted(), bench.now_ms) if isinstance(e, Show)]
    assert shown == ["journal_damaged"]
    assert "line" in damaged.memory.damage

    bench.nvm = b"".join(encode_record(each) for each in reading.records)
    bench.nvm += encode_record(nvm_records.DamageFound(reading.damage[0].text()))
    bench.boot()
    bench.rest()
    bench.operate(Kind.SETTLEMENT, "settle")
    bench.rest()
    assert "journal_damaged" in bench.codes()


def test_no_record_shows_a_card_number_or_a_key():
    shown = " ".join(map(repr, [*WHOLE.records, *compact(WHOLE.records)]))
    assert "620000******0120" in shown
    assert CARD.pan not in shown
    assert repr(KEYS.mak)[2:-1] not in shown


def test_no_repr_of_a_journal_reading_error_shows_a_card_number():
    spoilt = JOURNAL.replace(b'"record":"booked"', b'"record":"broken"')
    texts = [each.text() for each in read_journal(spoilt).damage]
    assert texts
    assert not any(CARD.pan in text for text in texts)
