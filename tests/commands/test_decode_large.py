"""``daozhang decode`` of what is large: in bounded memory, how far it is, and whole when it is stopped."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
import time
import tracemalloc

import pytest
from capture_files import VECTORS, pcap, segment

from simulator.commands.progress import Progress
from simulator.commands.sources import Taken, events_in, opened
from simulator.wire.dialects import usual_dialect

ENTRY = [sys.executable, "-m", "hil.commands.entry"]
MESSAGES = VECTORS["sale_req"] + VECTORS["echo_req"]
_MIB = 1 << 20


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def as_text(size: int) -> bytes:
    line = MESSAGES.hex().encode() + b"\n"
    return line * (size // len(line))


def as_frames(size: int) -> bytes:
    return MESSAGES * (size // len(MESSAGES))


def as_capture(size: int) -> bytes:
    one = pcap([segment(0, MESSAGES)])
    head, record = one[:24], bytearray(one[24:])
    made, at = [head], record.index((1_000).to_bytes(4, "big"))
    for n in range(size // len(record)):
        record[at:at + 4] = (1_000 + n * len(MESSAGES)).to_bytes(4, "big")
        made.append(bytes(record))
    return b"".join(made)


def peak_bytes(content: bytes, path) -> int:
    """The most that was in memory while messages were looked at one by one."""
    path.write_bytes(content)
    with path.open("rb") as file:
        tracemalloc.start()
        count = sum(1 for _ in events_in(opened("x", file), usual_dialect(), None))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert count >= 2 * (len(content) // (3 * len(MESSAGES)))
    return peak


@pytest.mark.parametrize("made", [as_text, as_frames, as_capture], ids=lambda each: each.__name__)
def test_memory_does_not_grow_with_the_source(tmp_path, made):
    small, large = (peak_bytes(made(size), tmp_path / "x") for size in (300_000, 550_000))
    assert large - small < 200_000


def test_it_says_how_far_it_is_on_one_line_and_takes_it_away():
    taken, errors, now = Taken(4 * _MIB), Terminal(), [0.0]
    progress = Progress(taken, errors=errors, output=io.StringIO(), clock=lambda: now[0])
    progress.at(1)
    assert errors.getvalue() == ""  # what takes no second needs none
    taken.count, now[0] = _MIB, 3.0
    progress.at(4_711)
    assert errors.getvalue().strip() == "1.0 of 4.0 MiB read, 4,711 messages"
    progress.clear()
    assert "\n" not in errors.getvalue()
    assert errors.getvalue().split("\r")[-2].strip() == ""
    assert max(map(len, errors.getvalue().split("\r"))) < 80


@pytest.mark.parametrize(("errors", "output"), [(io.StringIO(), io.StringIO()), (Terminal(), Terminal())])
def test_it_is_silent_where_nobody_looks_and_where_the_messages_themselves_are_seen(errors, output):
    now = [0.0]
    progress = Progress(Taken(), errors=errors, output=output, clock=lambda: now[0])
    now[0] = 9.0
    progress.at(5)
    progress.clear()
    assert errors.getvalue() == ""


def test_what_was_taken_is_counted_of_the_file_itself_also_where_it_is_compressed():
    import gzip  # noqa: PLC0415

    content = gzip.compress(as_frames(300_000))
    source = opened("x", io.BytesIO(content), len(content))
    source.file.read()
    assert source.taken.count == source.taken.size == len(content)


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_what_was_printed_when_it_is_stopped_is_whole(tmp_path):
    (tmp_path / "x.bin").write_bytes(as_frames(1_500_000))
    with (tmp_path / "out").open("wb") as out:
        child = subprocess.Popen([*ENTRY, "decode", "--json", str(tmp_path / "x.bin")], stdout=out, stderr=subprocess.PIPE)
        for _ in range(600):
            if (tmp_path / "out").stat().st_size > 100_000:
                break
            time.sleep(0.05)
        child.send_signal(signal.SIGINT)
        _, said = child.communicate(timeout=30)
    assert child.returncode == 130
    shown = json.loads((tmp_path / "out").read_bytes())
    assert len(shown) > 10
    assert all(one["mti"] in {"0200", "0820"} and "damage" not in one for one in shown)
    assert b"stopped by you; what is shown is whole" in said
    assert b"of 1.4 MiB read" in said
