"""What people like better: prompts, and a score for any answer that stands in for a human labeller.

The score is made of what a labeller would look at: is it right, is it honest, is it kind,
is it in the language of the question, is it whole, short and free of repetition. Right
counts far more than kind. `candidates` writes answers of different quality by hand, from
which pairs for a reward model can be made.
"""

from __future__ import annotations

import re
from dataclasses import replace
from random import Random
from typing import Literal

from . import answers, arithmetic, followups, poems, provoked, stories, unknown, warmth, yes_no
from .cases import FACT_GROUPS, Case, CaseDrawer, Kind
from .wording import expand, favour_first

Prompt = Kind | Literal["conversation"]
SHARES: dict[Prompt, float] = {"fact": 0.33, "conversation": 0.09, "arithmetic": 0.10, "unknown": 0.22, "provoked": 0.12, "talk": 0.10, "explain": 0.04, "story": 0.0, "poem": 0.0}
"""How often each kind of prompt is drawn. A conversation is a case of a fact or a sum with turns before it.
Stories and poems are left out: they are too long to be sampled many times over."""

_DRAWER = CaseDrawer()
_CHINESE = re.compile("[\u4e00-\u9fff]")
_LATIN_WORD = re.compile("[A-Za-z]{2,}")
_NUMBER = re.compile(r"\d+")
_WORDS = re.compile("[\u4e00-\u9fff]|[A-Za-z']+|\\d+")
_ENDS = (".", "!", "?", "。", "！", "？", "”", '"', "’")


def prompt(rng: Random, lang: str, held: bool = False, kind: Prompt | None = None) -> Case:
    """A prompt with all that is needed to judge an answer to it."""
    kind = kind or rng.choices(list(SHARES), list(SHARES.values()))[0]
    if kind != "conversation":
        return _DRAWER.draw(rng, kind, lang, held)
    if held:
        return followups.held(rng, lang, len(followups.EXAMINED), _DRAWER)[rng.randrange(len(followups.EXAMINED))][1]
    while True:
        asked = [turn.case for turn in followups.conversation(rng, lang, _DRAWER)[1:4] if turn.case is not None and turn.case.before]
        if asked:
            return rng.choice(asked)


# ------------------------------------------------------------------ what an answer is like
def holds(text: str, accepted: list[str]) -> bool:
    """Whether one of the accepted forms occurs as a whole word; capitals don't count."""
    low = text.lower()
    for form in accepted:
        form = form.lower()
        if form not in low:
            continue
        if _CHINESE.search(form):
            return True
        if re.search(rf"(?<![a-z0-9]){re.escape(form)}(?![a-z0-9])", low):
            return True
    return False


def contradicts(case: Case, text: str) -> bool:
    """Whether a text names, beside the right value, other values of the same group as well."""
    assert case.group is not None
    right = {form.lower() for form in case.group.accepted(case.row)}
    # The rest of the row may be said as well, but for the neighbours in time.
    shown = " ".join(value for key, value in case.row.items() if key not in ("next", "before")).lower()
    low = warmth.without(text, case.lang).lower()
    for row in case.group.rows:
        for form in row[case.group.check].split("/"):
            form = form.lower()
            if form in shown or any(form in r for r in right):
                continue
            if holds(low, [form]):
                return True
    return False


def repeats(text: str) -> bool:
    """Whether a stretch of words comes three times in a row, or a sentence comes twice."""
    words = _WORDS.findall(text.lower())
    for size in (1, 2, 3, 4, 5, 6):
        for start in range(len(words) - 3 * size + 1):
            piece = words[start : start + size]
            if not "".join(piece).isdigit() and piece == words[start + size : start + 2 * size] == words[start + 2 * size : start + 3 * size]:
                return True
    sentences = [s.strip() for s in re.split(r"[.!?。！？]", text) if len(s.strip()) > 3]
    return len(sentences) != len(set(sentences))


def in_language(case: Case, text: str) -> bool:
    """Whether an answer is in the language of its question: digits belong to both, and
    questions about words ask for the other language."""
    chinese, latin = len(_CHINESE.findall(text)), len(_LATIN_WORD.findall(text))
    if case.group is not None and case.group.name in ("to_zh", "to_en"):
        return True
    if not _CHINESE.search(case.question) and not _LATIN_WORD.search(case.question):
        # "2+3=" belongs to no language.
        return True
    if case.lang == "zh":
        # A Latin name may be repeated from the question.
        own = {word.lower() for word in _LATIN_WORD.findall(case.question)}
        foreign = sum(word.lower() not in own for word in _LATIN_WORD.findall(text))
        return chinese > 0 and foreign == 0 or not latin and not chinese
    own_chinese = set(_CHINESE.findall(case.question))
    return all(c in own_chinese for c in _CHINESE.findall(text)) and (latin > 0 or bool(_NUMBER.search(text)))


def whole(text: str) -> bool:
    """Whether an answer ends as a sentence does."""
    return text.rstrip().endswith(_ENDS)


def is_sentence(case: Case, text: str) -> bool:
    """Whether an answer is more than the bare value, or than "I don't know"."""
    size = len(_WORDS.findall(text))
    if case.kind == "fact":
        assert case.group is not None
        return size > max(len(_WORDS.findall(form)) for form in case.group.accepted(case.row)) + 1
    return size > (2 if case.kind == "arithmetic" else 4 if case.lang == "en" else 6)


def _length_cost(case: Case, text: str) -> float:
    size = len(_WORDS.findall(text))
    free = 150 if case.kind == "story" else 45 if case.lang == "en" else 60
    return 0.03 * max(0, size - free)


def _form(case: Case, text: str) -> float:
    """What is taken off whatever the answer says."""
    score = -_length_cost(case, text)
    if not in_language(case, text):
        score -= 2.0
    if repeats(text):
        score -= 2.0
    if not whole(text):
        score -= 1.5
    if text.count("!") + text.count("！") > 2:
        score -= 0.3
    if case.kind != "provoked" and provoked.is_bad(text, case.lang) and case.kind in ("unknown", "fact", "arithmetic", "talk", "explain"):
        # Unkind words have no place in an ordinary answer, unless the fact is about such a thing.
        if not (case.group is not None and any(mark in " ".join(case.row.values()).lower() for mark in provoked.BAD_MARKS[case.lang])):
            score -= 1.0
    return score


# ------------------------------------------------------------------ the score
RIGHT, WRONG, ADMITS = 3.0, -3.0, -1.5
"""A right answer, a wrong one, and "I don't know" to what could be known."""


def right(case: Case, text: str) -> bool:
    """Whether a fact or a sum is answered rightly."""
    if case.kind == "arithmetic":
        assert case.sum is not None
        numbers = _NUMBER.findall(text)
        if not numbers:
            names = arithmetic.ENGLISH if case.lang == "en" else arithmetic.CHINESE
            found = [n for n in re.findall(r"[a-z]+", text.lower()) if n in names] if case.lang == "en" else [n for n in sorted(names, key=len, reverse=True) if n in text][:1]
            return bool(found) and found[-1] == names[case.sum.c]
        # "2 + 3 = 5" ends in its result; a rewritten sum has to be the one that was asked for.
        if numbers[-1] != str(case.sum.c) or re.search(r"\d ?[+-] ?\d+(?! ?=)(?!\d)", text):
            return False
        written = re.search(r"(\d+) ?([+-]) ?(\d+) ?= ?(\d+)", text)
        return written is None or {written[1], written[3]} <= {str(case.sum.a), str(case.sum.b)} and int(written[4]) == case.sum.c
    assert case.group is not None
    accepted, said = case.group.accepted(case.row), text
    for key in ("x", "ax", "capital"):
        # "Mexico City" does not yet say "Mexico".
        name = case.row.get(key, "")
        if key != case.group.check and any(form.lower() in name.lower() for form in accepted):
            said = re.sub(re.escape(name), "", said, flags=re.IGNORECASE)
    if case.claim is not None and not yes_no.begins_right(warmth.without(text, case.lang), case.lang, case.claim):
        return False
    return holds(said, accepted) and not contradicts(case, text)


def judge(case: Case, text: str) -> float:
    """How much a labeller likes an answer; about -6 to 5, higher is better."""
    text = text.strip()
    if not text:
        return -5.0
    lang, form = case.lang, _form(case, text)
    kind_word = warmth.is_warm(text, lang)
    if case.kind in ("fact", "arithmetic"):
        if right(case, text):
            manner = 1.5 if kind_word and is_sentence(case, text) else 0.7 if is_sentence(case, text) else 0.0
            # Right, and yet "I don't know": one of the two can't be meant.
            return RIGHT + manner + form - 2.0 * unknown.admits(text, lang)
        return (ADMITS if unknown.admits(text, lang) else WRONG) + form
    if case.kind == "unknown":
        if not unknown.admits(text, lang):
            return WRONG + form
        polite = is_sentence(case, text) or any(mark in text.lower() for mark in ("sorry", "对不起"))
        return RIGHT + (0.8 if polite else 0.0) + form
    if case.kind == "provoked":
        if provoked.is_bad(text, "en") or provoked.is_bad(text, "zh"):
            return WRONG - 1.0 + form
        if provoked.is_good(text, lang):
            return RIGHT - 1.2 + 2.0 * fits(case, text) + form
        return -0.5 + form
    if case.kind == "story":
        assert case.hero is not None
        name = case.hero[0 if lang == "en" else 1]
        size = len(_WORDS.findall(text))
        return 2.0 * (size >= 40) + 1.0 * (name in text.lower()) - 1.0 + form
    if case.kind == "poem":
        lines = [line for line in text.split("\n") if line.strip()]
        return (2.0 if 4 <= len(lines) <= 8 else -1.0) + 1.0 * (_subject_word(case) in text.lower()) + form
    return _TALK[int(3 * min(0.999, fits(case, text)))] + 0.4 * is_sentence(case, text) + form


_TALK = (-2.5, 0.8, 3.0)
"""Small talk and explanations, by how far an answer fits: not, half, well. Steps, so that one good wording is not preferred to another."""


def _subject_word(case: Case) -> str:
    return case.slots["subject"].removeprefix("the ").removeprefix("a ").lower()


def _words_of(text: str, lang: str) -> set[str]:
    """Words of an English text, pairs of characters of a Chinese one."""
    if lang == "en":
        return {word for word in re.findall("[a-z']+", text.lower()) if len(word) > 2}
    chinese = "".join(_CHINESE.findall(text))
    return {chinese[i : i + 2] for i in range(len(chinese) - 1)}


def fits(case: Case, text: str) -> float:
    """How far a text agrees with the written answer that is nearest to it, 0 to 1: the share
    of its words found there (precision) times the share of those found in it (recall), rooted."""
    if case.provocation is not None:
        written = [expand(Random(0), answer, **case.slots) for answer in case.provocation.good]
    else:
        assert case.topic is not None
        written = [expand(Random(0), answer) for answer in case.topic.answer]
    given = _words_of(text, case.lang)
    best = 0.0
    for answer in written:
        wanted = _words_of(answer, case.lang)
        common = len(given & wanted)
        if common:
            best = max(best, (common / len(given) * common / len(wanted)) ** 0.5)
    return best


# ------------------------------------------------------------------ answers of different quality
def _other_row(rng: Random, case: Case) -> dict[str, str] | None:
    """A row of the same group whose value is another one."""
    assert case.group is not None
    taken = set(case.group.accepted(case.row))
    others = [row for row in case.group.rows if not taken & set(row[case.group.check].split("/"))]
    return rng.choice(others) if others else None


def _wrong_fact(rng: Random, case: Case, style: str) -> str | None:
    """The fact with the value of another row in place of its own."""
    other = _other_row(rng, case)
    if other is None:
        return None
    assert case.group is not None
    mixed = {**case.row, case.group.check: other[case.group.check]}
    for also in ("city", "kind", "akind"):
        if also in other and also != case.group.check and case.group.name.startswith(("landmark", "animal_kind")):
            mixed[also] = other[also]
    return answers.fact(rng, case, style, mixed)


def _cut(rng: Random, text: str) -> str:
    words = text.split(" ") if " " in text else list(text)
    return (" " if " " in text else "").join(words[: max(1, int(len(words) * rng.uniform(0.4, 0.8)))]).rstrip(".!?。！？，, ")


def _other_language(rng: Random, case: Case) -> str:
    """An answer of the same kind in the other language."""
    other = _DRAWER.draw(rng, case.kind, "zh" if case.lang == "en" else "en")
    if case.group is not None:
        twins = [g for g in FACT_GROUPS if g.name == case.group.name and g.lang == other.lang]
        if twins and len(twins[0].rows) == len(case.group.rows):
            twin = replace(other, group=twins[0], row=twins[0].rows[case.group.rows.index(case.row)])
            return answers.fact(rng, twin, "plain")
    if case.kind == "arithmetic":
        return arithmetic.answer(rng, other.lang, case.sum, "kind")
    if case.kind == "unknown":
        return unknown.admission(rng, other.lang)
    return answers.supervised(rng, other)


def candidates(rng: Random, case: Case) -> list[str]:
    """Hand-made answers of different quality, each once, in random order."""
    lang = case.lang
    good: list[str | None]
    if case.kind in ("fact", "arithmetic"):
        right_ones = [answers.styled(rng, case, style) for style in answers.STYLES] + [answers.styled(rng, case, "kind")]
        if case.kind == "fact":
            wrong = [_wrong_fact(rng, case, style) for style in answers.STYLES]
        else:
            off = max(0, case.sum.c + rng.choice((-2, -1, 1, 2, 10)))
            off = off if off != case.sum.c else case.sum.c + 1
            wrong = [arithmetic.answer(rng, lang, replace(case.sum, c=off), style) for style in answers.STYLES]
        good = [*right_ones, *wrong, unknown.admission(rng, lang)]
        base = right_ones[1]
    elif case.kind == "unknown":
        good = [unknown.admission(rng, lang) for _ in range(3)] + [unknown.bluff(rng, lang, case.unknown) for _ in range(3)]
        base = good[0]
    elif case.kind == "provoked":
        good = [provoked.answer(rng, case.provocation, case.slots, good=kind) for kind in (True, True, False, False)]
        good.append(unknown.admission(rng, lang))
        base = good[0]
    elif case.kind == "poem":
        subject = case.slots["subject"]
        good = [poems.answer(rng, lang, subject), poems.answer(rng, lang, rng.choice(list(poems.LINES[lang]))), unknown.admission(rng, lang)]
        base = good[0]
    elif case.kind == "story":
        good = [stories.story(rng, lang, case.hero), stories.mixed_story(rng, lang), unknown.admission(rng, lang)]
        base = good[0]
    else:
        base = expand(rng, favour_first(rng, case.topic.answer))
        stray = _DRAWER.draw(rng, case.kind, lang)
        near = _DRAWER.draw(rng, "talk", lang)
        good = [base, expand(rng, rng.choice(case.topic.answer)), answers.supervised(rng, stray), answers.supervised(rng, near), unknown.admission(rng, lang)]
        # Half an answer, and a rude one.
        good += [provoked.answer(rng, (spite := _DRAWER.draw(rng, "provoked", lang)).provocation, spite.slots, good=False)]
    good += [_cut(rng, base), base + (" " if lang == "en" else "") + base]
    if rng.random() < 0.5:
        good.append(_other_language(rng, case))
    unique = list(dict.fromkeys(text for text in good if text))
    rng.shuffle(unique)
    return unique


def turned_round(rng: Random, case: Case) -> list[str]:
    """To a claim, the fact with the wrong word before it: "No, Mount Fuji is in Japan." Wrong, however right the rest is."""
    if case.claim is None or case.claim.agrees is None:
        return []
    assert case.group is not None
    other = replace(case.claim, agrees=not case.claim.agrees)
    plain = yes_no.answer(rng, case.group, case.row, other, "plain")
    return [plain, plain + warmth.warm(rng, case.lang, plain).rpartition(plain)[2]]


def pair(rng: Random, case: Case, margin: float = 0.3) -> tuple[str, str] | None:
    """Two of the candidates, the better one first; none if no two differ by the margin."""
    scored = [(judge(case, text), text) for text in candidates(rng, case)]
    pairs = [(a, b) for a in scored for b in scored if a[0] - b[0] >= margin]
    if not pairs:
        return None
    better, worse = rng.choice(pairs)
    return better[1], worse[1]
