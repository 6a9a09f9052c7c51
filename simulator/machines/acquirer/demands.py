"""What the host asks terminals for in the header of its replies, until they do it.

Sign-on and new software go first and are demanded elsewhere.  Two requests are told once and no
more: exchange rates (8), which no known message brings, and an application (6), which a terminal may
install without a word to this host.
"""

from __future__ import annotations

from simulator.machines.acquirer import records as journal
from simulator.machines.acquirer.events import DownloadDemanded
from simulator.machines.acquirer.work import Effects, Request, Work
from simulator.wire.kinds import Kind, ProcessingRequest

MET_BY: dict[Kind, str] = {
    Kind.PARAMETER_DOWNLOAD: ProcessingRequest.PARAMETER_DOWNLOAD.value,
    Kind.STATUS_UPLOAD: ProcessingRequest.STATUS_UPLOAD.value,
    **dict.fromkeys((Kind.CAPK_LIST, Kind.CAPK_DOWNLOAD), ProcessingRequest.CAPK_DOWNLOAD.value),
    **dict.fromkeys((Kind.AID_LIST, Kind.AID_DOWNLOAD), ProcessingRequest.IC_PARAMETERS.value),
    Kind.TMS_DOWNLOAD: ProcessingRequest.APPLICATION_DOWNLOAD.value,
    Kind.BLACK_LIST_DOWNLOAD: ProcessingRequest.BLACK_LIST.value,
    Kind.CONTACTLESS_DOWNLOAD: ProcessingRequest.CONTACTLESS.value,
}
"""By which message of a terminal the host knows that a request was taken up."""


def demand(work: Work, event: DownloadDemanded, _now_ms: int) -> Effects:
    """Ask one terminal, or all, for what a person wants of them."""
    terminals = work.books.terminals
    if event.tid and event.tid not in terminals:
        return []
    work.told -= {each for each in work.told if event.tid in ("", each[0])}
    return [work.store(journal.Demanded(event.tid, event.request))]


def met(work: Work, request: Request) -> Effects:
    """The terminal has taken up what it was asked for."""
    wanted = MET_BY.get(request.kind, "")
    if wanted not in request.terminal.demanded:
        return []
    return [work.store(journal.DemandMet(request.key.tid, wanted))]
