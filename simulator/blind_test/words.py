"""What a blind test says, as rows in English and Chinese."""

from __future__ import annotations

from simulator.catalogue.language import Message

_M = Message

PROGRESS = _M("progress", "{done} of {planned} seeds, {left} left", "{planned} 个种子中已完成 {done} 个，还需 {left}")
SUMMARY = _M("summary", "{tried} of {planned} seeds, {count} modes in a world", "{planned} 个种子中已试 {tried} 个，每个世界 {count} 种故障")
RIGHT = _M("right", "right: {share} ({right} of {tried}); strictly: {strict}", "正确：{share}（{tried} 中 {right}）；严格：{strict}")
RIGHT_TWO = _M("right_two", "both among the first two answers: {share} ({right} of {tried}); strictly: {strict}",
               "两者均在前两个答案中：{share}（{tried} 中 {right}）；严格：{strict}")
HEALTHY = _M("healthy", "healthy worlds called healthy: {right} of {count}", "无故障的世界判为正常：{count} 中 {right}")
COLUMNS = _M("columns", "injected -> answered, times", "注入 -> 回答，次数")
WRONG = _M("wrong", "wrong: seed {seed}, {modes} -> {answers}", "错误：种子 {seed}，{modes} -> {answers}")
STRICT_MEANS = _M(
    "strict_means", "strictly: an answer that names several modes that nothing tells apart counts as wrong",
    "严格：列出多种无法区分的故障的答案按错误计")
ABOVE = _M("above", "target: {share} of 100", "目标：百分之 {share}")
INTERRUPTED = _M("interrupted", "interrupted: what was tried until then", "被中断：以下为此前已试的结果")
