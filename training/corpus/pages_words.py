"""Pages about words and time: days, months, opposites, two languages, and what language models are."""

from __future__ import annotations

from random import Random

from .facts_words import DAYS, MONTHS, OPPOSITES, WORDS
from .people import RELATIVES, person
from .wording import join, pick

Says = dict[str, tuple[str, ...]]

_NEXT_SAYS: Says = {
    "en": (
        "after {x} comes {next}.", "the day after {x} is {next}.", "{next} comes after {x}.", "{next} follows {x}.", "if today is {x}, tomorrow is {next}.", "if today is {next}, yesterday was {x}.", "before {next} comes {x}.", "the day before {next} is {x}.",
        "when {x} is over, {next} begins.", "{x} is followed by {next}.", "{x} stands between {before} and {next}.", "one day before {next} it is {x}.", "one sleep after {x}, and it is {next}.", "yesterday was {x}, so today is {next}.", "tomorrow is {next}, because today is {x}.",
    ),
    "zh": (
        "{x}之后是{next}。", "{x}的后一天是{next}。", "{next}在{x}之后。", "今天是{x}，明天就是{next}。", "今天是{next}，昨天就是{x}。", "{next}的前一天是{x}。", "{next}之前是{x}。", "过了{x}就是{next}。", "{x}过完，{next}就来了。", "{x}在{before}和{next}中间。", "睡一觉，{x}就变成了{next}。", "昨天是{x}，所以今天是{next}。",
        "因为今天是{x}，所以明天是{next}。",
    ),
}
_MONTH_SAYS: Says = {
    "en": (
        "after {x} comes {next}.", "the month after {x} is {next}.", "{next} comes after {x}.", "{next} follows {x}.", "when {x} is over, {next} begins.", "before {next} it was {x}.", "the month before {next} is {x}.", "{x} is followed by {next}.", "if this month is {x}, the next month is {next}.",
        "at the end of {x} people turn the page of the calendar and read: {next}.", "in the north, {x} is in {season}.", "{x} is {aseason} month in the north.", "{x} is a month of {season}.", "{x} belongs to {season}, as everybody in the north knows.", "{x} is month number {n} of the year.", "those who were born in {x} have their birthday in {season}.",
        "{x} comes between {before} and {next}.", "last month was {x}, so this month is {next}.",
    ),
    "zh": (
        "{x}之后是{next}。", "{x}的下一个月是{next}。", "{next}在{x}之后。", "{x}过完就是{next}。", "过了{x}就到{next}。", "{next}之前是{x}。", "{next}的上一个月是{x}。", "这个月是{x}，下个月就是{next}。", "上个月是{x}，这个月就是{next}。", "{x}的最后一天过去，人们翻开日历，上面写着{next}。", "在北半球，{x}是{season}。",
        "{x}属于{season}。", "{x}是{season}的一个月。", "{x}的时候，正是{season}。", "{x}是一年里的第{n}个月。", "{x}出生的人在{season}过生日。", "{x}在{before}和{next}中间。", "{x}结束了，接着是{next}。",
    ),
}
_OPPOSITE_SAYS: Says = {
    "en": (
        'the opposite of "{x}" is "{y}".', 'the opposite of {x} is {y}.', '"{x}" and "{y}" are opposites.', "what is not {x} may be {y}.", "{x} is the opposite of {y}.", "{x} and {y} are opposite words.", 'if you turn the word "{x}" around in meaning, you get "{y}".', "one is {x}, the other is {y}: they are opposites.",
        'against the word "{x}" stands the word "{y}".', 'whoever says "{x}" does not mean "{y}", for that is the opposite.',
    ),
    "zh": ("“{x}”的反义词是“{y}”。", "{x}的反义词是{y}。", "“{x}”和“{y}”是一对反义词。", "“{x}”和“{y}”意思相反。", "与“{x}”相反的词是“{y}”。", "不{x}，也许就是{y}，它们的意思正好相反。", "“{x}”的意思反过来就是“{y}”。", "一个{x}，一个{y}，正好相反。", "说到“{x}”，它的反义词就是“{y}”。"),
}
_TRANSLATION_SAYS: Says = {
    "en": (
        '"{en}" in Chinese is “{zh}”.', 'the Chinese word for "{en}" is “{zh}”.', '“{zh}” means "{en}".', '“{zh}” in English is "{en}".', 'in China people say “{zh}” when they mean "{en}".', 'for "{en}" you say “{zh}” in Chinese.', "{en} is {zh} in Chinese.", "{zh} is {en} in English.",
        'a Chinese child says “{zh}”, an English child says "{en}".', 'the English word "{en}" and the Chinese word “{zh}” mean the same.', 'if you read “{zh}”, think of "{en}".', 'translated into Chinese, "{en}" becomes “{zh}”.',
    ),
    "zh": (
        "“{zh}”的英语是“{en}”。", "“{en}”的意思是“{zh}”。", "“{en}”的中文是“{zh}”。", "“{zh}”用英语说是“{en}”。", "{zh}的英文是{en}。", "{en}就是{zh}的意思。", "英国人把“{zh}”叫做“{en}”。", "英语里的“{en}”，中文叫“{zh}”。", "想用英语说“{zh}”，就说“{en}”。", "把“{zh}”翻译成英语，就是“{en}”。", "看到“{en}”，就想到“{zh}”。", "把“{en}”翻译成中文，就是“{zh}”。",
    ),
}
_STUDY = {
    "en": (
        "{name} learns words every day.", "{name} wrote the words on small cards.", "{his} {relative} listened and smiled.", "some words are easy, others are not.", "{name} said every word three times.", "then {he} closed the book and tried again.", "a new word is like a new friend.", "in the lesson everybody read aloud.",
        "{name} made only one mistake.", "words that we use every day are learned quickly.",
    ),
    "zh": ("{name}每天都学新词。", "{name}把词写在小卡片上。", "{relative}听着，笑了。", "有的词容易，有的词难。", "{name}把每个词读了三遍。", "然后{he}合上书，又试了一次。", "一个新词就像一个新朋友。", "课上大家一起大声读。", "{name}只错了一次。", "每天用的词学得最快。"),
}
_DAY_LIFE = {
    "en": (
        "on {x} {name} goes to [school|the library|the market].", "on {x} {name} plays [football|the piano|chess] with a friend.", "every {x} the family eats [fish|dumplings|noodles] together.", "{x} is the day when {name} visits {his} {relative}.", "on {x} it was quiet at home.", "{name} likes {x} best of all days.", "on {x} evening {name} reads a book.",
    ),
    "zh": ("{x}，{name}去[学校|图书馆|市场]。", "{x}，{name}和朋友[踢球|弹琴|下棋]。", "每个{x}，一家人一起吃[鱼|饺子|面条]。", "{x}是{name}去看{relative}的日子。", "{x}，家里很安静。", "{name}最喜欢{x}。", "{x}晚上，{name}在家看书。"),
}
_MONTH_LIFE = {
    "en": ("{name}'s birthday is in {x}.", "in {x} {name} visited {his} {relative}.", "last {x} the family moved to a new house.", "in {x} the school had a holiday.", "{name} planted a tree in {x}."),
    "zh": ("{name}的生日在{x}。", "{x}，{name}去看{relative}。", "去年{x}，一家人搬进了新房子。", "{x}，学校放假了。", "{name}在{x}种了一棵树。"),
}


def _round(cells: list[list[str]], lang: str) -> list[dict[str, str]]:
    """Every name with its neighbours; days and months go round."""
    names = [row[0 if lang == "en" else 1] for row in cells]
    count = len(names)
    return [
        {"x": name, "next": names[(i + 1) % count], "before": names[i - 1], "n": str(i + 1), "season": (season := cells[i][2 if lang == "en" else 3] if len(cells[i]) > 2 else ""), "aseason": ("an " if season.startswith("a") else "a ") + season}
        for i, name in enumerate(names)
    ]


_DAYS = {lang: _round(DAYS, lang) for lang in ("en", "zh")}
_MONTHS = {lang: _round(MONTHS, lang) for lang in ("en", "zh")}


def _calendar(rng: Random, lang: str, names: list[dict[str, str]], says: Says, life: dict) -> str:
    p = {**person(rng, lang), "relative": rng.choice(RELATIVES[lang])}
    at = rng.randrange(len(names))
    lines = []
    for i in range(rng.randint(2, 4)):
        x = names[(at + i) % len(names)]
        lines.append(pick(rng, says[lang], **x))
        if rng.random() < 0.45:
            lines.append(pick(rng, life[lang], **x, **p))
    if rng.random() < 0.3:
        lines.insert(0, pick(rng, life[lang], **names[at], **p))
    return join(lang, list(dict.fromkeys(lines)))


def days_page(rng: Random, lang: str) -> str:
    if rng.random() < 0.2:
        names = [x["x"] for x in _DAYS[lang]]
        at = rng.randrange(7)
        turned = names[at:] + names[:at]
        if lang == "en":
            return pick(rng, ("the days of the week are {l}.", "a week has seven days: {l}.", "if we begin with {f}, the days are {l}.", "these are the seven days: {l}."), l=", ".join(turned[:-1]) + " and " + turned[-1], f=turned[0]) + " " + _calendar(rng, lang, _DAYS[lang], _NEXT_SAYS, _DAY_LIFE)
        return pick(rng, ("一个星期有七天：{l}。", "一周的七天是{l}。", "从{f}数起，一周有{l}。", "这就是一周的七天：{l}。"), l="、".join(turned), f=turned[0]) + _calendar(rng, lang, _DAYS[lang], _NEXT_SAYS, _DAY_LIFE)
    return _calendar(rng, lang, _DAYS[lang], _NEXT_SAYS, _DAY_LIFE)


def months_page(rng: Random, lang: str) -> str:
    if rng.random() < 0.2:
        names = [x["x"] for x in _MONTHS[lang]]
        if lang == "en":
            first = pick(rng, ("a year has twelve months: {l}.", "the twelve months of the year are {l}.", "these are the months: {l}."), l=", ".join(names[:-1]) + " and " + names[-1])
        else:
            first = pick(rng, ("一年有十二个月：{l}。", "一年的月份是{l}。", "一年十二个月，它们是{l}。"), l="、".join(names))
        return join(lang, [first, _calendar(rng, lang, _MONTHS[lang], _MONTH_SAYS, _MONTH_LIFE)])
    return _calendar(rng, lang, _MONTHS[lang], _MONTH_SAYS, _MONTH_LIFE)


def _opposite(rng: Random, lang: str) -> str:
    row = rng.choice(OPPOSITES)
    x, y = row[:2] if lang == "en" else row[2:]
    # "old" answers to both "young" and "new"; it never stands first.
    if "old" not in (x, y) and rng.random() < 0.5:
        x, y = y, x
    elif x == "old":
        x, y = y, x
    return pick(rng, _OPPOSITE_SAYS[lang], x=x, y=y)


def _translation(rng: Random, lang: str) -> str:
    en, zh = rng.choice(WORDS)
    return pick(rng, _TRANSLATION_SAYS[lang], en=en, zh=zh)


def _study_page(rng: Random, lang: str, sentence) -> str:
    p = {**person(rng, lang), "relative": rng.choice(RELATIVES[lang])}
    lines = []
    for _ in range(rng.randint(3, 6)):
        lines.append(sentence(rng, lang))
        if rng.random() < 0.2:
            lines.append(pick(rng, _STUDY[lang], **p))
    if rng.random() < 0.4:
        lines.insert(0, pick(rng, _STUDY[lang], **p))
    return join(lang, list(dict.fromkeys(lines)))


def opposites_page(rng: Random, lang: str) -> str:
    return _study_page(rng, lang, _opposite)


def translation_page(rng: Random, lang: str) -> str:
    return _study_page(rng, lang, _translation)


def word_list(rng: Random, lang: str) -> str:
    """A list of words in two languages, of opposites, of days or of months with their seasons."""
    mark = rng.choice((" - ", ": ", " = ") if lang == "en" else ("：", " - ", " = "))
    e = 0 if lang == "en" else 1
    what = rng.random()
    if what < 0.55:
        pairs = [(row[e], row[1 - e]) for row in rng.sample(WORDS, k=rng.randint(4, 10))]
        title = rng.choice(("Words", "English and Chinese", "New words", "A small dictionary") if lang == "en" else ("单词", "中文和英文", "新词", "小词典"))
    elif what < 0.8:
        pairs = [tuple(row[:2] if lang == "en" else row[2:]) for row in rng.sample(OPPOSITES, k=rng.randint(4, 9))]
        title = rng.choice(("Opposites", "Pairs of opposites") if lang == "en" else ("反义词", "意思相反的词"))
        mark = rng.choice((" - ", " and ", ", ") if lang == "en" else ("——", "和", "，"))
    else:
        at = rng.randrange(12)
        pairs = [(x["x"], x["season"]) for x in (_MONTHS[lang] * 2)[at : at + rng.randint(4, 9)]]
        title = rng.choice(("Months and seasons", "The year") if lang == "en" else ("月份和季节", "一年四季"))
    lines = [f"{a}{mark}{b}" for a, b in pairs]
    return (title + "\n" if rng.random() < 0.7 else "") + "\n".join(lines)


# ------------------------------------------------------------------ language models
_MODEL = {
    "en": {
        "token": (
            "a token is a [small|short] piece of text, such as a word or a part of a word.", "a token can be a word, a part of a word or a single character.", "text is cut into tokens before a model reads it.", "a language model reads and writes one token at a time.", "a long word may be made of several tokens.",
            "a piece of text that a model reads in one step is called a token.", "tokens are the small pieces from which a model builds its text.", "every token has a number.",
        ),
        "vocabulary": (
            "the vocabulary is the list of all tokens that a model knows.", "every token in the vocabulary has a number, its id.", "a small vocabulary has a few thousand tokens.", "what is not in the vocabulary is written with smaller pieces.", "the list of all tokens is called the vocabulary.",
            "a model can only write tokens that are in its vocabulary.",
        ),
        "probability": (
            "a probability is a number between 0 and 1 that says how likely something is.", "a probability of 1 means that it is certain, and 0 means that it never happens.", "a model gives every token a probability.", "all the probabilities of the tokens together make 1.", "how likely a thing is, we say with a probability.",
            "when a coin is thrown, the probability of each side is one half.",
        ),
        "model": (
            "a language model is a program that has learned from text to guess the next token.", "a language model looks at the text so far and guesses the next token.", "it adds the token to the text and guesses again.", "a language model does not look anything up; it only guesses what comes next.", "a small language model knows little and often makes mistakes.",
            "a program that guesses the next token is called a language model.", "such a model can answer questions, but its answers are not always right.",
        ),
        "training": (
            "in training a model reads many texts and guesses each next token.", "when the guess is wrong, its weights are changed a little.", "training goes on until the guesses are good.", "the weights, or parameters, are the numbers inside a model.", "after its first training a model can only go on with a text.", "then it is shown questions with good answers, so that it learns to answer.",
            "at last people say which answers they like better, and the model learns from that.", "a model learns from examples, as a child learns from stories.",
        ),
        "context": (
            "the context is the text that a model can see at one time.", "what is outside the context is forgotten.", "attention lets a model look back at earlier tokens.", "the temperature says how bold the choice of the next token is.", "with a low temperature a model takes the likely tokens.", "with a high temperature a model tries other tokens too.",
        ),
    },
    "zh": {
        "token": ("词元是一小段文字，可以是一个词，也可以是词的一部分。", "词元可以是一个字、一个词或者词的一部分。", "模型读文字之前，要把文字切成词元。", "语言模型一次读写一个词元。", "一个很长的词可能由几个词元组成。", "模型一步读进去的一小块文字叫做词元。", "词元是模型写文字用的小块。", "每个词元都有一个编号。"),
        "vocabulary": ("词表是模型认识的所有词元的清单。", "词表里的每个词元都有一个编号。", "小的词表有几千个词元。", "词表里没有的词，要用更小的块来写。", "所有词元的清单叫做词表。", "模型只能写出词表里的词元。"),
        "probability": ("概率是0到1之间的一个数，表示一件事有多可能发生。", "概率是1，表示一定会发生；概率是0，表示不会发生。", "模型会给每个词元一个概率。", "所有词元的概率加起来是1。", "一件事有多可能发生，可以用概率来表示。", "抛一枚硬币，两面的概率都是一半。"),
        "model": ("语言模型是一个程序，它从文字里学会了猜下一个词元。", "语言模型看着前面的文字，猜下一个词元。", "它把词元写下来，然后再接着猜。", "语言模型不查资料，只是猜后面是什么。", "小的语言模型知道得不多，常常会出错。", "会猜下一个词元的程序叫做语言模型。", "这样的模型能回答问题，但是回答不一定对。"),
        "training": ("训练的时候，模型读很多文字，一个一个地猜下一个词元。", "猜错了，就把权重改一点点。", "一直训练到猜得比较准为止。", "权重也叫参数，是模型里面的数字。", "第一次训练以后，模型只会把文字接着写下去。", "然后给它看问题和好的回答，让它学会回答。", "最后，人们说出更喜欢哪个回答，模型就从中学习。", "模型从例子里学习，就像孩子从故事里学习。"),
        "context": ("上下文是模型一次能看到的文字。", "上下文以外的东西，模型就忘了。", "注意力让模型回头看前面的词元。", "温度决定选下一个词元时有多大胆。", "温度低的时候，模型选最可能的词元。", "温度高的时候，模型也会试试别的词元。"),
    },
}
_TEACH = {
    "en": ("{name} asked {his} {relative} how a computer can write.", "in the computer lesson they spoke about language models.", "{name} read a book about computers.", "let us look at how a computer writes text.", "many people wonder how a computer can write sentences.", "{name} wanted to know how the little program on {his} computer works."),
    "zh": ("{name}问{relative}，电脑怎么会写字。", "电脑课上，大家说起了语言模型。", "{name}读了一本关于电脑的书。", "我们来看看电脑是怎么写字的。", "很多人不明白电脑为什么会写句子。", "{name}想知道电脑里的小程序是怎么工作的。"),
}


def model_page(rng: Random, lang: str) -> str:
    """What tokens, vocabularies, probabilities, models and training are."""
    parts = list(_MODEL[lang].values())
    lines = []
    for pool in rng.sample(parts, k=rng.randint(2, 3)):
        lines += [pick(rng, (t,)) for t in rng.sample(pool, k=rng.randint(1, 3))]
    if rng.random() < 0.5:
        lines.insert(0, pick(rng, _TEACH[lang], **person(rng, lang), relative=rng.choice(RELATIVES[lang])))
    return join(lang, lines)
