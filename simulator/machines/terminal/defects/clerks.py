"""Terminals that let anybody do anything: no clerk, no password, no supervisor, functions that are off."""

from __future__ import annotations

from simulator.defect import Defect, Replacements, instead
from simulator.machines.terminal import refusals
from simulator.machines.terminal.events import Operated
from simulator.machines.terminal.work import Check, TerminalTable, Work


def _let_pass(_right: Check, _w: Work, _asked: Operated) -> None:
    """Asks nobody who he is, or whether he may."""


def _without(check: Check) -> Replacements:
    return instead(TerminalTable, (check, _let_pass))


ROWS = (
    Defect("terminal.any_clerk", "does what anybody asks, signed in or not", (25,),
           _without(refusals.clerk), shown_by="modes/operator.unauthorised_clerk",
           zh="不核对操作员是否签到"),
    Defect("terminal.any_password", "signs a clerk in with any password", (25,),
           _without(refusals.password), shown_by="modes/operator.unauthorised_clerk",
           zh="任何密码都能签到"),
    Defect("terminal.no_supervisor", "asks nobody for the supervisor's password", (25,),
           _without(refusals.supervised), shown_by="modes/operator.unauthorised_clerk",
           zh="不要求主管密码"),
    Defect("terminal.does_disabled", "does what is switched off", (25,),
           _without(refusals.disabled), shown_by="modes/operator.disabled_function",
           zh="执行未开通的功能"),
)
