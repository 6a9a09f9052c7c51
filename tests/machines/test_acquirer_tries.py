"""A reply says which try of its request it answers: a late reply to one is no reply to the next."""

from __future__ import annotations

import msgspec
import pytest
from acquirer_bench import HostBench, signed_on

from simulator.machines.acquirer.events import RequestReceived
from simulator.wire.kinds import Kind
from simulator.wire.message import Message, Original


def tried(bench: HostBench, message: Message, attempt: int) -> list[int]:
    """The try of each reply that one try of a request brought at once."""
    before = len(bench.tries)
    bench.received.append(message)
    bench.event(RequestReceived("line", message, "", attempt))
    return bench.tries[before:]


@pytest.mark.parametrize("kind", [
    Kind.ECHO_TEST, Kind.SIGN_ON, Kind.PARAMETER_DOWNLOAD, Kind.STATUS_UPLOAD, Kind.BALANCE,
    Kind.SALE, Kind.PREAUTH, Kind.REFUND, Kind.QR_SALE, Kind.QR_VOID, Kind.SETTLEMENT,
    Kind.BATCH_UPLOAD, Kind.SCRIPT_RESULT,
])
def test_a_reply_says_which_try_it_answers(kind: Kind) -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    message = terminal.message(kind, 100, private=b"28123")
    assert [tried(bench, message, attempt) for attempt in (0, 1, 5)] == [[0], [1], [5]]


def test_late_replies_to_two_tries_of_a_reversal_are_each_its_own() -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    request = terminal.message(Kind.SALE, 100)
    bench.receive(request)
    reversal = terminal.reversal_of(request)
    assert tried(bench, reversal, 1) == [1]
    assert tried(bench, reversal, 0) == [0]  # overtaken on the line


def test_the_one_answer_of_an_issuer_goes_to_the_try_that_came_last() -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    bench.issuer_is = lambda _asked: False
    refund_of = terminal.message(Kind.SALE, 100)
    bench.receive(refund_of)
    bench.give(bench.asked[-1])
    refund = terminal.message(
        Kind.REFUND, 50, original=Original(refund_of.batch, refund_of.stan or 0))
    assert tried(bench, refund, 0) == []
    assert tried(bench, refund, 2) == []
    before = len(bench.tries)
    bench.give(bench.asked[-1])
    assert bench.tries[before:] == [2]


@pytest.mark.parametrize("fields", [
    {"tid": "99999999"}, {"mid": "898999999999999"}, {"mac": b"\0" * 8}, {"stan": None},
])
def test_a_refusal_says_which_try_it_answers(fields: dict[str, object]) -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    message = terminal.message(Kind.SALE, 100)
    changed = msgspec.structs.replace(message, **fields)
    if "stan" in fields:
        changed = terminal.seal(changed)
    assert tried(bench, changed, 3) == [3]
