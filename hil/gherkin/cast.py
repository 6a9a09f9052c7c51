"""Who is there before anything happens, as the tables of a scenario: merchants, cards, banks, acquirer.

All that a Given says of them is laid into these tables; how they are read is the scenario's business.
"""

from __future__ import annotations

import re
from typing import Any

from hil.benches.toml_text import toml_text
from hil.gherkin.references import Customer, Merchant, Terminal
from hil.gherkin.wrong import WrongError, hold, unknown
from hil.tills.ends import USUAL_CARD
from simulator.catalogue.language import Told
from simulator.local_time import datetime_at
from simulator.scenario.read import scenario_of_text
from simulator.scenario.scenario import Scenario

ALONE: dict[str, Any] = {"settles": "never", "after_failed_sale": "gives_up", "repeats_after": "1s"}
BY_HABIT: dict[str, Any] = {"settles": "22:30", "settles_again_after": "20m"}
WALLETS = ("wallet.a", "wallet.wechat", "wallet.alipay")
DAYS_AFTER = "120d"  # so long the stage can go on
_MERCHANT = Told("merchant", "商户")
_CUSTOMER = Told("customer", "顾客")
_TERMINAL = Told("terminal", "终端")
_UNNAMED = "Shop"  # the merchant of whom nobody says a name


def put(table: dict[str, Any], path: str, value: Any) -> None:
    """Lay a value into a table, the tables on the way to it made where they are missing."""
    *above, last = path.split(".")
    for key in above:
        table = table.setdefault(key, {})
    table[last] = value


class Cast:
    """Everybody, by name."""

    def __init__(self, title: str) -> None:
        self.title = title
        self.start_ms = 0
        self.shops: dict[str, dict[str, Any]] = {}
        self.cards: dict[str, dict[str, Any]] = {"": {"name": USUAL_CARD}}  # by customer; "": not named
        self.acquirer: dict[str, Any] = {}
        self.plan: dict[str, Any] = {}
        self.banks: dict[str, dict[str, Any]] = {}
        self.wallet: dict[str, Any] = {}
        self.labels: dict[str, tuple[str, int]] = {}  # terminals by their own names
        self.has_wallets = False  # some step names one
        self.unnamed = ""  # the merchant of whom nobody has said a name yet

    # ---- who is meant ------------------------------------------------------------------------

    def open_shop(self, name: str, terminals: int) -> None:
        """A merchant comes; one that is there already is not replaced."""
        hold(name.strip(), "the merchant has no name", "商户没有名称")
        if self.unnamed:
            self._give_name(name, terminals)
            return
        hold(name not in self.shops, f'there is a merchant "{name}" already', f'已有商户"{name}"')
        hold(terminals > 0, f'merchant "{name}" has no terminal: give it at least one',
             f'商户"{name}"没有终端：至少要有一台')
        self.shops[name] = {
            "name": name, "fee": {"percent": "0.6"}, "habits": dict(ALONE),
            "terminals": {"count": terminals}}

    def _give_name(self, name: str, terminals: int) -> None:
        """The merchant who was there without a name gets it, with what was said of it."""
        shop = self.shops.pop(self.unnamed)
        shop["name"] = name
        shop["terminals"]["count"] = max(terminals, shop["terminals"]["count"])
        self.labels = {label: (name, number) for label, (_, number) in self.labels.items()}
        self.shops[name], self.unnamed = shop, ""

    def open_unnamed(self, terminals: int = 1) -> None:
        """The merchant who needs no name, for a terminal that stands somewhere."""
        hold(not self.shops, "which merchant? There is one already: name it", "哪个商户？已有商户：请写明")
        self.open_shop(_UNNAMED, terminals)
        self.unnamed = _UNNAMED

    def come(self, merchant: Merchant, terminals: int = 0) -> None:
        """A merchant who is not there yet comes; who is there gets the terminals that are said."""
        known = merchant.name in self.shops if merchant.name else bool(self.shops)
        if not known and merchant.name:
            self.open_shop(merchant.name, terminals or 1)
        elif not known:
            self.open_unnamed(terminals or 1)
        elif terminals:
            table = self.shops[self.shop_name(merchant)]["terminals"]
            table["count"] = max(terminals, table["count"])

    def name_terminal(self, merchant: Merchant | None, label: str) -> None:
        """The next terminal that has no name of its own gets one; where all have one, another terminal comes."""
        hold(label.strip(), "the terminal has no name", "终端没有名称")
        hold(label not in self.labels, f'there is a terminal "{label}" already', f'已有终端"{label}"')
        if not self.shops:
            self.open_unnamed()
        name = self.shop_name(merchant)
        taken = sum(shop == name for shop, _ in self.labels.values())
        if taken == self.count_of(name):
            self.shops[name]["terminals"]["count"] = taken + 1
        self.labels[label] = name, taken + 1

    def _label_of(self, said: Terminal) -> str:
        """The name of a terminal that was given one; T1 is terminal 1 unless some terminal is called T1."""
        label = said.name or (f"T{said.number}" if said.number and f"T{said.number}" in self.labels else "")
        if label and label not in self.labels:
            raise unknown(_TERMINAL, label, self.labels)
        return label

    def shop_name(self, merchant: Merchant | None) -> str:
        """Which merchant is meant; the only one where none is named."""
        name = merchant.name if merchant is not None else ""
        if not self.shops:
            raise WrongError(
                f'no Given says that there is a merchant "{name}"; first: a merchant "{name}" with one terminal',
                f'还没有商户"{name}"；先写：商户"{name}"有一台终端',
            ) if name else WrongError(
                'no Given says that there is a merchant; first: a merchant "Bakery" with one terminal',
                '还没有商户；先写：商户"Bakery"有一台终端')
        if name:
            if name not in self.shops:
                raise unknown(_MERCHANT, name, self.shops)
            return name
        if len(self.shops) > 1:
            names = ", ".join(f'"{each}"' for each in self.shops)
            raise WrongError(f"which merchant? There are several: {names}; name one", f"哪个商户？有多个：{names}；请写明")
        return next(iter(self.shops))

    def shop(self, merchant: Merchant | None) -> dict[str, Any]:
        """The table of a merchant; the first who is named comes by that."""
        if merchant is not None and merchant.name and (not self.shops or self.unnamed):
            self.open_shop(merchant.name, 1)
        return self.shops[self.shop_name(merchant)]

    def count_of(self, name: str) -> int:
        """How many terminals a merchant has."""
        count: int = self.shops[name]["terminals"]["count"]
        return count

    def place_of(
        self, terminal: Terminal | None, merchant: Merchant | None = None, usual: Merchant | None = None,
    ) -> tuple[str, int]:
        """Which terminal of which merchant is meant; the first where none is named.

        A terminal is of ``merchant`` where one is named, or the step is refused; of ``usual`` where
        nothing says of whom it is.
        """
        said = terminal or Terminal()
        named = [self.shop_name(Merchant(each)) for each in (said.merchant, merchant.name if merchant else "") if each]
        label = self._label_of(said)
        if label:
            named.append(self.labels[label][0])
        name = named[-1] if named else self.shop_name(usual)
        other = next((each for each in named if each != name), "")
        who = label or f"{said.number or 1}"
        hold(not other, f'terminal "{who}" is of merchant "{name}", not of merchant "{other}"',
             f'终端"{who}"是商户"{name}"的，不是商户"{other}"的')
        if label:
            return self.labels[label]
        number, count = said.number or 1, self.count_of(name)
        hold(number <= count, f'there is no terminal {number}: merchant "{name}" has {count}, from 1',
             f'没有 {number} 号终端：商户"{name}"有 {count} 台，从 1 起编号')
        return name, number

    def number_of(self, name: str, number: int) -> int:
        """The number of a terminal over all merchants, as targets count them."""
        before = 0
        for each in self.shops:
            if each == name:
                break
            before += self.count_of(each)
        return before + number

    def card_of(self, customer: Customer | None) -> str:
        """The name of a customer's card in the scenario."""
        name = customer.name if customer is not None else ""
        if name not in self.cards:
            raise unknown(_CUSTOMER, name, filter(None, self.cards))
        card: str = self.cards[name]["name"]
        return card

    def wallet_place(self, name: str) -> int:
        """Which wallet is meant, in the order of the scenario."""
        return WALLETS.index(name) if name else 0

    def new_customer(self, name: str) -> dict[str, Any]:
        """The card of a customer, who may come now."""
        if name not in self.cards:
            fits = re.fullmatch(r"[A-Za-z0-9_-]{1,20}", name)
            card = f"card.{name.lower()}" if fits else f"card.c{len(self.cards)}"
            self.cards[name] = {"name": card}
        return self.cards[name]

    # ---- as a scenario -----------------------------------------------------------------------

    @property
    def settle_by_themselves(self) -> bool:
        """Whether some merchant settles at an hour, without being told to."""
        return any(shop["habits"]["settles"] != ALONE["settles"] for shop in self.shops.values())

    def tables(self, terminal_settings: dict[str, Any]) -> dict[str, Any]:
        """The scenario of all of them."""
        merchants = []
        for shop in self.shops.values():
            terminals = {**shop["terminals"]}
            terminals["settings"] = {**terminal_settings, **terminals.get("settings", {})}
            merchants.append({**shop, "terminals": terminals})
        tables: dict[str, Any] = {
            "title": self.title or "feature", "start": datetime_at(self.start_ms), "until": DAYS_AFTER,
            "cards": list(self.cards.values()), "merchants": merchants,
        }
        if self.plan:
            tables["plan"] = self._whole_plan()
        if self.acquirer:
            tables["acquirer"] = self.acquirer
        if self.banks:
            usual = ("bank.a", "bank.b")
            names = [*usual, *(each for each in self.banks if each not in usual)]
            tables["banks"] = [{"name": each, **self.banks.get(each, {})} for each in names]
        if self.wallet or self.has_wallets:
            tables["wallets"] = [{"name": each, **self.wallet} for each in WALLETS]
        return tables

    def _whole_plan(self) -> dict[str, Any]:
        """The emergency plan; ``WrongError`` where nobody acts, or nothing is watched."""
        hold("team" in self.plan, 'the emergency plan has no team: say who acts, such as: the emergency team is "Li", who acts within 10 minutes',
             '应急预案没有应急小组：请写明由谁处理，如：应急小组由"小李"负责,10分钟内处理')
        hold("alarms" in self.plan, 'the emergency plan has no alarm: say what is watched, such as: an alarm "late" watches "payout_late"',
             '应急预案没有告警：请写明监控什么，如：告警"逾期"监控"payout_late"')
        return self.plan

    def text(self, terminal_settings: dict[str, Any]) -> str:
        """The scenario as TOML."""
        return toml_text(self.tables(terminal_settings))

    def read(self, text: str) -> Scenario:
        """A scenario read; ``ScenarioError`` for what it cannot say."""
        return scenario_of_text(text)


