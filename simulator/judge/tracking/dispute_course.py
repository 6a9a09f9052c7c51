"""The lawful course of a dispute: which stage follows which, by when, and with whom its money then is.

The judge's own table; what a case did is held against it elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping

from simulator.catalogue.disputes import DisputeStage

_S = DisputeStage
FOLLOWS: dict[DisputeStage | None, frozenset[DisputeStage]] = {
    None: frozenset({_S.REQUESTED, _S.CHARGED_BACK, _S.REFUSED}),
    _S.REQUESTED: frozenset({_S.ANSWERED, _S.ADJUSTED, _S.LOST}),
    _S.ANSWERED: frozenset({_S.CHARGED_BACK, _S.WON}),
    _S.CHARGED_BACK: frozenset({_S.REPRESENTED, _S.LOST}),
    _S.REPRESENTED: frozenset({_S.CHARGED_BACK_AGAIN, _S.WON}),
    _S.CHARGED_BACK_AGAIN: frozenset({_S.LOST}),
    _S.ADJUSTED: frozenset({_S.LOST}),
}
TERM_OVER: dict[DisputeStage, DisputeStage] = {  # what becomes of a case that nobody acts on
    _S.REQUESTED: _S.LOST, _S.ANSWERED: _S.WON, _S.CHARGED_BACK: _S.LOST, _S.REPRESENTED: _S.WON,
}
TERM_OF: dict[DisputeStage, str] = {
    _S.REQUESTED: "answer_within", _S.ANSWERED: "chargeback_within",
    _S.CHARGED_BACK: "representment_within", _S.REPRESENTED: "second_chargeback_within",
}
DECIDED = frozenset({_S.LOST, _S.WON, _S.REFUSED})
_MERCHANT, _BANK, _CARDHOLDER = (0, 0, 0), (1, 1, 0), (1, 0, 1)  # taken from the merchant, held by the bank, given
_SIDE: dict[DisputeStage, tuple[int, int, int]] = {
    _S.REQUESTED: _MERCHANT, _S.ANSWERED: _MERCHANT, _S.CHARGED_BACK: _BANK,
    _S.REPRESENTED: _MERCHANT, _S.CHARGED_BACK_AGAIN: _BANK, _S.ADJUSTED: _BANK,
    _S.LOST: _CARDHOLDER, _S.WON: _MERCHANT,
}


def follows(before: DisputeStage | None, after: DisputeStage) -> bool:
    """Whether a case may go from one stage to another; ``None``: it is opened.

    >>> follows(None, DisputeStage.CHARGED_BACK), follows(DisputeStage.WON, DisputeStage.LOST)
    (True, False)
    """
    return after in FOLLOWS.get(before, frozenset())


def due_ms(stage: DisputeStage, at_ms: int, waits: Mapping[str, int]) -> int:
    """Until when a stage waits that was reached at a time, by the terms in ``waits``; 0 where it waits for nobody."""
    wait_ms = waits.get(TERM_OF.get(stage, ""), 0)
    return at_ms + wait_ms if wait_ms else 0


def keeps_term(before: DisputeStage, due: int, after: DisputeStage, at_ms: int, *, by_term: bool) -> bool:
    """After its term only that may follow which a term that is over brings; before it nobody gives up."""
    gives_in = after is TERM_OVER[before]
    return gives_in if at_ms > due else not (gives_in and by_term)


def right_sums(stage: DisputeStage, fen: int) -> tuple[int, int, int] | None:
    """What of a disputed sum is taken from the merchant, held by the bank, given to the cardholder; None: none moves.

    >>> right_sums(DisputeStage.CHARGED_BACK, 6800)
    (6800, 6800, 0)
    """
    side = _SIDE.get(stage)
    return None if side is None else (side[0] * fen, side[1] * fen, side[2] * fen)
