"""The firmware's sources built for this machine, under the address and undefined-behaviour sanitizers."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_FIRMWARE = _ROOT / "fixtures" / "board" / "firmware"
_TESTS = _FIRMWARE / "tests"
_VECTORS = _ROOT / "fixtures" / "vectors" / "minted.json"
_WARNINGS = ("-std=c11", "-Wall", "-Wextra", "-Wconversion", "-Werror")
_SANITIZERS = ("-g", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all")
_JOURNAL = ("nvlog", "state", "crc", "bytes", "tables", "injection", "mac", "des")
_SMALL_AREA = "-DLOG_AREA_SIZE=98304u"  # so that it is full now and then


def _cc(*arguments: str | Path, into: Path) -> None:
    subprocess.run(["cc", *_WARNINGS, *map(str, arguments)], check=True, cwd=into, timeout=300)


def build(folder: Path, names: tuple[str, ...]) -> None:
    """Programs of ``firmware/tests`` with all of the firmware but its board."""
    sources = [path for path in sorted(_FIRMWARE.glob("*.c")) if path.name != "platform_mps2.c"]
    _cc(*_SANITIZERS, "-c", *sources, _TESTS / "platform_test.c", into=folder)
    for name in names:
        _cc(*_SANITIZERS, _TESTS / f"{name}.c", *sorted(folder.glob("*.o")), "-o", name, into=folder)


def build_journal(folder: Path) -> None:
    """The journal alone, its area small."""
    small = [_FIRMWARE / f"{name}.c" for name in _JOURNAL]
    _cc(*_SANITIZERS, _SMALL_AREA, *small, _TESTS / "platform_test.c", _TESTS / "journal.c", "-o", "journal",
        into=folder)


def build_counted(folder: Path, names: tuple[str, ...]) -> None:
    """With counters: programs of ``firmware/tests``, the journal, and the terminal as a process."""
    counters = ("--coverage", "-O0", "-g", _SMALL_AREA)
    sources = [path for path in sorted(_FIRMWARE.glob("*.c")) if path.name != "platform_mps2.c"]
    _cc(*counters, "-c", *sources, into=folder)
    objects = sorted(folder.glob("*.o"))
    for name in (*names, "journal"):
        _cc("-g", "--coverage", _SMALL_AREA, _TESTS / "platform_test.c", _TESTS / f"{name}.c", *objects, "-o", name, into=folder)
    _cc("-g", "--coverage", f"-I{_FIRMWARE}", _FIRMWARE / "native" / "platform_posix.c", _TESTS / "counted.c", *objects, "-o", "terminal",
        into=folder)


def seeds() -> str:
    """Frames from the TPDU on, one a line in hex, from which the generator begins."""
    return "\n".join(row["hex"][4:] for row in json.loads(_VECTORS.read_text())["vectors"])
