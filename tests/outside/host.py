"""A host as a process of its own, and its control port, by hand."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Self

START_S = 60.0
STOP_S = 30.0


class HostError(Exception):
    """The host did not start, or refused what was asked."""


class Host:
    """``daozhang host`` with a scenario; it ends with the ``with``."""

    def __init__(self, scenario: Path, folder: Path, *options: str) -> None:
        self.trace = folder / "host.jsonl"
        self._command = [
            str(Path(sys.executable).with_name("daozhang")), "host", str(scenario), "--state",
            str(folder / "host.sqlite"), "--trace", str(self.trace), "--lang", "en", *options]
        self.said: list[str] = []
        self.address = self.control = ("", 0)

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            start_new_session=True)
        self._readers = [threading.Thread(target=self._hear, args=(stream,), daemon=True)
                         for stream in (self._process.stdout, self._process.stderr)]
        for reader in self._readers:
            reader.start()
        try:
            self.address = self._port("listening on")
            self.control = self._port("control on")
        except HostError:
            self._process.kill()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def finish(self) -> None:
        """The run is over: the books are closed, the trace is whole."""
        self.tell("drain")
        self.tell("stop")
        self._process.wait(STOP_S)

    def stop(self) -> int:
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            code = self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            raise
        for reader in self._readers:
            reader.join(STOP_S)
        return code

    def says(self, words: str) -> bool:
        """Whether a line that begins so comes, within the time that a host has to stop."""
        end = time.monotonic() + STOP_S
        while time.monotonic() < end:
            if any(line.startswith(words) for line in list(self.said)):
                return True
            time.sleep(0.02)
        return False

    def _hear(self, stream: Any) -> None:
        for line in stream:
            self.said.append(line.rstrip("\n"))

    def _port(self, words: str) -> tuple[str, int]:
        end = time.monotonic() + START_S
        while time.monotonic() < end and self._process.poll() is None:
            for line in list(self.said):
                if found := re.match(rf"{words} ([0-9.]+):(\d+)", line):
                    return found[1], int(found[2])
            time.sleep(0.02)
        raise HostError("\n".join(["the host did not start", *self.said]))

    def tell(self, do: str, **parts: Any) -> dict[str, Any]:
        """One JSON object a line, one back."""
        with socket.create_connection(self.control, timeout=120) as line:
            line.sendall(json.dumps({"do": do, **parts}).encode() + b"\n")
            answer = json.loads(line.makefile().readline())
        if not answer.pop("ok"):
            raise HostError(f"{do}: {answer['error']}")
        return answer

    def fault(self, tid: str, mode: str, **parts: Any) -> None:
        """A fault that strikes this terminal alone, once, from now on."""
        said = {"mode": mode, "target": f"terminal:{tid}", "nth": 1} | parts
        self.tell("fault", toml="\n".join(f"{key} = {json.dumps(value)}" for key, value in said.items()))

    def balances(self) -> dict[str, int]:
        return dict(self.tell("balances")["accounts"])
