"""What a terminal refuses by itself, without asking anybody: one table of reasons for each kind.

A refusal sends nothing and stores nothing.
"""

from __future__ import annotations

from simulator.machines.terminal import batch as batches
from simulator.machines.terminal import requests
from simulator.machines.terminal.events import Operated
from simulator.machines.terminal.records import Booked
from simulator.machines.terminal.work import Refusal, Work
from simulator.wire.kinds import WITH_TRACK_KEY, Kind
from simulator.wire.track import is_track

_SHORTEST_PAN, _LONGEST_PAN = 13, 19


def _disabled(w: Work, asked: Operated) -> str:
    disabled = w.profile.disabled
    return "disabled" if disabled and asked.kind.value in disabled else ""


def _password(w: Work, asked: Operated) -> str:
    known = (asked.clerk, asked.password) in w.profile.clerks
    return "" if known else "wrong_password"


def _clerk(w: Work, asked: Operated) -> str:
    clerk = w.memory.clerk
    return "" if clerk and clerk == asked.clerk else "clerk_not_signed_in"


def _open_batch(w: Work, _asked: Operated) -> str:
    """A batch takes nothing while its totals may be with the host, or when it is full."""
    memory = w.memory
    if memory.settling is not None:
        return "settlement_pending"
    return "batch_full" if len(memory.items) >= batches.BATCH_LIMIT else ""


def _amount(_w: Work, asked: Operated) -> str:
    return "" if 0 < asked.amount_fen < 10**12 else "no_amount"


def _card(w: Work, asked: Operated) -> str:
    card = asked.card
    if card is None or not _SHORTEST_PAN <= len(card.pan) <= _LONGEST_PAN:
        return "no_card"
    if card.track2 and w.profile.key_download == WITH_TRACK_KEY and not is_track(card.track2):
        return "no_card"  # what is no track cannot be encrypted
    return ""


def _qr(w: Work, asked: Operated) -> str:
    if not w.profile.qr:
        return "disabled"
    code = asked.qr_code
    return "" if code and code.isascii() else "no_qr_code"


def _qr_capable(w: Work, _asked: Operated) -> str:
    return "" if w.profile.qr else "disabled"


def _offline_limit(w: Work, asked: Operated) -> str:
    limit = w.profile.offline_limit_fen
    if limit <= 0:
        return "disabled"
    return "offline_limit" if asked.amount_fen > limit else ""


def _batch_known(w: Work, _asked: Operated) -> str:
    """Offline transactions cannot wait for a sign-on that tells the batch number."""
    return "" if w.memory.batch else "not_signed_on"


def _original(w: Work, asked: Operated) -> str:
    if asked.original is None:
        return "no_original"
    if asked.card is None and _item(w, asked) is None:
        return "original_not_found"
    return ""


def _own_original(w: Work, asked: Operated) -> str:
    """A void, adjustment or tip needs a transaction of this batch that it may refer to."""
    if asked.original is None:
        return "no_original"
    item = _item(w, asked)
    fitting = batches.VOIDABLE.get(asked.kind) or batches.ADJUSTABLE[asked.kind]
    if item is None or item.kind not in fitting:
        return "original_not_found"
    voided = batches.is_voided(w.memory.items, item.stan)
    return "already_voided" if voided else ""


def _undelivered_original(w: Work, asked: Operated) -> str:
    """What the host does not have yet cannot be voided there."""
    original = asked.original
    waiting = original is not None and any(
        each.stan == original.stan for each in w.memory.advised
    )
    return "original_not_delivered" if waiting else ""


def _qr_original(_w: Work, asked: Operated) -> str:
    return "no_original" if asked.original is None else ""


def _item(w: Work, asked: Operated) -> Booked | None:
    original = asked.original
    if original is None or original.batch not in (0, w.memory.batch):
        return None
    return w.memory.item(original.stan)


_AT_COUNTER = (_disabled, _clerk, _open_batch)
_WITH_CARD = (*_AT_COUNTER, _amount, _card)
_ON_RECORD = (*_AT_COUNTER, _own_original, _undelivered_original)
_LATER = (*_AT_COUNTER, _amount, _original)

REFUSALS: dict[Kind, tuple[Refusal, ...]] = {
    Kind.SIGN_ON: (_password,),
    Kind.SIGN_OFF: (_disabled, _clerk),
    Kind.ECHO_TEST: (_disabled,),
    Kind.PARAMETER_DOWNLOAD: (_disabled,),
    Kind.STATUS_UPLOAD: (_disabled,),
    Kind.SALE: _WITH_CARD,
    Kind.PREAUTH: _WITH_CARD,
    Kind.BALANCE: (*_AT_COUNTER, _card),
    Kind.VOID: _ON_RECORD,
    Kind.COMPLETION_VOID: _ON_RECORD,
    Kind.PREAUTH_VOID: (*_AT_COUNTER, _original),
    Kind.REFUND: _LATER,
    Kind.COMPLETION: _LATER,
    Kind.COMPLETION_ADVICE: _LATER,
    Kind.OFFLINE_SALE: (*_WITH_CARD, _offline_limit, _batch_known),
    Kind.ADJUST: (*_AT_COUNTER, _amount, _own_original, _batch_known),
    Kind.TIP: (*_AT_COUNTER, _amount, _own_original, _batch_known),
    Kind.QR_PAY: (*_AT_COUNTER, _amount, _qr),
    Kind.QR_REFUND: (*_AT_COUNTER, _amount, _qr_capable, _qr_original),
    Kind.SETTLEMENT: (_disabled, _clerk),
}


def refusal(w: Work, asked: Operated) -> str:
    """Why the terminal will not do what was asked, or an empty string."""
    rows = w.table.refusals.get(asked.kind)
    if rows is None:
        return "not_operable"  # kinds that only the terminal itself may begin
    for row in rows:
        reason = row(w, asked)
        if reason:
            return reason
    return ""


assert batches.VOIDABLE.keys() | batches.ADJUSTABLE.keys() == requests.BY_RECORD
