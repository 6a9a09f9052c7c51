"""A virtual terminal on its stand: its till is the control port, its power the process."""

from __future__ import annotations

import threading

import msgspec

from hil.control.control import PROMPT_S, ControlError
from hil.device.requests import CutPower, Operate, Outcome
from hil.ports.ports import PortError, SilentError
from hil.power.power import Ability, Record
from hil.power.powers import power_of_process
from hil.power.supply import unrecorded
from hil.processes.process import PATIENCE_S, BenchError, wait_until
from hil.tills.counter import Counter
from hil.tills.device import BenchDevice
from hil.tills.ends import (
    SILENT,
    Can,
    CardOf,
    End,
    People,
    PowerCut,
    Stand,
    Told,
    Wish,
)
from hil.tills.tickets import ThreadTicket
from simulator.local_time import mmdd
from simulator.machines.terminal.profile import TerminalProfile
from simulator.trace.records import AT_A_PORT
from simulator.wire.kinds import Kind

USUAL_PROFILE = TerminalProfile()


def stand_of(
    device: BenchDevice, card_of: CardOf, people: People, profile: TerminalProfile = USUAL_PROFILE,
) -> Stand:
    """The stand of a device."""
    power = ProcessPower(device)
    till = ControlTill(device, power, Counter(device.tid, device.mid, profile, card_of, people))
    return Stand(End(device.tid, device.mid, AT_A_PORT), till, power)


class ProcessPower:
    """The process of a device: off is SIGKILL, wherever it is; hung is SIGSTOP."""

    def __init__(self, device: BenchDevice, record: Record = unrecorded) -> None:
        self._device = device
        self._supply = power_of_process(
            f"process of terminal {device.tid}", device.running_pid, device.power_on, record)
        self._prepared = False
        self._dark = not device.is_on
        self._turn = threading.RLock()  # whoever watches the line turns it off in a thread of its own

    @property
    def name(self) -> str:
        """What it is and where."""
        return self._supply.name

    @property
    def can(self) -> frozenset[Ability]:
        """What it can do beside off and on."""
        return self._supply.can

    @property
    def is_on(self) -> bool:
        """Whether it has power; one that was to go in an operation may have gone, whoever asked for that."""
        if self._prepared and not self._dark and not self._device.process.is_running():
            self.goes()
        return not self._dark

    @property
    def hangs(self) -> bool:
        """Whether it was stopped and not told to go on."""
        return self._supply.hangs

    @property
    def is_prepared(self) -> bool:
        """Whether it is to go off in this operation."""
        return self._prepared

    def cut(self, cut: PowerCut) -> None:
        """Prepare a power cut in the next operation; the power stays away."""
        self._device.process.do(CutPower(after_effects=cut.after_effects, before=cut.before), PROMPT_S)
        self._prepared = True

    def off(self) -> None:
        """The power goes, now."""
        with self._turn:
            if not self._dark:
                self._dark = True
                self._prepared = False
                self._supply.off()
                self._device.cut_power()

    def on(self) -> None:
        """The power comes back."""
        with self._turn:
            if self._dark:
                self._supply.on()
                self._dark = False

    def hang(self) -> None:
        """It stops where it is, with its line open."""
        self._supply.hang()

    def resume(self) -> None:
        """It goes on where it stopped."""
        self._supply.resume()

    def close(self) -> None:
        """The process is the bench's."""
        self._supply.close()

    def goes(self) -> None:
        """The power that was to go off goes off; ``BenchError`` if it does not, or was not to."""
        with self._turn:
            if self._dark:
                return
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

    def __init__(self, device: BenchDevice, power: ProcessPower, counter: Counter) -> None:
        self._device = device
        self._power = power
        self._counter = counter

    def can(self, kind: Kind) -> Can:
        """Whether the terminal has this function and it is enabled."""
        return self._counter.can(kind)

    def lacks(self, _wish: Wish) -> str:
        """A control port says all of it."""
        return ""

    def operate(self, wish: Wish) -> Told:
        """Ask once, and wait how it ends; the same order again: once more."""
        return self._serve(wish, self._meant(wish))

    def begin(self, wish: Wish) -> ThreadTicket:
        """Ask, and do something else meanwhile."""
        asked = self._meant(wish)
        return ThreadTicket(asked.order, lambda: self._serve(wish, asked, alone=True))

    def told(self, sale: str) -> str:
        """How the last try of a sale ended here, as the terminal said; "" for nothing."""
        return self._device.told(sale)

    def rest(self) -> None:
        """Wait until the terminal has nothing pending."""
        self._device.wait_at_rest()

    def close(self) -> None:
        """The control port is the process's."""

    def _meant(self, wish: Wish) -> Operate:
        """What is asked of the control port, once people have said what they mean."""
        meant = self._counter.means(wish)
        wish, of = meant.wish, meant.wish.original
        signs_on = wish.kind is Kind.SIGN_ON
        return Operate(
            kind=wish.kind, order=wish.order, amount_fen=wish.amount_fen, card=meant.card, clerk=wish.clerk,
            password=wish.password or (self._device.password if signs_on else self._counter.supervisor_password(wish.kind)),
            original=of.original() if of is not None else None,
            original_rrn=of.rrn if of is not None else "",
            original_auth_code=of.auth_code if of is not None else "",
            voucher=of.voucher if of is not None else "",
            qr_code=wish.qr_code, signature=wish.signature,
        )

    def _serve(self, wish: Wish, asked: Operate, *, alone: bool = False) -> Told:
        dark = Told("", kind=wish.kind, order=asked.order)
        if not self._power.is_on:
            return dark
        try:
            outcome = self._device.ask_alone(asked, Outcome) if alone \
                else self._device.process.ask(asked, Outcome)
        except ControlError as error:
            raise BenchError(f"terminal {self._device.tid}: {error}") from error
        except SilentError:
            return msgspec.structs.replace(dark, reason=SILENT)
        except PortError:
            self._power.goes()
            return dark
        if self._power.is_prepared:
            self._power.goes()
            return dark
        return Told(
            outcome.result, outcome.response_code, outcome.reason, wish.kind, outcome.order,
            outcome.batch, outcome.stan, outcome.rrn, outcome.auth_code,
            outcome.amount_fen or asked.amount_fen, outcome.voucher, asked.qr_code,
            mmdd(self._device.now_ms()),
        )
