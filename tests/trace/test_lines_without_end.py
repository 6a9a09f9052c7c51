"""A line without end, nested without end, or full of what is complained of: refused in a few words by whoever reads it."""

from __future__ import annotations

import pytest

from hil.bench.running_judge import Tail
from hil.files.nvm_reading import head_in
from hil.files.one_owner import StateError
from hil.files.trace_file import read_trace as read_trace_file
from hil.judging.terminal_log import read_logs
from hil.judging.traces import read_trace
from simulator.commands.explain import read_trace as explained
from simulator.commands.inputs import InputError
from simulator.commands.message_shown import from_json
from simulator.faults.atoms import AtomsError, read_atoms
from simulator.json_reading import LONGEST_LINE
from simulator.judge.judge import TraceError, judge_trace
from simulator.trace.records import RunStarted, to_line
from simulator.wire.dialects import usual_dialect

HOSTILE = {
    "no end": b"x" * (LONGEST_LINE + 1),
    "a text without end": b'{"record":"warned","at_ms":1,"actor":"run","code":"a","text":"' + b"y" * LONGEST_LINE + b'"}',
    "lists": b"[" * 100_000,
    "objects": b'{"record":"warned","x":' + b'{"a":' * 100_000,
    "a name": b'{"record":"' + b"y" * 100_000 + b'"}',
    "a key": b'{"record":"warned","' + b"a" * 100_000 + b'":1}',
}
READERS = {
    "judge": (lambda path: judge_trace(path.read_bytes().splitlines()), TraceError),
    "judge command": (read_trace, InputError),
    "running judge": (lambda path: Tail(path).read(), StateError),
    "trace file": (read_trace_file, StateError),
    "terminal log": (lambda path: read_logs([path]), InputError),
    "atoms": (read_atoms, AtomsError),
    "message": (lambda path: from_json(path.read_bytes().splitlines()[-1], path.name, usual_dialect()), InputError),
}


def begun(tmp_path, line, *, with_run):
    path = tmp_path / "lines.jsonl"
    path.write_bytes((to_line(RunStarted(0, "run", "a run", 1, "0")) + b"\n" if with_run else b"") + line + b"\n")
    return path


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("reader", READERS)
def test_whoever_reads_it_refuses_it_in_few_words(reader, kind, tmp_path):
    read, error = READERS[reader]
    line = HOSTILE[kind].replace(b"record", b"recorded") if reader == "atoms" else HOSTILE[kind]  # others are passed over
    path = begun(tmp_path, line, with_run=reader not in ("terminal log", "atoms"))
    with pytest.raises(error) as caught:
        read(path)
    assert len(str(caught.value)) < 1_000 + len(str(path))


@pytest.mark.parametrize("kind", HOSTILE)
def test_explain_tells_the_line_and_goes_on_with_what_came_before(kind, tmp_path, capsys):
    path = begun(tmp_path, HOSTILE[kind], with_run=True)
    assert len(list(explained(path))) == 1
    told = capsys.readouterr().err
    assert "line 2" in told
    assert len(told) < 1_000


@pytest.mark.parametrize("kind", HOSTILE)
def test_no_such_line_begins_a_memory(kind):
    assert head_in(b"00000000 " + HOSTILE[kind] + b"\n") is None


def test_a_line_as_long_as_may_be_is_read(tmp_path):
    begins, ends = b'{"record":"warned","at_ms":1,"actor":"run","code":"a","text":"', b'"}'
    path = begun(tmp_path, begins + b"y" * (LONGEST_LINE - len(begins) - len(ends)) + ends, with_run=True)
    assert len(read_trace(path).records) == 2
