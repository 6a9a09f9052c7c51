"""The demo says PASS and its sums, in under a minute, in either language; broken off, it leaves nothing."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.outside.demo import columns

pytestmark = pytest.mark.live

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-m", "tests.outside.demo"]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_demo_passes_and_says_its_sums(language):
    began_s = time.monotonic()
    done = subprocess.run(COMMAND, cwd=ROOT, env=os.environ | {"DAOZHANG_LANG": language},
                          capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "PASS ¥129.90 - ¥0.78 = ¥129.12"
    assert time.monotonic() - began_s < 60
    assert all(columns(line) <= 80 for line in done.stdout.splitlines())
    assert not done.stderr


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_broken_off_it_leaves_no_host_and_no_file(tmp_path, how):
    running = subprocess.Popen(COMMAND, cwd=ROOT, env=os.environ | {"TMPDIR": str(tmp_path)},
                               stdout=subprocess.PIPE, text=True)
    address = None
    for line in running.stdout:
        address = address or re.search(r"([0-9.]+):(\d+)", line)
        if "S1" in line:
            break
    running.send_signal(how)
    assert running.wait(30) == 130
    running.stdout.close()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((address[1], int(address[2])), timeout=5)
    assert list(tmp_path.iterdir()) == []
