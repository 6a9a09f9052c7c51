"""Single cases at a virtual terminal: the right one holds, a wrong one is told with frame, money and command."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from hil.bench.rig import open_rig
from hil.sweep import soak
from hil.sweep.boundaries import Wanted, run_boundaries
from hil.sweep.soaking import SoakWanted, run_soak
from hil.sweep.store import FILE
from simulator.commands.inputs import ExitCode, InputError

BENCH = Path("fixtures/benches/virtual.toml")


HEARS_CTRL_C = (  # whoever runs the tests may have it ignored
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from hil.commands.entry import main; main()")


def sweep(tmp_path, *cases, **asked):
    path = tmp_path / "sweep.json"
    status = run_boundaries(Wanted(bench=BENCH, cases=cases, out=tmp_path / "out", json=str(path), **asked))
    return status, json.loads(path.read_bytes())


@pytest.mark.live
def test_the_right_terminal_holds_and_leaves_no_evidence_lying_about(tmp_path):
    status, told = sweep(tmp_path, "sale/0210/lost-reply", "sale/0210/power-before")
    assert (status, told["counts"]["held"], told["planned"]) == (ExitCode.PASSED, 2, 2)
    lost, cut = told["results"]
    assert lost["told"] == ["failed (no_reply)", "approved"]
    assert cut["told"][-1] == "approved"
    for each in told["results"]:
        assert each["money"]["paid"] == each["money"]["credited"] == each["money"]["should"] == 6_800 + 1_700
    assert [each.name for each in (tmp_path / "out" / "cases").iterdir()] == ["sale_recording"]


@pytest.mark.live
def test_a_terminal_that_does_not_reverse_is_accused(tmp_path):
    status, told = sweep(tmp_path, "sale/0210/lost-reply", defects=("terminal.no_reversal",))
    [result] = told["results"]
    assert (status, result["outcome"]) == (ExitCode.FAILED, "failed")
    money = result["money"]
    assert money["paid"] - money["should"] == 6_800  # the customer paid once more than the counter says
    assert result["wrong"]["lines"][0].startswith("0200 sale")
    assert "6200" in "".join(result["wrong"]["lines"])
    assert "******" in "".join(result["wrong"]["lines"])
    assert result["again"].endswith("--defect terminal.no_reversal --case sale/0210/lost-reply")
    assert (Path(result["folder"]) / "host.jsonl").exists()


@pytest.mark.live
def test_ctrl_c_keeps_what_is_done_and_the_sweep_goes_on(tmp_path):
    out = tmp_path / "out"
    cases = [f"sale/0210/{harm}" for harm in ("repeated-reply", "wrong-mac", "power-soon")]
    command = [sys.executable, "-c", HEARS_CTRL_C, "bench", "boundaries", str(BENCH), "--out", str(out),
               "--jobs", "1", *(word for case in cases for word in ("--case", case))]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    until_s = time.monotonic() + 60
    while time.monotonic() < until_s and '"type":"result"' not in kept(out):
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGINT)
    told, errors = process.communicate(timeout=60)
    assert process.returncode == ExitCode.INTERRUPTED, errors
    done = kept(out).count('"type":"result"')
    assert 1 <= done < len(cases)
    assert "--resume" in told
    again = subprocess.run([*command, "--resume"], capture_output=True, text=True, timeout=120, check=False)
    assert again.returncode == ExitCode.PASSED, again.stderr
    assert kept(out).count('"type":"result"') == len(cases)


def kept(out):
    return (out / FILE).read_text() if (out / FILE).exists() else ""


@pytest.mark.live
def test_a_short_soak_is_watched_and_judged(tmp_path):
    path = tmp_path / "soak.json"
    status = run_soak(SoakWanted(bench=BENCH, sales=12, seed=5, out=tmp_path / "out", json=str(path)))
    told = json.loads(path.read_bytes())
    assert (status, told["verdict"], told["done"], told["settlements"]) == (ExitCode.PASSED, "PASS", 12, 1)
    assert told["wholly"]["count"] > 0
    assert told["at_host"]["median_ms"] <= told["wholly"]["median_ms"]
    wraps = told["wraps"]
    assert (wraps["first_stan"], wraps["stan_wraps"], wraps["last_batch"]) == (999_994, 1, 999_999)
    assert 6 <= wraps["last_stan"] <= 30


@pytest.mark.live
def test_a_terminal_that_freezes_in_a_soak_is_power_cycled_noted_and_judged(tmp_path, monkeypatch):
    bench = tmp_path / "bench.toml"
    bench.write_text(BENCH.read_text().replace('answer = "60s"', 'answer = "2s"'))

    @contextmanager
    def freezing(*given):
        with open_rig(*given) as rig:
            froze = threading.Thread(target=freeze, args=(rig,))
            froze.start()
            yield rig
            froze.join()

    def freeze(rig):
        while len(rig.line.seen) < 12:  # somewhere in its sales
            time.sleep(0.01)
        os.kill(rig.processes()["device"], signal.SIGSTOP)

    monkeypatch.setattr(soak, "open_rig", freezing)
    path = tmp_path / "soak.json"
    status = run_soak(SoakWanted(bench=bench, sales=9, seed=5, troubled=False, out=tmp_path / "out", json=str(path)))
    told = json.loads(path.read_bytes())
    assert (status, told["verdict"], told["done"], len(told["stuck"])) == (ExitCode.FAILED, "PASS", 9, 1)
    assert "did not answer; it was switched off and on" in told["stuck"][0]["en"]


# ---- what is refused before anything runs ------------------------------------------------------------


@pytest.mark.parametrize(("asked", "why"), [
    ({"kinds": "sale,sail"}, "no kind 'sail'; allowed: sign-on"),
    ({"cases": ("sale/0210",)}, "a case is KIND/BOUNDARY/HARM"),
    ({"cases": ("sale/0210/lost-reply",), "kinds": "sale"}, "leave out --kinds"),
    ({"defects": ("terminal.no",)}, "no defect 'terminal.no'"),
    ({"resume": True}, "give --out"),
])
def test_what_cannot_be_is_refused(asked, why):
    with pytest.raises(InputError, match=why):
        run_boundaries(Wanted(bench=BENCH, **asked))


@pytest.mark.parametrize(("asked", "why"), [
    ({}, "--sales and --hours"),
    ({"sales": 1, "defects": ("terminal.no",)}, "no defect 'terminal.no'"),
    ({"sales": 1, "out": Path("fixtures")}, "is not empty"),
])
def test_a_soak_that_cannot_be_is_refused(asked, why):
    with pytest.raises(InputError, match=why):
        run_soak(SoakWanted(bench=BENCH, **asked))


REAL = """
[device]
kind = "real"
[[terminals]]
tid = "10000001"
mid = "898000000000001"
"""


@pytest.mark.parametrize(("asked", "why"), [
    ({"jobs": 2}, "one at a time"), ({"defects": ("terminal.no_reversal",)}, "no effect"),
])
def test_what_a_standing_terminal_cannot_is_refused(tmp_path, asked, why):
    (tmp_path / "real.toml").write_text(REAL)
    with pytest.raises(InputError, match=why):
        run_boundaries(Wanted(bench=tmp_path / "real.toml", **asked))
