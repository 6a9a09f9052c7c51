"""A sniffer at one end of the line of a plane: what came there, before or behind its faults."""

from __future__ import annotations

from hil.capture.sniffer import Sniffer
from hil.plane.plane import Plane


def sniffer_in(plane: Plane, interface: str) -> Sniffer:
    """Captures the host's port at the terminal's end (``vt``) or the host's (``vh``) of the line."""
    return Sniffer((plane.port,), interface, place=plane.in_line)
