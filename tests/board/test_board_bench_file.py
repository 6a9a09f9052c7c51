"""A bench file with a board: what contradicts it is refused by name."""

from __future__ import annotations

import pytest

from hil.benches.bench_file import BenchFileError, read_bench

HEAD = """
[device]
kind = "emulated"
[board]
[[terminals]]
tid = "10000001"
mid = "898000000000001"
"""


def read(tmp_path, text):
    path = tmp_path / "bench.toml"
    path.write_text(text, "utf-8")
    return read_bench(path)


def test_a_board_is_fresh_for_each_case_and_takes_what_it_is_injected_with(tmp_path):
    bench = read(tmp_path, HEAD + '[ecr]\nprofile = "template"\nline = "tcp:127.0.0.1:0"\n')
    assert (bench.is_board, bench.is_fresh, bench.is_virtual) == (True, True, False)
    assert bench.taken({"reply_timeout": "2s", "batch_full": "settle"}) == {"reply_timeout": "2s"}


@pytest.mark.parametrize(("more", "said"), [
    ('[power]\ndriver = "process"\nsettings = {command = ["qemu"]}\n', "power: the bench has both of a board"),
    ('[hands]\ndriver = "person"\n', "hands: the bench has both of a board"),
    ('[end]\nlisten = "serial:/dev/ttyUSB0"\n', "the modem of a board dials over tcp"),
    ('[ecr]\nprofile = "template"\nline = "pty:"\n', "adapter of a board waits at tcp:HOST:PORT"),
], ids=["power", "hands", "serial", "pty"])
def test_what_a_board_cannot_have_is_refused_by_name(tmp_path, more, said):
    with pytest.raises(BenchFileError, match=said):
        read(tmp_path, HEAD + more)


@pytest.mark.parametrize("kind", ["virtual", "real"])
def test_only_an_emulated_terminal_has_a_board(tmp_path, kind):
    with pytest.raises(BenchFileError, match=f"board: has no effect on a {kind} terminal"):
        read(tmp_path, HEAD.replace("emulated", kind))


def test_an_unknown_key_of_a_board_is_refused(tmp_path):
    with pytest.raises(BenchFileError, match=r"board\.elf"):
        read(tmp_path, HEAD.replace("[board]", '[board]\nelf = "x"'))
