"""Several traces of one run made into one: by time, and nothing arrives before it was sent.

The host sees every terminal at its port; where a device wrote a trace of its own, that one speaks
for the device, and the host's for everything between and behind, the bytes on the line among it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

import msgspec

from simulator.trace.records import AnyRecord, Arrived, Record, Sent, TerminalOpened, WireCarried

SKEW_MS = 50  # two processes of one computer never differ by more

_Key = tuple[str, str, str, str, int, int]


def merge(
    people: Sequence[AnyRecord], host: Sequence[AnyRecord],
    devices: dict[str, Sequence[AnyRecord]],
) -> list[Record]:
    """One trace from that of the host, those of devices by TID, and what people did."""
    observed = {f"terminal.{tid}" for tid in devices}
    streams: list[Sequence[Record]] = [
        people, *([each for each in records if not isinstance(each, WireCarried)]
                  for records in devices.values()), [_seen(record, observed) for record in host
                                    if not _is_hearsay(record, observed)],
    ]
    return in_order(streams)


def _is_hearsay(record: Record, observed: set[str]) -> bool:
    return record.actor in observed and not isinstance(record, TerminalOpened)


def _seen(record: Record, observed: set[str]) -> Record:
    if isinstance(record, TerminalOpened) and record.actor in observed:
        return msgspec.structs.replace(record, observable=True)
    return record


def in_order(streams: Sequence[Sequence[Record]]) -> list[Record]:
    """One trace from several, each in its order: by time, and nothing arrives before it was sent."""
    sends: defaultdict[_Key, list[int]] = defaultdict(list)
    for stream in streams:
        for record in stream:
            if isinstance(record, Sent):
                sends[_sent_key(record)].append(record.at_ms)
    taken = [0] * len(streams)
    sent: Counter[_Key] = Counter()
    arrived: Counter[_Key] = Counter()
    merged: list[Record] = []
    last_ms = 0
    while heads := _heads(streams, taken):
        index, record = next(
            (each for each in heads if not _is_early(each[1], sends, sent, arrived)), heads[0])
        taken[index] += 1
        if isinstance(record, Sent):
            sent[_sent_key(record)] += 1
        elif isinstance(record, Arrived) and not record.copy:
            arrived[_arrived_key(record)] += 1
        last_ms = max(last_ms, record.at_ms)
        merged.append(
            record if record.at_ms == last_ms else msgspec.structs.replace(record, at_ms=last_ms))
    return merged


def _heads(streams: Sequence[Sequence[Record]], taken: list[int]) -> list[tuple[int, Record]]:
    """The next record of each stream, earliest first; at one time in the order of the streams."""
    heads = [
        (index, stream[taken[index]])
        for index, stream in enumerate(streams) if taken[index] < len(stream)
    ]
    return sorted(heads, key=lambda head: head[1].at_ms)


def _is_early(
    record: Record, sends: dict[_Key, list[int]], sent: Counter[_Key], arrived: Counter[_Key],
) -> bool:
    """Whether a message would arrive before the one that was sent for it."""
    if not isinstance(record, Arrived) or record.copy:
        return False
    key = _arrived_key(record)
    done = sent[key]
    times = sends.get(key, [])
    return arrived[key] >= done and done < len(times) and times[done] <= record.at_ms + SKEW_MS


def _sent_key(record: Sent) -> _Key:
    return record.actor, record.to, record.mti, record.tid, record.batch, record.stan


def _arrived_key(record: Arrived) -> _Key:
    return record.sender, record.actor, record.mti, record.tid, record.batch, record.stan


def closing_ms(records: Iterable[Record]) -> int:
    """The moment of the last record."""
    return max((record.at_ms for record in records), default=0)
