"""What the parser of the command line says, known again and said in the language of the process."""

from __future__ import annotations

from simulator.catalogue.language import Heard, Message

_M = Message
HEARD = Heard(
    _M("no_option_meant", "No such option: {name} Did you mean {other}?",
       "没有选项：{name}，是否指 {other}？"),
    _M("no_option_possible", "No such option: {name} (Possible options: {others})",
       "没有选项：{name}（可能的选项：{others}）"),
    _M("no_option", "No such option: {name}", "没有选项：{name}"),
    _M("no_command_meant", "No such command '{name}'. Did you mean '{other}'?",
       "没有命令“{name}”，是否指“{other}”？"),
    _M("no_command_among", "No such command '{name}'. Did you mean one of: {others}?",
       "没有命令“{name}”，是否指其中之一：{others}？"),
    _M("no_command", "No such command '{name}'.", "没有命令“{name}”。"),
    _M("no_argument", "Missing argument '{name}'.", "缺少参数“{name}”。"),
    _M("no_argument_given", "Missing option '{name}'.", "缺少选项“{name}”。"),
    _M("too_many", "Got unexpected extra argument(s) ({given})", "多余的参数（{given}）"),
    _M("too_many_one", "Got unexpected extra argument ({given})", "多余的参数（{given}）"),
    _M("needs_value", "Option '{name}' requires an argument.", "选项“{name}”需要一个值。"),
    _M("needs_values", "Option '{name}' requires {count} arguments.", "选项“{name}”需要 {count} 个值。"),
    _M("takes_none", "Option '{name}' does not take a value.", "选项“{name}”不带值。"),
    _M("no_whole_range", "Invalid value for '{name}': '{given}' is not a valid int range.",
       "“{name}”的值不可用：“{given}”不是整数。"),
    _M("no_number_range", "Invalid value for '{name}': '{given}' is not a valid float range.",
       "“{name}”的值不可用：“{given}”不是数字。"),
    _M("no_whole", "Invalid value for '{name}': '{given}' is not a valid int.",
       "“{name}”的值不可用：“{given}”不是整数。"),
    _M("no_whole_integer", "Invalid value for '{name}': '{given}' is not a valid integer.",
       "“{name}”的值不可用：“{given}”不是整数。"),
    _M("no_number", "Invalid value for '{name}': '{given}' is not a valid float.",
       "“{name}”的值不可用：“{given}”不是数字。"),
    _M("no_range", "Invalid value for '{name}': {given} is not in the range {range}.",
       "“{name}”的值不可用：{given} 不在范围 {range} 内。"),
    _M("no_choice", "Invalid value for '{name}': '{given}' is not one of {allowed}.",
       "“{name}”的值不可用：“{given}”不在 {allowed} 之中。"),
    _M("no_value", "Invalid value for '{name}': {why}", "“{name}”的值不可用：{why}"),
    _M("no_value_at_all", "Invalid value: {why}", "值不可用：{why}"),
)
