"""The places in which a fault can strike or a remedy be taken: what of a run is ours to move."""

from __future__ import annotations

from enum import Enum


class Place(str, Enum):
    """Whose terminals they are; the host's side and the lines to it are in the first two alike."""

    __hash__ = str.__hash__

    WORLD = "world"  # terminals and their people are simulated
    LIVE_HOST = "live_host"  # terminals are outside, at a port
    VIRTUAL_DEVICE = "virtual_device"  # a terminal's own process, told by its control port
    RELAY = "relay"  # a line between any terminal and any host
    ECR_LINE = "ecr_line"  # the same between a till and its terminal
    TILL = "till"  # whoever keys at a terminal outside, for its clerk


ANYWHERE_WITH_HOST = frozenset({Place.WORLD, Place.LIVE_HOST})
ON_A_LINE = ANYWHERE_WITH_HOST | {Place.RELAY}
AT_RELAYS = frozenset({Place.RELAY})
ON_ECR_LINES = frozenset({Place.ECR_LINE})
SIMULATED = frozenset({Place.WORLD})
BY_CLERKS = frozenset({Place.WORLD, Place.TILL})
