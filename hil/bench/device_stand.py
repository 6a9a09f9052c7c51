"""A virtual terminal on its stand: its till is the control port, its power the process."""

from __future__ import annotations

from collections.abc import Callable

from hil.bench.device import BenchDevice
from hil.bench.ends import End, PowerCut, Sale, Stand, Told
from hil.bench.process import PATIENCE_S, BenchError, wait_until
from hil.device.requests import CutPower, Outcome
from hil.ports.ports import PortError
from simulator.machines.terminal.profile import Card
from simulator.trace.records import AT_A_PORT
from simulator.wire.kinds import Kind

Mean = Callable[[str, str, int, Card], None]  # MID, sale, fen, card: a customer means it
CardOf = Callable[[str, int], Card]  # by its name, at a terminal that takes this sum


def stand_of(
    device: BenchDevice, card_of: CardOf, mean: Mean, meant: set[str],
) -> Stand:
    """The stand of a device; ``meant`` are the sales that customers meant so far, at any stand."""
    power = ProcessPower(device)
    till = ControlTill(device, power, card_of, mean, meant)
    return Stand(End(device.tid, device.mid, AT_A_PORT), till, power)


class ProcessPower:
    """The process of a device: a power cut is SIGKILL."""

    def __init__(self, device: BenchDevice) -> None:
        self._device = device
        self._prepared = False
        self._dark = False

    @property
    def is_on(self) -> bool:
        """Whether it has power."""
        return not self._dark

    @property
    def is_prepared(self) -> bool:
        """Whether it is to go off in this operation."""
        return self._prepared

    def cut(self, cut: PowerCut) -> None:
        """Prepare a power cut in the next operation; the power stays away."""
        self._device.process.do(CutPower(after_effects=cut.after_effects, before=cut.before))
        self._prepared = True

    def turn_on(self) -> None:
        """The power comes back."""
        self._device.power_on()
        self._dark = False

    def goes(self) -> None:
        """The power that was to go off goes off; ``BenchError`` if it does not, or was not to."""
        device = self._device
        if not self._prepared:
            raise BenchError(f"terminal {device.tid} went away by itself: {device.process.words()}")
        self._prepared = False
        wait_until(f"the end of terminal {device.tid}", device.process.is_running,
                   lambda running: not running, PATIENCE_S)
        device.wait_for_power_cut()
        self._dark = True


class ControlTill:
    """The bench at a device's control port does as a clerk does."""

    def __init__(
        self, device: BenchDevice, power: ProcessPower, card_of: CardOf, mean: Mean,
        meant: set[str],
    ) -> None:
        self._device = device
        self._power = power
        self._card_of = card_of
        self._mean = mean
        self._meant = meant

    def sell(self, sale: Sale) -> Told:
        """A customer means a sale, and the clerk tries it once; the same name again: once more."""
        device, card = self._device, self._card_of(sale.card, sale.amount_fen)
        if sale.name not in self._meant:
            self._meant.add(sale.name)
            self._mean(device.mid, sale.name, sale.amount_fen, card)
        return self._serve(lambda: device.try_again(sale.name, sale.amount_fen, card))

    def settle(self) -> Told:
        """Settle."""
        return self._serve(lambda: self._device.operate(Kind.SETTLEMENT))

    def told(self, sale: str) -> str:
        """How the last try of a sale ended here, as the terminal said; "" for nothing."""
        return self._device.told(sale)

    def rest(self) -> None:
        """Wait until the terminal has nothing pending."""
        self._device.wait_at_rest()

    def _serve(self, operate: Callable[[], Outcome]) -> Told:
        try:
            outcome = operate()
        except PortError:
            self._power.goes()
            return Told("")
        if self._power.is_prepared:
            self._power.goes()
            return Told("")
        return Told(outcome.result, outcome.response_code, outcome.reason)
