"""Fees, shares and kinds of cards that could have no effect are refused by name; rows of what may not come are not."""

import pytest

from simulator.scenario.read import ScenarioError, scenario_of_text

HEAD = 'title = "t"\nstart = "2026-03-10T10:00"\nuntil = "2h"\n'
MERCHANT = '[[merchants]]\nname = "M"\nterminals = {}\n'
ALL_KINDS = ", ".join(f'{kind} = {{ percent = "0.5" }}' for kind in ("debit", "credit", "foreign", "qr"))


def read(of_merchant="", beside=""):
    return scenario_of_text(HEAD + beside + MERCHANT + of_merchant)


@pytest.mark.parametrize(("of_merchant", "said"), [
    ('fee = { percent = "0.6", minimum = "20", cap = "20" }', "fee.minimum: must be below cap, 20.00"),
    ('fee = { credit = { percent = "0.6", minimum = "21", cap = "20" } }', "fee.credit.minimum: must be below cap"),
    ('fee = { percent = "0", cap = "20" }', "fee.cap: a rate of 0 reaches no cap; leave it out"),
    ('fee = { qr = { percent = "0", cap = "20" } }', "fee.qr.cap: a rate of 0 reaches no cap; leave it out"),
    ('fee = { credit = { cap = "20" } }', "fee.credit.percent"),
    ('fee = { debit = { percent = "0.5", of = "all" } }', "fee.debit.of"),
    (f'fee = {{ percent = "0.6", {ALL_KINDS} }}', "fee.percent: every kind of card has a fee of its own"),
    (f'fee = {{ plus = "0.01", {ALL_KINDS} }}', "fee.plus: every kind of card has a fee of its own"),
    ('fee = { percent = "0" }\nfee_on_refund = "kept"', "fee_on_refund: there is no fee that could be kept"),
    ('fee_on_refund = "maybe"', "fee_on_refund"),
    ('class = "hospital"', "class"),
    ('fee = { percent = "0.605" }', "fee.percent"),
])
def test_refused_by_name_at_a_merchant(of_merchant, said):
    with pytest.raises(ScenarioError, match="merchants") as refused:
        read(of_merchant)
    assert said in str(refused.value)


@pytest.mark.parametrize(("beside", "said"), [
    ('[acquirer.shares.debit]\nissuer = "0.35001"\n', "must be a percentage as text"),
    ('[acquirer.shares.debit]\nissuer = "11"\n', "must be a percentage as text"),
    ('[acquirer.shares.credit]\nissuer_cap = "3"\n', "acquirer.shares.credit.issuer_cap: a rate of 0 reaches no cap"),
    ('[acquirer.shares.qr]\nissuer = "0.1"\nnetwork_cap = "3"\n', "acquirer.shares.qr.network_cap: a rate of 0"),
    ('[acquirer]\ndomestic_prefixes = ["6299"]\n[[banks]]\nname = "bank.a"\ncard_kind = "credit"\n',
     "banks[1].card_kind: numbers that begin with 620000 are foreign; leave it out"),
    ('[acquirer]\ndomestic_prefixes = ["6299"]\n[[banks]]\nname = "bank.a"\n[[cards]]\nname = "card.a"\nkind = "credit"\n',
     "cards[1].kind: numbers that begin with 620000 are foreign; leave it out"),
    ('[[cards]]\nname = "card.a"\nkind = "foreign"\n', "cards[1].kind"),
])
def test_refused_by_name_elsewhere(beside, said):
    with pytest.raises(ScenarioError) as refused:
        read(beside=beside)
    assert said in str(refused.value)


@pytest.mark.parametrize("of_merchant", [
    'fee = { foreign = { percent = "3" } }',  # none may come
    'fee = { percent = "0", minimum = "1.00" }',  # a flat fee
    'fee = { percent = "0", plus = "1.00" }\nfee_on_refund = "kept"',
    'fee = { percent = "0.6", minimum = "19.99", cap = "20" }',
    f"fee = {{ {ALL_KINDS} }}",
    'class = "reduced"',
])
def test_accepted(of_merchant):
    assert read(of_merchant).merchants[0].name == "M"
