"""``daozhang judge``: traces of one run, a log of its terminals; clear words for what is none."""

from __future__ import annotations

import json
import re
import sqlite3
from pathlib import Path

import msgspec
import pytest
from synthetic_day import TERMINAL, TID, Day

from hil.commands.program import run
from hil.host.store import HostStore
from hil.judging.terminal_log import read_logs
from simulator.local_time import HOUR_MS, datetime_at
from simulator.machines.acquirer.records import AnyHostRecord
from simulator.trace.records import AT_A_PORT, Record, TerminalOpened, to_line

DOCS = Path(__file__).parents[2] / "docs"


def outside(day: Day) -> list[Record]:
    """What the host would have written down of the day: the line of a terminal at its port."""
    kept = []
    for record in day.records:
        name = type(record).__name__
        if isinstance(record, TerminalOpened):
            kept.append(msgspec.structs.replace(record, observable=False, end=AT_A_PORT))
        elif name == "Sent":
            kept.append(msgspec.structs.replace(record, sale=""))
        elif name not in ("SaleMeant", "SaleUndone", "ReceiptGiven", "Concluded") and not (
            record.actor == TERMINAL and name in ("Journaled", "BatchCounted")
        ):
            kept.append(record)
    return kept


def paid_day() -> Day:
    day = Day()
    day.sale("s1")
    day.sale("s2", 5000)
    day.arrive()
    day.end()
    return day


def write(path: Path, records: list[Record], end: bytes = b"\n") -> Path:
    path.write_bytes(b"\n".join(map(to_line, records)) + end)
    return path


def log(path: Path, *lines: dict[str, object]) -> Path:
    path.write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
    return path


def lines_of(day: Day, **other: object) -> list[dict[str, object]]:
    """The log of a day of two sales: at what moments they were meant and told."""
    sent = [record.at_ms for record in day.records
            if type(record).__name__ == "Sent" and record.mti == "0200"]
    lines: list[dict[str, object]] = []
    for order, fen, at_ms in zip(("A", "B"), (6800, 5000), sent, strict=True):
        lines += [
            {"at_ms": at_ms - 500, "event": "meant", "order": order, "fen": fen},
            {"at_ms": at_ms + 7000, "event": "told", "order": order, "outcome": "approved"},
            {"at_ms": at_ms + 7100, "event": "receipt", "order": order},
        ]
    return [{"tid": TID} | line | other for line in lines]


def judged(tmp_path: Path, *arguments: object) -> tuple[int, dict[str, object]]:
    out = tmp_path / "judged.json"
    code = run(["judge", *map(str, arguments), "--json", str(out)])
    return code, json.loads(out.read_text()) if out.exists() else {}


def states(judgement) -> dict[int, str]:
    return {each["number"]: each["state"] for each in judgement["invariants"]}


def test_a_right_day_from_the_line_alone_passes_and_claims_nothing_that_it_cannot_see(tmp_path):
    code, judgement = judged(tmp_path, write(tmp_path / "host.jsonl", outside(paid_day())))
    assert (code, judgement["findings"]) == (0, [])
    of_terminal = {2, 3, 15, 16}  # and 10: nothing came up that its journal would have to settle
    assert {
        number for number, state in states(judgement).items() if state == "not_observable"
    } == of_terminal | {10, 22, 24, 31}  # nor does it say at what hour its days end, nor that it is whole
    assert {each["number"] for each in judgement["invariants"] if each["unseen"] == [TID]} == of_terminal


def test_with_a_log_it_is_seen_whole(tmp_path):
    day = paid_day()
    trace = write(tmp_path / "host.jsonl", outside(day))
    code, judgement = judged(
        tmp_path, trace, "--terminal-log", log(tmp_path / "till.jsonl", *lines_of(day)))
    assert (code, judgement["findings"]) == (0, [])
    assert {states(judgement)[number] for number in (3, 15, 16)} == {"held"}


@pytest.mark.parametrize(("place", "change", "number", "code"), [
    (0, {"fen": 680}, 15, "sum_not_meant"),
    (1, {"outcome": "declined"}, 16, "declined_though_approved"),
    (1, {"outcome": "unknown"}, 16, "unknown_though_approved"),
    (2, {"fen": 680}, 16, "receipt_of_other_sum"),
])
def test_what_the_log_tells_and_the_line_does_not(tmp_path, place, change, number, code):
    day = paid_day()
    trace = write(tmp_path / "host.jsonl", outside(day))
    lines = lines_of(day)
    lines[place] |= change
    status, judgement = judged(tmp_path, trace, "--terminal-log", log(tmp_path / "t.jsonl", *lines))
    assert status == 1
    assert (number, code) in {(each["invariant"], each["code"]) for each in judgement["findings"]}


def test_a_batch_on_paper_that_the_host_does_not_have(tmp_path):
    day = paid_day()
    trace = write(tmp_path / "host.jsonl", outside(day))
    closed = next(record.at_ms for record in day.records if type(record).__name__ == "BatchCounted")
    for fen, status in ((11800, 0), (11700, 1)):
        paper = {"tid": TID, "at_ms": closed + 500, "event": "batch", "batch": 1, "debit_fen": fen,
                 "debit_count": 2}
        assert judged(tmp_path, trace, "--terminal-log",
                      log(tmp_path / "t.jsonl", *lines_of(day), paper))[0] == status


def test_wall_clock_and_an_offset_say_the_same_as_the_calendar(tmp_path):
    day = paid_day()
    trace = write(tmp_path / "host.jsonl", outside(day))
    lines = [
        {name: value for name, value in line.items() if name != "at_ms"}
        | {"at": datetime_at(line["at_ms"] + HOUR_MS).isoformat()} for line in lines_of(day)
    ]
    path = log(tmp_path / "t.jsonl", *lines)
    code, judgement = judged(tmp_path, trace, "--terminal-log", path, "--log-offset", "1h")
    assert (code, judgement["findings"]) == (0, [])


def test_a_state_of_a_host_is_judged_as_its_trace_is(tmp_path):
    store = HostStore(tmp_path / "host.sqlite", AnyHostRecord)
    for record in outside(paid_day()):
        store.add_trace(to_line(record))
    store.commit()
    store.close()
    assert judged(tmp_path, tmp_path / "host.sqlite")[0] == 0


def test_a_state_of_a_format_before_the_log_is_judged_too(tmp_path):
    state = tmp_path / "host.sqlite"
    with sqlite3.connect(state) as database:
        database.execute("CREATE TABLE trace (number INTEGER PRIMARY KEY, line TEXT)")
        database.executemany("INSERT INTO trace (line) VALUES (?)", [
            (to_line(record).decode(),) for record in outside(paid_day())])
    assert judged(tmp_path, state)[0] == 0


def test_a_run_that_is_not_over_is_inconclusive(tmp_path):
    day = Day()
    day.sale()
    assert judged(tmp_path, write(tmp_path / "host.jsonl", outside(day)))[0] == 4


def test_a_sale_without_answer_at_the_end_may_still_be_reversed(tmp_path):
    day = Day()
    day.mean("s1")
    day.send("s1")
    day.request_arrives()
    day.debited()
    day.captured()
    day.lost()
    day.end()
    code, judgement = judged(tmp_path, write(tmp_path / "host.jsonl", outside(day)))
    assert (code, judgement["findings"]) == (4, [])
    assert "may still come" in judgement["reasons"][0]


# ---- refused -------------------------------------------------------------------------------------


def refused(capsys, *arguments: object) -> str:
    assert run(["judge", *map(str, arguments)]) == 2
    return capsys.readouterr().err


def test_what_is_no_trace_is_refused(tmp_path, capsys):
    text = tmp_path / "notes.txt"
    text.write_text("bought milk\n")
    assert "no trace of a run" in refused(capsys, text)
    text.write_text("")
    assert "is empty" in refused(capsys, text)
    assert "missing.jsonl" in refused(capsys, tmp_path / "missing.jsonl")


def test_a_damaged_line_is_named(tmp_path, capsys):
    records = outside(paid_day())
    torn = write(tmp_path / "torn.jsonl", records, b'\n{"record":"sent","at_')
    assert f"torn.jsonl:{len(records) + 1}: the last line is cut off" in refused(capsys, torn)
    lines = torn.read_bytes().split(b"\n")[:-1]
    lines[2] = lines[2][:20]
    torn.write_bytes(b"\n".join(lines) + b"\n")
    assert "torn.jsonl:3: no record of a trace" in refused(capsys, torn)


def test_traces_of_two_runs_are_refused(tmp_path, capsys):
    one = write(tmp_path / "one.jsonl", outside(paid_day()))
    two = write(tmp_path / "two.jsonl", outside(paid_day()))
    assert "both begin a run" in refused(capsys, one, two)
    device = [record for record in paid_day().records if record.actor == TERMINAL]
    del device[0]  # that it was opened
    other = [msgspec.structs.replace(record, stan=record.stan + 50, amount_fen=1)
             if type(record).__name__ == "Sent" else record for record in device]
    assert "is of another run" in refused(capsys, one, write(tmp_path / "d.jsonl", other))
    stranger = [msgspec.structs.replace(record, actor="terminal.99999999") for record in device]
    assert "takes no part" in refused(capsys, one, write(tmp_path / "d.jsonl", stranger))
    assert "no trace of a host" in refused(capsys, write(tmp_path / "d.jsonl", device))


AT = 1_769_695_300_000


@pytest.mark.parametrize(("line", "words"), [
    ({"event": "meant", "order": "A", "colour": "red"}, "colour"),
    ({"event": "danced", "order": "A"}, "danced"),
    ({"event": "meant"}, "order"),
    ({"event": "meant", "order": "A", "kind": "barter"}, "barter"),
    ({"event": "told", "order": "A", "outcome": "perhaps"}, "perhaps"),
    ({"event": "meant", "order": "A", "fen": -1}, "fen is -1"),
    ({"event": "meant", "order": "A", "at": "2026-01-29T22:00:00+08:00"}, "needs one of at"),
    ({"event": "meant", "order": "A", "at_ms": None, "at": "2026-01-29T22:00:00"}, "no zone"),
    ({"event": "meant", "order": "6200009753180120"}, "looks like a card number"),
    ({"event": "power_on"}, "has power"),
    ({"event": "batch", "batch": 1, "totals": "12"}, "62 digits"),
    ({"event": "meant", "order": "A", "tid": "99999999"}, "takes no part"),
    ({"event": "meant", "order": "A", "at_ms": AT + 40 * 24 * HOUR_MS}, "log-offset"),
])
def test_a_line_that_says_nothing_known_is_refused_with_file_and_line(tmp_path, capsys, line, words):
    trace = write(tmp_path / "host.jsonl", outside(paid_day()))
    good = {"at_ms": AT, "tid": TID, "event": "meant", "order": "B"}
    path = log(tmp_path / "till.jsonl", good, {"at_ms": AT, "tid": TID} | line)
    said = refused(capsys, trace, "--terminal-log", path)
    assert words in said
    assert re.search(r"till\.jsonl:[12]: ", said)


def test_a_log_of_a_terminal_that_speaks_for_itself_is_refused(tmp_path, capsys):
    trace = write(tmp_path / "host.jsonl", paid_day().records)
    path = log(tmp_path / "till.jsonl", {"at_ms": AT, "tid": TID, "event": "meant", "order": "B"})
    assert "has a trace of its own" in refused(capsys, trace, "--terminal-log", path)


def test_an_offset_without_a_log_or_of_no_length_is_refused(tmp_path, capsys):
    trace = write(tmp_path / "host.jsonl", outside(paid_day()))
    assert "--terminal-log" in refused(capsys, trace, "--log-offset", "2s")
    path = log(tmp_path / "t.jsonl", {"at_ms": AT, "tid": TID, "event": "meant", "order": "B"})
    assert "1m30s" in refused(capsys, trace, "--terminal-log", path, "--log-offset", "soon")


def test_a_scenario_of_another_run_is_refused(tmp_path, capsys):
    trace = write(tmp_path / "host.jsonl", outside(paid_day()))
    assert "the run is 'a day'" in refused(capsys, trace, "--scenario", "lost-reply")


def test_the_example_of_the_page_is_read(tmp_path):
    page = (DOCS / "terminal-log.md").read_text()
    example = re.search(r"```jsonl\n(.*?)```", page, re.DOTALL)
    path = tmp_path / "till.jsonl"
    path.write_text(example[1])
    read = read_logs([path])
    assert len(read.of["10000001"]) == example[1].count("\n")
    for event in read.events["10000001"]:
        assert f"`{event.value}`" in page




# ---- approved at the counter -----------------------------------------------------------------


def tipped_day() -> tuple[Day, list[dict[str, object]]]:
    """A sale of 68.00 and a tip of 5.00, whose first reply was spoilt on its way; the log of both."""
    day = Day()
    key = day.sale("s1")
    day.wait(1_000)
    day.send("s1", 500, "tip", "0220", original=key)
    day.request_arrives(500, "tip", "0220")
    day.debited(500)
    day.captured(500, what="tip")
    day.wait(200)
    day.reply_arrives(what="tip", mti="0230", genuine=False)
    day.wait(400)
    day.send("s1", 500, "tip", "0220", original=key, stan=day.stan, attempt=1)
    day.request_arrives(500, "tip", "0220", copy=1)
    day.reply_arrives(what="tip", mti="0230")
    sale, tip, _ = (record.at_ms for record in day.records if type(record).__name__ == "Sent")
    stan = day.stan
    lines = [
        {"at_ms": sale - 500, "event": "meant", "order": "A", "fen": 6800},
        {"at_ms": sale + 300, "event": "receipt", "order": "A", "fen": 6800},
        {"at_ms": sale + 350, "event": "told", "order": "A", "outcome": "approved", "stan": stan - 1, "batch": 1},
        {"at_ms": tip - 60, "event": "meant", "order": "A", "kind": "tip", "fen": 500},
        {"at_ms": tip - 40, "event": "receipt", "order": "A", "fen": 500},
        {"at_ms": tip - 30, "event": "told", "order": "A", "outcome": "approved", "stan": stan, "batch": 1},
    ]
    return day, [{"tid": TID} | line for line in lines]


@pytest.mark.parametrize(("receipt_fen", "codes"), [(500, set()), (600, {"receipt_of_other_sum"})])
def test_a_tip_is_told_and_printed_before_anything_of_it_has_left(tmp_path, receipt_fen, codes):
    """Neither its receipt nor a spoilt reply to it is held against the terminal; another sum on paper is."""
    day, lines = tipped_day()
    lines[4]["fen"] = receipt_fen
    trace = write(tmp_path / "host.jsonl", outside(day))
    _, judgement = judged(tmp_path, trace, "--terminal-log", log(tmp_path / "t.jsonl", *lines))
    of_terminal = {9, 15, 16}
    assert {each["code"] for each in judgement["findings"] if each["invariant"] in of_terminal} == codes
    assert states(judgement)[16] == ("violated" if codes else "held")
