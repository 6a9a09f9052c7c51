"""The evidence of a run: whole whatever happens, over nothing that is not ours, and it can be checked."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import subprocess
from pathlib import Path

import pytest

from hil.commands.program import run
from hil.evidence import evidence as evidence_module
from hil.evidence.evidence import Evidence, versions
from hil.evidence.evidence_index import FileState, RunFacts, looked_at, read_index
from hil.evidence.evidence_shown import summary_of
from hil.processes.process import BenchError
from simulator.catalogue.language import speaking
from simulator.commands.inputs import InputError

FACTS = RunFacts(
    kind="virtual", device="daozhang device", station="ci-1", tid="10000001", mid="898000000000001",
    title="one sale", seed=7, command=("daozhang", "bench", "check", "a bench.toml"))


def states(folder: Path) -> dict[str, FileState]:
    return {each.name: each.state for each in looked_at(folder, read_index(folder))}


def test_a_run_is_listed_with_all_its_files_and_their_sums(tmp_path):
    folder = tmp_path / "run"
    with Evidence(folder, FACTS) as evidence:
        evidence.add("trace.jsonl", b"one\n", "the whole run")
        evidence.path("host/host.err").write_bytes(b"said\n")
        evidence.path("host.sqlite").write_bytes(b"state")
        evidence.note("no capture: needs root")
        evidence.finish("PASS")
    index = read_index(folder)
    assert (index.state, index.verdict, index.facts) == ("whole", "PASS", FACTS)
    assert {each.name: (each.size, each.sha256, each.private) for each in index.files} == {
        "trace.jsonl": (4, hashlib.sha256(b"one\n").hexdigest(), False),
        "host/host.err": (5, hashlib.sha256(b"said\n").hexdigest(), False),
        "host.sqlite": (5, hashlib.sha256(b"state").hexdigest(), True)}
    assert set(states(folder).values()) == {FileState.AS_WRITTEN}
    assert sorted(each.name for each in folder.iterdir()) == [
        "evidence.json", "host", "host.sqlite", "summary.txt", "trace.jsonl"]
    summary = (folder / "summary.txt").read_text()
    assert summary == summary_of(index)
    for told in ("virtual", "ci-1", "PASS", "'a bench.toml'", "no capture: needs root", "trace.jsonl"):
        assert told in summary


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_summary_fits_the_screen_but_for_what_was_given(tmp_path, language):
    with Evidence(tmp_path / "run", FACTS) as evidence:
        index = evidence.finish("PASS")
    with speaking(language):
        lines = summary_of(index).splitlines()
    assert max(len(line) for line in lines) <= 80
    assert ("真实" in lines[1] or "虚拟" in "".join(lines)) is (language == "zh")


def test_what_is_not_known_is_told_as_such(tmp_path):
    with Evidence(tmp_path, RunFacts(kind="real", device="x", station="y")) as evidence:
        index = evidence.finish("")
    told = summary_of(index).splitlines()
    assert [line.split()[0] for line in told if line.endswith("not told")] == ["firmware", "serial", "verdict"]


def test_versions_name_program_python_system_and_libraries():
    told = versions()
    assert set(told) >= {"daozhang", "python", "system", "simpy", "scapy", "pyserial"}
    assert all(told.values())


# ---- what is in the way ---------------------------------------------------------------------------


@pytest.mark.parametrize("there", ["notes.txt", "evidence.json"])
def test_a_folder_with_anything_else_is_refused_and_left_as_it_is(tmp_path, there):
    (tmp_path / there).write_text("mine")
    with pytest.raises(InputError):
        Evidence(tmp_path, FACTS)
    assert [each.name for each in tmp_path.iterdir()] == [there]
    assert (tmp_path / there).read_text() == "mine"


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "run").write_text("mine")
    with pytest.raises(InputError, match="is no folder"):
        Evidence(tmp_path / "run", FACTS)


def written(folder: Path) -> None:
    with Evidence(folder, FACTS) as evidence:
        evidence.add("trace.jsonl", b"one")
        evidence.add("old.txt", b"two")
        evidence.finish("PASS")


def test_older_evidence_of_ours_gives_way_with_all_its_files(tmp_path):
    written(tmp_path)
    with Evidence(tmp_path, FACTS) as evidence:
        evidence.add("trace.jsonl", b"new")
        evidence.finish("FAIL")
    assert states(tmp_path) == {"trace.jsonl": FileState.AS_WRITTEN}
    assert read_index(tmp_path).verdict == "FAIL"


@pytest.mark.parametrize("change", ["changed", "added"])
def test_older_evidence_that_somebody_worked_on_does_not(tmp_path, change):
    written(tmp_path)
    (tmp_path / ("old.txt" if change == "changed" else "mine.txt")).write_text("my notes")
    before = {each.name: each.read_bytes() for each in tmp_path.iterdir()}
    with pytest.raises(InputError, match="was changed"):
        Evidence(tmp_path, FACTS)
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == before


def test_names_outside_of_the_folder_are_refused(tmp_path):
    with Evidence(tmp_path / "run", FACTS) as evidence:
        for name in ("../x", "/x", "a/../../x", "evidence.json", ""):
            with pytest.raises(ValueError, match="inside its folder"):
                evidence.add(name, b"x")
    assert [each.name for each in tmp_path.iterdir()] == ["run"]


# ---- whatever happens -----------------------------------------------------------------------------


def test_ctrl_c_leaves_it_whole_as_far_as_it_goes(tmp_path):
    def play() -> None:
        with Evidence(tmp_path, FACTS) as evidence:
            evidence.add("trace.jsonl", b"one")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        play()
    index = read_index(tmp_path)
    assert (index.state, index.why) == ("broken off", "KeyboardInterrupt")
    assert states(tmp_path) == {"trace.jsonl": FileState.AS_WRITTEN}


def test_what_a_killed_process_left_says_so_and_is_moved_aside(tmp_path):
    folder = tmp_path / "run"
    for _ in range(2):
        if (child := os.fork()) == 0:
            evidence = Evidence(folder, FACTS)
            evidence.add("trace.jsonl", b"one")
            os._exit(9)
        os.waitpid(child, 0)
        assert read_index(folder).state == "under way"
        assert states(folder) == {"trace.jsonl": FileState.UNKNOWN}
    written(folder)
    assert sorted(each.name for each in tmp_path.iterdir()) == ["run", "run.1", "run.2"]
    assert (tmp_path / "run.2" / "trace.jsonl").read_bytes() == b"one"


def test_a_folder_in_which_a_run_goes_on_is_refused(tmp_path):
    with Evidence(tmp_path / "run", FACTS) as evidence:
        with pytest.raises(InputError, match="another run"):
            Evidence(tmp_path / "run", FACTS)
        evidence.add("trace.jsonl", b"one")
    assert states(tmp_path / "run") == {"trace.jsonl": FileState.AS_WRITTEN}


def test_a_full_disk_is_the_benchs_and_leaves_an_index_of_what_was_kept(tmp_path, monkeypatch):
    def full(stream) -> None:
        if len(Path(stream.name).read_bytes()) > 100_000 or full.on:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    full.on = False
    def play() -> None:
        with Evidence(tmp_path, FACTS) as evidence:
            evidence.add("trace.jsonl", b"one")
            monkeypatch.setattr(evidence_module, "_to_disk", full)
            evidence.add("capture.pcap", bytes(1_000_000))

    with pytest.raises(BenchError, match="No space left"):
        play()
    index = read_index(tmp_path)
    assert index.state == "broken off"
    assert "No space left" in index.why
    assert [each.name for each in index.files] == ["trace.jsonl"]
    assert not list(tmp_path.glob(".*"))


def fill(folder: Path) -> None:
    with Evidence(folder, FACTS) as evidence:
        for n in range(100):
            evidence.add(f"{n}.bin", os.urandom(100_000))


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_on_a_disk_that_is_really_full_the_index_has_its_room(tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=2m", "none", small], check=False).returncode:
        pytest.skip("no file system can be mounted here")
    try:
        with pytest.raises(BenchError, match="No space left"):
            fill(small / "run")
        index = read_index(small / "run")
        assert index.state == "broken off"
        assert 5 <= len(index.files) < 20
        assert set(states(small / "run").values()) == {FileState.AS_WRITTEN}
    finally:
        subprocess.run(["umount", small], check=True)


# ---- what is found --------------------------------------------------------------------------------


def test_what_changed_is_missing_or_came_later_is_told(tmp_path):
    written(tmp_path)
    (tmp_path / "trace.jsonl").write_bytes(b"onE")
    (tmp_path / "old.txt").unlink()
    (tmp_path / "later").write_bytes(b"")
    assert states(tmp_path) == {
        "trace.jsonl": FileState.CHANGED, "old.txt": FileState.MISSING, "later": FileState.UNKNOWN}


def test_an_index_reads_nothing_outside_of_its_folder(tmp_path):
    folder = tmp_path / "run"
    written(folder)
    (tmp_path / "secret").write_bytes(b"x")
    told = json.loads((folder / "evidence.json").read_text())
    told["files"].append(told["files"][0] | {"name": "../secret"})
    (folder / "evidence.json").write_text(json.dumps(told))
    assert states(folder)["../secret"] is FileState.MISSING


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"format": "other"}', "\xff"])
def test_what_is_no_index_is_refused(tmp_path, content):
    (tmp_path / "evidence.json").write_text(content, "latin-1")
    with pytest.raises(InputError, match="evidence"):
        read_index(tmp_path)


# ---- the command ----------------------------------------------------------------------------------


def test_the_command_shows_and_checks(tmp_path, capsys):
    written(tmp_path)
    assert run(["bench", "evidence", str(tmp_path)]) == 0
    assert "as written" in capsys.readouterr().out
    (tmp_path / "old.txt").write_bytes(b"twO")
    assert run(["bench", "evidence", str(tmp_path), "--lang", "zh"]) == 3
    assert "已改动" in capsys.readouterr().out
    assert run(["bench", "evidence", str(tmp_path), "--json"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["looked"]["old.txt"], told["facts"]["kind"]) == (False, "changed", "virtual")


def test_the_command_refuses_what_is_no_evidence(tmp_path, capsys):
    assert run(["bench", "evidence", str(tmp_path / "none")]) == 2
    assert "is no evidence of a run" in capsys.readouterr().err
