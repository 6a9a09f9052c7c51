"""Reads a bench file, whole or not at all; every complaint is one BenchFileError.

The error names file, line, key path, what was given and what is allowed.  Nothing is opened here.
"""

from __future__ import annotations

import platform
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import msgspec
from pydantic import ValidationError

from hil.benches.bench_parts import BenchPart, DevicePart, TerminalPart
from hil.ecr.profile import Profile
from hil.ecr.profiles import ProfileError, load_profile
from hil.hands.asking import hands_settings
from hil.ports.line_address import LineKind, line_address
from hil.ports.ports import PortError, parse_address
from hil.ports.serial_line import USUAL_LINE, serial_line
from hil.power.powers import power_settings
from simulator.catalogue.system_words import system_words
from simulator.scenario.library import PACKAGE
from simulator.scenario.problems import Problem, no_such, path_text, problems_of, shown
from simulator.scenario.profiles import devices
from simulator.scenario.toml_lines import Path as KeyPath
from simulator.scenario.toml_lines import key_lines, line_of
from simulator.toml_reading import read_toml
from simulator.wire.identifiers import MID_LENGTH, TID_LENGTH, unfit

MOST_BYTES = 1 << 20
MOST_PROBLEMS = 8
PROCESS = "process"
INJECTED = frozenset({
    "reply_timeout", "reversal_tries", "reversal_idle", "first_stan", "batch_limit", "offline_limit", "disabled",
    "sign_off_after_settlement"})  # that a board is told
WAITS = frozenset({LineKind.PTY, LineKind.TCP, LineKind.RFC2217})  # where a virtual device can wait for a till
ENDS = ("tcp", "tls", "serial")


class BenchFileError(ValueError):
    """A bench file that cannot be used; the text is for the person who wrote it."""


class BenchFile(msgspec.Struct, frozen=True):
    """What a file says, and where it stands."""

    path: Path
    part: BenchPart
    source: dict[str, Any]  # as it was written

    @property
    def device(self) -> DevicePart:
        """The terminal."""
        return self.part.device

    @property
    def terminal(self) -> TerminalPart:
        """The one that is driven."""
        return self.part.terminals[0]

    @property
    def is_virtual(self) -> bool:
        """Whether the terminal is a process of ours, fresh for each case."""
        return self.part.device.kind == "virtual"

    @property
    def is_board(self) -> bool:
        """Whether it is firmware on an emulated board, fresh for each case, which keeps no trace for us."""
        return self.part.board is not None

    @property
    def is_fresh(self) -> bool:
        """Whether each case has a terminal with a memory of its own, whose calendar is the case's."""
        return self.is_virtual or self.is_board

    def taken(self, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Those of the settings that a case may have otherwise at this terminal; keys as in ``[device] settings``."""
        return {name: value for name, value in settings.items()
                if self.is_virtual or (self.is_board and name in INJECTED)}

    @property
    def firmware(self) -> Path:
        """What the board runs: from where the program runs, else from this file on."""
        assert self.part.board is not None
        given = Path(self.part.board.firmware)
        return given if given.is_absolute() or given.exists() else _beside(self.path.parent, given)

    @property
    def station(self) -> str:
        """The name of the machine in reports."""
        return self.part.station or platform.node() or "bench"

    def ecr_profile(self) -> Profile | None:
        """How its ECR link speaks; None where it has none.  ``ProfileError`` for what is no profile."""
        ecr = self.part.ecr
        return None if ecr is None else load_profile(ecr.profile_at(self.path.parent))

    def beside(self, path: str) -> Path:
        """A path as the file means it."""
        return self.path.parent / path


def read_bench(path: str | Path) -> BenchFile:
    """The bench of a file, or of this name among those that are shipped; ``BenchFileError``."""
    name = str(path)
    text = _text(name)
    try:
        source = read_toml(text)
    except ValueError as error:
        raise BenchFileError(f"{name}: no TOML: {error}") from None
    try:
        part = BenchPart.model_validate(source)
    except ValidationError as error:
        raise BenchFileError(_all(name, text, problems_of(error, BenchPart))) from None
    bench = BenchFile(Path(name).absolute(), part, source)
    if problems := [*contradictions(part), *_of_ecr(bench)]:
        raise BenchFileError(_all(name, text, problems))
    return bench


def contradictions(part: BenchPart) -> Iterator[Problem]:
    """What each table allows, and all of them together do not."""
    if part.device.profile not in devices():
        yield Problem(("device", "profile"), no_such("no device profile", part.device.profile, devices()))
    seen: set[str] = set()
    for number, terminal in enumerate(part.terminals):
        for key, value, length in (("tid", terminal.tid, TID_LENGTH), ("mid", terminal.mid, MID_LENGTH)):
            if why := unfit(value, length):
                yield Problem(("terminals", number, key), f"{shown(value)} given; {why.say()}")
        if terminal.tid in seen:
            yield Problem(("terminals", number, "tid"), f"{shown(terminal.tid)} stands there twice")
        seen.add(terminal.tid)
    scheme = part.end.listen.partition(":")[0]
    if scheme not in ENDS:
        yield Problem(("end", "listen"), no_such("no kind of end", scheme, ENDS))
    else:
        yield from _of_address(part.end.listen)
    yield from _of_tls(part, scheme)
    for name, wait_ms in (
            ("answer", part.limits.answer_ms), ("boot", part.limits.boot_ms), ("rest", part.limits.rest_ms)):
        if not wait_ms:
            yield Problem(("limits", name), "is no time at all; must be longer than 0")
    yield from _of_drivers(part)
    if part.device.kind == "virtual":
        if scheme == "serial":
            yield Problem(("end", "listen"), "a virtual device comes over tcp or tls")
        if part.end.client_ca:
            yield Problem(("end", "client_ca"), "a virtual device shows no certificate")
    if part.board is not None:
        yield from _of_board(part, scheme)


def _of_board(part: BenchPart, scheme: str) -> Iterator[Problem]:
    """A board has its power, its hands and its modem of the bench."""
    if part.device.kind != "emulated":
        yield Problem(("board",), f'has no effect on a {part.device.kind} terminal; [device] kind = "emulated" has one')
    if scheme != "tcp":
        yield Problem(("end", "listen"), "the modem of a board dials over tcp")
    for name, given in (("power", part.power), ("hands", part.hands)):
        if given is not None:
            yield Problem((name,), "the bench has both of a board: its power is the emulator's process, its hands type "
                          "on the third serial line")


def _of_address(listen: str) -> Iterator[Problem]:
    kind, _, rest = listen.partition(":")
    try:
        if kind == "serial":
            serial_line(rest.partition("?")[2] or USUAL_LINE)
        else:
            parse_address(rest)
    except PortError as error:
        yield Problem(("end", "listen"), str(error))


def _of_drivers(part: BenchPart) -> Iterator[Problem]:
    """Who turns the terminal off, and who presses its keys."""
    if part.device.kind == "virtual":
        if part.power is not None and (part.power.driver != PROCESS or part.power.settings):
            yield Problem(("power",), 'the power of a virtual device is its process: driver = "process", without settings')
        if part.hands is not None:
            yield Problem(("hands",), "a virtual device has no keys to press: it is driven by its control port or by [ecr]")
        return
    if part.power is not None and part.power.driver == PROCESS and part.device.kind == "real":
        yield Problem(("power", "driver"), '"process" is the power of a virtual device or of an emulator; '
                      "a real one is turned off by a relay, a command or a socket")
        return
    for name, given, check in (("power", part.power, power_settings), ("hands", part.hands, hands_settings)):
        try:
            if given is not None:
                check(given.driver, given.settings)
        except ValueError as error:
            yield Problem((name, "settings"), str(error))


def _of_ecr(bench: BenchFile) -> Iterator[Problem]:
    """Its profile can be read, its line is one, and a virtual device can wait there."""
    if (ecr := bench.part.ecr) is None:
        return
    try:
        bench.ecr_profile()
    except ProfileError as error:
        yield Problem(("ecr", "profile"), str(error))
    try:
        asked = line_address(ecr.line)
    except PortError as error:
        yield Problem(("ecr", "line"), str(error))
        return
    if bench.is_board and (asked.kind is not LineKind.TCP or asked.path):
        yield Problem(("ecr", "line"), f"{shown(ecr.line)} given; the serial-to-TCP adapter of a board waits at tcp:HOST:PORT")
    if bench.is_virtual and (asked.kind not in WAITS or asked.path):
        yield Problem(("ecr", "line"), f"{shown(ecr.line)} given; a virtual device waits at pty:, tcp:HOST:PORT "
                      "or rfc2217:HOST:PORT")


def _of_tls(part: BenchPart, scheme: str) -> Iterator[Problem]:
    if part.acquirer.tls is not None:
        yield Problem(("acquirer", "tls"), "on a bench certificate and key stand in [end]")
    given = {"certificate": part.end.certificate, "key": part.end.key, "client_ca": part.end.client_ca}
    if scheme == "tls":
        for key in ("certificate", "key"):
            if not given[key]:
                yield Problem(("end", key), "missing; an end of tls needs it")
    else:
        for key, value in given.items():
            if value:
                yield Problem(("end", key), "has no effect without tls:HOST:PORT in listen")


def _beside(folder: Path, given: Path) -> Path:
    """From a file on, or from where its checkout begins."""
    return next((each / given for each in (folder, *folder.parents) if (each / given).exists()), folder / given)


def shipped_benches() -> tuple[str, ...]:
    """The names of those that come with the program."""
    folder = files(PACKAGE).joinpath("benches")
    return tuple(sorted(each.name for each in folder.iterdir() if each.name.endswith(".toml")))


def _text(name: str) -> str:
    path = Path(name)
    try:
        is_folder, size = path.is_dir(), path.stat().st_size
        text = "" if is_folder or size > MOST_BYTES else path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BenchFileError(f"{name}: is no text in UTF-8 (byte {error.start}); a bench is a TOML text") from None
    except OSError as error:
        raise BenchFileError(f"{name}: {system_words(error)}; give a bench file (TOML, docs/bench.md)") from None
    except ValueError as error:
        raise BenchFileError(f"{name!r}: cannot be read: {error}") from None
    if is_folder:
        raise BenchFileError(f"{name}: is a directory; give a TOML file")
    if size > MOST_BYTES:
        raise BenchFileError(f"{name}: is larger than {MOST_BYTES >> 20} MiB")
    return text


def _all(name: str, text: str, problems: list[Problem]) -> str:
    lines = _lines(text)
    said = [f"{name}:{line_of(each.path, lines)}: {path_text(each.path)}: {each.text}"
            for each in problems[:MOST_PROBLEMS]]
    if len(problems) > MOST_PROBLEMS:
        said.append(f"{name}: and {len(problems) - MOST_PROBLEMS} more")
    return "\n".join(said)


def _lines(text: str) -> dict[KeyPath, int]:
    try:
        return key_lines(text)
    except (ValueError, IndexError, RecursionError):
        return {}  # a complaint with the first line is better than none
