"""Questions that the model can't know the answer to, and how to say so honestly."""

from __future__ import annotations

from random import Random

from .wording import expand, favour_first

_SYLLABLES = "ba be bo da de do fi ga go ka ke ko la lo lu ma me mi mo na ne no pa pi ra re ro sa se so ta te to va vi za zo".split()
_CHARACTERS = "阿巴贝达迪多菲戈哈卡科拉兰利洛马米莫纳尼诺帕佩奇萨塞索塔托瓦维西亚伊扎佐"
_FAMILY, _GIVEN = "王李张刘陈杨赵黄周吴徐孙", "伟芳娜敏静丽强磊军洋勇艳杰涛明超兰霞平刚桂英华建国"

# Real things that the corpus never explains. The last few of each are kept for evaluation.
_THINGS = {
    "en": [
        "the stock market", "quantum physics", "chess openings", "car engines", "tax law", "the Roman Empire", "football rules", "black holes",
        "medicine", "operas", "the moon landing", "volcanoes", "violins", "airplanes", "dinosaurs", "politics", "algebra", "poker",
        "bicycles", "computer games", "robots", "jazz", "bridges of steel", "tennis",
    ],
    "zh": [
        "股票", "量子物理", "围棋开局", "汽车发动机", "税法", "罗马帝国", "足球规则", "黑洞", "医学", "歌剧", "登月", "火山", "小提琴",
        "飞机", "恐龙", "政治", "代数", "扑克", "自行车", "电子游戏", "机器人", "爵士乐", "钢琴", "网球",
    ],
}
_ASK = {
    "en": (
        "which country is {place} in?", "where is {place}?", "what is the capital of {place}?", "what is the population of {place}?",
        "who is {person}?", "do you know {person}?", "when was {person} born?", "tell me about {person}.",
        "explain {thing}.", "what do you know about {thing}?", "tell me about {thing}.", "what is the history of {thing}?",
        "what is the weather [today|tomorrow|like in {place}]?", "what time is it[ now|]?", "what is the date today?", "who won the [match|game] yesterday?",
        "what is in the news[ today|]?", "how much does a [car|house|phone] cost?", "what is my name?", "how old am I?", "where do I live?",
        "what is {a} times {b}?", "what is {a} + {b}?", "write a program [in Python|that sorts numbers|].", "what did I eat yesterday?",
        "write [a poem|a letter|an email|an essay|a song] about {thing}.", "give me a recipe for {word}.", "sum up the book {place}.", "how do I repair my {word}?",
        "what do you think about {thing}?", "why is {thing} so hard?", "who invented {thing}?", "how many people live in {place}?", "is {person} married?",
        "what does the word {word} mean?", "how do you say {word} in Chinese?", "who wrote the book {place}?",
    ),
    "zh": (
        "{place}在哪个国家？", "{place}在哪里？", "{place}的首都是哪里？", "{place}有多少人口？", "{person}是谁？", "你认识{person}吗？",
        "{person}是什么时候出生的？", "介绍一下{person}。", "解释一下{thing}。", "你知道{thing}吗？", "讲讲{thing}。", "{thing}的历史是什么？",
        "[今天|明天|{place}]天气怎么样？", "现在几点[了|]？", "今天几号？", "昨天的比赛谁赢了？", "今天有什么新闻？", "一[辆车|套房子|部手机]多少钱？",
        "我叫什么名字？", "我多大了？", "我住在哪里？", "{a}乘以{b}等于多少？", "{a}+{b}等于多少？", "写一个程序。", "我昨天吃了什么？",
        "写[一首诗|一封信|一篇文章|一首歌]，关于{thing}。", "教我做{word}。", "总结一下《{place}》这本书。", "我的{thing}坏了怎么办？",
        "你怎么看{thing}？", "{thing}为什么这么难？", "{thing}是谁发明的？", "{place}有多少人？", "{person}结婚了吗？",
        "{word}是什么意思？", "《{place}》是谁写的？",
    ),
}
_HELD = {
    "en": ("please tell me in which country {place} is.", "have you heard of {person}?", "can you teach me {thing}?", "is it raining outside right now?", "do you know how old {person} is?"),
    "zh": ("你听说过{place}这个地方吗？", "{person}是做什么的？", "教我{thing}吧。", "外面现在下雨吗？", "你知道{person}多大吗？"),
}
_ANSWER = {
    "en": ("I don't know. I am a very small model and I never learned that.", "I am sorry, I don't know that.", "I don't know the answer to that. Please look it up somewhere else."),
    "zh": ("我不知道。我是一个很小的模型，没有学过这个。", "对不起，这个我不知道。", "这个问题我不知道，请到别处查一查。"),
}
MARKS = {"en": ("don't know",), "zh": ("不知道",)}


def _fill(rng: Random, template: str, lang: str, things: list[str]) -> str:
    if lang == "en":
        name = "".join(rng.choice(_SYLLABLES) for _ in range(rng.randint(2, 3)))
        place = name.capitalize() + rng.choice(("", "", "land", " Tower", " Castle", " Museum", " River"))
        person = "".join(rng.choice(_SYLLABLES) for _ in range(2)).capitalize()
        if rng.random() < 0.6:
            person = rng.choice(("Tom", "Anna", "Peter", "Lucy", "Mr.", "Mary", "John", "Professor")) + " " + person
        word = name
    else:
        place = "".join(rng.choice(_CHARACTERS) for _ in range(rng.randint(2, 4))) + rng.choice(("", "", "塔", "城", "山", "国", "博物馆"))
        person = rng.choice(_FAMILY) + "".join(rng.choice(_GIVEN) for _ in range(rng.randint(1, 2)))
        word = "".join(rng.choice(_SYLLABLES) for _ in range(3))
    return expand(rng, template, place=place, person=person, word=word, thing=rng.choice(things), a=str(rng.randint(31, 999)), b=str(rng.randint(31, 999)))


def question(rng: Random, lang: str) -> tuple[str, str]:
    """A question without a known answer, and an admission."""
    return _fill(rng, rng.choice(_ASK[lang]), lang, _THINGS[lang][:-6]), expand(rng, favour_first(rng, _ANSWER[lang]))


def held_question(rng: Random, lang: str) -> str:
    """As `question`, with a wording, names and subjects that training never used."""
    return _fill(rng, rng.choice(_HELD[lang]), lang, _THINGS[lang][-6:])
