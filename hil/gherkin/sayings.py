"""What the commands about features say beside the features themselves."""

from __future__ import annotations

from hil.gherkin.nearest import nearest
from simulator.catalogue.language import Message

NO_SENTENCE = Message(
    "no_sentence", "no sentence with {word}; nearest: {near}", "没有含{word}的句子；最接近：{near}")
NOTHING_NEAR = Message(
    "nothing_near", "no sentence with {word}; all of them, by topic: daozhang steps",
    "没有含{word}的句子；按主题列出全部句子：daozhang steps --lang zh")


def no_sentence(word: str) -> str:
    """That a word stands in no sentence, and what is near."""
    near = list(dict.fromkeys(
        example for kind in ("given", "when", "then") for example in nearest(word, kind)[:1]))
    if not near:
        return NOTHING_NEAR.say(word=word)
    return NO_SENTENCE.say(word=word, near="; ".join(near) or "-")
