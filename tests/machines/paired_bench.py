"""The real terminal against the real host, on one line that can lose a message."""

from __future__ import annotations

from acquirer_bench import SETTINGS, HostBench
from terminal_bench import Bench

from simulator.machines.acquirer.settings import AcquirerSettings
from simulator.machines.terminal.profile import TerminalProfile
from simulator.wire.message import Message


class HostAtTheEnd:
    """The host in the place of the little one that a terminal's bench brings along."""

    def __init__(self, bench: HostBench) -> None:
        self.bench = bench

    def answer(self, request: Message) -> Message | None:
        replies = self.bench.receive(request)
        return replies[0] if replies else None


def paired(
    profile: TerminalProfile | None = None, settings: AcquirerSettings = SETTINGS,
) -> tuple[Bench, HostBench]:
    """A terminal that is signed on at a host."""
    host = HostBench(settings=settings)
    bench = Bench(profile=profile)
    bench.host = HostAtTheEnd(host)  # type: ignore[assignment]
    bench.sign_on()
    return bench, host
