"""What a reconciliation of 100,000 records on each of three sides costs, beside the barest loop of csv and a dict.

The loop reads the same files and pairs by one column: no forms, no sums in fen, no second key, no
states.  Both run in processes of their own, so that their memory can be told apart; their time is
that of the processor, which other programs of the machine do not lengthen.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

RECORDS = int(os.environ.get("DAOZHANG_RECORDS", "100000"))
BARE = """
import csv, resource, sys
sides = []
for name in sys.argv[1:]:
    with open(name, encoding="utf-8", newline="") as file:
        sides.append({row["rrn"]: row for row in csv.DictReader(file)})
both = [key for key in sides[0] if key in sides[1] and sides[0][key]["amount"] == sides[1][key]["amount"] and key in sides[2]]
used = resource.getrusage(resource.RUSAGE_SELF)
print(len(both), used.ru_maxrss, used.ru_utime + used.ru_stime)
"""
OURS = """
import contextlib, io, resource, sys
from hil.commands.entry import run
out = io.StringIO()
with contextlib.redirect_stdout(out):
    code = run(["reconcile", "--terminal", sys.argv[1], "--host", sys.argv[2], "--bank", sys.argv[3], "--json"])
print(out.getvalue())
used = resource.getrusage(resource.RUSAGE_SELF)
print(code, used.ru_maxrss, used.ru_utime + used.ru_stime)
"""


def timed(program, paths):
    out = subprocess.run([sys.executable, "-c", program, *map(str, paths)], capture_output=True, text=True, check=True).stdout
    *text, last = out.strip().splitlines()
    first, kib, cpu_s = last.split()
    return float(cpu_s), int(kib) / 1024, int(first), "\n".join(text)


@pytest.mark.benchmark
def test_three_sides_of_100_000_records(tmp_path):
    paths = [tmp_path / f"{name}.csv" for name in ("terminal", "host", "bank")]
    with paths[0].open("w") as terminal, paths[1].open("w") as host, paths[2].open("w") as bank:
        terminal.write("date,time,tid,batch,stan,rrn,amount,pan\n")
        host.write("date,time,tid,batch,stan,rrn,amount,fee,settlement_date,mid\n")
        bank.write("date,time,rrn,amount,text\n")
        for number in range(RECORDS):
            day, at = number // 5000 % 28 + 1, f"{number // 3600 % 24:02}:{number // 60 % 60:02}:{number % 60:02}"
            fen = 100 + number * 7919 % 100_000
            fee, name = (fen * 6 + 500) // 1000, f"1{number % 500:07},{number // 250_000 + 1:06},{number // 500 % 999_999 + 1:06},{number + 1:012}"
            yuan, net = f"{fen // 100}.{fen % 100:02}", f"{(fen - fee) // 100}.{(fen - fee) % 100:02}"
            terminal.write(f"2026-01-{day:02},{at},{name},{yuan},620000******{number % 10_000:04}\n")
            host.write(f"2026-01-{day:02},{at},{name},{yuan},{fee // 100}.{fee % 100:02},2026-01-{day:02},898000000000001\n")
            bank.write(f"2026-01-{day:02},23:00:00,{number + 1:012},{net},POS\n")
    bare_s, bare_mib, both, _ = timed(BARE, paths)
    ours_s, ours_mib, code, text = timed(OURS, paths)
    print(f"\n{RECORDS:,} x 3 records: {ours_s:.1f} s of processor, {ours_mib:.0f} MiB; bare loop {bare_s:.1f} s, {bare_mib:.0f} MiB; "
          f"{ours_s / bare_s:.1f} times the time, {ours_mib / bare_mib:.2f} times the memory")
    facts = json.loads(text)
    assert (code, both) == (0, RECORDS)
    assert facts["states"]["matched"]["host"]["count"] == RECORDS
    assert ours_s < 30 * RECORDS / 100_000 + 5  # seconds, not minutes, on a machine of some years
    assert ours_mib < 400
