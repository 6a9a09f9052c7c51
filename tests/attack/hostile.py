"""Hostile bytes at each listening port, as ``tests.hil.hostile_ports`` draws and throws them."""

from __future__ import annotations

from hil.ecr.profiles import profile_names
from tests.attack.ground import Came, note


def host(ground):
    """damaged frames, noise and other protocols at a host's ports: TCP, below and inside TLS, serial"""
    return _thrown(ground, "host's ports (TCP, TLS, serial)")


def rfc2217(ground):
    """telnet gone mad at a serial port over the network"""
    return _thrown(ground, "RFC 2217")


def control(ground):
    """lines that are no requests, or requests that cannot be, at the control ports of host and device"""
    return _thrown(ground, "control port")


def relay(ground):
    """damaged frames and noise at both ends of a relay"""
    return _thrown(ground, "relay")


def ecr(ground):
    """a till gone mad at a device, by each ECR profile"""
    return _thrown(ground, *(f"ECR {profile}" for profile in profile_names()))


def _thrown(ground, *names):
    from tests.hil.hostile_ports import targets  # noqa: PLC0415 - it draws for seconds

    came, thrown = Came(), dict(targets())
    for name in names:
        with ground.folder() as folder:
            for wrong in thrown[name](folder, range(ground.seed, ground.seed + ground.count)):
                note(came, f"{name}: {wrong}")
    came.tried = f"{ground.count * len(names):,} inputs"
    return came
