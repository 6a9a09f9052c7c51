"""What the second plane can do here, as lines for people."""

from __future__ import annotations

from collections.abc import Sequence

from hil.control.live_process import say
from hil.demos import net_words as words
from hil.plane.abilities import Probed
from hil.plane.plane_words import ABILITIES
from simulator.catalogue.language import Told
from simulator.report.wrap import WIDTH, wrapped


def tell_abilities(probed: Sequence[Probed]) -> None:
    """One ability a line, with the reason where it cannot be done; without a namespace that one alone."""
    for each in probed[:1] if probed[0].why_not else probed:
        answer = words.NO.both(why=each.why_not) if each.why_not else words.YES.both()
        text = words.CANNOT.both(what=ABILITIES[each.ability.value], answer=answer)
        for line in wrapped(_said(text), WIDTH, "", "  "):
            say(line.rstrip())


def _said(text: Told) -> str:
    return text.say()
