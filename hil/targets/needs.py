"""What a scenario may need of a target, and what is said where the target has it not: a reason, never a failure."""

from __future__ import annotations

from enum import StrEnum

from simulator.catalogue.language import Message, Told

_M = Message


class Need(StrEnum):
    """What targets differ in; a scenario names it by a tag, ``@needs.customers``, or by a step that uses it."""

    CUSTOMERS = "customers"  # who come by chance
    HABITS = "habits"  # merchants who settle by themselves at an hour
    TERMINALS = "terminals"  # more than one at the merchant
    TERMINAL_DEFECT = "terminal_defect"  # a terminal built wrong on purpose
    HOST_DEFECT = "host_defect"  # an acquirer or a bank built wrong on purpose
    STEP = "step"  # to cut the power between two steps of the terminal itself
    LINE = "line"  # to do something at a message on the line
    POWER = "power"  # to turn the terminal off and on
    RECORDS = "records"  # to look into what everybody wrote down while it goes on
    OPERATE = "operate"  # to ask the terminal for something


class CannotError(Exception):
    """A target cannot do what is asked of it; nothing has failed.  ``why`` is said in both languages."""

    def __init__(self, why: Told) -> None:
        super().__init__(why.en)
        self.why = why


CLERKS_OF_STEPS = Told(
    "customers who come by chance need clerks in the world; here the steps do the clerks' work",
    "随机到来的顾客需要由世界中的店员接待；这里由步骤代替店员")
NO_HABITS = Told(
    "nobody settles by himself at an hour here: the steps do the clerks' work, so say when the merchant settles",
    "这里没有人到点自行结算：由步骤代替店员，请写明商户何时结算")
NO_LINE = Told(
    "nothing stands on the line between this terminal and its host: there messages are watched on a bench only",
    "这台终端与主机之间没有中继：只有测试台能在线路上按报文动作")
NO_RECORDS = Told(
    "what processes write down is looked into when the run is over, by the judge; only the virtual clock shows it meanwhile",
    "各进程的记录在运行结束后由裁判查看；只有虚拟时钟能在途中查看")
NO_DISPUTES = Told(
    "disputes are taken up where the whole world is ours: on the virtual clock", "只有整个世界都由我们模拟时（虚拟时钟）才能处理争议")
ONE_TERMINAL = Told("one terminal stands on this bench, and more are needed", "这个测试台上只有一台终端，而这里需要多台")
NO_STEP = Told(
    "nobody sees between two steps of this terminal's firmware: cut its power at a message instead",
    "看不到这台终端固件的两步之间：请改为在报文处断电")
NOT_OURS = Told(
    "this terminal is as its maker built it: only a virtual device is built wrong on purpose",
    "这台终端是厂家制造的原样：只有虚拟设备能故意造错")
DONE_INSIDE = _M(
    "needs_done_inside", "{what} cannot be done to terminals outside of the world, only to simulated ones",
    "{what} 不能用于世界之外的终端，只能用于模拟终端")
NO_POWER = _M("needs_no_power", "nothing turns this terminal off: {error}", "没有能给这台终端断电的装置：{error}")
CANNOT_ASK = _M("needs_cannot_ask", "this terminal cannot be asked for it: {error}", "不能让这台终端做这件事：{error}")
UNTOLD = Told(
    "nobody writes down at this terminal who asks for what it must refuse", "没有人记录这台终端上谁要求了它必须拒绝的操作")
NO_CARD = _M("needs_no_card", "this bench has no card {name}; it has {names}", "这个测试台没有卡 {name}；有 {names}")
OTHER_CARD = _M(
    "needs_other_card", "the card {name} of this bench would have to have {key} = {value}; what it has stands in [[cards]]",
    "这个测试台的卡 {name} 须有 {key} = {value}；它的数据写在 [[cards]] 中")
OTHER_SETTING = _M(
    "needs_other_setting", "this terminal would have to be set up with {name} = {value}", "这台终端须设置 {name} = {value}")
OTHER_CLERKS = _M(
    "needs_other_clerks", "this terminal would have to know the clerks {names}", "这台终端须有操作员 {names}")
NOT_OBSERVABLE = _M(
    "needs_not_observable", "not observable on this target, as nobody writes down what this terminal shows and prints: {rules}",
    "没有人记录这台终端的屏幕和打印，本目标上无法观察：{rules}")
