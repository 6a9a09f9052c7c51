"""Whose memory it is: all that can be reached from some roots, each object counted once, by the way to it.

Slower than ``tracemalloc`` is while a program runs, and it says who holds what; ``msgspec`` values that
the garbage collector does not know are counted too.
"""

from __future__ import annotations

import gc
import sys
from collections import defaultdict, deque
from types import BuiltinFunctionType, CodeType, FunctionType, ModuleType

NOBODYS = (type, ModuleType, FunctionType, BuiltinFunctionType, CodeType)
PLAIN = (str, bytes, int, float, bool, type(None))
STEPS = 5  # so far from a root ways are told apart


def sizes_of(roots: dict[str, object]) -> dict[str, int]:
    """Bytes by way, such as ``judge._book.sales[]``: what hangs on the members of a dict or list is ``[]``."""
    seen: set[int] = set()
    sizes: dict[str, int] = defaultdict(int)
    waiting = deque((name, 0, root) for name, root in roots.items())
    while waiting:
        way, steps, each = waiting.popleft()
        if id(each) in seen or isinstance(each, NOBODYS):
            continue
        seen.add(id(each))
        sizes[way] += sys.getsizeof(each)
        for step, part in _parts(each):
            if id(part) not in seen:
                is_told = steps < STEPS and not isinstance(part, PLAIN)
                waiting.append((way + step if is_told else way, steps + is_told, part))
    return sizes


def _parts(each):
    """What an object holds, and the step to it."""
    kind = type(each)
    if isinstance(each, PLAIN):
        return
    if isinstance(each, dict):
        for key, value in each.items():
            yield "[]", key
            yield "[]", value
    elif isinstance(each, (list, tuple, set, frozenset, deque)):
        for part in each:
            yield "[]", part
    elif names := getattr(kind, "__struct_fields__", ()):
        for name in names:
            yield f".{name}", getattr(each, name)
    elif hasattr(each, "__dict__") or any("__slots__" in vars(base) for base in kind.__mro__):
        for base in kind.__mro__:
            slots = vars(base).get("__slots__", ())
            for slot in (slots,) if isinstance(slots, str) else slots:
                name = f"_{base.__name__.lstrip('_')}{slot}" if slot.startswith("__") else slot
                if hasattr(each, name):
                    yield f".{slot}", getattr(each, name)
        for name, part in getattr(each, "__dict__", {}).items():
            yield f".{name}", part
    else:
        for part in gc.get_referents(each):
            yield "", part
