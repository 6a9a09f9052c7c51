"""A name has one holder on a machine; who it is, is said; a killed one leaves no lock."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from hil.control.bench_error import BenchError
from hil.power import reservation
from hil.power.reservation import (
    Reservation,
    ReservationError,
    folder,
    holder_of,
    is_free,
    one_name,
)
from simulator.catalogue.language import speaking

HOLD = """
import sys, time
from hil.power.reservation import Reservation
held = Reservation(sys.argv[2:], sys.argv[1])
print("held", flush=True)
time.sleep(60)
"""


@pytest.fixture(autouse=True)
def runtime(tmp_path, monkeypatch):
    monkeypatch.setenv("DAOZHANG_RUNTIME", str(tmp_path / "locks"))


def holding(who, *names):
    process = subprocess.Popen([sys.executable, "-c", HOLD, who, *names], stdout=subprocess.PIPE)
    assert process.stdout.readline() == b"held\n"
    return process


@pytest.mark.parametrize(("language", "words"), [("en", "is in use by another bench"), ("zh", "正被另一个测试台使用")])
def test_another_bench_is_told_who_has_it_and_gets_it_when_that_one_is_killed(language, words):
    other = holding("till-3.toml", "serial:/dev/ttyUSB7")
    try:
        with speaking(language), pytest.raises(ReservationError) as refused:
            Reservation(["serial:/dev/ttyUSB7?9600 8N1"], "mine")
        for word in (words, "/dev/ttyUSB7", "till-3.toml", str(other.pid)):
            assert word in str(refused.value)
        assert isinstance(refused.value, BenchError)
        assert not is_free("serial:/dev/ttyUSB7")
    finally:
        other.send_signal(signal.SIGKILL)
        other.wait()
        other.stdout.close()
    Reservation(["serial:/dev/ttyUSB7"], "mine").release()


def test_two_benches_of_one_process_are_two():
    with Reservation(["tcp:127.0.0.1:8583"], "one"), pytest.raises(ReservationError, match="one, process"):
        Reservation(["tcp:127.0.0.1:8583"], "two")


def test_all_or_none_is_taken():
    with Reservation(["b"], "one"):
        with pytest.raises(ReservationError):
            Reservation(["a", "b"], "two")
        assert is_free("a")
    assert is_free("b")
    assert holder_of("b") is None


def test_a_device_is_one_name_whichever_link_leads_to_it(tmp_path):
    device, link = tmp_path / "ttyUSB0", tmp_path / "by-id"
    device.touch()
    link.symlink_to(device)
    assert one_name(f"serial:{link}?115200 8N1") == one_name(f"serial:{device}")
    with Reservation([f"serial:{device}", f"serial:{link}"], "one") as held:
        assert len(held.names) == 1


@pytest.mark.parametrize("dies", [False, True])
def test_a_forked_child_keeps_no_lock_when_its_parent_lets_go_or_dies(dies):
    held = Reservation(["x"], "one")
    ready, told = os.pipe()
    stay, end = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(told, b".")
        os.close(end)
        os.read(stay, 1)
        os._exit(0)
    os.read(ready, 1)
    if dies:
        descriptor = held._descriptors.pop()
        reservation._OPEN.discard(descriptor)
        os.close(descriptor)  # as the system does, without a word
    else:
        held.release()
    assert is_free("x")
    os.close(end)
    os.waitpid(child, 0)
    for each in (ready, told, stay):
        os.close(each)


def test_a_lock_whose_holder_wrote_nothing_is_said_so():
    with Reservation(["x"], "one"):
        next(Path(folder()).iterdir()).write_bytes(b"\xff{")
        with pytest.raises(ReservationError, match="did not say which"):
            Reservation(["x"], "two")


def test_a_folder_of_another_is_not_trusted(tmp_path, monkeypatch):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "locks").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(ReservationError, match="DAOZHANG_RUNTIME"):
        Reservation(["x"], "one")
    monkeypatch.setenv("DAOZHANG_RUNTIME", "/proc/no-such/locks")
    with pytest.raises(ReservationError, match="no lock can be made"):
        Reservation(["x"], "one")


def test_the_usual_folder_does_not_depend_on_the_environment(monkeypatch):
    monkeypatch.delenv("DAOZHANG_RUNTIME")
    usual = folder()
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/nowhere")
    monkeypatch.setenv("TMPDIR", "/nowhere")
    assert folder() == usual
    assert usual.stat().st_mode & 0o077 == 0
