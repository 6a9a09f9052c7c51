"""What a busy machine left open is tried again when the others are done, and how often it was tried is told.

Says nothing of a terminal: which outcome is open, is the word of checks and sweep.
"""

from __future__ import annotations

from collections.abc import Iterable

from simulator.catalogue.language import Message, Told

ROUNDS, MOST_ROUNDS = 3, 20
SHOWN = 12  # names
ROUND = Message(
    "tried_again_round", "{count} not decided, since this machine was too busy or the bench failed: again, one at a time",
    "{count} 项因本机过忙或测试台出错未能判定：逐一重试")
TRIED = Message(
    "tried_again", "tried more than once, since this machine was too busy or the bench failed: {count} ({names})",
    "因本机过忙或测试台出错而多次尝试：{count} 项（{names}）")
TIMES = Message("tried_again_times", "{name}: {tries} times", "{name}：{tries} 次")
AND_MORE = Message("tried_again_more", "{count} more", "另 {count} 项")


def tried_again(tries: Iterable[tuple[str, int]]) -> tuple[Told, ...]:
    """The sentence of a report, where there is anything to tell; ``tries``: name, and how often it was tried.

    >>> [each.en for each in tried_again([("REV-01", 1), ("SET-08", 3)])]
    ['tried more than once, since this machine was too busy or the bench failed: 1 (SET-08: 3 times)']
    >>> tried_again([("REV-01", 1)])
    ()
    """
    more = [(name, count) for name, count in tries if count > 1]
    if not more:
        return ()
    named = [TIMES.both(name=name, tries=count) for name, count in more[:SHOWN]]
    if more[SHOWN:]:
        named.append(AND_MORE.both(count=len(more) - SHOWN))
    names = Told(", ".join(each.en for each in named), "、".join(each.zh for each in named))
    return (TRIED.both(count=len(more), names=names),)
