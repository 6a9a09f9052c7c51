"""Traces and bills that are cut, empty, foreign or out of reach; output that has no room; work that is broken off."""

from __future__ import annotations

import gzip
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hil.commands.entry import run
from simulator.report.reconciled_data import COLUMNS
from simulator.report.wrap import width_of
from tests.reconciliation.books import FIXTURES

DAY = """
title = "two sales"
start = 2026-01-27T10:00:00+08:00
until = "1d"
[[merchants]]
name = "shop"
terminals = { count = 1 }
script = [{ at = "10m", sale = "S1", amount = "68.00" }, { at = "20m", sale = "S2", amount = "12.00" }]
"""
BANK = FIXTURES / "cmb.csv"


@pytest.fixture(scope="module")
def trace(tmp_path_factory):
    folder = tmp_path_factory.mktemp("trace")
    (folder / "day.toml").write_text(DAY, "utf-8")
    assert run(["run", str(folder / "day.toml"), "--trace", str(folder / "day.jsonl")]) == 0
    return (folder / "day.jsonl").read_bytes()


def reconciled(capsys, *words):
    code = run(["reconcile", *map(str, words)])
    said = capsys.readouterr()
    return code, said.out, said.err


def lines_of(trace):
    return trace.splitlines(keepends=True)


DAMAGES = {  # how, where it is told, what is told in English and Chinese
    "whole": (lambda trace: trace, "", "", ""),
    "cut in a record": (lambda trace: trace[:len(trace) // 2], ":", "cut off within this record", "在此条记录中被截断"),
    "cut between records": (lambda trace: b"".join(lines_of(trace)[:-3]), ":", "before its run ended", "运行尚未结束"),
    "without its beginning": (lambda trace: b"".join(lines_of(trace)[1:]), ":1", "run_started", "run_started"),
    "twice": (lambda trace: trace * 2, ":", "a second run begins here", "开始另一次运行"),
    "with nothing but its beginning": (lambda trace: lines_of(trace)[0], "", "nobody sold", "没有交易"),
    "empty": (lambda _: b"", "", "is empty", "是空文件"),
    "no trace": (lambda _: b"date,amount\n2026-01-29,1.00\n", ":1", "is no record of a trace", "不是轨迹中的记录"),
    "binary": (lambda _: b"\x7fELF\x00\xff\xfe", ":1", "is no record of a trace", "不是轨迹中的记录"),
    "packed": (gzip.compress, "", "is gzip", "是 gzip"),
}


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("how", [name for name in DAMAGES if name != "whole"])
def test_a_damaged_trace_is_refused_with_place_and_what_is_allowed(tmp_path, capsys, trace, how, language):
    damage, place, en, zh = DAMAGES[how]
    path = tmp_path / "day.jsonl"
    path.write_bytes(damage(trace))
    code, out, err = reconciled(capsys, path, "--csv", tmp_path / "all.csv", "--lang", language)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert f"day.jsonl{place}" in err
    assert (en if language == "en" else zh) in err
    assert ("allowed" if language == "en" else "只能是") in err
    assert not (tmp_path / "all.csv").exists()


def test_the_whole_one_is_reconciled(tmp_path, capsys, trace):
    path = tmp_path / "day.jsonl"
    path.write_bytes(trace)
    code, out, err = reconciled(capsys, path)
    assert (code, err) == (0, "")
    assert "80.00" in out


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize(("name", "content", "en", "zh"), [
    ("trace", b'{"record":"run_started"}\n', "give it alone", "请单独给出"),
    ("gzip", gzip.compress(b"date,amount\n", mtime=0), "is gzip; allowed: CSV", "是 gzip；只能是 CSV"),
    ("xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(40), "is XLS; allowed: CSV", "是 XLS；只能是 CSV"),
    ("cut zip", (FIXTURES / "alipay-trade.zip").read_bytes()[:500], "no whole ZIP", "完整 ZIP"),
    ("json", b'{"amount": 1, "of": "' + b"x" * 3000 + b'"}\n', "no line names a column with a sum", "没有一行含有金额列"),
])
def test_a_bill_that_is_something_else_is_called_by_its_name(tmp_path, capsys, name, content, en, zh, language):
    path = tmp_path / name
    path.write_bytes(content)
    code, out, err = reconciled(capsys, "--host", path, "--bank", BANK, "--lang", language)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert str(path) in err
    assert (en if language == "en" else zh) in err
    assert len(err) < 500


@pytest.mark.parametrize("option", ["", "--terminal", "--host", "--bank", "--map"])
@pytest.mark.parametrize(("language", "said"), [("en", "is a directory; allowed: a file"), ("zh", "是目录；只能是文件")])
def test_a_directory_is_no_file(tmp_path, capsys, option, language, said):
    words = [option, tmp_path] if option else [tmp_path]
    more = [] if not option else ["--host", BANK, "--bank", BANK]
    code, out, err = reconciled(capsys, *words, *more, "--lang", language)
    assert (code, out) == (2, "")
    assert f"{tmp_path}" in err
    assert said in err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
@pytest.mark.parametrize("option", ["", "--host"])
def test_a_file_without_permission(tmp_path, capsys, trace, option):
    path = tmp_path / "day.jsonl"
    path.write_bytes(trace)
    path.chmod(0)
    words = ["--host", path, "--bank", BANK] if option else [path]
    code, out, err = reconciled(capsys, *words)
    assert (code, out) == (2, "")
    assert f"{path}: Permission denied" in err


@pytest.mark.parametrize(("place", "en", "zh"), [
    ("missing/all.csv", "there is no directory", "没有"), (".", "is a directory", "是目录"),
    ("/dev/full", "No space left", "磁盘空间不足"), ("day.jsonl", "would overwrite", "覆盖"),
])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_output_that_cannot_be_written(tmp_path, capsys, trace, place, en, zh, language):
    if place == "/dev/full" and not Path(place).exists():
        pytest.skip("no /dev/full here")
    path = tmp_path / "day.jsonl"
    path.write_bytes(trace)
    code, out, err = reconciled(capsys, path, "--csv", tmp_path / place, "--lang", language)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert (en if language == "en" else zh) in err
    assert path.read_bytes() == trace
    assert [each.name for each in tmp_path.iterdir()] == ["day.jsonl"]


def test_work_that_is_broken_off_leaves_what_was_there_and_no_half_file(tmp_path):
    """Broken off while the table is written: the old one stays whole, and no part of a new one."""
    rows = "".join(f"2026-01-29,10:00:00,{each:012},1.00\n" for each in range(15_000))
    for name in ("t.csv", "h.csv"):
        (tmp_path / name).write_text(f"date,time,rrn,amount\n{rows}", "utf-8")
    table = tmp_path / "out" / "all.csv"
    table.parent.mkdir()
    before = f"{','.join(COLUMNS)}\nthe table of yesterday\n"
    table.write_text(before, "utf-8")
    with subprocess.Popen(
        [sys.executable, "-m", "hil.commands.entry", "reconcile", "--terminal", tmp_path / "t.csv",
         "--host", tmp_path / "h.csv", "--csv", table], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    ) as process:
        until = time.monotonic() + 60
        while not list(table.parent.glob(".*.part")) and process.poll() is None and time.monotonic() < until:
            time.sleep(0.002)
        assert process.poll() is None, "was over before it could be broken off"
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in err
    assert table.read_text("utf-8") == before
    assert list(table.parent.glob(".*")) == []


@pytest.mark.parametrize(("language", "examples"), [("en", "Examples:"), ("zh", "示例")])
def test_the_help_has_examples_within_eighty_columns(capsys, language, examples):
    code, out, _ = reconciled(capsys, "--help", "--lang", language)
    assert code == 0
    assert examples in out
    assert out.count("daozhang reconcile ") >= 3
    assert max(map(width_of, out.splitlines())) <= 80
