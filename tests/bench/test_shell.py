"""The shell of a bench: a line is one thing, what cannot be is said and changes nothing, and all is left whole."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import time

import pytest

from hil.commands.entry import run
from hil.control.bench_error import BenchError
from hil.processes.trouble import Trouble
from hil.shell import shell_words
from hil.shell.shell import Leave, Shell, ShellError, told_in_words
from hil.shell.shell_bench import ROWS
from hil.tills.ends import Told
from simulator.catalogue.language import Told as Words
from simulator.catalogue.language import speaking
from simulator.report.wrap import WIDTH, width_of
from simulator.wire.kinds import Kind

VIRTUAL = "fixtures/benches/virtual.toml"
PROGRAM = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from hil.commands.entry import main
main(sys.argv[1:])
"""


@pytest.fixture
def shell():
    said = []
    shell = Shell(None, ROWS, said.append)
    shell.said = said
    return shell


def sold(order, kind=Kind.SALE, stan=2):
    return Told("approved", "00", kind=kind, order=order, batch=1, stan=stan, amount_fen=100)


@pytest.mark.parametrize(("line", "told"), [
    ("salle 1", "no command salle; there are: sale"),
    ("sale", "must be: sale YUAN [CARD]"),
    ("void a b", "must be: void"),
    ("void last", "nothing was approved that last could mean"),
    ("refund S1 x", "nothing was approved that S1 could mean"),
    ("again", "nothing was asked for yet"),
    ("cut before", "must be: cut before|after MTI [KIND]"),
    ("cut sometime 0210", "sometime is not possible here; allowed: before, after"),
    ("cut before 0999", "0999 is not possible here"),
    ("jump", "must be: jump"),
    ("download keys", "keys is not possible here; allowed: capk, aid"),
    ("log many", "must be: log [COUNT]"),
    ("fault", "must be: fault 'TOML'"),
    ("sale 'x", "cannot be read: No closing quotation"),
    ("quit now", "must be: quit"),
    ("sign-on 01", "must be: sign-on [CLERK PASSWORD]"),
])
def test_what_cannot_be_is_told(shell, line, told):
    with pytest.raises(ShellError) as refused:
        shell.do(line)
    assert told in str(refused.value)


@pytest.mark.parametrize("given", ["x", "-1", "1.234", "1e3", "", "١"])
def test_a_sum_is_written_in_yuan(shell, given):
    with pytest.raises(ShellError):
        shell.fen(given)
    assert (shell.fen("68"), shell.fen("68.5"), shell.fen("¥0.01")) == (6_800, 6_850, 1)


def test_an_empty_line_and_a_comment_do_nothing(shell):
    shell.do("")
    shell.do("   # a comment")
    assert shell.said == []


def test_it_ends_when_told(shell):
    with pytest.raises(Leave):
        shell.do("quit")


def test_the_last_one_is_the_last_that_was_not_undone(shell):
    shell.told = {"S1": sold("S1"), "S2": sold("S2", stan=3), "void-1": sold("void-1", Kind.VOID, 4)}
    from hil.tills.ends import Wish  # noqa: PLC0415

    shell.wishes = {"void-1": Wish(kind=Kind.VOID, order="void-1", original=shell.told["S2"])}
    assert shell.approved("last", Kind.SALE).order == "S1"
    assert shell.approved("S2", Kind.SALE).order == "S2"
    assert shell.approved("000002", Kind.SALE).order == shell.approved("2", Kind.SALE).order == "S1"


def test_words_are_completed(shell):
    assert shell.completions("", "sa") == ["sale"]
    assert shell.completions("cut ", "be") == ["before"]
    assert "0210" in shell.completions("cut before ", "02")
    assert shell.completions("nothing ", "x") == []
    shell.told = {"S1": sold("S1")}
    assert shell.completions("void ", "") == ["last", "S1"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_command_is_told_of_in_eighty_columns(shell, language):
    assert set(shell_words.HELP) == set(ROWS)
    with speaking(language):
        shell.do("help")
        for name in ROWS:
            shell.do(f"help {name}")
            assert shell_words.HELP[name].say().split()[0] in " ".join(shell.said)
    assert all(width_of(line) <= WIDTH for line in shell.said)


@pytest.mark.parametrize(("told", "said"), [
    (sold("S1"), "S1: sale ¥1.00: approved, STAN 000002"),
    (Told("declined", "51", kind=Kind.SALE, order="S2"), "S2: sale: declined (51)"),
    (Told("refused", "", "reversal_pending", Kind.VOID, "V"), "V: void: refused (a reversal is not delivered yet)"),
    (Told("", kind=Kind.SALE, order="S3"), "S3: sale: no result: the terminal went dark"),
    (Told("", "", "silent", Kind.SALE, "S4"), "S4: sale: no result: the terminal stays silent"),
])
def test_an_outcome_is_one_line(told, said):
    assert told_in_words(told) == said


# ---- with a bench --------------------------------------------------------------------------------

DAY = """
sign-on
sale 68.00
qr 3            # by the control port: this ECR profile has no words for it
cut before 0210 sale
sale 9.90
power on
again
line lose 0210
status
preauth 20
void last
finish
"""


@pytest.mark.live
def test_a_day_from_a_pipe(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr("sys.stdin", io.StringIO(DAY))
    assert run(["bench", "shell", VIRTUAL, "--folder", str(tmp_path / "day")]) == 0, capsys.readouterr()
    said = capsys.readouterr().out
    for line in ("S1: sale ¥68.00: approved", "S2: qr sale ¥3.00: approved",
                 "S3: sale: no result: the terminal went dark", "S3: sale ¥9.90: approved", " PASS "):
        assert line in said, said
    assert (tmp_path / "day" / "ecr.jsonl").exists()


@pytest.mark.live
def test_a_wrong_line_of_a_pipe_ends_it_and_nothing_is_left(monkeypatch, capsys, tmp_path):
    monkeypatch.setattr("sys.stdin", io.StringIO("sign-on\nsell 1\nsale 1\n"))
    assert run(["bench", "shell", VIRTUAL, "--folder", str(tmp_path / "one"), "--lang", "zh"]) == 2
    told = capsys.readouterr()
    assert "第 2 行：没有命令 sell" in told.err
    assert "消费" not in told.out
    assert run(["bench", "shell", VIRTUAL, "--folder", str(tmp_path / "one")]) == 2
    assert "is no empty folder" in capsys.readouterr().err


@pytest.mark.live
def test_ctrl_c_leaves_no_process(tmp_path):
    folder = tmp_path / "stopped"
    with subprocess.Popen(
            [sys.executable, "-c", PROGRAM, "bench", "shell", VIRTUAL, "--folder", str(folder)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert "terminal 10000001" in process.stdout.readline()
        children = children_of(process.pid)
        assert len(children) == 2
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=20)
        assert process.returncode == 130
        assert str(folder) in said.replace("\n  ", "")
    assert not any(os.path.exists(f"/proc/{pid}") for pid in children)  # noqa: PTH110


@pytest.mark.live
def test_a_device_that_somebody_stops_or_kills_is_told_at_once(tmp_path):
    folder = tmp_path / "bench"
    with subprocess.Popen(
            [sys.executable, "-c", PROGRAM, "bench", "shell", VIRTUAL, "--folder", str(folder), "--lang", "en"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, bufsize=1) as process:
        def ask(line, told):
            process.stdin.write(line + "\n")
            while told not in (heard := process.stdout.readline()):
                assert heard, process.stderr.read()
                if "failed (" in heard:  # the machine was too busy for a reply in time
                    process.stdin.write(line + "\n")

        ask("sign-on", "approved")
        device = next(each for each in children_of(process.pid) if str(folder / "10000001.err") in files_of(each))
        os.kill(device, signal.SIGSTOP)
        ask("log", "sign_on")  # what needs no terminal goes on
        ask("power resume", "power is on")
        ask("sale 1.00", "approved")
        ask("line hold 30s 0210", "armed")
        process.stdin.write("sale 2.00\n")
        os.kill(device, signal.SIGKILL)  # before it, or in the middle of it
        began_s = time.monotonic()
        _, said = process.communicate(timeout=60)
    assert process.returncode == 3
    assert f"process {device} was ended from outside by SIGKILL; power off, then power on" in said
    assert time.monotonic() - began_s < 20  # of the minute that an answer is given


@pytest.mark.parametrize(("still", "what"), [(False, "power off, then power on"), (True, "power resume lets it")])
def test_what_befell_a_process_ends_a_line_that_needs_it_and_no_other(still, what):
    class Host:
        def trouble(self):
            return None

    class Rig:
        host = Host()

        def trouble(self):
            return Trouble(Words("device 1: gone", "终端没了"), still)

    said = []
    shell = Shell(Rig(), ROWS, said.append)
    with pytest.raises(BenchError, match=f"device 1: gone; {what}"):
        shell.do("sale 1")
    with pytest.raises(BenchError, match="device 1"):
        shell.do("status")
    shell.do("help status")
    assert said


def files_of(pid):
    return {os.readlink(f"/proc/{pid}/fd/{each}") for each in os.listdir(f"/proc/{pid}/fd")}  # noqa: PTH115, PTH208


def children_of(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as file:  # noqa: PTH123
        return [int(each) for each in file.read().split()]
