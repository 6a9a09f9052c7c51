"""Sign-on, sign-off, echo, script results: what a terminal says that moves no money.

Which batch number a sign-on gives (F60.2 of the reply), where H is the host's open batch and T what
the terminal shows in F60.2:

* T = H: H.  The usual case.
* H holds nothing: T where the host has it open or never heard of it and it is later, else H.
* T is later than H: T is taken over, H stays open until it is settled or forced.
* T was settled: the terminal missed the end of its own settlement, it has lost nothing.  H.
* T is 0, or an earlier batch that is open or forgotten: the terminal has lost its batch (factory
  reset, replacement, old image).  The next unused number is given, so that no STAN of H can come
  again for something else; H stays open as the host recorded it until a terminal that still has
  it settles it, or it is forced.
* T = H, but a STAN came for something else since the last sign-on (77): as if T were 0.

A repeated sign-on (same STAN) gets the same keys: a copy on the line makes no key invalid.  Which keys
it gets, and in which form, is the terminal's to ask (F60.3) and the host's to allow.
"""

from __future__ import annotations

from simulator.catalogue.host_reasons import AlarmCode
from simulator.machines.acquirer import records as journal
from simulator.machines.acquirer.events import (
    Alarm,
    KeysWithdrawn,
    TransactionKey,
    VersionDemanded,
)
from simulator.machines.acquirer.registry import master_key_of
from simulator.machines.acquirer.replies import reply
from simulator.machines.acquirer.script_results import book_results
from simulator.machines.acquirer.transactions import Stage, TerminalBook
from simulator.machines.acquirer.work import Effects, Request, Work
from simulator.machines.issuer_scripts import has_failed, results_in
from simulator.wire.keys import WorkingKeys, wrap_working_keys
from simulator.wire.kinds import WITH_TRACK_KEY
from simulator.wire.message import Original

FORMAT_ERROR, NOT_FOUND, NOT_SUPPORTED = "30", "25", "40"


def sign_on(work: Work, request: Request) -> Effects:
    """Give working keys and a batch number."""
    asked = request.message
    terminal = request.terminal
    tid = terminal.entry.tid
    stan = asked.stan or 0
    form = form_of(work, asked.network_code)
    if not form:
        return [
            Alarm(AlarmCode.KEY_DOWNLOAD_REFUSED, tid,
                  f"{asked.network_code}; this host gives {', '.join(work.settings.key_downloads)}; "
                  "[acquirer] key_download_as says in which form it shall answer another"),
            reply(work, request, NOT_SUPPORTED),
        ]
    effects: Effects = []
    repeated = (
        not terminal.must_sign_on and stan == terminal.sign_on_stan and not terminal.reused
        and form == terminal.download
    )
    batch = batch_at_sign_on(terminal, asked.batch)
    if not repeated or batch != terminal.batch:
        serial = terminal.serial if repeated else terminal.serial + 1
        effects.append(work.store(journal.SignedOn(tid, serial, stan, batch, form)))
    assert terminal.keys is not None
    keys = terminal.keys
    if form != WITH_TRACK_KEY and keys.tdk:
        keys = WorkingKeys(keys.pik, keys.mak)
    effects.append(reply(
        work, request, "00", batch=terminal.batch,
        private=wrap_working_keys(keys, master_key_of(terminal.entry, terminal.master_serial)),
    ))
    return effects


def form_of(work: Work, code: str) -> str:
    """The network code in whose form the keys are given; "" where this one is not answered."""
    settings = work.settings
    return code if code in settings.key_downloads else dict(settings.key_downloads_as).get(code, "")


def batch_at_sign_on(terminal: TerminalBook, shown: int) -> int:
    """The batch number to give; see the table at the head of this module."""
    host = terminal.batch
    held = terminal.find_batch(host)
    earlier = terminal.find_batch(shown)
    if shown == host:
        return terminal.unused_after(host) if terminal.reused else host
    if shown > host and earlier is None:
        return shown
    if earlier is not None and earlier.stage is Stage.SETTLED:
        return host
    if held is None or not held.transactions:
        return shown if earlier is not None else host
    return terminal.unused_after(host)


def sign_off(work: Work, request: Request) -> Effects:
    """The clerk goes home."""
    answer = reply(work, request, "00")
    if request.terminal.must_sign_on:
        return [answer]
    return [work.store(journal.SignedOff(request.key.tid)), answer]


def echo(work: Work, request: Request) -> Effects:
    """The line is there."""
    return [reply(work, request, "00")]


def script_result(work: Work, request: Request) -> Effects:
    """Book the result of an issuer's script; one that failed is an alarm.

    25 where F61 names nothing that is known: a terminal then asks no more.
    """
    message = request.message
    results = results_in(message.icc_data or b"")
    named = message.original or Original(message.batch, message.stan or 0)
    key = TransactionKey(request.key.tid, named.batch, named.stan)
    known = work.books.find(key)
    code = FORMAT_ERROR if not results else "00" if known is not None else NOT_FOUND
    effects: Effects = [*book_results(work, key, results), reply(work, request, code)]
    if known is not None and any(map(has_failed, results)):
        effects.append(Alarm(
            AlarmCode.SCRIPT_FAILED, request.key.tid,
            f"STAN {named.stan:06} of batch {named.batch:06}",
        ))
    return effects


# ---- what the host's operators want ----------------------------------------------------------


def withdraw_keys(work: Work, event: KeysWithdrawn, _now_ms: int) -> Effects:
    """Ask one terminal, or all, to sign on again."""
    if event.tid and event.tid not in work.books.terminals:
        return []
    return [work.store(journal.KeysVoided(event.tid))]


def demand_version(work: Work, event: VersionDemanded, _now_ms: int) -> Effects:
    """Ask terminals below a version to update."""
    return [work.store(journal.VersionSet(event.minimum, event.refuse))]
