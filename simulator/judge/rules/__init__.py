"""The rules of the invariants, a module or a folder of modules each, found by being in this folder.

Each exports one ``RULE``; who adds one edits nothing else.  The order is that of their numbers.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from simulator.judge.rule import Rule, RuleError, table


def _of(module: str) -> Rule:
    rule = vars(import_module(f"{__name__}.{module}")).get("RULE")
    if not isinstance(rule, Rule):
        raise RuleError(f"{__name__}.{module} exports no RULE")
    return rule


RULES: tuple[Rule, ...] = table(_of(found.name) for found in iter_modules(__path__))
RULE_OF: dict[int, Rule] = {rule.number: rule for rule in RULES}
