"""Signs held against signatures: the mode that explains most comes first, then what explains the rest.

One engine for all modes.  Where several weigh the same and the table says that nothing in these signs
tells them apart, all of them are the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from math import log10

import msgspec

from simulator.diagnosis.signatures import Alike, Signature, all_signatures
from simulator.diagnosis.signs import Sign

ENOUGH = 1.9  # below it nothing is concluded
LIKELY, CERTAIN = 2.4, 2.9


class Confidence(str, Enum):
    """How sure an answer is."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


class Finding(msgspec.Struct, frozen=True):
    """One cause, or several that cannot be told apart, and the signs that it explains."""

    modes: tuple[str, ...]
    score: float
    confidence: Confidence
    signs: tuple[Sign, ...]
    alike: tuple[Alike, ...] = ()
    others: tuple[str, ...] = ()  # modes that the same signs speak for, less


class Findings(msgspec.Struct, frozen=True):
    """All that was concluded, the weightiest first, and the signs that nothing explains."""

    findings: tuple[Finding, ...]
    left: tuple[Sign, ...]


def weigh(signs: Sequence[Sign]) -> Findings:
    """The causes that explain these signs."""
    table = all_signatures()
    left = list(signs)
    found: list[Finding] = []
    while left:
        scored = sorted(
            ((score_of(row, left), row) for row in table.signatures),
            key=lambda pair: (-pair[0], pair[1].mode))
        best, row = scored[0]
        if best < ENOUGH:
            break
        claimed = [sign for sign in left if _weight(row, sign) or row.explains(sign.names())]
        held = [sign for sign in claimed if _weight(row, sign)]
        rivals = [other for score, other in scored[1:] if score >= best - 0.05]
        alike = tuple(
            each for each in table.alike if row.mode in each.modes
            and any(each.sign in sign.names() for sign in held)
            and any(other.mode in each.modes for other in rivals))
        modes = (row.mode, *(other.mode for other in rivals
                             if any(other.mode in each.modes for each in alike)))
        others = tuple(other.mode for score, other in scored[1:]
                       if score > 0 and other.mode not in modes
                       and any(_weight(other, sign) for sign in held))
        found.append(Finding(modes, best, _confidence(best, modes, held), tuple(claimed), alike, others))
        left = [sign for sign in left if sign not in claimed]
    known = [
        sign for sign in left
        if any(_weight(row, sign) for row in table.signatures)]
    return Findings(tuple(found), tuple(known))


def score_of(row: Signature, signs: Sequence[Sign]) -> float:
    """What all signs together weigh for a mode; 0 where only weak ones speak for it."""
    strong = sum(_weight(row, sign) for sign in _one_of_each(row, signs))
    if not strong:
        return 0.0
    seen: set[str] = set()
    weak = 0.0
    for sign in signs:
        weight = row.explains(sign.names())
        if weight and not row.weight(sign.names()) and sign.name not in seen:
            seen.add(sign.name)
            weak += weight * _often(sign)
    return strong + weak


def _one_of_each(row: Signature, signs: Sequence[Sign]) -> list[Sign]:
    """Of signs of one name the weightiest: the same again is no second kind of evidence."""
    best: dict[str, Sign] = {}
    for sign in signs:
        weight = _weight(row, sign)
        name = sign.name
        if weight and (name not in best or weight > _weight(row, best[name])):
            best[name] = sign
    return list(best.values())


def _weight(row: Signature, sign: Sign) -> float:
    weight = row.weight(sign.names())
    return weight * _often(sign) if weight else 0.0


def _often(sign: Sign) -> float:
    """What is seen a hundred times weighs a little more than what is seen once."""
    return 1 + 0.1 * log10(sign.count)


def _confidence(score: float, modes: tuple[str, ...], held: Sequence[Sign]) -> Confidence:
    """How sure it is: of one message and one of several causes, not more than possible."""
    if len(modes) > 1 and sum(sign.count for sign in held) == 1:
        return Confidence.POSSIBLE
    if len(modes) == 1 and score >= CERTAIN:
        return Confidence.CERTAIN
    return Confidence.LIKELY if score >= LIKELY else Confidence.POSSIBLE
