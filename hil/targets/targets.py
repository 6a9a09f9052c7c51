"""Which targets there are, by name."""

from __future__ import annotations

from hil.targets.simulator import SimulatedTarget
from hil.targets.target import Target
from hil.targets.virtual import VirtualTarget

TARGETS: dict[str, type[Target]] = {
    "simulator": SimulatedTarget,  # the virtual clock, all in this process
    "virtual": VirtualTarget,  # the wall clock, host and terminals as processes
}


class UnknownTargetError(ValueError):
    """A name that no target has; the text says which there are."""


def target_named(name: str) -> type[Target]:
    """The target of a name, or ``UnknownTargetError``."""
    if name not in TARGETS:
        raise UnknownTargetError(f"no target {name!r}; allowed: {', '.join(TARGETS)}")
    return TARGETS[name]
