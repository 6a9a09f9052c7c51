"""What time it is."""

from __future__ import annotations

from hil.gherkin.calendar_words import Moment
from hil.gherkin.sentences import Topic
from hil.gherkin.stage import Stage
from hil.gherkin.wrong import hold
from simulator.local_time import DAY_MS, date_at

TOPIC = Topic("Time", "时间")


@TOPIC.happens("it is {at:Moment}", "(时间是|时间到了){at:Moment}")
def it_is(stage: Stage, at: Moment) -> None:
    stage.it_is(stage.at_ms(at))


@TOPIC.happens("{length:Length} (pass|passes)", "过了{length:Length}")
def passes(stage: Stage, length: int) -> None:
    stage.it_is(stage.now_ms + length)


# ---- before or behind another clause: no sentences of their own ------------------------------------

def goes_on(stage: Stage, at: Moment | None = None, length: int = 0) -> None:
    """To when something happens; a day alone is its time of day now."""
    now_ms = stage.begins_ms()
    stage.it_is(now_ms + length if at is None else stage.at_ms(at, same_time=True))


def until(stage: Stage, at: Moment | None = None, length: int = 0) -> None:
    """To when something must hold; a day alone is its end."""
    stage.it_is(stage.now_ms + length if at is None else stage.at_ms(at, ends_day=True))


def was(stage: Stage, days: int, weekday: int | None = None) -> None:
    """Back to a day before the scenario begins."""
    hold(not stage.is_open, "too late: something has happened already; say what was before with the first Givens",
         "太晚了：已经发生了别的事；以前的事请写在最前面的假如中")
    now_ms = stage.begins_ms()
    if weekday is not None:
        days = (date_at(now_ms).weekday() - weekday) % 7 or 7
    stage.present_ms = now_ms
    stage.it_is(now_ms - days * DAY_MS)


def begins(stage: Stage) -> None:
    """What was is over: the scenario begins."""
    if stage.is_open:
        stage.it_is(stage.present_ms)
    else:
        stage.cast.start_ms = stage.present_ms
