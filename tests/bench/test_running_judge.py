"""A run that is judged while it goes on: in pieces it comes to the same as whole, and nothing is kept that is judged."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from hil.bench.kept import Kept
from hil.bench.people_first import people_first
from hil.bench.running_judge import RunningJudge
from hil.commands.entry import run
from hil.ecr.tap import Passed, What
from hil.files.one_owner import StateError
from hil.files.trace_file import read_trace
from simulator.judge.judge import KEEP_SALES, Judge
from simulator.judge.verdict import Judgement, Verdict
from simulator.trace.merge import closing_ms, merge
from simulator.trace.records import AnyRecord, SaleMeant, SaleUndone, TerminalOpened, to_line

NOTHING: frozenset[str] = frozenset()
PIECES = 7


class Split:
    """A run on the virtual clock as a bench writes it: the host's trace, one device's, and what people mean."""

    def __init__(self, folder: Path, scenario: str, *defects: str) -> None:
        whole = folder / "whole.jsonl"
        run(["run", scenario, "--seed", "1", "--trace", str(whole), *(f"--defect={name}" for name in defects)])
        records = read_trace(whole)
        tid = next(each.tid for each in records if isinstance(each, TerminalOpened))
        self.people = [
            (each.sale, each) for each in records if isinstance(each, SaleMeant | SaleUndone)]
        self.device = [
            each for each in records
            if each.actor == f"terminal.{tid}" and not isinstance(each, TerminalOpened | SaleMeant | SaleUndone)]
        ids = {id(each) for each in self.device} | {id(each) for _, each in self.people}
        self.host = [each for each in records if id(each) not in ids]
        self.tid = tid
        self.ends_ms = closing_ms(records)
        self.begins_ms = records[0].at_ms
        self.host_file, self.device_file = folder / "host.jsonl", folder / "device.jsonl"

    def judged_whole(self) -> Judgement:
        judge = Judge(KEEP_SALES)
        records = merge(people_first(self.people, {self.tid: self.device}), self.host, {self.tid: self.device})
        for record in records:
            judge.feed(record)
        return judge.finish(closing_ms(records))

    def judged_in_pieces(self) -> tuple[Judgement, list[int]]:
        """And how much was read and not judged after each piece."""
        judge = RunningJudge(self.host_file)
        waiting = []
        told = 0
        for piece in range(1, PIECES + 1):
            until_ms = self.begins_ms + (self.ends_ms - self.begins_ms) * piece // PIECES
            _write(self.host_file, self.host, until_ms)
            _write(self.device_file, self.device, until_ms)
            new = [each for each in self.people if each[1].at_ms <= until_ms][told:]
            told += len(new)
            judge.go_on(new, {self.tid: self.device_file}, NOTHING, until_ms)
            waiting.append(judge.waiting)
        judge.go_on([], {self.tid: self.device_file}, NOTHING, None)
        assert judge.waiting == 0
        return judge.finish(), waiting


def _write(path: Path, records: list[AnyRecord], until_ms: int) -> None:
    """What had been written by then; the line that is being written is torn."""
    lines = [to_line(each) + b"\n" for each in records if each.at_ms <= until_ms]
    later = [to_line(each) for each in records if each.at_ms > until_ms][:1]
    path.write_bytes(b"".join(lines) + b"".join(each[:9] for each in later))


@pytest.mark.parametrize(("scenario", "defects", "verdict"), [
    ("lost-reply", (), Verdict.PASS), ("lost-reply", ("terminal.no_reversal",), Verdict.FAIL),
    ("power-cut", ("terminal.counts_anew_after_boot",), Verdict.FAIL),
])
def test_in_pieces_it_is_judged_as_whole(tmp_path, capsys, scenario, defects, verdict):
    split = Split(tmp_path, scenario, *defects)
    capsys.readouterr()
    whole = split.judged_whole()
    pieces, waiting = split.judged_in_pieces()
    assert pieces == whole
    assert whole.verdict is verdict
    assert max(waiting) < len(split.host) / 2  # what is judged is gone


def test_nothing_is_judged_behind_the_last_pause(tmp_path, capsys):
    split = Split(tmp_path, "lost-reply")
    capsys.readouterr()
    first = split.host[0]
    split.host_file.write_bytes(to_line(first) + b"\n" + to_line(replace(first, at_ms=first.at_ms + 50)) + b"\n")
    split.device_file.write_bytes(b"")
    judge = RunningJudge(split.host_file)
    judge.go_on([], {split.tid: split.device_file}, NOTHING, first.at_ms)  # 50 ms later somebody writes
    assert judge.waiting == 2
    judge.go_on([], {split.tid: split.device_file}, NOTHING, first.at_ms + 400)
    assert judge.waiting == 0


def test_a_trace_that_is_none_is_said(tmp_path):
    path = tmp_path / "host.jsonl"
    with pytest.raises(StateError, match="No such file"):
        RunningJudge(path).go_on([], {}, NOTHING, None)
    path.write_bytes(b"{}\n")
    with pytest.raises(StateError, match="no trace record"):
        RunningJudge(path).go_on([], {}, NOTHING, None)


# ---- what is laid aside ----------------------------------------------------------------------------


def passed(number: int) -> Passed:
    return Passed(by="till", at_ms=number, what=What.FRAME, name="sale", kind=None, raw=b"6200009753180120",
                  masked=b"*", shown=f"sale {number}")


def test_what_is_folded_is_still_there_and_no_longer_in_memory():
    kept = Kept(Passed)
    for number in range(500):
        kept.append(passed(number))
        if number % 100 == 99:
            kept.fold()
            assert kept.in_memory == 0
    kept.append(passed(500))
    kept.fold()
    kept.append(passed(501))
    assert [each.at_ms for each in kept] == list(range(502))
    assert [each.at_ms for each in kept] == list(range(502))  # as often as it is asked for


def test_bytes_of_a_till_are_never_laid_aside():
    kept = Kept(Passed, lambda each: replace(each, raw=b"", masked=b""))
    kept.append(passed(1))
    kept.fold()
    assert [(each.raw, each.masked, each.shown) for each in kept] == [(b"", b"", "sale 1")]
    assert "6200009753180120" not in repr(kept)
