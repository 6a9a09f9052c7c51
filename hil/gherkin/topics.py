"""All sentences, topic by topic, in the order in which people meet them."""

from __future__ import annotations

from hil.gherkin.sentences import SENTENCES, matches
from hil.gherkin.steps import (
    acquirer_steps,
    bank_steps,
    batch_steps,
    fault_steps,
    hold_steps,
    judge_steps,
    line_steps,
    merchant_steps,
    money_steps,
    plan_steps,
    selling_steps,
    settlement_steps,
    terminal_steps,
    time_steps,
)
from hil.gherkin.wordings import with_wordings

MODULES = (
    merchant_steps, time_steps, selling_steps, terminal_steps, settlement_steps, batch_steps, money_steps, hold_steps, acquirer_steps, line_steps,
    bank_steps, fault_steps, plan_steps, judge_steps,
)

_PLACES = {module.__name__: place for place, module in enumerate(MODULES)}
SENTENCES[:] = with_wordings(sorted(SENTENCES, key=lambda each: _PLACES[each.does.__module__]))  # whoever was imported first

__all__ = ["MODULES", "SENTENCES", "matches"]
