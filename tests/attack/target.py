"""The host or device that is attacked: a process of its own, its memory watched, good clients asking.

It is known by its ports, its files and its process only, so any may stand there.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import socket
import subprocess
import threading
import time
from functools import cache
from pathlib import Path

from msgspec.structs import replace

from hil.ports.ports import PortError, parse_address
from hil.processes.nursery import Nursery
from simulator.catalogue.language import VARIABLE
from simulator.wire.codec import Codec
from simulator.wire.dialects import usual_dialect
from simulator.wire.message import Message

HERE = Path(__file__).parent
DAY = HERE / "day.toml"
RIGHT = ()
CODEC = Codec(usual_dialect())
TPDU = "6000031234"
ECHO = Message(
    mti="0820", tid="10000001", mid="898000000000001", stan=7, batch=1, type_code="00",
    network_code="301")
GOOD = "10000008"  # the terminal whose good client asks; no attack speaks for it
PAGE = os.sysconf("SC_PAGE_SIZE")
TICKS = os.sysconf("SC_CLK_TCK")
LOOK_S = 0.02
LONGEST_ANSWER_S = 10.0  # nobody is waited for longer than this


@cache
def nursery():
    """One parent for all that are attacked; it ends with this process, and they with it."""
    made = Nursery(parent="tests.attack.prepared")
    atexit.register(made.close)
    return made


def ran(folder, *arguments):
    """A command that ends by itself: its status."""
    with (folder / "command.errors").open("wb") as errors:
        child = nursery().start(arguments, {**os.environ, VARIABLE: "en"}, errors)
    with child.stdout as said:
        said.read()
    return child.wait(LONGEST_ANSWER_S)


def echo(tid="10000001", stan=7):
    """An echo test as its frame."""
    return CODEC.encode(replace(ECHO, tid=tid, stan=stan), TPDU)


class TargetError(Exception):
    """The process did not start or has ended: with its status and its last words."""

    def __init__(self, status, words):
        super().__init__(f"it ended with status {status}: {words[-500:]}")
        self.status = status
        self.words = words


class Attacked:
    """One process; what is in its folder stays for the next one."""

    def __init__(self, folder, arguments, until):
        """``until``: it has started when it has said where this is."""
        self.folder = folder
        self.peak_kib = 0
        self.longest_answer_s = LONGEST_ANSWER_S
        self.ports = {}
        self._errors = folder / "errors"
        self._before = self._errors.stat().st_size if self._errors.exists() else 0
        self._ended = threading.Event()
        with self._errors.open("ab") as errors:
            self._process = nursery().start(arguments, {**os.environ, VARIABLE: "en"}, errors)
        try:
            while until not in self.ports:
                self._read_port()
        except BaseException:
            self.kill()
            raise
        threading.Thread(target=self._watch, daemon=True).start()
        threading.Thread(target=self._drain, daemon=True).start()

    @property
    def pid(self):
        return self._process.pid

    def _read_port(self):
        line = self._process.stdout.readline()
        if not line:
            raise TargetError(self._process.wait(), self.words)
        said, _, address = line.decode("utf-8", "replace").strip().partition(" on ")
        with contextlib.suppress(PortError):
            self.ports[said] = parse_address(address)

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

    def threads(self):
        """How many it has; 0 where it has ended."""
        try:
            return sum(1 for _ in Path(f"/proc/{self.pid}/task").iterdir())
        except OSError:
            return 0

    def worked_s(self):
        """How much of a processor it has had; 0 where it has ended."""
        try:
            facts = Path(f"/proc/{self.pid}/stat").read_text("ascii").rpartition(")")[2].split()
        except OSError:
            return 0.0
        return (int(facts[11]) + int(facts[12])) / TICKS

    @property
    def words(self):
        """What it wrote to standard error."""
        with self._errors.open("rb") as errors:
            errors.seek(self._before)
            return errors.read().decode("utf-8", "replace").strip()

    @property
    def is_running(self):
        return self._process.poll() is None

    def connect(self, address):
        """A connection that reads little and waits long."""
        line = socket.socket()
        line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        line.settimeout(self.longest_answer_s)
        try:
            line.connect((address.host, address.port))
        except OSError:
            line.close()
            raise
        return line

    def control_in_s(self):
        """How long its control port takes to answer, from the connecting on; None: in vain."""
        began_s = time.monotonic()
        return time.monotonic() - began_s if self.ask(do="status").get("ok") else None

    def ask(self, **request):
        """What its control port answers; {} where it does not."""
        with contextlib.suppress(OSError, ValueError), self.connect(self.ports["control"]) as control:
            control.sendall(json.dumps(request).encode() + b"\n")
            with control.makefile("rb") as answers:
                return json.loads(answers.readline() or b"{}")
        return {}

    # ---- its end -------------------------------------------------------------------------------

    def send(self, number):
        """Send it a signal."""
        self._process.send_signal(number)

    def stopped_in_s(self, number=signal.SIGTERM):
        """How long it takes to end, and with which status."""
        began_s = time.monotonic()
        self.send(number)
        status = self.wait()
        return time.monotonic() - began_s, status

    def wait(self):
        """Its exit status; who does not end is killed (and is told by -9)."""
        try:
            status = self._process.wait(2 * self.longest_answer_s)
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


class Target(Attacked):
    """A host."""

    def __init__(self, folder, *options, host=RIGHT, scenario=DAY):
        """``host``: how it is prepared, the words of ``tests.attack.prepared``."""
        self.state = folder / "host.state"
        super().__init__(
            folder, [*host, "host", str(scenario), "--state", str(self.state), *options], "control")

    @property
    def listening(self):
        """Where terminals are heard."""
        return self.ports["listening"]

    @property
    def control(self):
        """Where it is asked."""
        return self.ports["control"]

    def served_in_s(self, tid=GOOD):
        """How long a good client waits for the answer to its echo test, from its connecting on; None: in vain."""
        began_s = time.monotonic()
        with contextlib.suppress(OSError), self.connect(self.listening) as line:
            line.sendall(echo(tid))
            answer = CODEC.decode(frame_of(line))
            if (answer.mti, answer.tid) == ("0830", tid):
                return time.monotonic() - began_s
        return None


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
