"""A host is its table: complete, walked in its order, and what no row takes is an error of ours."""

from __future__ import annotations

from collections.abc import Callable
from itertools import combinations
from typing import get_args

import msgspec
import pytest
from acquirer_bench import MID, PAN, SETTINGS, START_MS, TID, HostBench, signed_on
from msgspec.structs import replace

from simulator.machines.acquirer.events import (
    AcquirerEvent,
    RequestReceived,
    RequestUnreadable,
    VersionDemanded,
)
from simulator.machines.acquirer.machine import RIGHT_HOST
from simulator.machines.acquirer.registry import TerminalEntry, TerminalStatus
from simulator.machines.acquirer.settings import MerchantLimit
from simulator.machines.acquirer.work import HostTable
from simulator.machines.no_row import NoRowError
from simulator.money.limits import Limit
from simulator.wire.kinds import Kind
from simulator.wire.message import Message

ENTRY = TerminalEntry(tid=TID, mid=MID, merchant="shop")
NEW_SOFTWARE = "99999999"
SWIPED = f"{PAN}D30122010000000000"


class Offence(msgspec.Struct, frozen=True):
    """One thing that is wrong with a sale, the row that sees it, and what that answers."""

    row: str
    code: str  # none: nothing is said
    fields: dict[str, object] = {}
    entry: dict[str, object] = {}
    service: str = ""
    software: str = ""
    mac: bool = True
    settings: dict[str, object] = {}


OFFENCES = (
    Offence("service_silent", "", service="silent"),
    Offence("terminal_unknown", "97", fields={"tid": "99999999"}),
    Offence("merchant_unknown", "03", fields={"mid": "898999999999999"}),
    Offence("kind_unknown", "12", fields={"type_code": "99"}),
    Offence("right_mac", "A0", mac=False),
    Offence("readable_track", "30", fields={
        "track2": "6200000000000120D30122010000000000", "security": "2610000000000000"}),
    Offence("with_stan", "30", fields={"stan": None}),
    Offence("open_batch", "77", fields={"batch": 7}),
    Offence("active", "58", entry={"status": TerminalStatus.SUSPENDED}),
    Offence("not_barred", "58", entry={"barred": frozenset({Kind.SALE})}),
    Offence("service_open", "91", service="91"),
    Offence("new_software", "78", software=NEW_SOFTWARE),
    Offence("one_card", "30", fields={"track2": "6200008642150237D30122010000000000"}),
    Offence("right_check_digit", "14", fields={"pan": "6200009753180121"}),
    Offence("known_currency", "12", fields={"currency": "840"}),
    Offence("chip_used", "45", fields={"pan": PAN, "track2": SWIPED},
            settings={"chip_fallback": "refuse"}),
    Offence("sum_of_cryptogram", "59", fields={"icc_data": bytes.fromhex("9F0206000000000101")}),
    Offence("pin_there", "30", fields={"entry_mode": "021"}),
    Offence("readable_pin", "99", fields={"pin_block": bytes(8)}),
    Offence("within_limits", "61",
            settings={"merchant_limits": (MerchantLimit(MID, "", Limit(single_fen=1)),)}),
)


def noted(table: HostTable, passed: list[str]) -> HostTable:
    """A table like it that notes which rows a request comes to."""

    def note(step: Callable[..., object]) -> Callable[..., object]:
        def noting(*given: object) -> object:
            passed.append(step.__name__)
            return step(*given)

        return noting

    return replace(
        table,
        entrance=tuple(replace(row, keeps_out=note(row.keeps_out)) for row in table.entrance),
        checks=tuple(replace(row, step=note(row.step)) for row in table.checks),
    )


def sell(*offences: Offence) -> tuple[list[Message], list[str]]:
    """A sale that is wrong in these ways: what is answered, and the rows that it came to."""
    entry = ENTRY
    settings = SETTINGS
    passed: list[str] = []
    for each in offences:
        entry = replace(entry, **each.entry)
        settings = replace(settings, **each.settings)
    bench = HostBench(noted(RIGHT_HOST, passed), settings, entries=[entry])
    terminal = signed_on(bench)
    message = terminal.message(Kind.SALE, 100)
    service = ""
    for each in offences:
        message = replace(message, **each.fields)
        service = service or each.service
        if each.software:
            bench.event(VersionDemanded(each.software, refuse=True))
    message = terminal.seal(message)
    if not all(each.mac for each in offences):
        message = replace(message, mac=b"\0" * 8)
    passed.clear()
    return bench.receive(message, service), passed


@pytest.mark.parametrize("offence", OFFENCES, ids=lambda offence: offence.row)
def test_each_row_answers_what_it_says(offence: Offence) -> None:
    replies, passed = sell(offence)
    assert [reply.response_code for reply in replies] == [offence.code] * bool(offence.code)
    assert passed[-1] == offence.row


@pytest.mark.parametrize(("first", "second"), list(combinations(OFFENCES, 2)))
def test_of_two_rows_the_earlier_answers(first: Offence, second: Offence) -> None:
    if first.service and second.service:
        pytest.skip("a service is closed in one way at a time")
    if first.fields.keys() & second.fields.keys():
        pytest.skip("a field says one thing at a time")
    if {first.row, second.row} == {"pin_there", "readable_pin"}:
        pytest.skip("a PIN block is there or is not")
    replies, passed = sell(first, second)
    assert [reply.response_code for reply in replies] == [first.code] * bool(first.code)
    assert passed[-1] == first.row


def test_a_right_sale_passes_every_row_of_its_kind_in_order() -> None:
    replies, passed = sell()
    assert [reply.response_code for reply in replies] == ["00"]
    assert passed == [row.keeps_out.__name__ for row in RIGHT_HOST.entrance] + [
        row.step.__name__ for row in RIGHT_HOST.checks if Kind.SALE in row.kinds]


def test_every_row_is_tried_here() -> None:
    rows = {row.keeps_out.__name__ for row in RIGHT_HOST.entrance}
    rows |= {row.step.__name__ for row in RIGHT_HOST.checks}
    assert rows == {each.row for each in OFFENCES} | {"not_known", "to_its_step"}


@pytest.mark.parametrize(
    "offence", [each for each in OFFENCES if each.row in ("service_open", "new_software")],
    ids=lambda offence: offence.row)
def test_a_copy_is_answered_as_before_whatever_stands_below_its_row(offence: Offence) -> None:
    bench = HostBench()
    terminal = signed_on(bench)
    message = terminal.message(Kind.SALE, 100)
    first = terminal.only(bench.receive(message))
    if offence.software:
        bench.event(VersionDemanded(offence.software, refuse=True))
    again = terminal.only(bench.receive(message, offence.service))
    assert (again.response_code, again.rrn) == (first.response_code, first.rrn) == ("00", first.rrn)


def test_the_answer_of_a_row_is_the_code_that_it_prints() -> None:
    printed = {row.keeps_out.__name__: row.response_code for row in RIGHT_HOST.entrance}
    printed |= {
        row.step.__name__: row.answer for row in RIGHT_HOST.checks
        if len(row.answer) == len("00")
    }
    assert printed == {
        each.row: each.code for each in OFFENCES if each.row not in ("active", "service_open")
    } | {"kind_unknown": ""}  # of the setting


def test_the_tables_are_complete() -> None:
    assert set(RIGHT_HOST.by_event) == set(get_args(AcquirerEvent))
    assert set(RIGHT_HOST.by_kind) == set(Kind)


def test_what_happens_without_a_row_raises_by_name() -> None:
    bench = HostBench()
    with pytest.raises(NoRowError, match="TerminalEntry"):
        bench.host.handle(ENTRY, START_MS)  # type: ignore[arg-type]
    short = HostBench(replace(RIGHT_HOST, checks=RIGHT_HOST.checks[:-1]))
    request = Message(mti="0820", tid=TID, mid=MID, type_code="00", network_code="301")
    with pytest.raises(NoRowError, match="echo_test"):
        short.host.handle(RequestReceived("line", request), START_MS)


def test_bytes_that_are_no_message_are_an_alarm_and_nothing_more() -> None:
    bench = HostBench()
    assert bench.event(RequestUnreadable("line", "no field 4")) == []
    assert bench.alarms == ["unreadable"]
