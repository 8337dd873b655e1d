"""Pages about people: the family, days at school, lessons with questions and answers in quotation marks."""

from __future__ import annotations

from random import Random

from . import facts_nature, facts_places, facts_words
from .facts import FactGroup
from .facts_words import DAYS
from .people import RELATIVES, person, second
from .wording import join, pick

# who | is whose what: each line stands by itself; Chinese has its own words for both sides.
_KIN = {
    "en": (
        "the mother of my mother is my grandmother.", "the father of my mother is my grandfather.", "my father's mother is my grandmother too.", "my father's father is my grandfather.", "a grandmother is the mother of a mother or a father.", "the sister of my mother is my aunt.", "the brother of my father is my uncle.",
        "an aunt is the sister of a mother or a father.", "an uncle is the brother of one of the parents.", "the son of my uncle is my cousin.", "the daughter of my aunt is my cousin too.", "my parents are my mother and my father.", "a boy with the same parents is a brother, a girl is a sister.", "the children of my children will be my grandchildren.",
        "a man who has a child is a father.", "a woman who has a child is a mother.", "my grandparents are the parents of my parents.", "the wife of my uncle is my aunt.", "a son is a boy, a daughter is a girl; both are children of their parents.", "the husband of my grandmother is my grandfather.",
    ),
    "zh": (
        "妈妈的妈妈是外婆。", "妈妈的爸爸是外公。", "爸爸的妈妈是奶奶。", "爸爸的爸爸是爷爷。", "奶奶是爸爸的妈妈。", "外婆是妈妈的妈妈。", "妈妈的姐妹叫阿姨。", "爸爸的弟弟叫叔叔。", "妈妈的兄弟叫舅舅。", "爸爸的姐妹叫姑姑。", "叔叔的儿子是堂哥或者堂弟。", "舅舅的女儿是表姐或者表妹。", "爸爸和妈妈合起来叫父母。",
        "比我大的男孩是哥哥，比我小的男孩是弟弟。", "比我大的女孩是姐姐，比我小的女孩是妹妹。", "儿子是男孩，女儿是女孩，都是爸爸妈妈的孩子。", "有孩子的男人是爸爸。", "有孩子的女人是妈妈。", "爷爷的妻子是奶奶。", "外公的妻子是外婆。", "爸爸妈妈的孩子就是我和我的兄弟姐妹。",
    ),
}
_HOME_LIFE = {
    "en": (
        "{name} lives with {his} parents and {his} {relative}[ in a small house|near the river|in the middle of the city].", "there are {n} people in {name}'s family.", "{name}'s {relative} [works in a shop|drives a bus|is a teacher|grows vegetables|bakes bread|writes letters all day].", "in the evening they all [sit at one table|cook together|tell each other what happened].",
        "{name} helps {his} {relative} to [wash the dishes|clean the room|feed the cat|carry the bags].", "on Sunday the whole family goes to [the park|the lake|see the grandparents].", '"Have you done your homework?" {his} {relative} often asks.', '"I love you," says {name} to {his} {relative} every night.', "when somebody is ill, the others [make tea and soup|stay at home and help].",
        "{name} and {his} {relative} sometimes quarrel, but not for long.", "{his} {relative} tells the best stories.", "{name} has a photograph of all of them above {his} bed.", "every birthday there is a cake with candles.", "{his} {relative} is getting old and walks slowly.",
    ),
    "zh": (
        "{name}和爸爸妈妈，还有{relative}住在[一座小房子里|河边|城里]。", "{name}家有{n}口人。", "{name}的{relative}[在商店工作|是司机|是老师|种菜|做面包|在医院上班]。", "晚上，一家人[围着桌子坐下来|一起做饭|说说今天的事]。", "{name}帮{relative}[洗碗|打扫房间|喂猫|提东西]。", "星期天，全家去[公园|湖边|看爷爷奶奶]。", "{relative}常常问：“作业做完了吗？”",
        "每天晚上，{name}都对{relative}说：“我爱你。”", "有人生病的时候，大家就[给他泡茶做汤|在家照顾他]。", "{name}和{relative}有时候会吵架，可是很快就好了。", "{relative}讲的故事最好听。", "{name}的床头挂着一张全家的照片。", "每次过生日，都有一个插着蜡烛的蛋糕。", "{relative}年纪大了，走得很慢。",
    ),
}


def family_page(rng: Random, lang: str) -> str:
    """Who is who, and how a family lives."""
    p = {**person(rng, lang), "relative": rng.choice(RELATIVES[lang]), "n": str(rng.randint(3, 7))}
    kin = [pick(rng, (t,)) for t in rng.sample(_KIN[lang], k=rng.randint(1, 4))]
    if rng.random() < 0.25:
        return join(lang, kin + [pick(rng, (t,)) for t in rng.sample(_KIN[lang], k=2)])
    lines = [pick(rng, (t,), **p) for t in rng.sample(_HOME_LIFE[lang], k=rng.randint(2, 5))]
    if rng.random() < 0.6:
        lines[rng.randint(1, len(lines)) : 0] = kin
    if lang == "en" and rng.random() < 0.5:
        lines.insert(0, pick(rng, ("this is {name}.", "let me tell you about {name}.", "{name} is {age} years old."), age=str(rng.randint(6, 12)), **p))
    elif lang == "zh" and rng.random() < 0.5:
        lines.insert(0, pick(rng, ("这是{name}。", "我来说说{name}的家。", "{name}今年{age}岁。"), age=str(rng.randint(6, 12)), **p))
    return join(lang, lines)


# ------------------------------------------------------------------ school
_MORNING = {
    "en": (
        "on {day} morning {name} [got up late|got up early|woke up before the sun] and went to school[ with {name2}|].", "it was {day}, and {name} walked to school[ in the rain| through the snow| along the river|].", "{name} goes to the same school as {name2}. Their teacher is Mr. {teacher}.", "the bell rang, and the children sat down.",
        "in {name}'s class there are {n} children.", "{name} packed {his} bag: two books, a pencil and an apple.", "Mr. {teacher} came in and said good morning.", "today Mr. {teacher} had brought a [big map|box of cards|heavy book|picture] with him.",
    ),
    "zh": (
        "{day}早上，{name}[起得很晚|起得很早|天没亮就醒了]，去上学了。", "那天是{day}，{name}[冒着雨|踩着雪|沿着小河]走到学校。", "{name}和{name2}在同一个学校，他们的老师姓{teacher}。", "上课铃响了，孩子们都坐好了。", "{name}的班里有{n}个学生。", "{name}收拾好书包：两本书、一支笔和一个苹果。", "{teacher}老师走进来，说：“同学们好。”", "今天{teacher}老师带来了一[张大地图|盒卡片|本厚厚的书|幅画]。",
    ),
}
_SCHOOL = {
    "en": (
        "first they [read a story|wrote new words|sang a song].", "then they [counted|drew animals|looked at a map].", "{name2} had forgotten {his2} book, so {name} shared {his} own with {him2}.", "in the break they [ran around the tree|played ball|ate their bread].", "{name} did not understand everything at once, but {he} asked.", '"Very good," said Mr. {teacher}.',
        "outside the birds were singing.", "{name} wrote it down in {his} book.", "nobody spoke for a while.", "after school {name} told {his} {relative} what {he} had learned.", "the homework was short that day.", "{name2} laughed, and {name} laughed too.", "it was a good day at school.", "{name} wants to be a teacher one day.",
    ),
    "zh": (
        "他们先[读了一个故事|写了生词|唱了一首歌]。", "然后大家[算了数|画了动物|看了地图]。", "{name2}忘了带书，{name}就和{he2}一起看。", "课间，他们[绕着大树跑|打球|吃面包]。", "{name}没有马上听懂，可是{he}敢问。", "{teacher}老师说：“很好。”", "窗外小鸟在唱歌。", "{name}把它写在本子上。", "好一会儿没有人说话。", "放学以后，{name}把学到的东西讲给{relative}听。", "那天的作业不多。", "{name2}笑了，{name}也笑了。", "这真是学校里美好的一天。",
        "{name}长大想当老师。",
    ),
}
_TEACHERS = {"en": ("Green", "Brown", "Miller", "Wood", "Hill", "Bell", "King"), "zh": ("王", "李", "张", "陈", "林", "周")}
_GROUPS: dict[str, list[FactGroup]] = {
    lang: [g for g in facts_places.GROUPS + facts_nature.GROUPS + facts_words.GROUPS if g.lang == lang] for lang in ("en", "zh")
}
_OFTEN = {"landmark_country": 4.0, "capital": 2.0, "landmark_city": 1.5, "capital_of": 1.5}

_QUESTION = {
    "en": (
        'Mr. {teacher} asked, "{q}"', '"{q}" asked Mr. {teacher}.', 'then {name2} read a question from the book: "{q}"', 'the next question was: "{q}"', '{name2} wanted to know: "{q}"', '"And now listen," said Mr. {teacher}. "{q}"', 'on the card stood: "{q}"', '"{q}" {name2} asked {him2}self aloud.',
    ),
    "zh": ("{teacher}老师问：“{q}”", "“{q}”{teacher}老师问。", "{name2}读出书上的问题：“{q}”", "下一个问题是：“{q}”", "{name2}想知道：“{q}”", "{teacher}老师说：“听好了，{q}”", "卡片上写着：“{q}”", "{name2}小声问{name}：“{q}”"),
}
_REPLY = {
    "en": ('"{a}" said {name}.', '{name} put up {his} hand and said, "{a}"', '{name} thought for a moment. "{a}"', '"{a}" answered {name} at once.', 'all the children knew it: "{a}"', '"I know," said {name}. "{a}"', 'the answer was easy: "{a}"', '{name} wrote on the board: "{a}"'),
    "zh": ("{name}说：“{a}”", "{name}举手说：“{a}”", "{name}想了想，说：“{a}”", "“{a}”{name}马上回答。", "孩子们都知道：“{a}”", "{name}说：“我知道，{a}”", "答案很容易：“{a}”", "{name}在黑板上写道：“{a}”"),
}
_WRONG = {
    "en": ('"{b}" said {name}. "No," said Mr. {teacher}, "{a}"', '{name} said, "{b}" But {name2} knew better: "{a}"'),
    "zh": ("{name}说：“{b}”{teacher}老师说：“不对，{a}”", "{name}说：“{b}”可是{name2}知道：“{a}”"),
}


_INNER = str.maketrans({'"': "'", "“": "‘", "”": "’"})


def _short(group: FactGroup, row: dict[str, str]) -> str:
    value = group.accepted(row)[0]
    return value[:1].upper() + value[1:] + ("." if group.lang == "en" else "。")


def _inner(text: str) -> str:
    """Quotation marks inside quotation marks."""
    return text.translate(_INNER)


def lesson(rng: Random, lang: str) -> str:
    """A lesson in which questions are asked and answered in quotation marks, within prose."""
    p = person(rng, lang)
    p |= second(person(rng, lang, p))
    p |= {"teacher": rng.choice(_TEACHERS[lang]), "n": str(rng.randint(12, 30)), "relative": rng.choice(RELATIVES[lang]), "day": rng.choice(DAYS)[0 if lang == "en" else 1]}
    lines = [pick(rng, (t,), **p) for t in rng.sample(_MORNING[lang], k=rng.randint(1, 2))]
    groups = _GROUPS[lang]
    one_kind = rng.choices(groups, [_OFTEN.get(g.name, 1.0) for g in groups])[0] if rng.random() < 0.5 else None
    for _ in range(rng.randint(1, 3)):
        group = one_kind or rng.choices(groups, [_OFTEN.get(g.name, 1.0) for g in groups])[0]
        row = rng.choice(group.rows)
        question = group.question(rng, row)
        while not question.endswith(("?", "？")):
            question = group.question(rng, row)
        lines.append(pick(rng, _QUESTION[lang], q=_inner(question), **p))
        answer = _short(group, row) if rng.random() < 0.45 else group.statement(rng, row)
        if rng.random() < 0.12:
            other = rng.choice(group.rows)
            if other[group.check] != row[group.check]:
                lines.append(pick(rng, _WRONG[lang], a=_inner(group.statement(rng, row)), b=_short(group, other), **p))
                continue
        answer = _inner(answer)
        # Before "said" English puts a comma for the full stop.
        reply = rng.choice(_REPLY[lang])
        if lang == "en" and reply.startswith('"{a}"'):
            answer = answer[:-1] + ","
        lines.append(pick(rng, (reply,), a=answer, **p))
        if rng.random() < 0.35:
            lines.append(pick(rng, _SCHOOL[lang], **p))
    if rng.random() < 0.6:
        lines.append(pick(rng, _SCHOOL[lang], **p))
    return join(lang, lines)


def school_day(rng: Random, lang: str) -> str:
    """A day at school without a lesson."""
    p = person(rng, lang)
    p |= second(person(rng, lang, p))
    p |= {"teacher": rng.choice(_TEACHERS[lang]), "n": str(rng.randint(12, 30)), "relative": rng.choice(RELATIVES[lang]), "day": rng.choice(DAYS)[0 if lang == "en" else 1]}
    lines = [pick(rng, (t,), **p) for t in rng.sample(_MORNING[lang], k=rng.randint(1, 3))]
    lines += [pick(rng, (t,), **p) for t in rng.sample(_SCHOOL[lang], k=rng.randint(3, 6))]
    return join(lang, lines)


def aside(rng: Random, lang: str, someone: dict[str, str], count: int) -> str:
    """Sentences about somebody's home and school, which answer no question."""
    p = {**someone, **second(person(rng, lang, someone))}
    p |= {"teacher": rng.choice(_TEACHERS[lang]), "n": str(rng.randint(3, 9)), "relative": rng.choice(RELATIVES[lang]), "day": rng.choice(DAYS)[0 if lang == "en" else 1]}
    return join(lang, [pick(rng, (t,), **p) for t in rng.sample(_HOME_LIFE[lang] + _SCHOOL[lang], k=count)])
