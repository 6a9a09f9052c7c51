"""The host that is attacked: a process of its own, its memory watched, good clients asking all the while.

It knows the host by its ports, its files and its process only, so any host may stand there.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from msgspec.structs import replace

from hil.ports.ports import Address, parse_address
from simulator.catalogue.language import VARIABLE
from simulator.wire.codec import Codec
from simulator.wire.dialects import usual_dialect
from simulator.wire.message import Message

HERE = Path(__file__).parent
DAY = HERE / "day.toml"
RIGHT = ("-m", "hil.commands.entry")
CODEC = Codec(usual_dialect())
TPDU = "6000031234"
ECHO = Message(
    mti="0820", tid="10000001", mid="898000000000001", stan=7, batch=1, type_code="00",
    network_code="301")
GOOD = "10000008"  # the terminal whose good client asks; no attack speaks for it
PAGE = os.sysconf("SC_PAGE_SIZE")
LOOK_S = 0.02
START_S = 60.0
LONGEST_ANSWER_S = 60.0  # nobody is waited for longer than this


def echo(tid="10000001", stan=7):
    """An echo test as its frame."""
    return CODEC.encode(replace(ECHO, tid=tid, stan=stan), TPDU)


class TargetError(Exception):
    """The host did not start or has ended: with its last words."""


class Target:
    """One host in a folder of its own; what is in the folder stays for the next one."""

    def __init__(self, folder, *options, host=RIGHT, files=0, threads=0, largest=0):
        """``host``: how Python is told to run it; ``files``, ``threads``, ``largest``: limits of its process."""
        self.folder = folder
        self.state = folder / "host.state"
        self.peak_kib = 0
        self._errors = folder / "errors"
        self._limits = (
            (resource.RLIMIT_NOFILE, files), (resource.RLIMIT_NPROC, threads),
            (resource.RLIMIT_FSIZE, largest))
        with self._errors.open("ab") as errors:
            self._process = subprocess.Popen(
                [sys.executable, *host, "host", str(DAY), "--state", str(self.state), *options],
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
                env={**os.environ, "PYTHONUNBUFFERED": "1", VARIABLE: "en"}, process_group=0)
        self._limit()  # long before it has loaded itself
        self.listening = self._port("listening")
        self.control = self._port("control")
        self._ended = threading.Event()
        self._watcher = threading.Thread(target=self._watch, daemon=True)
        self._watcher.start()
        threading.Thread(target=self._drain, daemon=True).start()

    @property
    def pid(self):
        return self._process.pid

    def _limit(self):
        for which, most in self._limits:
            if most:
                resource.prlimit(self.pid, which, (most, most))

    def _port(self, what) -> Address:
        for line in self._process.stdout:
            said, _, address = line.decode("utf-8", "replace").strip().partition(" on ")
            if said == what:
                return parse_address(address)
        status = self._process.wait()
        raise TargetError(f"the host ended with status {status}: {self.words[-500:]}")

    def _drain(self):
        with contextlib.suppress(ValueError, OSError):
            for _ in self._process.stdout:
                pass

    def _watch(self):
        """Its memory, again and again."""
        while not self._ended.wait(LOOK_S):
            self.peak_kib = max(self.peak_kib, self.resident_kib())

    def resident_kib(self):
        """What it holds of the machine's memory; 0 where it has ended."""
        try:
            return int(Path(f"/proc/{self.pid}/statm").read_text("ascii").split()[1]) * PAGE // 1_024
        except (OSError, IndexError):
            return 0

    @property
    def words(self):
        """What it wrote to standard error."""
        return self._errors.read_text("utf-8", "replace").strip()

    @property
    def is_running(self):
        return self._process.poll() is None

    # ---- good clients --------------------------------------------------------------------------

    def connect(self, address=None):
        """A connection that reads little and waits long."""
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        line.settimeout(LONGEST_ANSWER_S)
        try:
            at = address or self.listening
            line.connect((at.host, at.port))
        except OSError:
            line.close()
            raise
        return line

    def served_in_s(self, tid=GOOD):
        """How long a good client waits for the answer to its echo test, from its connecting on; None: in vain."""
        began_s = time.monotonic()
        with contextlib.suppress(OSError), self.connect() as line:
            line.sendall(echo(tid))
            answer = CODEC.decode(frame_of(line))
            if (answer.mti, answer.tid) == ("0830", tid):
                return time.monotonic() - began_s
        return None

    def control_in_s(self):
        """The same of the control port."""
        began_s = time.monotonic()
        answer = self.ask('{"do":"status"}')
        return time.monotonic() - began_s if answer.get("ok") else None

    def ask(self, line):
        """What the control port answers; {} where it does not."""
        with contextlib.suppress(OSError, ValueError), self.connect(self.control) as control:
            control.sendall(line.encode() + b"\n")
            with control.makefile("rb") as answers:
                return json.loads(answers.readline() or b"{}")
        return {}

    # ---- its end -------------------------------------------------------------------------------

    def stopped_in_s(self, number=signal.SIGTERM):
        """How long it takes to end, and with which status."""
        began_s = time.monotonic()
        with contextlib.suppress(ProcessLookupError):
            self._process.send_signal(number)
        status = self.wait()
        return time.monotonic() - began_s, status

    def wait(self):
        """Its exit status; who does not end is killed (and is told by -9)."""
        try:
            status = self._process.wait(LONGEST_ANSWER_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            status = self._process.wait()
        self._ended.set()
        self._process.stdout.close()
        return status

    def kill(self):
        """At once, as a loss of power."""
        self._process.kill()
        return self.wait()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.kill()


def taken(line, count):
    """So many bytes; ``ConnectionError`` where the line ends before."""
    data = b""
    while len(data) < count:
        more = line.recv(count - len(data))
        if not more:
            raise ConnectionError
        data += more
    return data


def frame_of(line):
    """A whole frame behind its length."""
    head = taken(line, 2)
    return head + taken(line, int.from_bytes(head, "big"))
