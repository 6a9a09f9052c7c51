"""Something done in another network namespace of this machine, in a thread of its own.

Only that thread goes there; the others and the process stay where they are.  What was opened there, a
socket or a TUN device, goes on being there.
"""

from __future__ import annotations

import ctypes
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from hil.plane.plane_words import KERNEL_REFUSES
from hil.plane.programs import PlaneError

NAMESPACES = Path("/run/netns")
_NEW_NET = 0x4000_0000  # CLONE_NEWNET
T = TypeVar("T")


def done_in(namespace: str, act: Callable[[], T]) -> T:
    """What ``act`` gives in a namespace; its errors are raised here."""
    told: list[T] = []
    failed: list[BaseException] = []

    def there() -> None:
        try:
            _enter(namespace)
            told.append(act())
        except BaseException as error:  # noqa: BLE001 - raised again where it is asked for
            failed.append(error)

    thread = threading.Thread(target=there, name=f"in {namespace}")
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
    return told[0]


def _enter(namespace: str) -> None:
    descriptor = os.open(NAMESPACES / namespace, os.O_RDONLY)
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.setns(descriptor, _NEW_NET):
            raise PlaneError(KERNEL_REFUSES.say(error=os.strerror(ctypes.get_errno())))
    finally:
        os.close(descriptor)
