"""What one case wants of a bench, and the terminal as reports name it; opens nothing."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec


class RigSetting(msgspec.Struct, frozen=True, kw_only=True):
    """What one case wants of a bench."""

    folder: Path  # for its evidence
    scenario: str | None = None  # TOML text; None: the bench's own
    defects: tuple[str, ...] = ()  # of a virtual device, of the host
    settings: Mapping[str, Any] = {}  # of the terminal, laid over the bench's: reply_timeout = "3s"
    options: tuple[str, ...] = ()  # further ones of `daozhang device`
    evidence: bool = True  # an index of the folder, the capture, one time line
    command: tuple[str, ...] = ()  # that repeats it; this process's own if empty
    seed: int | None = None  # of whoever draws
    clean_start: bool = True  # a standing terminal is settled at another host before the case begins


class Dut(msgspec.Struct, frozen=True, kw_only=True):
    """What is tested, as a report names it."""

    tid: str
    mid: str
    kind: str  # virtual, emulated, real
    name: str
    firmware: str
    serial_number: str
