"""Who is there: merchants, their terminals and terms, customers."""

from __future__ import annotations

from typing import Any

from hil.gherkin.cast import BY_HABIT, put
from hil.gherkin.references import Merchant
from hil.gherkin.sentences import Topic
from hil.gherkin.stage import Stage
from simulator.local_time import datetime_at

TOPIC = Topic("Merchants and their terms", "商户及其条件")


@TOPIC.given("a merchant {name:Name} with {count:Number} (terminals|terminal)", "商户{name:Name}有{count:Number}台终端")
def opens(stage: Stage, name: str, count: int) -> None:
    stage.build().open_shop(name, count)


@TOPIC.given(
    "{merchant:Merchant} is paid on the next working day, less a fee of {percent:Percent}",
    "{merchant:Merchant}下一工作日到账，手续费{percent:Percent}")
def terms(stage: Stage, merchant: Merchant, percent: str) -> None:
    put(stage.build().shop(merchant), "fee.percent", percent)


@TOPIC.given(
    "{count:Number} customers an hour come until {until:Moment}",
    "每小时有{count:Number}位顾客光临，直到{until:Moment}")
def customers(stage: Stage, count: int, until: Any) -> None:
    cast = stage.build()
    shop = cast.shop(None)
    shop["sales"] = {"per_hour": float(count), "until": datetime_at(until.at_ms(cast.start_ms)).isoformat()}
    shop["habits"] = dict(BY_HABIT)
    stage.customers_come = True
