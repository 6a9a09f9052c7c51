"""What is said of a standing terminal that could not be brought to a clean start, in English and Chinese."""

from __future__ import annotations

from simulator.catalogue.language import Message

_M = Message
NO_CYCLE = _M("no_cycle", "its power was not cycled: nothing here turns it off", "未重新上电：此处没有给它断电的东西")
AS_IT_IS = _M("as_it_is", "it was taken as it stands: {why}", "按其现状测试：{why}")
NOT_SETTLED = _M("not_settled", "what it had open before was not settled: {why}", "之前未结的内容没有结算：{why}")
