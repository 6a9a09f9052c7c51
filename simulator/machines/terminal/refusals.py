"""What a terminal refuses by itself, without asking anybody: one table of reasons for each kind.

A refusal sends nothing and stores nothing.
"""

from __future__ import annotations

from simulator.catalogue.terminal_reasons import Refusal
from simulator.machines.terminal import batch as batches
from simulator.machines.terminal import qr, requests
from simulator.machines.terminal.downloads import black_listed
from simulator.machines.terminal.events import Operated
from simulator.machines.terminal.records import Booked
from simulator.machines.terminal.signature import SIGNABLE
from simulator.machines.terminal.work import Check, Work
from simulator.wire.kinds import WITH_TRACK_KEY, Kind
from simulator.wire.tables import TABLES
from simulator.wire.track import is_track

_SHORTEST_PAN, _LONGEST_PAN = 13, 19


def disabled(w: Work, asked: Operated) -> Refusal | None:
    """What is switched off nobody can ask for."""
    off = w.profile.disabled
    return Refusal.DISABLED if off and asked.kind.value in off else None


def password(w: Work, asked: Operated) -> Refusal | None:
    """A clerk signs on with the right password."""
    known = (asked.clerk, asked.password) in w.profile.clerks
    return None if known else Refusal.WRONG_PASSWORD


def clerk(w: Work, asked: Operated) -> Refusal | None:
    """Whoever asks must be the clerk who is signed in."""
    signed_in = w.memory.clerk
    return None if signed_in and signed_in == asked.clerk else Refusal.CLERK_NOT_SIGNED_IN


def supervised(w: Work, asked: Operated) -> Refusal | None:
    """Some kinds are no clerk's alone: the supervisor types a password for each."""
    kinds = w.profile.supervised
    if not kinds or asked.kind.value not in kinds:
        return None
    return None if asked.password == w.profile.supervisor_password else Refusal.NO_RIGHT


def _open_batch(w: Work, _asked: Operated) -> Refusal | None:
    """A batch takes nothing while its totals may be with the host, or when it is full."""
    memory = w.memory
    if memory.settling is not None:
        return Refusal.SETTLEMENT_PENDING
    return Refusal.BATCH_FULL if batches.is_full(memory, w.profile.batch_limit) else None


def _amount(_w: Work, asked: Operated) -> Refusal | None:
    return None if 0 < asked.amount_fen < 10**12 else Refusal.NO_AMOUNT


def _card(w: Work, asked: Operated) -> Refusal | None:
    card = asked.card
    if card is None or not _SHORTEST_PAN <= len(card.pan) <= _LONGEST_PAN:
        return Refusal.NO_CARD
    if card.track2 and w.profile.key_download == WITH_TRACK_KEY and not is_track(card.track2):
        return Refusal.NO_CARD  # what is no track cannot be encrypted
    return None


def _qr(w: Work, asked: Operated) -> Refusal | None:
    if not w.profile.qr:
        return Refusal.DISABLED
    code = asked.qr_code
    return None if code and code.isascii() else Refusal.NO_QR_CODE


def _qr_capable(w: Work, _asked: Operated) -> Refusal | None:
    return None if w.profile.qr else Refusal.DISABLED


def _offline_limit(w: Work, asked: Operated) -> Refusal | None:
    limit = w.profile.offline_limit_fen
    if limit <= 0:
        return Refusal.DISABLED
    return Refusal.OFFLINE_LIMIT if asked.amount_fen > limit else None


def _black_list(w: Work, asked: Operated) -> Refusal | None:
    """Offline nobody but the terminal stands in the way of a card; online the issuer decides."""
    card = asked.card
    return Refusal.BLACK_LISTED if card is not None and black_listed(w, card.pan) else None


def _batch_known(w: Work, _asked: Operated) -> Refusal | None:
    """Offline transactions cannot wait for a sign-on that tells the batch number."""
    return None if w.memory.batch else Refusal.NOT_SIGNED_ON


def _original(w: Work, asked: Operated) -> Refusal | None:
    if asked.original is None:
        return Refusal.NO_ORIGINAL
    if asked.card is None and _item(w, asked) is None:
        return Refusal.ORIGINAL_NOT_FOUND
    return None


def _own_original(w: Work, asked: Operated) -> Refusal | None:
    """A void, adjustment or tip needs a transaction of this batch that it may refer to."""
    if asked.original is None:
        return Refusal.NO_ORIGINAL
    item = _item(w, asked)
    fitting = batches.VOIDABLE.get(asked.kind) or batches.ADJUSTABLE[asked.kind]
    if item is None or item.kind not in fitting:
        return Refusal.ORIGINAL_NOT_FOUND
    voided = batches.is_voided(w.memory.items, item.stan)
    return Refusal.ALREADY_VOIDED if voided else None


def _undelivered_original(w: Work, asked: Operated) -> Refusal | None:
    """What the host does not have yet cannot be voided there."""
    original = asked.original
    waiting = original is not None and any(
        each.stan == original.stan for each in w.memory.advised
    )
    return Refusal.ORIGINAL_NOT_DELIVERED if waiting else None


def _qr_original(_w: Work, asked: Operated) -> Refusal | None:
    return Refusal.NO_ORIGINAL if asked.original is None else None


def _room(w: Work, asked: Operated) -> Refusal | None:
    """What would take a sum of the batch over the digits of its field waits for the next batch."""
    card = asked.card
    item = None
    if asked.kind in requests.BY_RECORD or (card is None and asked.kind not in qr.KINDS):
        item = _item(w, asked)
    whole = item is not None and asked.kind in requests.WHOLE_AMOUNT
    pan = item.pan if item else card.pan if card else ""
    room = batches.has_room(
        w.memory, asked.kind, pan, item.amount_fen if whole and item else asked.amount_fen,
        w.profile.domestic_prefixes,
    )
    return None if room else Refusal.BATCH_FULL


def _item(w: Work, asked: Operated) -> Booked | None:
    original = asked.original
    if original is None or original.batch not in (0, w.memory.batch):
        return None
    return w.memory.item(original.stan)


_AT_COUNTER = (disabled, clerk, supervised, _open_batch)
_WITH_CARD = (*_AT_COUNTER, _amount, _card)
_ON_RECORD = (*_AT_COUNTER, _own_original, _undelivered_original, _room)
_LATER = (*_AT_COUNTER, _amount, _original, _room)

REFUSALS: dict[Kind, tuple[Check, ...]] = {
    Kind.SIGN_ON: (password,),
    Kind.SIGN_OFF: (disabled, clerk, supervised),
    Kind.ECHO_TEST: (disabled,),
    Kind.STATUS_UPLOAD: (disabled,),
    **{row.load: (disabled,) for row in TABLES.values()},
    Kind.MASTER_KEY_DOWNLOAD: (disabled,),
    Kind.SALE: (*_WITH_CARD, _room),
    Kind.PREAUTH: _WITH_CARD,
    Kind.BALANCE: (*_AT_COUNTER, _card),
    Kind.VOID: _ON_RECORD,
    Kind.COMPLETION_VOID: _ON_RECORD,
    Kind.PREAUTH_VOID: (*_AT_COUNTER, _original),
    Kind.REFUND: _LATER,
    Kind.COMPLETION: _LATER,
    Kind.COMPLETION_ADVICE: _LATER,
    Kind.OFFLINE_SALE: (*_WITH_CARD, _black_list, _offline_limit, _batch_known, _room),
    Kind.ADJUST: (*_AT_COUNTER, _amount, _own_original, _batch_known, _room),
    Kind.TIP: (*_AT_COUNTER, _amount, _own_original, _batch_known, _room),
    Kind.QR_SALE: (*_AT_COUNTER, _amount, _qr, _room),
    Kind.QR_VOID: (disabled, _qr_capable, *_ON_RECORD[1:]),
    Kind.QR_REFUND: (*_AT_COUNTER, _amount, _qr_capable, _qr_original, _room),
    Kind.SETTLEMENT: (disabled, clerk, supervised),
}


def refusal(w: Work, asked: Operated) -> Refusal | None:
    """Why the terminal will not do what was asked, or nothing."""
    rows = w.table.refusals.get(asked.kind)
    if rows is None:
        return Refusal.NOT_OPERABLE  # kinds that only the terminal itself may begin
    if asked.signature is not None and not (
        w.profile.signature_upload and asked.kind in SIGNABLE
    ):
        return Refusal.DISABLED
    for row in rows:
        reason = row(w, asked)
        if reason is not None:
            return reason
    return None


assert batches.VOIDABLE.keys() | batches.ADJUSTABLE.keys() == requests.BY_RECORD
