"""docs/remedies.md from the table of remedies: ``python -m simulator.catalogue.remedies_page``."""

from __future__ import annotations

import sys

from simulator.catalogue.failures import catalogue
from simulator.catalogue.places import Place
from simulator.catalogue.remedies import REMEDIES, Remedy, doers

HEAD = """# Remedies

What the guides tell people to do, each an action that a scenario can take and whose effect is
modelled: `[[actions]] do = "restart_router"`, with `at` or `after`, and the keys of its row. Those
that need hands at a terminal cannot be taken for terminals at ports. An action that nothing could be
done with (a sale that was never keyed, a terminal that still owes a reversal and is to be reset) is
not taken, and the run is INCONCLUSIVE. *who*: whose work it is, as the guides have it; whoever begins
comes first, then those without whom it cannot be done.

What a remedy changed: `daozhang run day.toml --compare restart_router` runs the same day and seed
with and without it, side by side; `--compare actions` without any remedy, `--compare faults` without
the faults, `--compare plan` without the emergency plan ([plan.md](plan.md)), `--compare other.toml` another
scenario. What did harm is shown first; sales that both runs have are compared by name: how many were done, and
paid, sooner or later. What people meant to give back is no harm. Both columns say who paid twice (by which sales, how much too much)
and which merchants gave goods and were not paid; `--json` has both as `overpaid` and `unpaid`.

Some do harm, as the guides do not always say: `factory_reset` wipes an open batch (the host's record
decides), `restore_system` brings old software back, `restore_data` leaves a gap that the host's record
fills, `sell_again` may be a second sale, `another_payment_method` while a wallet payment is pending
may have the customer pay twice, and a `release_suspense` without all papers waits for them.

"""


def page() -> str:
    """The whole page."""
    rows = [
        "| remedy | what | \u505a\u6cd5 | who | keys | where | ends | for |", "|---|---|---|---|---|---|---|---|",
        *(_row(name, remedy) for name, remedy in sorted(REMEDIES.items())),
    ]
    return HEAD + "\n".join(rows) + "\n"


def _row(name: str, remedy: Remedy) -> str:
    places = [place.value for place in Place if place in remedy.places]
    failures = [row.id for row in catalogue().values() if name in row.remedies]
    cells = (
        f"`{name}`", remedy.en, remedy.zh, doers(remedy).en, _codes(sorted(remedy.keys)),
        _codes(places) if places else "advice only", _codes(sorted(remedy.ends)), _codes(failures),
    )
    return "| " + " | ".join(cells) + " |"


def _codes(names: list[str]) -> str:
    return " ".join(f"`{name}`" for name in names) or "\u2013"


if __name__ == "__main__":
    sys.stdout.write(page())
