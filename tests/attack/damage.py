"""Damage of every file that a host or a device keeps: told by name, or without effect, and never believed.

Whatever starts is held against what a clerk was told when the file was whole.
"""

from __future__ import annotations

import atexit
import shutil
import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from tests.attack.clerk import MID, OPENING_FEN, Clerk
from tests.attack.device_target import DeviceClerk, DeviceTarget
from tests.attack.ground import Came, note
from tests.attack.target import DAY, Target, TargetError, ran

REFUSED = 2
SALES = 6
SNAPSHOTS = "+snapshots=30"
STATE = "host.state"
OF_STATES = ("", "-wal", ".anchor", ".snapshot", ".snapshot-1")
FLIP_EACH = 200  # hostile inputs stand for one bit of each file
WITHOUT_EFFECT = {"a bit of the anchor"}  # of two places one is older, and not needed
MADE = []  # folders, which whoever runs the attacks removes


def bits(ground):
    """one bit of state, write-ahead log, anchor or snapshot is another"""
    return _damaged(ground, [f"bit of {STATE}{ending}" for ending in OF_STATES] * max(1, ground.count // FLIP_EACH), _flip)


def records(ground):
    """commits in a state are dropped, doubled, swapped, changed or cut off at the end"""
    return _damaged(ground, [*_RECORDS] * max(1, ground.count // 2_000), lambda draw, what, path: _RECORDS[what](draw, path))


def files(ground):
    """a file is missing, cut, emptied, has a page of zeros, or is that of another state"""
    names = [f"{how} {STATE}{ending}" for how in _FILES for ending in OF_STATES]
    return _damaged(ground, names * max(1, ground.count // 5_000), _spoil_file)


def older(ground):
    """an older state, write-ahead log or snapshot lies in the place of the newer one"""
    return _damaged(ground, [f"older {STATE}{ending}" for ending in ("", "-wal", ".snapshot")], _put_older)


def other(ground):
    """a host is started with another scenario, seed or acquirer than its state was made with"""
    came, refused = Came(believed=0), 0
    options = (
        ("another scenario", DAY.read_text("utf-8").replace('latency = "1ms" }]', 'latency = "2ms" }]'), ()),
        ("a terminal fewer", DAY.read_text("utf-8").replace("count = 8", "count = 7"), ()),
        ("another seed", DAY.read_text("utf-8"), ("--seed", "77")),
    )
    for what, text, more in options:
        if ground.chosen([what]) != [what]:
            continue
        with ground.folder() as folder:
            _copied(_sold().killed, folder)
            (folder / "day.toml").write_text(text, "utf-8")
            try:
                with Target(folder, *more, host=ground.host, scenario=folder / "day.toml"):
                    came.believed += 1
                    note(came, f"{what}: it started")
            except TargetError as error:
                refused += 1
                _is_told(came, what, error, "made with another")
    came.tried = f"{len(options)} starts, {refused} refused by name"
    return came


def memory(ground):
    """a device's memory: bits, records dropped, doubled, swapped or cut, emptied, older, another's; its anchor"""
    came, told, names = Came(believed=0), 0, [*_MEMORY] * max(1, ground.count // 1_000)
    for turn, what in enumerate(ground.chosen(names)):
        if came.wrong:
            break
        with ground.folder() as folder:
            _copied(_sold().device, folder)
            spoilt = _MEMORY[what](ground.draw(f"{what} {turn}"), folder / "terminal.nvm")
            try:
                with DeviceTarget(folder, "127.0.0.1:9", prepared=ground.host) as device:
                    status = device.ask(do="status")
                    is_told = bool(status["nvm_recovered"]) and "was damaged" in device.words
                    may_be_silent = what in WITHOUT_EFFECT and (
                        (status["stan"], status["batch"]) == _sold().at_device)
                    if spoilt and not is_told and not may_be_silent:
                        came.believed += 1
                        note(came, f"{what}: taken for whole")
                    told += is_told
            except TargetError as error:
                told += 1
                _is_told(came, what, error, "terminal.nvm")
    came.tried = f"{len(names)} damages, {told} told by name"
    return came


# ---- states that were whole ------------------------------------------------------------------------


class _Sold:
    """A state as a stop and as a kill leave it, with what lies beside it, an older one, and a memory."""

    def __init__(self):
        root = Path(mkdtemp(prefix="attack-whole-"))
        MADE.append(root)
        self.older, self.stopped, self.killed, self.device = (
            root / name for name in ("older", "stopped", "killed", "device"))
        live = root / "live"
        live.mkdir()
        clerk = Clerk()
        for kept in (self.older, self.stopped):
            with Target(live, host=(SNAPSHOTS,)) as target:
                clerk.goes_to(target)
                clerk.sells(SALES)
                target.stopped_in_s()
            _copied(live, kept)
        with Target(live, host=(SNAPSHOTS,)) as target:
            clerk.goes_to(target)
            clerk.sells(SALES)
            target.kill()
        _copied(live, self.killed)
        self.fen = {self.killed: clerk.told.fen, self.stopped: sum(
            list(clerk.told.fen_of.values())[:2 * SALES])}
        with Target(live, host=(SNAPSHOTS,)) as target:
            device = DeviceClerk()
            self.device.mkdir()
            with DeviceTarget(self.device, target.listening) as at:
                device.sells(at, SALES)
                at.kill()
            with DeviceTarget(self.device, "127.0.0.1:9") as at:
                status = at.ask(do="status")
                self.at_device = (status["stan"], status["batch"])
                at.kill()


@cache
def _sold():
    return _Sold()


def remove():
    """What was made for all of them."""
    while MADE:
        shutil.rmtree(MADE.pop(), ignore_errors=True)
    _sold.cache_clear()
    _of_others.cache_clear()


atexit.register(remove)  # also where a test made them


def _copied(source, folder):
    folder.mkdir(exist_ok=True)
    for each in source.iterdir():
        if not each.name.endswith((".lock", "-shm")) and each.is_file():
            shutil.copy(each, folder / each.name)


# ---- one damage after the other --------------------------------------------------------------------


def _damaged(ground, names, spoil):
    came, told, done = Came(believed=0), 0, 0
    for turn, what in enumerate(ground.chosen(names)):
        if came.wrong:
            break
        source = _sold().killed if "-wal" in what or turn % 2 else _sold().stopped
        with ground.folder() as folder:
            _copied(source, folder)
            if spoil(ground.draw(f"{what} {turn}"), what, folder / STATE):
                done += 1
                told += _starts(ground, came, what, folder, _sold().fen[source])
    came.tried = f"{done} damages, {told} told by name, {done - told} without effect"
    return came


def _starts(ground, came, what, folder, fen):
    """Whether the damage was told."""
    checked = ran(folder, "state", "check", str(folder / STATE))
    try:
        with Target(folder, host=(*ground.host, SNAPSHOTS)) as target:
            accounts = dict(target.ask(do="balances").get("accounts", ()))
            held = accounts.get(f"merchant:{MID}:pending", 0)
            paid = OPENING_FEN - accounts.get("cardholder:bank.a", OPENING_FEN)
            if (held, paid) != (fen, fen):
                came.believed += 1
                note(came, f"{what}: it started with {held} fen, acknowledged were {fen}")
            is_told = "cannot be believed" in target.words or ".snapshot" in target.words
            if checked and not is_told:
                note(came, f"{what}: `state check` says {checked}, the host started and said nothing")
            return is_told
    except TargetError as error:
        _is_told(came, what, error, STATE)
        if not checked:
            note(came, f"{what}: `state check` says that it is whole, the host refuses it")
        return True


def _is_told(came, what, error, name):
    if error.status != REFUSED or name not in error.words:
        note(came, f"{what}: {error}")


def _flip(draw, what, state):
    path = state.with_name(what.removeprefix("bit of "))
    if not path.exists():
        return False
    content = bytearray(path.read_bytes())
    bit = draw.randrange(len(content) * 8)
    content[bit // 8] ^= 1 << bit % 8
    path.write_bytes(content)
    return True


def _by_sql(*statements):
    """What an accident does to rows, whatever guards them."""
    def spoil(draw, path):
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            for (trigger,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
                database.execute(f"DROP TRIGGER {trigger}")
            (last,) = database.execute("SELECT max(number) FROM log").fetchone()
            at = draw.randrange(2, last - 2)
            for statement in statements:
                database.execute(statement, {"at": at, "last": last})
        return True

    return spoil


_RECORDS = {
    "dropped": _by_sql("DELETE FROM log WHERE number = :at"),
    "the last one dropped": _by_sql("DELETE FROM log WHERE number = :last"),
    "the end dropped": _by_sql("DELETE FROM log WHERE number > :at"),
    "all dropped": _by_sql("DELETE FROM log WHERE :at"),
    "doubled": _by_sql("INSERT INTO log SELECT :last + 1, previous, link, body FROM log WHERE number = :at"),
    "swapped": _by_sql(
        "UPDATE log SET number = -1 WHERE number = :at", "UPDATE log SET number = :at WHERE number = :at + 1",
        "UPDATE log SET number = :at + 1 WHERE number = -1"),
    "changed": _by_sql("UPDATE log SET body = CAST(body || x'00' AS BLOB) WHERE number = :at"),
    "renumbered": _by_sql("UPDATE log SET number = number + 1 WHERE number = :last"),
    "table dropped": _by_sql("DROP TABLE log"),
}


def _missing(_draw, path):
    path.unlink()


def _cut(draw, path):
    content = path.read_bytes()
    path.write_bytes(content[:draw.randrange(1, len(content))])


def _emptied(_draw, path):
    path.write_bytes(b"")


def _zeroed(draw, path):
    content = bytearray(path.read_bytes())
    at = draw.randrange(len(content)) // 512 * 512
    content[at:at + 512] = bytes(len(content[at:at + 512]))
    path.write_bytes(content)


def _of_another(_draw, path):
    """The same file of a state that has another history."""
    theirs = _of_others() / path.name
    if theirs.exists():
        shutil.copy(theirs, path)


@cache
def _of_others():
    root = Path(mkdtemp(prefix="attack-other-"))
    MADE.append(root)
    with Target(root, host=(SNAPSHOTS,)) as target:
        clerk = Clerk()
        clerk.goes_to(target)
        clerk.sells(SALES)
        target.kill()
    return root


_FILES = {"missing": _missing, "cut": _cut, "emptied": _emptied, "zeros in": _zeroed, "another's": _of_another}


def _spoil_file(draw, what, state):
    how, _, name = what.rpartition(" ")
    path = state.with_name(name)
    if not path.exists():
        return False
    before = path.read_bytes()
    _FILES[how](draw, path)
    return not path.exists() or path.read_bytes() != before


def _put_older(_draw, what, state):
    name = what.removeprefix("older ")
    path, source = state.with_name(name), _sold().older / name
    if not source.exists() and not path.exists():
        return False
    if source.exists():
        shutil.copy(source, path)
    else:
        path.unlink()
    return True


# ---- memories --------------------------------------------------------------------------------------


def _of_lines(change):
    """What becomes of the lines behind the first one, which says whose memory it is."""
    def spoil(draw, path):
        head, *lines = path.read_bytes().splitlines(keepends=True)
        changed = change(draw, lines)
        path.write_bytes(head + b"".join(changed))
        return changed != lines

    return spoil


def _without(at, lines):
    return lines[:at] + lines[at + 1:]


def _swapped(at, lines):
    return [*lines[:at], lines[at + 1], lines[at], *lines[at + 2:]]


def _bit_of(ending):
    def spoil(draw, path):
        return _flip(draw, f"bit of {path.name}{ending}", path)

    return spoil


def _file_of(how, ending=""):
    def spoil(draw, path):
        how(draw, path.with_name(path.name + ending))
        return True

    return spoil


_MEMORY = {
    "a bit": _bit_of(""),
    "a bit of the anchor": _bit_of(".anchor"),
    "dropped": _of_lines(lambda draw, lines: _without(draw.randrange(len(lines) - 1), lines)),
    "the last dropped": _of_lines(lambda _, lines: lines[:-1]),
    "cut": _of_lines(lambda draw, lines: lines[:draw.randrange(len(lines))]),
    "doubled": _of_lines(lambda draw, lines: [*lines, lines[draw.randrange(len(lines))]]),
    "swapped": _of_lines(lambda draw, lines: _swapped(draw.randrange(len(lines) - 1), lines)),
    "emptied": _file_of(_emptied),
    "missing": _file_of(_missing),
    "zeros": _file_of(_zeroed),
    "anchor missing": _file_of(_missing, ".anchor"),
    "anchor emptied": _file_of(_emptied, ".anchor"),
}
