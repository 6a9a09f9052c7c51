"""Where the records of a run go: to every listener, in order; keeps none itself."""

from __future__ import annotations

from collections.abc import Iterable

from simulator.trace.records import Listener, Record


class Recorder:
    """Hands each record to the judge, a file, or whoever listens.

    ``emit`` is the single listener itself where there is only one, so that a record costs a call.
    """

    __slots__ = ("_listeners", "emit")

    def __init__(self, listeners: Iterable[Listener] = ()) -> None:
        self._listeners: list[Listener] = list(listeners)
        self.emit: Listener = self._choose()

    def listen(self, listener: Listener) -> None:
        """Add a listener for all records from now on."""
        self._listeners.append(listener)
        self.emit = self._choose()

    def _choose(self) -> Listener:
        if len(self._listeners) == 1:
            return self._listeners[0]
        return self._emit_all

    def _emit_all(self, record: Record) -> None:
        for listener in self._listeners:
            listener(record)
