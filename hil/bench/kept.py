"""What a long run collects for its evidence: the newest in memory, what was folded away in a file without a name."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from typing import IO, Generic, TypeVar

import msgspec

Item = TypeVar("Item")
_LENGTH = 4  # bytes in front of each


class Kept(Generic[Item]):
    """A list that only grows, of which all but the newest can be laid aside; the file goes with the process.

    >>> kept = Kept(int)
    >>> kept.append(1); kept.append(2); kept.fold(); kept.append(3)
    >>> list(kept), kept.in_memory
    ([1, 2, 3], 1)
    """

    def __init__(self, kind: type[Item], on_disk: Callable[[Item], Item] = lambda item: item) -> None:
        """``on_disk``: what may be written of an item; card data may not."""
        self._on_disk = on_disk
        self._decoder = msgspec.msgpack.Decoder(kind)
        self._newest: list[Item] = []
        self._file: IO[bytes] | None = None

    def append(self, item: Item) -> None:
        """One more."""
        self._newest.append(item)

    def fold(self) -> None:
        """Lay aside all that is there now; whoever appends meanwhile may go on."""
        if not self._newest:
            return
        count = len(self._newest)
        if self._file is None:
            self._file = tempfile.TemporaryFile(prefix="daozhang-kept-")  # noqa: SIM115 - as long as the list
        self._file.seek(0, 2)
        for item in self._newest[:count]:
            data = msgspec.msgpack.encode(self._on_disk(item))
            self._file.write(len(data).to_bytes(_LENGTH, "big") + data)
        self._file.flush()
        del self._newest[:count]

    @property
    def in_memory(self) -> int:
        """How many are not laid aside."""
        return len(self._newest)

    def __iter__(self) -> Iterator[Item]:
        """All, in their order."""
        if self._file is not None:
            self._file.seek(0)
            while length := self._file.read(_LENGTH):
                yield self._decoder.decode(self._file.read(int.from_bytes(length, "big")))
        yield from tuple(self._newest)

    def __repr__(self) -> str:
        """As the list that it is."""
        return repr(list(self))

    def close(self) -> None:
        """The file goes."""
        if self._file is not None:
            self._file.close()
            self._file = None
