"""What time it is."""

from __future__ import annotations

from hil.gherkin.calendar_words import Moment
from hil.gherkin.sentences import Topic
from hil.gherkin.stage import Stage

TOPIC = Topic("Time", "时间")


@TOPIC.happens("it is {at:Moment}", "(时间是|时间到了){at:Moment}")
def it_is(stage: Stage, at: Moment) -> None:
    stage.it_is(at.at_ms(stage.now_ms))


@TOPIC.happens("{length:Length} (pass|passes)", "过了{length:Length}")
def passes(stage: Stage, length: int) -> None:
    stage.it_is(stage.now_ms + length)


# ---- before or behind another clause: no sentences of their own ------------------------------------

def goes_on(stage: Stage, at: Moment | None = None, length: int = 0) -> None:
    """To when something happens; a day alone is its time of day now."""
    stage.it_is(stage.now_ms + length if at is None else at.at_ms(stage.now_ms, same_time=True))


def until(stage: Stage, at: Moment | None = None, length: int = 0) -> None:
    """To when something must hold; a day alone is its end."""
    stage.it_is(stage.now_ms + length if at is None else at.at_ms(stage.now_ms, ends_day=True))
