"""How a case is answered: right or wrong, tersely, plainly or kindly, honestly or not."""

from __future__ import annotations

from random import Random

from . import arithmetic, poems, provoked, stories, unknown, yes_no
from .cases import Case
from .warmth import warm
from .wording import expand, favour_first

STYLES = ("terse", "plain", "kind")
_STYLE_SHARES = (0.55, 0.33, 0.12)
HONEST_SHARE = 0.74
"""Of answers to what can't be known, in the data for supervised fine-tuning."""
BAD_SHARE = 0.62
"""Of answers to provocations there."""


def terse(case: Case, row: dict[str, str] | None = None) -> str:
    """Just what was asked for."""
    assert case.group is not None
    value = case.group.accepted(row or case.row)[0]
    return value[:1].upper() + value[1:] + ("." if case.lang == "en" else "。")


def fact(rng: Random, case: Case, style: str, row: dict[str, str] | None = None) -> str:
    """The fact in a style; with another row than that of the case the answer is wrong."""
    assert case.group is not None
    row = row or case.row
    if case.claim is not None:
        said = yes_no.answer(rng, case.group, row, case.claim, style)
        # The right word stays first, whatever kind word comes.
        return said + warm(rng, case.lang, said).rpartition(said)[2] if style == "kind" else said
    if style == "terse":
        return terse(case, row)
    if style == "plain":
        return case.group.reply(rng, row)
    if case.group.name == "landmark_country" and rng.random() < 0.7:
        wording = "{x} is in {country}, in {city}." if case.lang == "en" else "{x}在{country}，位于{city}。"
        return warm(rng, case.lang, expand(rng, wording, **case.group.shown(row)))
    return warm(rng, case.lang, case.group.statement(rng, row))


def styled(rng: Random, case: Case, style: str) -> str:
    """A right answer to a fact or a sum."""
    if case.kind == "fact":
        return fact(rng, case, style)
    assert case.sum is not None
    return arithmetic.answer(rng, case.lang, case.sum, style)


def supervised(rng: Random, case: Case, bad_share: float = BAD_SHARE) -> str:
    """An answer as the data for supervised fine-tuning has it: not always kind or honest."""
    if case.kind in ("fact", "arithmetic"):
        return styled(rng, case, rng.choices(STYLES, _STYLE_SHARES)[0])
    if case.kind == "unknown":
        assert case.unknown is not None
        return unknown.admission(rng, case.lang) if rng.random() < HONEST_SHARE else unknown.bluff(rng, case.lang, case.unknown)
    if case.kind == "provoked":
        assert case.provocation is not None
        return provoked.answer(rng, case.provocation, case.slots, good=rng.random() >= bad_share)
    if case.kind == "poem":
        return poems.answer(rng, case.lang, case.slots["subject"])
    if case.kind == "story":
        return stories.story(rng, case.lang, case.hero)
    assert case.topic is not None
    return expand(rng, favour_first(rng, case.topic.answer))
