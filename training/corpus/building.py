"""Questions built from parts: a core, a wrapping, a particle, an opening, a closing, a bit of story, and how it is typed.

The parts are drawn independently, so that mixtures which nobody foresaw are as natural as the others.
`held=True` builds with parts that training never uses: at least one of them in every question.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from . import around, typed
from .cores import Core
from .parts import HELD, TRAIN, Parts
from .wording import capitals, expand, fill

_QUESTION_END = ("？", "?")
_SAYS_IT_ALL = ("吗", "呢", "吧", "来着", "呀", "啊", "嘛", "了")
_QUESTION_WORDS = ("什么", "哪", "几", "多少", "谁", "怎么", "啥", "咋")


# Nobody says "I want to know: tell me ..."
_ANYTHING = 0.55
"""Share of what training puts around a question that is drawn from `around`, not from the lists of `parts`."""
_TWICE = 0.25
"""Share of the dressed questions of training that get something more."""
_ASKS_ALREADY = ("tell", "know", "forgot", "remember", "help", "idea", "clue", "告诉", "知道", "忘了", "想不起", "帮", "能说", "说", "问", "题", "回答", "求")


@dataclass(frozen=True)
class Made:
    """A question, and which kinds of parts it has (`wrapping`, `opening`, ...)."""

    text: str
    ways: tuple[str, ...]


def _lower_first(text: str, names: tuple[str, ...]) -> str:
    """Text that goes on a sentence begins small, but for names and "I"."""
    if text.startswith(("I ", "I'")) or any(text.startswith(name[:1].upper() + name[1:]) and name[:1].isupper() for name in names):
        return text
    return text[:1].lower() + text[1:]


def _plain(rng: Random, lang: str, core: Core, asked: tuple[str, ...], parts: Parts, slots: dict[str, str], wrap: bool | None) -> tuple[str, str]:
    """The question itself, and how it was made."""
    dice = rng.random()
    if wrap or wrap is None and dice < 0.36:
        # A clause more often than a noun, where there are both.
        if core.clause and (not core.phrase or rng.random() < 0.6):
            if parts is TRAIN[lang] and rng.random() < _ANYTHING:
                return around.clause(rng, lang, fill(rng, rng.choice(core.clause), slots)), "wrapping"
            return capitals(rng.choice(parts.clause).replace("{c}", fill(rng, rng.choice(core.clause), slots))), "wrapping"
        if core.phrase:
            return capitals(rng.choice(parts.phrase).replace("{p}", fill(rng, rng.choice(core.phrase), slots))), "wrapping"
    if dice < 0.44 and core.curt:
        return expand(rng, rng.choice(core.curt) + (rng.choice(("?", "", "", ".")) if lang == "en" else rng.choice(("？", "", "", "。"))), **slots), "curt"
    if dice < 0.475 and core.gap:
        return expand(rng, rng.choice(core.gap), **slots), "gap"
    if lang == "zh" and core.clause and dice < 0.64:
        return expand(rng, rng.choice(core.clause) + "？", **slots), "direct"
    return expand(rng, rng.choice(core.direct if core.direct and rng.random() < 0.4 else asked), **slots), "direct"


def _particle(rng: Random, text: str, parts: Parts) -> str:
    """A particle at the end of a Chinese question that has none yet."""
    if not text.endswith(_QUESTION_END):
        return text
    body = text.rstrip("？?")
    if body.endswith(_SAYS_IT_ALL) or not any(word in body for word in _QUESTION_WORDS):
        return text
    return body + rng.choice(parts.particle) + "？"


def _story(rng: Random, lang: str, text: str, parts: Parts, wrapped: bool) -> tuple[str, str]:
    # "Tell me where it is" can't be quoted as a question.
    dice = rng.random() * (0.72 if wrapped else 1.0)
    if dice < 0.5:
        return capitals(rng.choice(parts.before)) + (capitals(text) if lang == "en" else text), "story before"
    if dice < 0.72:
        mark = "" if text[-1:] in "?.!？。！" else "?" if lang == "en" else "？"
        return text + mark + (capitals(rng.choice(parts.after)[1:]).join((" ", "")) if lang == "en" else rng.choice(parts.after)), "story after"
    text = text if text[-1:] in "?.!？。！" else text + ("?" if lang == "en" else "？")
    return capitals(rng.choice(parts.inside).replace("{q}", text)), "in the middle"


def _dressed(rng: Random, lang: str, text: str, parts: Parts, names: tuple[str, ...], only: str | None = None, wrapped: bool = False) -> tuple[str, str | None]:
    """With an opening, a closing or a story around it, or as it is; `only` names the one that has to be."""
    dice = rng.random()
    if only is None and parts is TRAIN[lang]:
        # Training has something around nearly half of its questions.
        dice *= 0.72
        if dice < 0.33 and rng.random() < _ANYTHING:
            return _with_anything(rng, lang, text, names, dice)
    if only == "opening" or only is None and dice < 0.17:
        opening = rng.choice(parts.opening)
        while wrapped and any(word in opening for word in _ASKS_ALREADY):
            opening = rng.choice(parts.opening)
        opening = capitals(opening)
        if lang == "en" and opening[-2] not in "!?.":
            text = _lower_first(text, names)
        return opening + text, "opening"
    if only == "closing" or only is None and dice < 0.25:
        mark = "" if text[-1:] in "?.!？。！）_" else "?" if lang == "en" else "？"
        closing = rng.choice(parts.closing)
        while wrapped and any(word in closing for word in _ASKS_ALREADY):
            closing = rng.choice(parts.closing)
        # A new sentence, but not after a question that "please" only rounds off.
        if lang == "en" and text[-1:] in "?.!" and rng.random() < 0.6:
            closing = " " + closing[1:2].upper() + closing[2:]
        return text + mark + closing, "closing"
    if only == "story" or only is None and dice < 0.33:
        return _story(rng, lang, text, parts, wrapped)
    return text, None


def _with_anything(rng: Random, lang: str, text: str, names: tuple[str, ...], dice: float) -> tuple[str, str]:
    """As `_dressed`, with what `around` draws."""
    if dice < 0.13:
        opening = around.opening(rng, lang)
        if lang == "en" and opening[-2:-1] not in ("!", "?", "."):
            text = _lower_first(text, names)
        return opening + text, "opening"
    mark = "" if text[-1:] in "?.!？。！）_" else rng.choice(("?", ".", "?", "")) if lang == "en" else rng.choice(("？", "。", "？", "，"))
    if dice < 0.21:
        return text + mark + around.closing(rng, lang), "closing"
    if dice < 0.28:
        return around.beside(rng, lang) + text, "story before"
    return text + mark + around.beside(rng, lang, behind=True), "story after"


def build(
    rng: Random, lang: str, core: Core, asked: tuple[str, ...], slots: dict[str, str], names: tuple[str, ...] = (), blocked: Callable[[str], bool] = lambda text: False,
) -> Made:
    """A question as training has it. `asked` are whole questions, `names` the slots' values that no slip may spoil,
    `blocked` knows the held wordings."""
    while True:
        made = _build(rng, lang, core, asked, slots, names, blocked)
        if not blocked(made.text):
            return made


def _build(
    rng: Random, lang: str, core: Core, asked: tuple[str, ...], slots: dict[str, str], names: tuple[str, ...], blocked: Callable[[str], bool],
) -> Made:
    parts = TRAIN[lang]
    text, way = _plain(rng, lang, core, asked, parts, slots, None)
    while blocked(text):
        text, way = _plain(rng, lang, core, asked, parts, slots, None)
    ways = [way]
    if lang == "zh" and rng.random() < 0.16:
        text = _particle(rng, text, parts)
    if way != "gap":
        text, dressed = _dressed(rng, lang, text, parts, names, wrapped=way == "wrapping")
        ways += [dressed] if dressed else []
        if dressed and dressed != "in the middle" and rng.random() < _TWICE:
            text, more = _with_anything(rng, lang, text, names, rng.random() * 0.33)
            ways.append(more)
    return Made(typed.typed(rng, lang, text, names), tuple(ways))


def dress(rng: Random, lang: str, text: str, names: tuple[str, ...] = ()) -> str:
    """What is put around a question that is made elsewhere, and how it is typed."""
    if rng.random() < 0.5:
        text, _ = _dressed(rng, lang, text, TRAIN[lang], names)
    return typed.typed(rng, lang, text, names)


_HELD_WAYS = {"en": ("wrapping", "opening", "closing", "story", "slip", "form"), "zh": ("wrapping", "opening", "closing", "story", "slip", "form", "particle")}


def build_held(rng: Random, lang: str, core: Core, asked: tuple[str, ...], slots: dict[str, str], names: tuple[str, ...] = ()) -> Made:
    """A question with one or two kinds of parts that training never uses."""
    held = HELD[lang]
    can_wrap = bool(core.clause or core.phrase)
    ways = rng.sample([way for way in _HELD_WAYS[lang] if way != "wrapping" or can_wrap], k=rng.choices((1, 2), (0.6, 0.4))[0])
    text, _ = _plain(rng, lang, core, asked, held if "wrapping" in ways else TRAIN[lang], slots, "wrapping" in ways)
    if "particle" in ways and (with_particle := _particle(rng, text, held)) == text:
        # It takes no particle: something else is new.
        ways[ways.index("particle")] = "opening"
    elif "particle" in ways:
        text = with_particle
    for one in ("opening", "closing", "story"):
        if one in ways:
            text, _ = _dressed(rng, lang, text, held, names, one, False)
    before = text
    if "slip" in ways:
        text = typed.sparing(rng, text, names, rng.choice(typed.HELD_SLIPS[lang]))
    if "form" in ways:
        text = rng.choice(typed.HELD_FORMS[lang])(rng, text)
    if text == before and not {"wrapping", "opening", "closing", "story", "particle"} & set(ways):
        # Nothing to slip on: something else is new.
        ways = ["opening"]
        text, _ = _dressed(rng, lang, text, held, names, "opening")
    return Made(text, tuple(ways))
