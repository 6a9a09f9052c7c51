"""The sentences nearest to a step that nobody knows."""

from __future__ import annotations

import difflib
import re
from functools import cache

from hil.gherkin.plain import plain
from hil.gherkin.topics import SENTENCES
from simulator.catalogue.language import Language

_VALUES = re.compile(r'"[^"]*"|¥?\d[\d.,:%-]*')
HOW_MANY = 3
LEAST_LIKE = 0.35


@cache
def _shapes(kind: str, language: Language) -> dict[str, str]:
    """What sentences look like without their values, and an example of each."""
    return {
        _shape(example): example
        for each in SENTENCES if kind in each.kinds
        for short in (False, True)
        for example in (each.pattern(language).example(language, short=short),)
    }


def _shape(text: str) -> str:
    return _VALUES.sub("#", plain(text)).lower()


def nearest(text: str, kind: str) -> list[str]:
    """Examples of the sentences that look most like a step, the best first."""
    language: Language = "zh" if re.search("[\u3400-\u9fff]", _VALUES.sub("", text)) else "en"
    shapes = _shapes(kind, language)
    words = set(re.findall(r"[a-z]{3,}|[\u3400-\u9fff]", _shape(text)))

    def likeness(shape: str) -> float:
        shared = words & set(re.findall(r"[a-z]{3,}|[\u3400-\u9fff]", shape))
        return difflib.SequenceMatcher(None, _shape(text), shape).ratio() + len(shared) / (len(words) or 1)

    ranked = sorted(shapes, key=likeness, reverse=True)
    return [shapes[each] for each in ranked[:HOW_MANY] if likeness(each) > LEAST_LIKE]
