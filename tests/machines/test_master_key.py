"""A master key by RSA at both ends: in use after its activation and never before, over restarts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from acquirer_bench import SETTINGS, TID, HostBench
from msgspec.structs import replace
from paired_bench import HostAtTheEnd
from terminal_bench import IDENTITY, Bench

from simulator.machines.acquirer.registry import TerminalEntry, master_key_of
from simulator.machines.terminal.events import Result
from simulator.machines.terminal.profile import TEST_MASTER_KEY
from simulator.scenario.table_files import library_named
from simulator.wire.kinds import Kind
from simulator.wire.message import Message

LIBRARY = library_named("test-tables")


def plugged(*, cut: int = -1, lost: int = -1) -> tuple[Bench, HostBench]:
    host = HostBench(settings=replace(SETTINGS, library=LIBRARY))
    bench = Bench(cut=cut, lost=lost)
    bench.host = HostAtTheEnd(host)  # type: ignore[assignment]
    return bench, host


def signed_on() -> tuple[Bench, HostBench]:
    bench, host = plugged()
    bench.sign_on()
    return bench, host


def keys_agree(bench: Bench, host: HostBench) -> bool:
    terminal = host.host.books.terminals[TID]
    return (bench.terminal.memory.master_key or IDENTITY.master_key) == master_key_of(
        terminal.entry, terminal.master_serial)


def changed(bench: Bench, code: str, change: Callable[[Message], Message]) -> None:
    answer = bench.host.answer

    def answered(request: Message) -> Message | None:
        reply = answer(request)
        return change(reply) if reply is not None and reply.network_code == code else reply

    bench.host.answer = answered  # type: ignore[method-assign]


def test_after_the_activation_working_keys_come_under_the_new_key():
    bench, host = signed_on()
    told = bench.operate(Kind.MASTER_KEY_DOWNLOAD, "key")
    assert told.result is Result.APPROVED
    assert [send.message.network_code for send in bench.sent] == ["003", "352", "350", "351", "003"]
    assert bench.terminal.memory.master_key not in (b"", TEST_MASTER_KEY)
    assert keys_agree(bench, host)
    assert bench.sell("sale", 100).result is Result.APPROVED
    assert host.alarms == []


def test_the_new_key_is_there_after_restarts_of_both():
    bench, host = signed_on()
    bench.operate(Kind.MASTER_KEY_DOWNLOAD, "key")
    host.crash()
    bench.boot()
    assert bench.sign_on().result is Result.APPROVED
    assert bench.operate(Kind.MASTER_KEY_DOWNLOAD, "another").result is Result.APPROVED
    assert host.host.books.terminals[TID].master_serial == 2
    host.crash()
    bench.boot()
    assert keys_agree(bench, host)
    assert bench.sell("sale", 100).result is Result.APPROVED


def test_every_cut_and_every_lost_message_leaves_ends_that_agree():
    whole, _ = plugged()
    whole.sign_on()
    whole.operate(Kind.MASTER_KEY_DOWNLOAD, "key")
    tries = [{"cut": cut} for cut in range(whole.effects)]
    tries += [{"lost": lost} for lost in range(whole.messages)]
    for one in tries:
        bench, host = plugged(**one)
        bench.sign_on()
        bench.operate(Kind.MASTER_KEY_DOWNLOAD, "key")
        bench.cut = bench.lost = -1
        bench.rest()
        bench.sign_on()
        assert keys_agree(bench, host), one
        assert bench.sell("sale", 100).result is Result.APPROVED, one
        assert "key_check_failed" not in bench.codes(), one


def test_a_host_that_restarts_between_key_and_activation_still_knows_what_it_gave():
    bench, host = signed_on()
    changed(bench, "350", lambda reply: (host.crash(), reply)[1])
    assert bench.operate(Kind.MASTER_KEY_DOWNLOAD, "key").result is Result.APPROVED
    assert keys_agree(bench, host)


def spoilt(reply: Message) -> Message:
    private = reply.private or b""
    return replace(reply, private=private[:-1] + bytes([private[-1] ^ 1]))


@pytest.mark.parametrize(("code", "change"), [
    ("350", spoilt),  # the check value of the new key
    ("350", lambda reply: replace(reply, private=None)),
    ("352", lambda reply: replace(reply, private=None)),
    ("352", lambda reply: replace(reply, private=b"\x9f")),
    ("352", lambda reply: replace(reply, private=b"\xdf\x02\x40" + bytes(64) + b"\xdf\x04\x01\x03")),
    ("352", lambda reply: replace(reply, response_code="96")),
    ("350", lambda reply: replace(reply, response_code="99", private=None)),
])
def test_what_is_wrong_on_the_way_changes_nothing(code, change):
    bench, host = signed_on()
    changed(bench, code, change)
    before = bench.nvm
    told = bench.operate(Kind.MASTER_KEY_DOWNLOAD, "key")
    assert told.result in (Result.FAILED, Result.DECLINED)
    assert bench.nvm == before
    assert keys_agree(bench, host)
    assert bench.sign_on().result is Result.APPROVED


def test_a_random_key_with_a_wrong_check_value_is_refused_and_an_alarm():
    bench, host = signed_on()
    answer = bench.host.answer
    bench.host.answer = lambda request: answer(  # type: ignore[method-assign]
        spoilt(request) if request.network_code == "350" else request)
    before = list(host.journal)
    told = bench.operate(Kind.MASTER_KEY_DOWNLOAD, "key")
    assert (told.result, told.response_code) == (Result.DECLINED, "99")
    assert host.alarms == ["key_check_failed"]
    assert host.journal == before


def test_an_activation_that_the_host_refuses_leaves_the_old_key():
    bench, _host = signed_on()
    changed(bench, "351", lambda reply: replace(reply, response_code="25"))
    told = bench.operate(Kind.MASTER_KEY_DOWNLOAD, "key")
    assert (told.result, told.response_code) == (Result.DECLINED, "25")
    assert bench.terminal.memory.master_key == b""
    assert bench.terminal.memory.next_master_key == b""


def test_the_code_of_four_digits_and_a_query_for_the_public_key_are_taken_too():
    bench, host = signed_on()
    answer = bench.host.answer

    def other_codes(request: Message) -> Message | None:
        if request.network_code == "350":
            reply = answer(replace(request, network_code="305", capability="0"))
            assert (reply.network_code, reply.capability) == ("305", "0")
            return replace(reply, network_code="350")
        if request.network_code == "352":
            reply = answer(replace(request, mti="0820"))
            assert reply.mti == "0830"
            return replace(reply, mti="0810")
        return answer(request)

    bench.host.answer = other_codes  # type: ignore[method-assign]
    assert bench.operate(Kind.MASTER_KEY_DOWNLOAD, "key").result is Result.APPROVED
    assert keys_agree(bench, host)


def test_no_record_of_the_host_and_no_text_of_the_terminal_holds_a_key():
    bench, host = signed_on()
    bench.operate(Kind.MASTER_KEY_DOWNLOAD, "key")
    key = bench.terminal.memory.master_key
    texts = [repr(each) for each in (*host.journal, *bench.records)]
    for each in (key, bytes(range(16)), TEST_MASTER_KEY):
        assert all(each.hex() not in text.lower() and repr(each) not in text for text in texts)


def test_a_key_by_serial_is_the_terminals_own():
    entry = TerminalEntry(tid=TID, mid="898000000000001")
    other = replace(entry, tid="10000002")
    keys = {master_key_of(each, serial) for each in (entry, other) for serial in (1, 2)}
    assert len(keys) == 4
    assert master_key_of(entry, 0) == TEST_MASTER_KEY
    assert all(len(key) == 16 for key in keys)
