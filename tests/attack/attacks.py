"""All attacks by name; the first line of each one's docstring says what is done."""

from __future__ import annotations

from tests.attack import floods

ATTACKS = {
    "flood.unread": floods.unread,
    "flood.read": floods.read,
    "flood.strangers": floods.strangers,
    "flood.garbage": floods.garbage,
    "flood.control_unread": floods.control_unread,
    "flood.control_garbage": floods.control_garbage,
}
