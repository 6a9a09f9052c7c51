"""Users of a wallet in a scenario: what is refused of them by name, and which codes are theirs."""

from __future__ import annotations

import pytest

from hil.host.cards_shown import card_lines
from simulator.scenario.read import ScenarioError, scenario_of_text
from simulator.scenario.wallet_codes import WalletCodes

WORLD = """
title = "users"
start = "2026-03-10T09:00"
until = "12h"
[[wallets]]
name = "wallet.a"
users = [{{ name = "user.li" }}]
{more}
[[wallets]]
name = "wallet.b"
users = [{{ name = "{other}" }}]
[[merchants]]
name = "shop"
terminals = {{}}
script = [{{ at = "10:00", {step} }}]
"""
PAYS = 'do = "qr_sale", amount = "1.00"'


def _text(step: str, more: str = "", other: str = "user.wang") -> str:
    return WORLD.format(step=step, more=more, other=other)


@pytest.mark.parametrize(("text", "said"), [
    (_text(f'{PAYS}, user = "user.zhao"'), 'no user of a wallet "user.zhao"'),
    (_text(f'{PAYS}, user = "user.wang", wallet = "wallet.a"'),
     "user.wang is of wallet.b, and the wallet here is wallet.a"),
    (_text('amount = "1.00", user = "user.li"'), "only a qr_sale says who pays by a code, and this is a sale"),
    (_text('amount = "1.00", wallet = "wallet.a"'), "only a qr_sale says who pays by a code"),
    (_text(PAYS, other="user.li"), "user.li"),
    (_text(PAYS, more='limits = { single = "5", day = "3" }'), "is above day, so it has no effect"),
], ids=["unknown", "of-another-wallet", "pays-by-card", "wallet-of-a-card-sale", "named-twice", "no-effect"])
def test_what_says_nothing_or_contradicts_is_refused_by_name(text: str, said: str) -> None:
    with pytest.raises(ScenarioError) as refused:
        scenario_of_text(text)
    assert said in str(refused.value)


def test_times_a_day_bind_nobody_where_each_user_has_limits_of_its_own() -> None:
    bound = _text(PAYS, more="limits = { times_a_day = 2 }")
    scenario_of_text(bound)
    own = bound.replace('{ name = "user.li" }', '{ name = "user.li", limits = { day = "5" } }')
    with pytest.raises(ScenarioError, match="no user with a name is bound by it"):
        scenario_of_text(own)


def test_a_code_tells_its_user_and_no_code_of_somebody_else_does() -> None:
    """The code of somebody without a name, at a merchant whose number ends with zeros, is nobody's with a name."""
    codes = WalletCodes({"wallet.a": "280", "wallet.b": "131"}, {"user.li": "wallet.a", "user.wang": "wallet.b"})
    for user in ("user.li", "user.wang"):
        assert {codes.user_of(codes.of_user(user, number)) for number in (0, 1, 9_999_999, 12_345_678)} == {user}
        assert codes.wallet_of(codes.of_user(user, 5)) == codes.wallets[user]
    assert codes.user_of(codes.of_anybody("wallet.a", "0000", 65_535, 1)) == ""
    assert codes.user_of("2801234") == ""


def test_a_tester_is_shown_a_code_of_each_user() -> None:
    shown = "\n".join(card_lines(scenario_of_text(_text(PAYS))))
    assert "wallet.a user.li" in shown
    assert "wallet.b user.wang" in shown
