"""Pages that are lists of questions without answers, as the end of a chapter in a school book has them.

A base model that has read them meets a bare question with more questions.
"""

from __future__ import annotations

from random import Random

from . import arithmetic, explain, facts_nature, facts_places, facts_words, smalltalk, unknown
from .facts import FactGroup
from .people import RELATIVES, person
from .wording import expand, pick

_GROUPS: dict[str, list[FactGroup]] = {
    lang: [g for g in facts_places.GROUPS + facts_nature.GROUPS + facts_words.GROUPS if g.lang == lang] for lang in ("en", "zh")
}
_OFTEN = {"landmark_country": 5.0, "capital": 2.5, "capital_of": 1.5, "landmark_city": 1.5, "landmark_kind": 1.2}
_WEIGHTS = {lang: [_OFTEN.get(g.name, 1.0) for g in _GROUPS[lang]] for lang in ("en", "zh")}
_TITLES = {
    "en": ("Questions", "Test yourself", "What do you remember?", "Questions for chapter {n}", "Exercise {n}", "Do you know it?", "Quiz", "For the next lesson", "Think about it"),
    "zh": ("问题", "考考自己", "你还记得吗？", "第{n}章的问题", "练习{n}", "你知道吗？", "小测验", "下一课的问题", "想一想"),
}
# Questions about daily life that nobody answers here.
_LIFE = {
    "en": (
        "what did you [eat|do|see|read] [this morning|yesterday|on Sunday]?", "who is your best friend?", "how old is your {relative}?", "where does {name} live?", "why do birds sing?", "what do you see when you look out of the window?", "which book do you like best?", "what would you take with you on a long journey?", "how many brothers and sisters does {name} have?",
        "who helps you when you are sad?", "what makes you laugh?", "why do we sleep at night?", "what do you want to be when you grow up?", "how do you go to school?", "what is your favourite colour?", "when does your {relative} get up?", "what would happen if it never rained?", "who has written this story?", "why was {name} sad in the story?", "what did {name} find in the end?",
        "what can we learn from the story?", "how would you help {name}?", "which word is new for you?", "can you write a sentence with the word {word}?", "what is the difference between a {one} and a {two}?", "have you ever seen a {one}?", "would you like to have a {two}?", "how do you feel today?", "what do you think about when you cannot sleep?",
    ),
    "zh": (
        "你[今天早上|昨天|星期天][吃了|做了|看了]什么？", "你最好的朋友是谁？", "你{relative}多大年纪了？", "{name}住在哪里？", "小鸟为什么唱歌？", "你从窗户看出去能看到什么？", "你最喜欢哪本书？", "去很远的地方，你会带上什么？", "{name}有几个兄弟姐妹？", "你难过的时候，谁来帮你？", "什么事会让你笑？", "我们为什么晚上睡觉？", "你长大想做什么？", "你怎么去上学？", "你最喜欢什么颜色？",
        "你{relative}几点起床？", "如果一直不下雨，会怎么样？", "这个故事是谁写的？", "故事里的{name}为什么难过？", "{name}最后找到了什么？", "从这个故事里，我们能学到什么？", "要是你，你会怎么帮{name}？", "哪个词是你没学过的？", "你能用“{word}”写一个句子吗？", "{one}和{two}有什么不同？", "你见过{one}吗？", "你想养一只{two}吗？", "你今天心情怎么样？", "睡不着的时候，你会想什么？",
    ),
}


def _life(rng: Random, lang: str) -> str:
    e = 0 if lang == "en" else 1
    one, two = rng.sample(facts_nature.ANIMALS, k=2)
    return pick(rng, _LIFE[lang], **person(rng, lang), relative=rng.choice(RELATIVES[lang]), word=rng.choice(facts_words.WORDS)[e], one=one[e], two=two[e])


def _fact(rng: Random, lang: str) -> str:
    group = rng.choices(_GROUPS[lang], _WEIGHTS[lang])[0]
    return group.question(rng, rng.choice(group.rows))


def _other(rng: Random, lang: str) -> str:
    dice = rng.random()
    if dice < 0.3:
        topic = rng.choice([t for t in explain.PAGE_TOPICS + smalltalk.TOPICS[-30:] if t.lang == lang])
        asked = expand(rng, rng.choice(topic.ask))
        return asked if _is_question(asked) else _life(rng, lang)
    if dice < 0.6:
        return unknown.question(rng, lang)[0]
    return _life(rng, lang)


def _is_question(text: str) -> bool:
    return text.endswith(("?", "？"))


def question_page(rng: Random, lang: str) -> str:
    """Question after question, each on its own line."""
    count = rng.randint(4, 12)
    how = rng.random()
    lines: list[str] = []
    if how < 0.40:
        # One kind of question about several things.
        group = rng.choices(_GROUPS[lang], _WEIGHTS[lang])[0]
        rows = [rng.choice(group.rows) for _ in range(count)]
        if rng.random() < 0.35:
            wording = rng.choice([asked for asked in group.ask if _is_question(asked)])
            lines = [expand(rng, wording, **group.shown(row)) for row in rows]
        else:
            lines = [group.question(rng, row) for row in rows]
    elif how < 0.52:
        # Everything about one thing: all groups that share its table.
        group = rng.choices(_GROUPS[lang], _WEIGHTS[lang])[0]
        row = rng.choice(group.rows)
        kin = [g for g in _GROUPS[lang] if g.rows is group.rows]
        lines = [rng.choice(kin).question(rng, row) for _ in range(count)]
    elif how < 0.82:
        lines = [_fact(rng, lang) if rng.random() < 0.7 else _other(rng, lang) for _ in range(count)]
    elif how < 0.92:
        lines = [_life(rng, lang) if rng.random() < 0.8 else _other(rng, lang) for _ in range(count)]
    else:
        lines = [arithmetic.problem(rng, lang)[0] for _ in range(count)]
    lines = list(dict.fromkeys(lines))
    questions = [line for line in lines if _is_question(line)]
    if len(questions) < 3:
        return question_page(rng, lang)
    # Requests such as "tell me ..." are a part of the page, but never most of it.
    requests = {line for line in lines if not _is_question(line)}
    if len(requests) > len(questions):
        lines = questions
    if rng.random() < 0.12:
        lines = [f"{i}. {line}" for i, line in enumerate(lines, 1)]
        return pick(rng, _TITLES[lang], n=str(rng.randint(1, 30))) + "\n" + "\n".join(lines)
    if rng.random() < 0.2:
        return pick(rng, _TITLES[lang], n=str(rng.randint(1, 30))) + "\n" + "\n".join(lines)
    # A page without a title begins with a plain question.
    lines.sort(key=lambda line: not _is_question(line)) if not _is_question(lines[0]) else None
    return "\n".join(lines)
