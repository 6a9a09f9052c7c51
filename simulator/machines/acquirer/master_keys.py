"""A terminal master key by RSA: public key, new key under the random one of the terminal, activation.

The key that a terminal has from the start is its serial 0; each later one is made from it, its TID
and the serial, so the journal holds serials and no key.  Working keys come under a new key from its
activation on; until then, and after a check value that is wrong, all is as it was.
"""

from __future__ import annotations

from simulator.catalogue.host_reasons import AlarmCode
from simulator.machines.acquirer import records as journal
from simulator.machines.acquirer.downloads import APPROVED, ended, refuse_form
from simulator.machines.acquirer.events import Alarm
from simulator.machines.acquirer.registry import master_key_of
from simulator.machines.acquirer.replies import reply
from simulator.machines.acquirer.work import Effects, Request, Work
from simulator.wire.errors import KeyCheckError, WireError
from simulator.wire.key_transport import RsaTestKey, decrypt_transport_key, wrap_master_key
from simulator.wire.tables_listed import INDEX, RID, Pairs, format_tlv, name_of, read_tlv

NO_KEY, KEY_ERROR = "25", "99"


def give_public_key(work: Work, request: Request) -> Effects:
    """Give the public key under which a terminal sends its random key."""
    rsa = work.settings.library.rsa
    if rsa is None:
        return [reply(work, request, NO_KEY)]
    return [reply(work, request, APPROVED, private=format_tlv(rsa.public()))]


def give_master_key(work: Work, request: Request) -> Effects:
    """Give a new master key under the random key that came; it is in use once it is activated."""
    rsa = work.settings.library.rsa
    try:
        pairs = read_tlv(request.message.private or b"")
    except WireError as error:
        return refuse_form(work, request, error)
    if rsa is None or not _is_of(pairs, rsa):
        return [reply(work, request, NO_KEY)]
    tid = request.key.tid
    try:
        transport_key = decrypt_transport_key(pairs, rsa)
    except KeyCheckError as error:
        return [
            Alarm(AlarmCode.KEY_CHECK_FAILED, tid, str(error)), reply(work, request, KEY_ERROR),
        ]
    terminal = request.terminal
    serial = terminal.master_serial + 1
    effects: Effects = []
    if terminal.offered_serial != serial:
        effects.append(work.store(journal.MasterKeyOffered(tid, serial)))
    wrapped = wrap_master_key(master_key_of(terminal.entry, serial), transport_key)
    effects.append(reply(
        work, request, APPROVED, private=format_tlv(name_of(pairs, (RID, INDEX)) + wrapped)))
    return effects


def _is_of(pairs: Pairs, rsa: RsaTestKey) -> bool:
    return dict(name_of(pairs, (RID, INDEX))) == {RID: rsa.rid, INDEX: rsa.index}


def activate_master_key(work: Work, request: Request) -> Effects:
    """The terminal has the new key: from now on working keys come under it.

    A repetition, whose answer was lost, is answered as the first; without a key that was given out
    there is nothing to activate.
    """
    tid = request.key.tid
    terminal = request.terminal
    effects = ended(work, request, None)
    if not terminal.offered_serial and not terminal.master_serial:
        effects += [
            Alarm(AlarmCode.NO_KEY_TO_ACTIVATE, tid, "no master key was given out"),
            reply(work, request, NO_KEY),
        ]
        return effects
    if terminal.offered_serial:
        effects.append(work.store(journal.MasterKeyActivated(tid, terminal.offered_serial)))
    effects.append(reply(work, request, APPROVED))
    return effects
