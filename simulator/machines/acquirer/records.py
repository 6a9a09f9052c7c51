"""The records of an acquirer host's journal, each one fact that must survive a crash.

A record says what happened; :mod:`simulator.machines.acquirer.memory` folds them.  A host must be able
to undo at the issuer what it asked for, so :class:`Asked` holds the whole (test) card number and
its ``repr`` shows it masked; no record holds a track, a PIN block or a working key.
"""

from __future__ import annotations

from simulator.catalogue.host_reasons import SettledHow, UndoneWhy
from simulator.machines.acquirer.events import HostRecord, TransactionKey
from simulator.wire.kinds import Kind
from simulator.wire.masking import mask_pan

__all__ = [
    "AnyHostRecord", "Asked", "BatchDisputed", "BatchSettled", "Contested", "CutOver", "Decided",
    "DemandMet", "Demanded", "DetailsUploaded", "HeldReleased", "HostRecord", "IssuerUndid",
    "KeysVoided", "MasterKeyActivated", "MasterKeyOffered", "Refused", "ReversedAhead",
    "ScriptsRun", "SignatureKept", "SignedOff", "SignedOn", "StanReused",
    "StatusTaken", "Undone", "VersionSet",
]


class SignedOn(HostRecord, frozen=True, gc=False):
    """A terminal was given the working keys of ``serial`` and a batch number."""

    tid: str
    serial: int
    stan: int  # F11 of the request: its repetition gets the same keys
    batch: int
    download: str = ""  # F60.3: which keys in which form; "": as the terminal's profile has it


class SignedOff(HostRecord, frozen=True, gc=False):
    """A terminal's clerk went home: its keys are good for nothing any more."""

    tid: str


class KeysVoided(HostRecord, frozen=True, gc=False):
    """A terminal, or every one where ``tid`` is empty, has to sign on again."""

    tid: str


class VersionSet(HostRecord, frozen=True, gc=False):
    """The least software that terminals should have."""

    minimum: str
    refuse: bool


class Demanded(HostRecord, frozen=True, gc=False):
    """A terminal, or every one where ``tid`` is empty, is asked for something in the headers."""

    tid: str
    request: str


class DemandMet(HostRecord, frozen=True, gc=False):
    """A terminal has taken up what it was asked for."""

    tid: str
    request: str


class StatusTaken(HostRecord, frozen=True, gc=False):
    """A terminal told its status: tags and values of F62."""

    tid: str
    values: tuple[tuple[str, str], ...]


class MasterKeyOffered(HostRecord, frozen=True, gc=False):
    """A terminal was given the master key of ``serial``; not in use yet."""

    tid: str
    serial: int


class MasterKeyActivated(HostRecord, frozen=True, gc=False):
    """Working keys come under the master key of ``serial`` from now on."""

    tid: str
    serial: int


class CutOver(HostRecord, frozen=True, gc=False):
    """A business day began."""

    settlement_date: str


class Asked(HostRecord, frozen=True, gc=False):
    """A transaction was taken up; issuer or wallet is about to be asked."""

    key: TransactionKey
    kind: Kind
    amount_fen: int
    pan: str
    channel: str  # bank or wallet
    number: int  # of the RRN
    day: str  # MMDD
    original: TransactionKey | None = None
    qr_code: str = ""

    def __repr__(self) -> str:
        """The card masked."""
        card = mask_pan(self.pan) if self.pan else ""
        return f"Asked({self.key}, {self.kind.value}, {self.amount_fen}, {card!r})"


class Decided(HostRecord, frozen=True, gc=False):
    """Issuer or wallet answered: approved or declined."""

    key: TransactionKey
    code: str
    settlement_date: str
    auth_code: str = ""
    day: str = ""  # MMDD as told in F13
    part_fen: int = 0  # approved in part (10): this much and no more


class Refused(HostRecord, frozen=True, gc=False):
    """The host itself declined a transaction, so that a later copy gets the same answer."""

    key: TransactionKey
    kind: Kind
    amount_fen: int
    pan: str
    number: int
    code: str
    original: TransactionKey | None = None

    def __repr__(self) -> str:
        """The card masked."""
        card = mask_pan(self.pan) if self.pan else ""
        return f"Refused({self.key}, {self.kind.value}, {self.amount_fen}, {card!r}, {self.code})"


class Undone(HostRecord, frozen=True, gc=False):
    """A transaction shall have no effect; where ``owed``, the issuer must still hear of it."""

    key: TransactionKey
    why: UndoneWhy
    code: str  # what a copy of the request is told
    settlement_date: str
    owed: bool


class ReversedAhead(HostRecord, frozen=True, gc=False):
    """A reversal came for a transaction that the host does not know (yet)."""

    key: TransactionKey
    kind: Kind
    amount_fen: int
    pan: str

    def __repr__(self) -> str:
        """The card masked."""
        card = mask_pan(self.pan) if self.pan else ""
        return f"ReversedAhead({self.key}, {self.kind.value}, {self.amount_fen}, {card!r})"


class IssuerUndid(HostRecord, frozen=True, gc=False):
    """The issuer has heard that a transaction is undone."""

    key: TransactionKey


class SignatureKept(HostRecord, frozen=True, gc=False):
    """The customer's signature for a transaction came, so many bytes of it."""

    key: TransactionKey
    size: int


class StanReused(HostRecord, frozen=True, gc=False):
    """A STAN came again for something else: the terminal lost its counter; next batch at sign-on."""

    tid: str
    batch: int
    stan: int


class BatchDisputed(HostRecord, frozen=True, gc=False):
    """Totals differ; the terminal was asked for its details.

    ``claimed`` are the sums of both halves of its F48, ``told`` the result of each.
    """

    tid: str
    batch: int
    claimed: tuple[int, ...] = ()
    told: tuple[str, str] = ("2", "2")


class DetailsUploaded(HostRecord, frozen=True, gc=False):
    """Details of a disputed batch as the terminal holds them: STAN and sum of each."""

    tid: str
    batch: int
    items: tuple[tuple[int, int], ...]


class BatchSettled(HostRecord, frozen=True, gc=False):
    """A batch is closed; ``held`` names the STANs that stay out of its settlement."""

    tid: str
    batch: int
    result: SettledHow
    settlement_date: str
    held: tuple[int, ...] = ()


class HeldReleased(HostRecord, frozen=True, gc=False):
    """A held item is settled after all: voided, or held for long enough."""

    key: TransactionKey
    settlement_date: str


class Contested(HostRecord, frozen=True, gc=False):
    """So much of a sale is disputed, or no more: what is neither refunded nor disputed is left of it."""

    key: TransactionKey
    amount_fen: int


class ScriptsRun(HostRecord, frozen=True, gc=False):
    """The chip's results of the issuer's scripts that came with a transaction."""

    key: TransactionKey
    results: tuple[str, ...]


AnyHostRecord = (
    SignedOn | SignedOff | KeysVoided | VersionSet | CutOver | Asked | Decided | Refused | Undone
    | ReversedAhead | IssuerUndid | SignatureKept | StanReused | BatchDisputed | DetailsUploaded | BatchSettled
    | HeldReleased | ScriptsRun | Contested
    | Demanded | DemandMet | StatusTaken | MasterKeyOffered | MasterKeyActivated
)
