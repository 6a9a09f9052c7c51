"""Where ``daozhang run`` writes: through pipes, beside what links point to, never over its inputs."""

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from hil.commands.entry import run as program

LOST_REPLY = "fixtures/scenarios/lost-reply.toml"
LIES = "fixtures/scenarios/maintenance-case-study-no-retry.toml"


def daozhang(*arguments):
    return program(["run", *map(str, arguments)])


def in_shell(line):
    return subprocess.run(
        line.replace("daozhang", f"'{sys.executable}' -m hil.commands.entry"), shell=True,
        capture_output=True, text=True, executable="/bin/bash", check=False)


def test_a_pipe_is_written_through_and_stays_a_pipe(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()), daemon=True)
    reader.start()
    assert daozhang(LOST_REPLY, "--json", pipe) == 0
    assert pipe.is_fifo()
    reader.join(10)
    assert json.loads(read[0])["verdict"] == "PASS"


def test_a_link_stays_and_what_it_points_to_is_replaced(tmp_path):
    (tmp_path / "deep").mkdir()
    real, link = tmp_path / "deep" / "real.json", tmp_path / "link.json"
    real.write_text('{\n  "verdict": "old"')
    real.chmod(0o640)
    link.symlink_to(real)
    assert daozhang(LOST_REPLY, "--json", link) == 0
    assert link.is_symlink()
    assert json.loads(real.read_bytes())["verdict"] == "PASS"
    assert real.stat().st_mode & 0o777 == 0o640
    assert [each.name for each in real.parent.iterdir()] == ["real.json"]


def test_a_link_to_nothing_yet_makes_what_it_points_to(tmp_path):
    link = tmp_path / "link.json"
    link.symlink_to("real.json")
    assert daozhang(LOST_REPLY, "--json", link) == 0
    assert link.is_symlink()
    assert json.loads((tmp_path / "real.json").read_bytes())["verdict"] == "PASS"


def test_an_output_that_is_an_input_by_whatever_name_is_refused_and_unharmed(tmp_path, capsys):
    scenario = tmp_path / "day.toml"
    scenario.write_bytes(Path(LOST_REPLY).read_bytes())
    link = tmp_path / "link.toml"
    link.symlink_to(scenario)
    twin = tmp_path / "twin"
    twin.hardlink_to(scenario)
    atoms = tmp_path / "day"
    assert daozhang(scenario, "--trace", atoms) == 0
    before = scenario.read_bytes(), atoms.read_bytes()
    for arguments in (
        ("--trace", scenario), ("--json", link), ("--pcap", twin), ("--junit", scenario),
        ("--atoms", atoms, "--trace", atoms),
    ):
        assert daozhang(scenario, *arguments) == 2
        assert "would overwrite" in capsys.readouterr().err
    assert (scenario.read_bytes(), atoms.read_bytes()) == before


def test_two_outputs_into_one_file_are_refused(tmp_path, capsys):
    out = tmp_path / "out"
    assert daozhang(LOST_REPLY, "--trace", out, "--json", tmp_path / "." / "out") == 2
    assert "is written by --trace" in capsys.readouterr().err
    assert not out.exists()
    assert daozhang(LOST_REPLY, "--report", tmp_path) == 0
    mine = tmp_path / "lost-reply" / "judgement.json"
    assert daozhang(LOST_REPLY, "--report", tmp_path, "--json", mine) == 2


def test_reports_of_two_scenarios_of_one_name_are_refused_before_either_runs(tmp_path, capsys):
    paths = [tmp_path / folder / "day.toml" for folder in ("a", "b")]
    for path in paths:
        path.parent.mkdir()
        path.write_bytes(Path(LOST_REPLY).read_bytes())
    assert daozhang(*paths, "--report", tmp_path / "out") == 2
    said = capsys.readouterr().err
    assert all(str(path) in said for path in paths)
    assert not (tmp_path / "out").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_permission_is_refused_before_the_run(tmp_path, capsys):
    tmp_path.chmod(0o500)
    for option in ("--trace", "--json", "--report"):
        assert daozhang(LOST_REPLY, option, tmp_path / "out") == 2
        assert "no permission" in capsys.readouterr().err


def test_a_reader_that_goes_away_costs_no_file_and_no_verdict(tmp_path):
    for scenario, verdict in ((LOST_REPLY, 0), (LIES, 1)):
        folder = tmp_path / str(verdict)
        folder.mkdir()
        done = in_shell(
            f"daozhang run {LOST_REPLY} {scenario} --sales --json {folder}/q.json"
            f" --junit {folder}/q.xml | true; exit ${{PIPESTATUS[0]}}")
        assert (done.returncode, done.stderr) == (verdict, "")
        assert len(json.loads((folder / "q.json").read_bytes())) == 2
        assert (folder / "q.xml").read_bytes().startswith(b"<?xml")


@pytest.mark.parametrize("wanted", ["run " + LOST_REPLY, "failures"])
@pytest.mark.parametrize(("where", "why"), [
    (">/dev/full", "standard output cannot be written: No space left on device"),
    (">&-", "standard output is closed"),
])
def test_standard_output_that_takes_nothing_is_one_plain_line(wanted, where, why):
    done = in_shell(f"daozhang {wanted} {where}")
    assert (done.returncode, done.stderr) == (2, f"daozhang: {why}\n")


@pytest.mark.parametrize(("number", "said"), [
    (signal.SIGTERM, "terminated"), (signal.SIGHUP, "terminated"), (signal.SIGINT, "interrupted"),
])
def test_a_signal_in_a_run_leaves_no_file_behind_and_one_line(tmp_path, number, said):
    scenario = tmp_path / "day.toml"  # takes some seconds
    busy = Path("fixtures/scenarios/busy-day.toml").read_text(encoding="utf-8")
    scenario.write_text(busy.replace("per_hour = 120", "per_hour = 2400"), encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "hil.commands.entry", "run", scenario, "--trace", tmp_path / "trace"],
        stderr=subprocess.PIPE, text=True, stdout=subprocess.DEVNULL)
    while process.poll() is None and not list(tmp_path.glob(".trace.*.part")):
        pass
    process.send_signal(number)
    _, err = process.communicate(timeout=30)
    assert (process.returncode, err) == (128 + number, f"daozhang: {said}\n")
    assert [each.name for each in tmp_path.iterdir()] == ["day.toml"]


def test_an_interrupt_while_the_program_is_loaded_is_one_line():
    script = (
        "import sys, hil.commands.entry as c\n"
        "class Interrupts:\n"
        "    def find_spec(self, name, *rest):\n"
        "        if name.startswith('simulator'): raise KeyboardInterrupt\n"
        "assert not any(name.startswith('simulator') for name in sys.modules)\n"
        "sys.meta_path.insert(0, Interrupts())\n"
        "c.main(['schema'])\n")
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "daozhang: interrupted\n")
