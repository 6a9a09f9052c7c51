"""Each remedy says whose work it is, and whoever its words send somebody to is among them."""

from __future__ import annotations

import pytest

from simulator.catalogue.remedies import DOERS, REMEDIES, Doer, asked_of, words

NAMED_IN_CHINESE = {
    "银行": Doer.BANK, "客服": Doer.SUPPORT, "运营商": Doer.PROVIDER, "主机要求": Doer.ACQUIRER, "驱动": Doer.MAKER,
}
"""Words by which the field guides name who is to act."""
ONLY_LOOKED_AT = ("银行流水", "防火墙放行收单机构")


def test_each_has_somebody_who_can_take_it_and_everybody_has_words():
    assert set(DOERS) == set(Doer)
    assert {who for row in REMEDIES.values() for who in row.who} == set(Doer)
    for name, row in REMEDIES.items():
        assert row.who, name
        assert len(set(row.who)) == len(row.who), name


@pytest.mark.parametrize("name", sorted(REMEDIES))
def test_whoever_its_words_name_is_among_those_who_act(name):
    said = REMEDIES[name].zh
    for looked_at in ONLY_LOOKED_AT:
        said = said.replace(looked_at, "")
    named = {who for word, who in NAMED_IN_CHINESE.items() if word in said}
    assert named <= set(REMEDIES[name].who)


@pytest.mark.parametrize(("name", "first"), [
    ("restart_router", Doer.MERCHANT),  # it stands in the shop
    ("monitor", Doer.ACQUIRER),  # nobody else sees all terminals
    ("demand_download", Doer.ACQUIRER),
    ("restore_system", Doer.MAKER),
    ("contact_bank", Doer.MERCHANT),  # the account is the merchant's
])
def test_whoever_begins_comes_first(name, first):
    assert REMEDIES[name].who[0] is first


def test_what_several_do_is_told_apart():
    rows = asked_of(["check_network", "restart_router", "monitor"])
    assert [who.en for who, _ in rows] == ["merchant", "acquirer"]
    assert rows[0][1].en.count("; ") == 1
    assert words(["monitor", "wait"]).zh.split("。")[1] == "商户：等待下一工作日"
