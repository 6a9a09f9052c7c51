"""The records of a terminal's journal, each one fact that must survive a power cut.

A record says what happened, not what the state became; :mod:`simulator.machines.terminal.memory`
folds them.  No record holds a track, a PIN or a PIN block; a ``repr`` shows no card number.
"""

from __future__ import annotations

import msgspec

from simulator.catalogue.terminal_reasons import AdviceEnd, Disarming
from simulator.machines.terminal.events import NvmRecord
from simulator.machines.terminal.table_progress import TableProgress
from simulator.wire.kinds import Kind
from simulator.wire.masking import mask_pan
from simulator.wire.message import Message
from simulator.wire.tables import Table


def _shown(name: str, kind: Kind, batch: int, stan: int, pan: str) -> str:
    return f"{name}({kind.value}, {batch:06}/{stan:06}, {mask_pan(pan) if pan else '-'})"


class ClerkEntered(NvmRecord, frozen=True, gc=False):
    """A clerk signed in with the right password."""

    clerk: str


class SignedOn(NvmRecord, frozen=True, gc=False):
    """The host gave working keys and a batch number."""

    batch: int
    pik: bytes
    mak: bytes
    tdk: bytes = b""

    def __repr__(self) -> str:
        """Keys are not shown."""
        return f"SignedOn({self.batch:06})"


class SignOnDemanded(NvmRecord, frozen=True, gc=False):
    """The keys are good for nothing any more: sign on again before the next sealed message."""


class SignedOff(NvmRecord, frozen=True, gc=False):
    """The clerk went home; keys and clerk are forgotten."""


class StanTaken(NvmRecord, frozen=True, gc=False):
    """A trace number was used by a message that leaves no other record."""

    stan: int


class Armed(NvmRecord, frozen=True, gc=False):
    """A request whose outcome is not known yet, as the reversal that undoes it.

    Stored before the request is sent.  ``reversal`` is whole but for its MAC; its F39 is the
    reason, kept up to date by :class:`ReasonChanged`.
    """

    kind: Kind
    order: str
    at_ms: int
    batch: int
    stan: int
    reversal: Message
    icc_data: bytes | None = None  # F55 of the request, whole

    def __repr__(self) -> str:
        """The card masked."""
        return _shown("Armed", self.kind, self.batch, self.stan, self.reversal.pan)


class ReasonChanged(NvmRecord, frozen=True, gc=False):
    """More is known about why a reversal goes out (F39 of the 0400)."""

    batch: int
    stan: int
    reason: str
    auth_code: str = ""  # F38 and F13 of the reply that told more
    date: str = ""


class Disarmed(NvmRecord, frozen=True, gc=False):
    """A reversal is needed no more: the request was declined, or the reversal was delivered."""

    batch: int
    stan: int
    why: Disarming


class Booked(NvmRecord, frozen=True, gc=False):
    """An approved transaction in the batch; clears its armed reversal in the same record."""

    kind: Kind
    order: str
    at_ms: int
    batch: int
    stan: int
    amount_fen: int
    pan: str = ""
    expiry: str = ""
    entry_mode: str = ""
    rrn: str = ""
    auth_code: str = ""
    original_stan: int = 0  # what a void, adjustment or tip of this batch refers to
    advice: Message | None = None  # to be delivered later (offline kinds)
    receipt_due: bool = True  # False: nobody waits for a receipt
    card_sequence: str = ""  # F23 and F55 of chip cards, for the batch upload
    icc_data: bytes | None = None
    qr_code: str = ""  # the customer's code and the voucher of a QR transaction
    voucher: str = ""
    arpc_failed: bool = False  # approved, and the chip did not know its issuer in the reply
    notice: Message | None = None  # goes up alone in a batch upload, as it was sent
    small_sum: bool = False  # without PIN and signature
    response_code: str = "00"  # that approved it: shown again after a power cut

    def __repr__(self) -> str:
        """The card masked."""
        return _shown("Booked", self.kind, self.batch, self.stan, self.pan)


class Receipted(NvmRecord, frozen=True, gc=False):
    """The receipt of the transaction was given and its outcome told."""

    stan: int


class Unbooked(NvmRecord, frozen=True, gc=False):
    """An approved transaction that the terminal could not finish: out of the batch, armed."""

    armed: Armed


class Advised(NvmRecord, frozen=True, gc=False):
    """A request that is repeated until the host answers it (refund, completion advice)."""

    kind: Kind
    order: str
    at_ms: int
    batch: int
    stan: int
    message: Message  # without MAC, track and PIN

    def __repr__(self) -> str:
        """The card masked."""
        return _shown("Advised", self.kind, self.batch, self.stan, self.message.pan)


class AdviceEnded(NvmRecord, frozen=True, gc=False):
    """The host answered a stored request; a refused one leaves the batch."""

    batch: int
    stan: int
    outcome: AdviceEnd


class Signed(NvmRecord, frozen=True, gc=False):
    """A customer's signature, as the message that is to bring it to the host."""

    batch: int
    stan: int
    message: Message  # without MAC

    def __repr__(self) -> str:
        """Neither card nor signature."""
        return f"Signed({self.batch:06}/{self.stan:06})"


class SignatureEnded(NvmRecord, frozen=True, gc=False):
    """The host has a signature, or a slip of paper was given instead."""

    batch: int
    stan: int
    outcome: AdviceEnd


class SettlementBegun(NvmRecord, frozen=True, gc=False):
    """A 0500 is about to be sent."""

    order: str
    batch: int
    stan: int


class SettlementDropped(NvmRecord, frozen=True, gc=False):
    """The host certainly did not take the 0500: the batch is open as before."""

    batch: int


class SettlementAnswered(NvmRecord, frozen=True, gc=False):
    """The host compared the totals: 1 balanced, 2 unbalanced."""

    batch: int
    result: str


class Uploaded(NvmRecord, frozen=True, gc=False):
    """The host has these transactions of the batch upload."""

    batch: int
    stans: tuple[int, ...]


class BatchClosed(NvmRecord, frozen=True, gc=False):
    """The batch is settled and cleared; ``next_batch`` is open."""

    batch: int
    next_batch: int


class SoftwareInstalled(NvmRecord, frozen=True, gc=False):
    """New software runs from now on."""

    software: str


class TablesWanted(NvmRecord, frozen=True, gc=False):
    """Tables are to be loaded, whether they are there or not."""

    tables: tuple[Table, ...]


class TableBegun(NvmRecord, frozen=True, gc=False):
    """The download of a table begins, from its beginning."""

    table: Table


class TableDropped(NvmRecord, frozen=True, gc=False):
    """The old entries of a table are gone."""

    table: Table


class TableListed(NvmRecord, frozen=True, gc=False):
    """The host named entries of a table; ``whole``: all of them by now."""

    table: Table
    names: tuple[bytes, ...]
    whole: bool


class TableLoaded(NvmRecord, frozen=True, gc=False):
    """Entries of a table came; ``next_at`` is where the next one is, ``whole``: these were the last."""

    table: Table
    entries: tuple[bytes, ...]
    next_at: int
    whole: bool


class TableEnded(NvmRecord, frozen=True, gc=False):
    """All entries of a table are here: they are in use from now on."""

    table: Table


class MasterKeyLoaded(NvmRecord, frozen=True, gc=False):
    """The host gave a new master key; it is not in use before the host has heard that it is here."""

    key: bytes

    def __repr__(self) -> str:
        """Keys are not shown."""
        return "MasterKeyLoaded()"


class MasterKeyActivated(NvmRecord, frozen=True, gc=False):
    """The new master key is in use; working keys are to be got under it."""


class MasterKeyRefused(NvmRecord, frozen=True, gc=False):
    """The host knows nothing of the new master key: the old one stays."""


class DamageFound(NvmRecord, frozen=True, gc=False):
    """Part of the journal could not be read; remembered until the batch is closed."""

    detail: str


class Snapshot(NvmRecord, frozen=True, gc=False):
    """All that a longer journal amounts to."""

    stan: int
    batch: int
    clerk: str = ""
    signed_on: bool = False
    pik: bytes = b""
    mak: bytes = b""
    tdk: bytes = b""
    software: str = ""
    damage: str = ""
    unreceipted: int = 0
    armed: Armed | None = None
    items: tuple[Booked, ...] = ()
    failed: tuple[Armed, ...] = ()
    advised: tuple[Advised, ...] = ()
    signatures: tuple[Signed, ...] = ()
    settling: SettlementBegun | None = None
    settling_result: str = ""
    uploaded: tuple[int, ...] = ()
    tables: dict[Table, tuple[bytes, ...]] = msgspec.field(default_factory=dict)
    wanted: tuple[Table, ...] = ()
    progress: TableProgress | None = None
    master_key: bytes = b""
    next_master_key: bytes = b""

    def __repr__(self) -> str:
        """Neither keys nor cards."""
        return f"Snapshot({self.batch:06}/{self.stan:06}, {len(self.items)} items)"


AnyNvmRecord = (
    ClerkEntered | SignedOn | SignOnDemanded | SignedOff | StanTaken | Armed | ReasonChanged
    | Disarmed | Booked | Receipted | Unbooked | Advised | AdviceEnded | SettlementBegun
    | SettlementDropped | SettlementAnswered | Uploaded | BatchClosed | SoftwareInstalled
    | TablesWanted | TableBegun | TableDropped | TableListed | TableLoaded | TableEnded
    | MasterKeyLoaded | MasterKeyActivated | MasterKeyRefused | DamageFound | Signed
    | SignatureEnded | Snapshot
)
