"""All attacks by name; the first line of each one's docstring says what is done."""

from __future__ import annotations

from tests.attack import crowds, damage, floods, hostile, intruders, kills

ATTACKS = {
    "flood.unread": floods.unread,
    "flood.read": floods.read,
    "flood.strangers": floods.strangers,
    "flood.garbage": floods.garbage,
    "flood.control_unread": floods.control_unread,
    "flood.control_garbage": floods.control_garbage,
    "flood.newcomers": crowds.newcomers,
    "flood.broken_off": crowds.broken_off,
    "crowd.idle": crowds.idle,
    "crowd.half_frames": crowds.half_frames,
    "crowd.half_closed": crowds.half_closed,
    "crowd.half_open": crowds.half_open,
    "crowd.slow_writers": crowds.slow_writers,
    "crowd.slow_readers": crowds.slow_readers,
    "crowd.at_the_end": crowds.at_the_end,
    "crowd.control": crowds.control,
    "crowd.tls": crowds.tls,
    "crowd.descriptors": crowds.descriptors,
    "crowd.threads": crowds.threads,
    "kill.host": kills.host,
    "kill.device": kills.device,
    "hostile.host": hostile.host,
    "hostile.rfc2217": hostile.rfc2217,
    "hostile.control": hostile.control,
    "hostile.relay": hostile.relay,
    "hostile.ecr": hostile.ecr,
    "signals": intruders.signals,
    "owners": intruders.owners,
    "disk.full": intruders.full,
    "disk.largest": intruders.largest,
    "damage.bits": damage.bits,
    "damage.records": damage.records,
    "damage.files": damage.files,
    "damage.older": damage.older,
    "damage.other": damage.other,
    "damage.memory": damage.memory,
}
