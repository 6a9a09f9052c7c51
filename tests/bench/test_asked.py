"""What cannot be is refused before anything runs, by every command of the bench alike, in words and with status 2."""

import io
import math
import socket
from pathlib import Path

import pytest
import typer

from hil.bench.asked import hold_bench
from hil.benches.bench_file import BenchFileError, read_bench
from hil.checks.checking import Wanted as ChecksWanted
from hil.checks.checking import run_check
from hil.shell.shell_session import run_shell
from hil.sweep.boundaries import Wanted as SweepWanted
from hil.sweep.boundaries import run_boundaries
from hil.sweep.soak_told import beginning
from hil.sweep.soaking import SoakWanted, run_soak
from simulator.commands.inputs import ExitCode, InputError
from simulator.report.wrap import WIDTH, width_of

BENCH = Path("fixtures/benches/virtual.toml")
VIRTUAL = """
[device]
kind = "virtual"
[[terminals]]
tid = "10000001"
mid = "898000000000001"
"""
COMMANDS = {
    "check": lambda bench, defects=(), out=None: run_check(ChecksWanted(bench=bench, defects=defects, out=out)),
    "boundaries": lambda bench, defects=(), out=None: run_boundaries(SweepWanted(bench=bench, defects=defects, out=out)),
    "soak": lambda bench, defects=(), out=None: run_soak(SoakWanted(bench=bench, sales=1, defects=defects, out=out)),
    "shell": lambda bench, defects=(), out=None: run_shell(bench, out, defects),
}


@pytest.fixture(params=COMMANDS)
def command(request):
    return COMMANDS[request.param]


@pytest.fixture
def bench(tmp_path):
    def write(more, text=VIRTUAL):
        path = tmp_path / "bench.toml"
        path.write_text(text + more, "utf-8")
        return path
    return write


def test_a_defect_that_there_is_none_of(command, tmp_path):
    with pytest.raises(InputError, match="no defect 'nope'; allowed: terminal"):
        command(BENCH, ("nope",), tmp_path / "out")


def test_a_standing_terminal_is_not_built_wrong(command, bench, tmp_path):
    with pytest.raises(InputError, match="no effect on a terminal that stands by itself"):
        command(bench("", VIRTUAL.replace("virtual", "real")), ("terminal.no_reversal",), tmp_path / "out")


@pytest.mark.parametrize(("more", "why"), [
    ('[acquirer]\nkey_file = "nokeys.toml"\n', "nokeys.toml: cannot be read: No such file"),
    ('[acquirer]\ndialect = "nope"\n', "bench.toml: acquirer.dialect: no dialect nope; allowed: "),
    ('[end]\nlisten = "tls:127.0.0.1:0"\ncertificate = "no.crt"\nkey = "no.key"\n', "no.crt cannot be read"),
])
def test_what_a_bench_file_names_and_is_not_there(command, bench, tmp_path, more, why):
    with pytest.raises(InputError, match=why):
        command(bench(more), out=tmp_path / "out")


def test_a_file_where_a_folder_is_needed(command, tmp_path):
    (tmp_path / "file").write_text("mine")
    with pytest.raises(InputError):
        command(BENCH, out=tmp_path / "file")
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("words", ["", ",", " , "])
def test_a_list_that_names_nothing_is_not_everything(words):
    with pytest.raises(InputError, match="--only: names nothing; leave it out for all, or give one of: REV"):
        run_check(ChecksWanted(bench=BENCH, only=(words,)))
    with pytest.raises(InputError, match="--kinds: names nothing; leave it out for all, or give one of: sign-on"):
        run_boundaries(SweepWanted(bench=BENCH, kinds=words))


@pytest.mark.parametrize("hours", [math.nan, math.inf])
def test_hours_that_are_no_number(hours):
    with pytest.raises(InputError, match="--hours: must be a number"):
        run_soak(SoakWanted(bench=BENCH, hours=hours))


def test_a_list_checks_nothing_and_keeps_nothing(tmp_path):
    with pytest.raises(InputError, match="--out, --jobs: no effect with --list"):
        run_check(ChecksWanted(bench=BENCH, list_only=True, out=tmp_path / "out", jobs=3))
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("more", "why"), [
    ('[end]\nlisten = "tcp:127.0.0.1:99999"\n', "end.listen: '127.0.0.1:99999' is no address"),
    ('[end]\nlisten = "tcp:"\n', "end.listen: "),
    ('[limits]\nanswer = "0s"\n', "limits.answer: is no time at all"),
    ('[limits]\nrest = "0s"\nboot = "0s"\n', "limits.boot: is no time at all"),
])
def test_an_end_or_a_limit_that_cannot_be(bench, more, why):
    with pytest.raises(BenchFileError, match=why):
        read_bench(bench(more))


def test_a_directory_is_told_once(tmp_path):
    with pytest.raises(BenchFileError) as told:
        read_bench(tmp_path)
    assert str(told.value) == f"{tmp_path}: is a directory; give a TOML file"


def test_what_is_shipped_is_let_through():
    hold_bench(read_bench(BENCH))


def test_the_plan_of_a_soak_fits_a_terminal():
    assert all(width_of(line) <= WIDTH for line in beginning(1, 5000, 0.0, troubled=True))


@pytest.mark.live
@pytest.mark.parametrize("name", ["soak", "shell"])
def test_a_port_that_is_taken_is_told_in_words_and_is_the_benchs(name, bench, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        path = bench(f'[end]\nlisten = "tcp:127.0.0.1:{taken.getsockname()[1]}"\n')
        with pytest.raises(typer.Exit) as ended:
            COMMANDS[name](path, out=tmp_path / "out")
    assert ended.value.exit_code == ExitCode.HARNESS_ERROR
    told = capsys.readouterr().err
    assert "is in use by another program" in told
    assert "Error" not in told
