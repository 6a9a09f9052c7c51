"""Everything that stands out in the evidence, as signs; weighs nothing."""

from __future__ import annotations

from simulator.diagnosis.evidence import Evidence
from simulator.diagnosis.hints import gathered
from simulator.diagnosis.host_hints import host_hints
from simulator.diagnosis.line_signs import Lines, line_signs
from simulator.diagnosis.money_hints import money_hints
from simulator.diagnosis.one_sided_hints import one_sided_hints
from simulator.diagnosis.other_hints import message_hints, terminal_hints
from simulator.diagnosis.passages import passages_of
from simulator.diagnosis.people_hints import people_hints
from simulator.diagnosis.places import places_of
from simulator.diagnosis.signs import Sign


def signs_in(evidence: Evidence) -> tuple[Sign, ...]:
    """All signs, in the order of time."""
    passages = passages_of(evidence)
    lines = Lines(evidence, passages)
    places = places_of(evidence.terminals)
    hints = (
        *terminal_hints(evidence), *message_hints(passages), *host_hints(evidence, passages),
        *money_hints(evidence), *people_hints(evidence), *one_sided_hints(evidence),
    )
    signs = [*line_signs(lines, places), *gathered(hints, places, lines.healthy)]
    return tuple(sorted(signs, key=lambda sign: (sign.at_ms, sign.name, sign.code)))
