"""The terminals inside a live host and the people at them: what must outlive a kill of its process.

Journals are mirrored record by record; what people know is written down where it changed, just
before a commit.  Both are in the transaction of everything else, so all of it is of one moment.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from hil.host.store import HostStore
from simulator.machines.terminal.events import NvmRecord
from simulator.machines.terminal.journal import compact
from simulator.machines.terminal.records import AnyNvmRecord
from simulator.world.bodies.kept_records import WorldMemory
from simulator.world.people.orders import CounterNotes, ShopNotes
from simulator.world.people.shop import Shop
from simulator.world.world import World

_ENCODE = msgspec.json.Encoder().encode
_RECORD: msgspec.json.Decoder[AnyNvmRecord] = msgspec.json.Decoder(AnyNvmRecord)
_SHOP = msgspec.json.Decoder(ShopNotes)
_COUNTER = msgspec.json.Decoder(CounterNotes)


class Inside:
    """The memory of all terminals and people of one world."""

    def __init__(self, store: HostStore) -> None:
        self._store = store
        self._changed: set[tuple[Shop, int]] = set()
        self._journals: dict[str, list[NvmRecord]] = {}
        for tid, record in store.journals():
            self._journals.setdefault(tid, []).append(_RECORD.decode(record))

    def of_terminal(self, tid: str) -> WorldMemory:
        """The memory of a terminal, with what a former process left in it."""
        return WorldMemory(compact, self._journals.pop(tid, ()), _Mirror(self._store, tid))

    def noted(self, shop: Shop, number: int) -> None:
        """What is known at a counter of a shop changed; 0: in the shop."""
        self._changed.add((shop, number))

    @property
    def has_news(self) -> bool:
        """Whether something is known that is not written down yet."""
        return bool(self._changed)

    def write_notes(self) -> None:
        """Write down what changed since the last time."""
        if self._changed:
            for shop, number in self._changed:
                notes = shop.notes_of(number) if number else shop.notes()
                self._store.put_note(_name(shop, number), _ENCODE(notes))
            self._changed.clear()

    def take_up(self, world: World, since_ms: int) -> None:
        """Have everybody go on where a former process ended."""
        notes = dict(self._store.notes())
        for shop in world.shops.values():
            known = notes.get(_name(shop, 0))
            shop.take_up(
                ShopNotes() if known is None else _SHOP.decode(known),
                _counters(shop, notes), since_ms,
            )
        for body in world.bodies.values():
            body.take_up()


class _Mirror:
    """The copy of one terminal's memory in the host's state."""

    def __init__(self, store: HostStore, tid: str) -> None:
        self._store = store
        self._tid = tid

    def appended(self, record: NvmRecord) -> None:
        """One record more."""
        self._store.add_nvm(self._tid, (_ENCODE(record),))

    def replaced(self, records: Iterable[NvmRecord]) -> None:
        """These instead of all that was held."""
        self._store.wipe_nvm(self._tid)
        self._store.add_nvm(self._tid, map(_ENCODE, records))


def _name(shop: Shop, number: int) -> str:
    return f"{shop.mid}/{number}"


def _counters(shop: Shop, notes: dict[str, bytes]) -> dict[int, CounterNotes]:
    return {
        number: _COUNTER.decode(notes[name]) for number in shop.counters
        if (name := _name(shop, number)) in notes
    }
