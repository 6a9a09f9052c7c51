"""A small state of a host, and everything that accidents do to its files."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import msgspec

from hil.files.one_owner import StateError
from hil.host.store import Fact, HostStore


class Sold(msgspec.Struct, frozen=True, tag=str.lower, tag_field="record"):
    """A record of a journal."""

    stan: int


COMMITS = 12
Content = tuple[list[Sold], list[Fact], list[bytes], list[tuple[str, bytes]], list[tuple[str, bytes]]]


def fill(store: HostStore, commits: int = COMMITS) -> None:
    """Sales, each a commit of its own, with a terminal inside and its people."""
    for stan in range(1, commits + 1):
        store.add_record(Sold(stan))
        store.add_fact(Fact(stan, "step clearing.capture", b'{"given":[%d],"named":{}}' % stan))
        store.add_trace(b'{"record":"sent","at_ms":%d,"stan":%d}' % (stan, stan), stan)
        store.add_nvm("10000001", [b'{"stan":%d}' % stan])
        store.put_note("898000000000001/0", b'{"sold":%d}' % stan)
        store.commit()


def killed_state(folder: Path, commits: int = COMMITS) -> Path:
    """A state as a kill leaves it: the newest of it is in the log beside the file."""
    folder.mkdir(parents=True)
    store = HostStore(folder / "live.sqlite", Sold)
    fill(store, commits)
    killed = folder / "host.sqlite"
    for each in list(folder.iterdir()):
        if not each.name.endswith((".lock", "-shm")):
            shutil.copy(each, folder / each.name.replace("live", "host"))
    store.close()
    for each in folder.glob("live*"):
        each.unlink()
    return killed


def closed_state(folder: Path, commits: int = COMMITS) -> Path:
    """A state that was stopped in good order."""
    folder.mkdir(parents=True)
    store = HostStore(folder / "host.sqlite", Sold)
    fill(store, commits)
    store.close()
    return folder / "host.sqlite"


def content_of(path: Path) -> Content:
    """All that a state holds; ``StateError`` where it is refused."""
    store = HostStore(path, Sold)
    try:
        return (list(store.records()), list(store.facts()), list(store.trace_lines()),
                list(store.journals()), list(store.notes()))
    finally:
        store.close()


def copied(path: Path, folder: Path) -> Path:
    """A state with all that lies beside it, somewhere else."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for each in path.parent.iterdir():
        shutil.copy(each, folder / each.name)
    return folder / path.name


def refusal(path: Path) -> str:
    """Why a state is refused; "" where it is opened."""
    try:
        content_of(path)
    except StateError as error:
        return str(error)
    return ""


def flip(path: Path, bit: int) -> None:
    """One bit of a file becomes another."""
    with path.open("r+b") as file:
        file.seek(bit // 8)
        (byte,) = file.read(1)
        file.seek(bit // 8)
        file.write(bytes([byte ^ 1 << bit % 8]))


def by_sql(*statements: str) -> Callable[[Path], None]:
    """What an accident does to rows, whatever guards them."""
    def spoil(path: Path) -> None:
        with closing(sqlite3.connect(path, isolation_level=None)) as database:
            for (trigger,) in database.execute(
                    "SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
                database.execute(f"DROP TRIGGER {trigger}")
            for statement in statements:
                database.execute(statement)

    return spoil


def swap_commits(path: Path) -> None:
    """Two commits stand in each other's place."""
    by_sql("UPDATE log SET number = -1 WHERE number = 3", "UPDATE log SET number = 3 WHERE number = 4",
           "UPDATE log SET number = 4 WHERE number = -1")(path)
