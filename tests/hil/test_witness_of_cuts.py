"""What a till learns of an order behind a power cut, and which try of an order a request belongs to."""

from __future__ import annotations

from pathlib import Path

import pytest

from hil.judging.terminal_log import read_logs
from hil.judging.witness import testify
from simulator.trace.records import (
    AT_A_PORT,
    AnyRecord,
    Arrived,
    Concluded,
    Journaled,
    MerchantOpened,
    Sent,
    TerminalOpened,
)

TID, ACTOR, MID = "10000001", "terminal.10000001", "898000000000001"
NOON = 1_769_486_400_000


def request(at_ms: int, stan: int, fen: int) -> Sent:
    return Sent(NOON + at_ms, ACTOR, to="acquirer", what="sale", mti="0200", tid=TID, batch=1, stan=stan, amount_fen=fen)


def reply(at_ms: int, stan: int, fen: int) -> Arrived:
    return Arrived(NOON + at_ms, ACTOR, sender="acquirer", what="sale", mti="0210", tid=TID, batch=1, stan=stan,
                   amount_fen=fen, response_code="00")


def testimony(tmp_path: Path, host: list[AnyRecord], lines: list[str]) -> tuple[list[AnyRecord], list[AnyRecord]]:
    opened: list[AnyRecord] = [
        MerchantOpened(NOON, "merchant.shop", mid=MID, bank="a bank"),
        TerminalOpened(NOON, ACTOR, tid=TID, mid=MID, merchant="shop", profile="generic", observable=False, end=AT_A_PORT)]
    path = tmp_path / "till.jsonl"
    rows = [(int(at_ms), rest) for at_ms, _, rest in (each.partition(" ") for each in lines)]
    path.write_text("".join(f'{{"at_ms":{NOON + at_ms},"tid":"{TID}",{rest}}}\n' for at_ms, rest in rows), "utf-8")
    found = testify([*opened, *host], (), read_logs([path]), 0)
    return list(found.host), found.people


MEANT = '"event":"meant","order":"{}","kind":"sale","fen":{}'
TOLD = '"event":"told","order":"{}","outcome":"{}"'


def test_what_is_told_behind_a_cut_of_an_earlier_reply_was_stored_before_it(tmp_path):
    _, people = testimony(
        tmp_path, [request(100, 2, 6_800), reply(300, 2, 6_800)],
        [f"50 {MEANT.format('S1', 6_800)}", '310 "event":"power_off"', '500 "event":"power_on"',
         f'700 {TOLD.format("S1", "approved")},"code":"00","stan":2,"batch":1'])
    stored = [each for each in people if isinstance(each, Journaled)]
    assert [(each.at_ms - NOON, each.stan, each.entry) for each in stored] == [(301, 2, "booked")]


@pytest.mark.parametrize(("replied_ms", "outcome"), [(600, "approved"), (300, "unknown")])
def test_nothing_is_taken_for_stored_that_came_later_or_is_not_known(tmp_path, replied_ms, outcome):
    _, people = testimony(
        tmp_path, [request(100, 2, 6_800), reply(replied_ms, 2, 6_800)],
        [f"50 {MEANT.format('S1', 6_800)}", '310 "event":"power_off"', '500 "event":"power_on"',
         f'700 {TOLD.format("S1", outcome)},"stan":2,"batch":1'])
    assert not [each for each in people if isinstance(each, Journaled)]


def test_a_try_that_never_left_takes_no_request_of_the_next_customer(tmp_path):
    """The first try was cut before its request; the sale behind it is told under its own number."""
    host, people = testimony(
        tmp_path, [request(900, 4, 1_700), reply(1_000, 4, 1_700)],
        [f"50 {MEANT.format('S1', 6_800)}", '100 "event":"power_off"', '300 "event":"power_on"',
         f"500 {TOLD.format('S1', 'unknown')}", f"800 {MEANT.format('S2', 1_700)}",
         f'1100 {TOLD.format("S2", "approved")},"code":"00","stan":4,"batch":1'])
    assert [each.sale for each in host if isinstance(each, Sent)] == ["S2"]
    assert [(each.sale, each.result, each.stan) for each in people if isinstance(each, Concluded)] == [
        ("S1", "failed", 0), ("S2", "approved", 4)]
