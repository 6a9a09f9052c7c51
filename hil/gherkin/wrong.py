"""What is wrong with a feature, or came out otherwise: one sentence in both languages, never a traceback."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from simulator.catalogue.language import Told

MOST_NAMES = 12
LEAST_LIKE = 0.5


class WrongError(AssertionError):
    """A step that cannot be done as it is written, or whose claim is not so."""

    def __init__(self, en: str, zh: str) -> None:
        super().__init__(en)
        self.told = Told(en, zh)


def hold(is_so: object, en: str, zh: str) -> None:
    """Say what is wrong unless something is so."""
    if not is_so:
        raise WrongError(en, zh)


def unknown(what: Told, given: str, allowed: Iterable[str]) -> WrongError:
    """That a name names nothing: the nearest, and what is allowed."""
    names = tuple(allowed)
    near = difflib.get_close_matches(given, names, 3, LEAST_LIKE)
    listed = ", ".join(names[:MOST_NAMES]) + (" …" if len(names) > MOST_NAMES else "")
    perhaps = ", ".join(near)
    return WrongError(
        f'no {what.en} "{given}"' + (f"; nearest: {perhaps}" if near else "") + f"; allowed: {listed or 'none'}",
        f'没有{what.zh}"{given}"' + (f"；最接近：{perhaps}" if near else "") + f"；可用：{listed or '无'}")
