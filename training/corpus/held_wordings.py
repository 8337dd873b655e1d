"""Knows the wordings that are kept for evaluation, so that building never happens on one of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .wording import parsed

_NOT_SAID = re.compile(r"[\W_]+")


def said(text: str) -> str:
    """A text without capitals, blanks and marks."""
    return _NOT_SAID.sub("", text.lower())


def every(template: str) -> Iterator[str]:
    """All that a template can become, with its slots left in."""

    def sequences(parts: tuple) -> Iterator[str]:
        if not parts:
            yield ""
            return
        first, rest = parts[0], parts[1:]
        if isinstance(first, str):
            heads: Iterable[str] = (first,)
        elif first[0] == "slot":
            heads = (f"{{{first[1]}}}",)
        else:
            heads = (head for option in first[1] for head in sequences(option))
        for head in heads:
            for tail in sequences(rest):
                yield head + tail

    yield from sequences(parsed(template))


def matcher(templates: Iterable[str]) -> re.Pattern[str]:
    """Matches what `said` makes of a template, whatever stands in its slots."""
    options = []
    for template in templates:
        for form in every(template):
            options.append("".join(".+" if piece.startswith("{") else re.escape(said(piece)) for piece in re.split(r"(\{\w+\})", form) if piece))
    return re.compile("|".join(sorted(set(options))) or r"(?!)")


HELD_SUMS = {
    ("+", "en"): ("can you work out {a} plus {b}?", "{a} and {b} make how much?", "tell me {a}+{b}."),
    ("+", "zh"): ("请问{a}和{b}加起来是多少？", "帮我算{a}加{b}。", "你知道{a}加{b}等于几吗？"),
    ("-", "en"): ("can you work out {a} minus {b}?", "tell me {a}-{b}."),
    ("-", "zh"): ("帮我算{a}减{b}。", "你知道{a}减{b}等于几吗？"),
}
_SUMS = matcher(wording for wordings in HELD_SUMS.values() for wording in wordings)


def sums(text: str) -> bool:
    """Whether a question for a sum is worded as evaluation words it."""
    return _SUMS.fullmatch(said(text)) is not None
