"""A relay as a process of its own between a terminal and its host, and faults on its line, by hand."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.outside.host import Host


class Relay(Host):
    """``daozhang relay`` before a host; it ends with the ``with``."""

    def __init__(self, to: tuple[str, int], folder: Path, *options: str) -> None:
        super().__init__(Path(), folder)
        self.trace = folder / "relay.jsonl"
        self._command = [
            str(Path(sys.executable).with_name("daozhang")), "relay", "--listen", "127.0.0.1:0",
            "--control", "127.0.0.1:0", "--to", f"{to[0]}:{to[1]}", "--trace", str(self.trace),
            "--lang", "en", *options]
