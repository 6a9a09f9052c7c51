"""What a file asks of a terminal that cannot do it: signatures on a screen, QR settings without QR."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.machines.terminal.signature import SIGNABLE
from simulator.scenario.parts.acquirer import Acquirer
from simulator.scenario.parts.merchant import Merchant, ScriptedStep
from simulator.scenario.parts.terminals import TerminalGroup
from simulator.scenario.problems import Problem
from simulator.scenario.profiles import devices, profile_of
from simulator.scenario.toml_lines import Path

QR_SETTINGS = (
    "qr_terminal_data", "qr_capability", "qr_field", "qr_reversal_tags", "qr_refund_reference",
)


def check_signed(
    path: Path, step: ScriptedStep, merchant: Merchant, acquirer: Acquirer, contactless: frozenset[str],
) -> Iterator[Problem]:
    """A step that is signed is of a kind that customers sign for, at a terminal that takes it."""
    if not step.signed:
        return
    profiles = [
        profile_of(group, acquirer) for group in merchant.terminals
        for _ in range(len(group.tids) or group.count)
    ]
    allowed = [kind.value for kind in SIGNABLE]
    if step.do not in allowed:
        yield Problem((*path, "signed"), f"nobody signs for a {step.do}; allowed: "
                      f"{', '.join(allowed)}")
    elif step.terminal <= len(profiles) and not profiles[step.terminal - 1].signature_upload:
        yield Problem((*path, "signed"), f"terminal {step.terminal} takes no signatures; set "
                      "signature_upload = true in its settings")
    elif step.card in contactless and step.terminal <= len(profiles) and (
        (step.amount_fen or 0) <= profiles[step.terminal - 1].no_pin_limit_fen
    ):
        yield Problem((*path, "signed"), "nobody signs for a contactless sale up to no_pin_limit")


def check_qr_settings(path: Path, group: TerminalGroup) -> Iterator[Problem]:
    """Settings of QR messages are for terminals that scan."""
    if devices()[group.profile].qr:
        return
    for name in QR_SETTINGS:
        if name in group.settings.model_fields_set:
            yield Problem((*path, "settings", name), f"{group.profile} scans no codes, so this has no effect")
