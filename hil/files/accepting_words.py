"""What is said of going on with a state that is not as its host left it, as rows in English and Chinese."""

from __future__ import annotations

from simulator.catalogue.language import Message

_M = Message
NO_KIND = _M("accept_no_kind", "--accept {given}: allowed are {allowed}", "--accept {given}：只能是 {allowed}")
NOTHING_WRONG = _M(
    "accept_nothing_wrong", "--accept {accepted}: {path} is whole and of this scenario, there is nothing to accept",
    "--accept {accepted}：{path} 完好且属于此场景，无需 --accept")
OTHERWISE = _M(
    "accept_otherwise", "{path}: --accept names something else than what is there, which is {needed}: {found}",
    "{path}：--accept 所指与实际不符，应为 {needed}：{found}")
NOTHING_LEFT = _M(
    "accept_nothing_left", "{path}: no record at its beginning is whole, so there is nothing to go on with; delete it "
    "with all that lies beside it to begin anew",
    "{path}：开头没有完好的记录，无从继续；要重新开始，请将其连同旁边各文件一并删除")
CAPTURE = _M(
    "accept_capture", "{path}: its books were made with another [acquirer] capture: no --accept makes them those of this "
    "scenario", "{path}：其账务以另一种 [acquirer] capture 产生：任何 --accept 都不能使其适用于此场景")
WENT_ON = _M(
    "accept_went_on", "{path}: goes on as it stands at record {number} ({accepted}), {missing} are missing; what was there is "
    "kept as {aside}",
    "{path}：自第 {number} 条记录处继续（{accepted}），缺失 {missing} 条；原文件保存为 {aside}")
SNAPSHOT_PASSED = _M(
    "snapshot_passed", "{what}; the start takes longer, nothing is lost", "{what}；启动会变慢，内容没有丢失")
NOT_TAKEN_UP = _M(
    "snapshot_not_taken_up", "the snapshot of the state is not of this program ({why}); it starts from the whole history",
    "状态文件的快照不属于此程序（{why}）；将由全部历史启动")
OF_ACCEPTING: tuple[Message, ...] = (NO_KIND, NOTHING_WRONG, OTHERWISE, NOTHING_LEFT, CAPTURE)
