"""A virtual device that is attacked, and a clerk at it who writes down what he is told."""

from __future__ import annotations

import itertools
import time

from tests.attack.target import Attacked
from tests.outside.day import PAN

TID, MID = "10000002", "898000000000001"
LONGEST_REST_S = 60.0
LOOK_S = 0.02
FIRST_FEN = 201


class DeviceTarget(Attacked):
    """A device with its memory in a folder, at a host."""

    def __init__(self, folder, host, *options, prepared=()):
        self.nvm = folder / "terminal.nvm"
        super().__init__(folder, [
            *prepared, "device", "--tid", TID, "--mid", MID, "--host", str(host), "--nvm", str(self.nvm),
            "--download", "none", *options], "control")
        self.longest_answer_s = LONGEST_REST_S

    def operate(self, kind, **parts):
        """What the clerk is told: the outcome; {} where the device died before it told him."""
        return self.ask(do="operate", kind=kind, **parts)

    def is_at_rest(self):
        """Whether it has done what it owes, in a while."""
        until_s = time.monotonic() + LONGEST_REST_S
        while time.monotonic() < until_s and self.is_running:
            if self.ask(do="status").get("at_rest"):
                return True
            time.sleep(LOOK_S)
        return False


class DeviceClerk:
    """Sells at a device until it has gone."""

    def __init__(self):
        self.fen = 0  # that he was told are paid
        self.sales = 0
        self.in_flight_fen = 0  # of the one sale whose end he was not told
        self._amounts = itertools.count(FIRST_FEN)

    def sells(self, device, most):
        if device.operate("sign_on", password="0000").get("result") != "approved":
            return
        for _ in range(most):
            fen = next(self._amounts)
            outcome = device.operate("sale", order=f"D{fen}", amount_fen=fen, card={"pan": PAN})
            if outcome.get("result") != "approved":
                self.in_flight_fen = fen
                return
            self.fen, self.sales = self.fen + fen, self.sales + 1
