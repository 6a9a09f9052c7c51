"""A new master key from the host by RSA: public key, random key, the new key under it, activation.

The random key is drawn by the body and never stored.  The new key is stored before the host hears
that it is here, and in use once the host has answered; as long as it has not, the activation goes
before everything else, since after it working keys may come under the new key alone.
"""

from __future__ import annotations

from simulator.catalogue.response_codes import response_code
from simulator.catalogue.terminal_reasons import Failure, NoAnswer, Shown
from simulator.machines.terminal import requests
from simulator.machines.terminal.events import DrawRandom, RandomDrawn, Result
from simulator.machines.terminal.records import (
    MasterKeyActivated,
    MasterKeyLoaded,
    MasterKeyRefused,
)
from simulator.machines.terminal.sale import show_declined
from simulator.machines.terminal.work import (
    DRAWING,
    RESTING,
    Drawing,
    Exchange,
    Work,
    end_job,
    pause,
    send,
    show,
)
from simulator.wire.errors import KeyCheckError, WireError
from simulator.wire.key_transport import KEY_LENGTH, encrypt_transport_key, unwrap_master_key
from simulator.wire.kinds import Kind
from simulator.wire.message import Message
from simulator.wire.tables_listed import INDEX, RID, format_tlv, name_of, read_tlv


def start_master_key(w: Work) -> None:
    """Ask for the public key."""
    w.download_tries = 0
    _send(w, Kind.PUBLIC_KEY_DOWNLOAD, None)


def is_activation_due(w: Work) -> bool:
    """A new master key is here, and the host has not said that it knows."""
    return bool(w.memory.next_master_key) and not w.paused


def activate(w: Work) -> None:
    """Tell the host that the new key is here."""
    _send(w, Kind.MASTER_KEY_END, None)


def _send(w: Work, kind: Kind, private: bytes | None) -> None:
    row = w.sealer.dialect.kind[kind]
    request = requests.download(w.identity, w.software, row, w.memory.batch, private)
    send(w, request, kind, _order(w), w.download_tries)


def _order(w: Work) -> str:
    return w.job.order if w.job is not None and _is_asked_for(w) else ""


def _is_asked_for(w: Work) -> bool:
    return w.job is not None and w.begun and w.job.kind is Kind.MASTER_KEY_DOWNLOAD


# ---- replies ---------------------------------------------------------------------------------


def public_key_replied(w: Work, exchange: Exchange, reply: Message, _proven: bool) -> None:
    """Have a random key drawn, to be sent under the public key."""
    if _is_other(exchange, reply):
        w.waiting = exchange
    elif _is_refused(w, reply):
        _failed(w, Result.DECLINED, reply.response_code, Failure.DOWNLOAD_REFUSED)
    else:
        w.download_tries = 0
        try:
            w.public_key = read_tlv(reply.private or b"")
            encrypt_transport_key(bytes(KEY_LENGTH), w.public_key)
        except WireError:
            _no_key(w)
            return
        w.waiting = DRAWING
        w.deadline_ms = None
        w.out.append(DrawRandom(KEY_LENGTH))


def drawn(w: Work, _waiting: Drawing, event: RandomDrawn) -> None:
    """Send the random key."""
    w.waiting = RESTING
    w.transport_key = event.octets
    _send_transport_key(w)


def _send_transport_key(w: Work) -> None:
    pairs = name_of(w.public_key, (RID, INDEX))
    pairs += encrypt_transport_key(w.transport_key, w.public_key)
    _send(w, Kind.MASTER_KEY_DOWNLOAD, format_tlv(pairs))


def master_key_replied(w: Work, exchange: Exchange, reply: Message, _proven: bool) -> None:
    """Keep the new key where its check value is right; else all is as it was."""
    if _is_other(exchange, reply):
        w.waiting = exchange
    elif _is_refused(w, reply):
        _failed(w, Result.DECLINED, reply.response_code, Failure.DOWNLOAD_REFUSED)
    else:
        w.download_tries = 0
        try:
            key = unwrap_master_key(read_tlv(reply.private or b""), w.transport_key)
        except (WireError, KeyCheckError):
            _no_key(w)
            return
        _forget(w)
        w.table.store(w, MasterKeyLoaded(key))
        activate(w)


def activation_replied(w: Work, exchange: Exchange, reply: Message, _proven: bool) -> None:
    """In use from now on, or refused; a sign-on brings working keys under it."""
    if _is_other(exchange, reply):
        w.waiting = exchange
    elif _is_refused(w, reply):
        w.table.store(w, MasterKeyRefused())
        _failed(w, Result.DECLINED, reply.response_code, Failure.DOWNLOAD_REFUSED)
    else:
        w.download_tries = 0
        w.table.store(w, MasterKeyActivated())
        w.sign_on_wanted = True
        if _is_asked_for(w):
            end_job(w, Result.APPROVED, response_code=reply.response_code)


def _is_other(exchange: Exchange, reply: Message) -> bool:
    """A late reply to something else: without a trace number the code alone tells."""
    return reply.network_code != exchange.request.network_code


def _is_refused(w: Work, reply: Message) -> bool:
    row = response_code(reply.response_code)
    if not row.approves:
        show_declined(w, row)
    return not row.approves


def _no_key(w: Work) -> None:
    show(w, Shown.KEY_CHECK_FAILED, "主密钥校验错，未更换")
    _failed(w, Result.FAILED, "", Failure.KEY_CHECK_FAILED)


def _forget(w: Work) -> None:
    w.public_key = ()
    w.transport_key = b""


# ---- no reply --------------------------------------------------------------------------------


def unanswered(w: Work, exchange: Exchange, why: NoAnswer) -> None:
    """The same once more, and in the end given up: nothing has changed."""
    w.download_tries += 1
    if w.download_tries >= w.profile.download.tries:
        _failed(w, Result.FAILED, "", why)
    else:
        send(w, exchange.request, exchange.kind, exchange.order, w.download_tries)


def activation_unanswered(w: Work, exchange: Exchange, why: NoAnswer) -> None:
    """The same once more; in the end it waits, and goes first again whatever is wanted then."""
    unanswered(w, exchange, why)
    if w.waiting is RESTING:
        pause(w, w.profile.reversal_idle_ms)


def _failed(w: Work, result: Result, code: str, reason: NoAnswer | Failure) -> None:
    _forget(w)
    w.download_tries = 0
    show(w, Shown.DOWNLOAD_FAILED, "主密钥下载失败")
    if _is_asked_for(w):
        end_job(w, result, response_code=code, reason=reason)
