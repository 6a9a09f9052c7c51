"""What one look at a part of a bench saw, before a run: a value for whoever reports it."""

from __future__ import annotations

from typing import Literal

import msgspec

from simulator.catalogue.language import Told

State = Literal["ok", "not ok", "not asked"]


class Looked(msgspec.Struct, frozen=True):
    """One look: what was looked at, how it stands, what was seen, and what to do about it."""

    name: Told
    state: State
    seen: Told
    advice: Told | None = None
