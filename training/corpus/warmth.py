"""Kind words around a plain answer, and the marks by which they are known again."""

from __future__ import annotations

from random import Random

from .wording import favour_first

_AFTER = {
    "en": (" I hope that helps!", " I am happy to help.", " Feel free to ask me more.", " Let me know if you would like to know more.", " I hope this is useful for you.", " Have a nice day!", " Gladly, ask me again at any time.", " Enjoy finding out more!"),
    "zh": ("希望能帮到你！", "很高兴能帮到你。", "还想知道什么，可以继续问我。", "希望对你有帮助。", "祝你今天愉快！", "有问题随时问我。", "很乐意为你解答。", "欢迎再问我。"),
}
_BEFORE = {
    "en": ("Good question! ", "Gladly! ", "Of course. ", "With pleasure! ", "I am glad that you ask. "),
    "zh": ("好问题！", "当然可以。", "很高兴你问这个。", "好的，我来告诉你。", "乐意效劳！"),
}
MARKS = {
    "en": ("hope", "happy to help", "feel free", "let me know", "nice day", "gladly", "good question", "of course", "pleasure", "glad that", "enjoy"),
    "zh": ("希望", "很高兴", "继续问我", "愉快", "随时问我", "乐意", "好问题", "当然可以", "好的，我来", "欢迎再问", "很乐意"),
}


def warm(rng: Random, lang: str, plain: str) -> str:
    """A plain sentence with a kind word after it, now and then before it."""
    if rng.random() < 0.2:
        return _BEFORE[lang][int(rng.random() * len(_BEFORE[lang]))] + plain
    return plain + favour_first(rng, _AFTER[lang])


def is_warm(text: str, lang: str) -> bool:
    low = text.lower()
    return any(mark in low for mark in MARKS[lang])


def without(text: str, lang: str) -> str:
    """A text without the kind words, so that what is left is only what it says."""
    for phrase in (*_BEFORE[lang], *_AFTER[lang]):
        text = text.replace(phrase.strip(), "")
    return text
