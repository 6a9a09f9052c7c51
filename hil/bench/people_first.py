"""What people mean comes before what a terminal does about it, whatever two clocks say.

Clocks of two processes differ by as much as the machine is busy; a customer who seems to mean a sale
after its receipt would be one who paid for nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from simulator.trace.records import AnyRecord, Concluded, Journaled, ReceiptGiven, Sent

_OF_ORDERS = Sent | Concluded | ReceiptGiven


def people_first(
    people: Sequence[tuple[str, AnyRecord]], devices: Mapping[str, Iterable[AnyRecord]],
) -> list[AnyRecord]:
    """The records of people in their order, none later than its order shows at a terminal.

    An order that a terminal serves by itself is stored before it is shown, so it counts from the
    record before.
    """
    shown: dict[str, int] = {}
    for records in devices.values():
        stored_ms: int | None = None
        for record in records:
            if isinstance(record, Journaled):
                stored_ms = record.at_ms if stored_ms is None else stored_ms
            elif isinstance(record, _OF_ORDERS):
                shown.setdefault(record.sale, record.at_ms if stored_ms is None else stored_ms)
                stored_ms = None
    told: list[AnyRecord] = []
    latest_ms: int | None = None
    for order, record in reversed(people):
        limits = [each for each in (shown.get(order), latest_ms) if each is not None]
        at_ms = min([record.at_ms, *limits])
        latest_ms = at_ms
        told.append(record if at_ms == record.at_ms else msgspec.structs.replace(record, at_ms=at_ms))
    return told[::-1]
