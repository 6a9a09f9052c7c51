"""How a transaction and a batch stand at the host, and the records that lawfully move them on.

The tables are the machine: the fold of the journal looks up here where a record leads, and what
has no row is refused by :class:`UnlawfulMoveError` before anything is changed.  A decided
transaction is never decided again, an undone one is never approved, a settled batch never changes
but in what it holds back; where an approval clears an item, the settlement of a batch ends nothing,
and what comes late still enters or leaves it.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum

import msgspec

from simulator.machines.acquirer.events import TransactionKey
from simulator.machines.acquirer.transactions import (
    NOT_NOW,
    REPEATED_MTI,
    Stage,
    State,
    Transaction,
)
from simulator.wire.kinds import MTI


class UnlawfulMoveError(ValueError):
    """A record that cannot follow on what the books hold; the text names both, and no card."""


class Said(Enum):
    """What a record says of a transaction."""

    __hash__ = object.__hash__  # looked up for every record; Enum's own costs five times as much

    ASKED = "asked"
    APPROVED = "approved"
    DECLINED = "declined"
    REFUSED = "refused by the host"
    UNDONE = "undone"
    REVERSED_AHEAD = "reversed before it came"
    HEARD = "heard of as undone by issuer or wallet"
    SCRIPTS_RUN = "told the results of scripts"
    SIGNED = "signed for"
    CONTESTED = "disputed, or not any more"
    STAN_USED_AGAIN = "a STAN that came again for something else"


class BatchSaid(Enum):
    """What a record says of a batch."""

    __hash__ = object.__hash__

    ENTERED = "given a transaction"
    CHANGED = "changed in a transaction"
    DISPUTED = "disputed"
    UPLOADED = "given uploaded details"
    SETTLED = "settled"
    RELIEVED = "relieved of what it holds"
    ENTERED_LATE = "given a transaction that comes late"
    CHANGED_LATE = "changed in a transaction that is late"
    GIVEN = "given to its terminal at sign-on"


class Move(msgspec.Struct, frozen=True):
    """One lawful move of a transaction."""

    begin: State | None  # None: nothing is known under its key
    said: Said
    end: State
    why: str
    only: Callable[[Transaction], bool] | None = None


class BatchMove(msgspec.Struct, frozen=True):
    """One lawful move of a batch."""

    begin: Stage | None
    said: BatchSaid
    end: Stage | None
    why: str


def may_come_again(transaction: Transaction) -> bool:
    """Whether it was declined for now only, and its terminal repeats it until it is answered."""
    return transaction.code in NOT_NOW and MTI[transaction.kind] == REPEATED_MTI


MOVES: tuple[Move, ...] = (
    Move(None, Said.ASKED, State.ASKED, "taken up, issuer or wallet asked"),
    Move(None, Said.REFUSED, State.DECLINED, "the host itself declines"),
    Move(None, Said.REVERSED_AHEAD, State.UNDONE, "its reversal came first"),
    Move(State.ASKED, Said.APPROVED, State.APPROVED, "approved, also in part"),
    Move(State.ASKED, Said.DECLINED, State.DECLINED, "declined"),
    Move(State.ASKED, Said.UNDONE, State.UNDONE, "no answer, reversed, restarted"),
    Move(State.APPROVED, Said.UNDONE, State.UNDONE, "reversed, voided by risk control"),
    Move(State.APPROVED, Said.SIGNED, State.APPROVED, "the customer's signature came"),
    Move(State.APPROVED, Said.CONTESTED, State.APPROVED, "its cardholder's bank disputes it, or gives in"),
    Move(State.DECLINED, Said.ASKED, State.ASKED, "a 0220 declined for now comes again",
         only=may_come_again),
    Move(State.DECLINED, Said.REFUSED, State.DECLINED,
         "a 0220 declined for now comes again, and the host declines", only=may_come_again),
    Move(State.UNDONE, Said.HEARD, State.UNDONE, "issuer or wallet has heard of it"),
    *(Move(state, Said.STAN_USED_AGAIN, state, "its STAN came for something else")
      for state in State),
    *(Move(state, Said.SCRIPTS_RUN, state, "0620: the chip ran the issuer's scripts")
      for state in State),
)
_OPEN_ONES = (Stage.OPEN, Stage.DISPUTED)
BATCH_MOVES: tuple[BatchMove, ...] = (
    BatchMove(None, BatchSaid.GIVEN, None, "sign-on"),
    BatchMove(None, BatchSaid.ENTERED, Stage.OPEN, "first transaction"),
    BatchMove(None, BatchSaid.DISPUTED, Stage.DISPUTED, "0500 unbalanced, nothing in it"),
    BatchMove(None, BatchSaid.SETTLED, Stage.SETTLED, "0500 balanced, nothing in it"),
    BatchMove(Stage.OPEN, BatchSaid.DISPUTED, Stage.DISPUTED, "0500 unbalanced"),
    BatchMove(Stage.OPEN, BatchSaid.SETTLED, Stage.SETTLED, "0500 balanced, or forced"),
    BatchMove(Stage.DISPUTED, BatchSaid.DISPUTED, Stage.DISPUTED, "0500 unbalanced again"),
    BatchMove(Stage.DISPUTED, BatchSaid.UPLOADED, Stage.DISPUTED, "0320"),
    BatchMove(Stage.DISPUTED, BatchSaid.SETTLED, Stage.SETTLED,
              "0320 with 202, 0500 balanced, or forced"),
    BatchMove(Stage.SETTLED, BatchSaid.RELIEVED, Stage.SETTLED, "a held item is settled or undone"),
    BatchMove(Stage.SETTLED, BatchSaid.ENTERED_LATE, Stage.SETTLED,
              "an advice comes late, and its approval clears it"),
    BatchMove(Stage.SETTLED, BatchSaid.CHANGED_LATE, Stage.SETTLED,
              "decided or undone late, and cleared by that"),
    *(BatchMove(stage, said, stage, why) for stage in _OPEN_ONES for said, why in (
        (BatchSaid.GIVEN, "sign-on"), (BatchSaid.ENTERED, "another transaction"),
        (BatchSaid.CHANGED, "decided, undone"),
    )),
)

# What the fold looks up: for what is said, where each state leads.
LAWFUL: dict[Said, dict[State | None, State]] = {
    said: {move.begin: move.end for move in MOVES if move.said is said} for said in Said
}
BATCH_LAWFUL: dict[BatchSaid, dict[Stage | None, Stage | None]] = {
    said: {move.begin: move.end for move in BATCH_MOVES if move.said is said}
    for said in BatchSaid
}
_ONLY = {(move.begin, move.said): move.only for move in MOVES if move.only is not None}


def refuse_move(key: TransactionKey, transaction: Transaction | None, said: Said) -> None:
    """Raise, unless the table has a row for it; for what is not in the path of every sale."""
    state = transaction.state if transaction is not None else None
    if state in LAWFUL[said]:
        only = _ONLY.get((state, said))
        if transaction is None or only is None or only(transaction):
            return
    raise unlawful(key, state, said)


def unlawful(key: TransactionKey, state: State | None, said: Said) -> UnlawfulMoveError:
    """What is said of a transaction that it cannot be said of."""
    standing = f"it is {state.value}" if state is not None else "nothing is known of it"
    return UnlawfulMoveError(
        f"STAN {key.stan:06} of batch {key.batch:06} of terminal {key.tid}"
        f" cannot be {said.value}: {standing}")


def unlawful_batch(
    tid: str, batch: int, stage: Stage | None, said: BatchSaid,
) -> UnlawfulMoveError:
    """What is said of a batch that it cannot be said of."""
    standing = f"it is {stage.value}" if stage is not None else "nothing is known of it"
    return UnlawfulMoveError(
        f"batch {batch:06} of terminal {tid} cannot be {said.value}: {standing}")
