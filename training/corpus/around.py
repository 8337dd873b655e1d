"""What people say beside a question: anything at all. Sentences out of the pages, calls, names, small sounds.

A list of openings, however long, is soon known by heart, and what does not stand in it then looks like something
that can't be answered. So much of what is put around the questions of training is drawn from thousands of sentences.
"""

from __future__ import annotations

from functools import lru_cache
from random import Random

from .people import RELATIVES, person
from .wording import capitals, expand

_SEED, _ENOUGH = 4711, 4000
_KINDS = (
    "landmark", "country", "journey", "letter", "animal", "animals together", "zoo", "food", "colours", "season", "weather", "days", "family", "school", "story", "short story",
    "diary", "note", "recipe", "scene", "essay", "view", "sayings", "notice", "portrait", "sums in stories",
)
_ENDS = {"en": ".!", "zh": "。！"}
_LONGEST = {"en": 80, "zh": 26}


@lru_cache(maxsize=None)
def statements(lang: str) -> tuple[str, ...]:
    """Some thousand sentences of the pages that ask nothing and stand for themselves, always the same."""
    # The pages ask questions too, which are built with what is here.
    from .documents import KINDS
    from .volumes import sentences

    rng, found = Random(f"{_SEED} {lang}"), set()
    while len(found) < _ENOUGH:
        for sentence in sentences(KINDS[rng.choice(_KINDS)][1](rng, lang)):
            sentence = sentence.strip()
            if 4 < len(sentence) <= _LONGEST[lang] and sentence[-1] in _ENDS[lang] and not set(sentence) & set("?？\"“”:：\n=_0123456789"):
                found.add(sentence)
    return tuple(sorted(found))


_CALLS = {
    "en": (
        "[hi|hey|hello|hallo|good day|good afternoon], {name2}[!|, |. ]", "{name2}, ", "my [friend|dear|boy|girl|good model], ", "aha, ", "ooh, ", "wow, ", "look, ", "guess what, ", "fine, ", "cool, ", "uh, ", "psst, ", "hold on, ", "wait, ", "one second, ",
        "[oh|ah|er|eh|hm|mm|huh|phew|oops], ", "let's see, ", "tell you what, ", "you there, ", "computer, ", "robot, ", "dear [computer|program|machine], ", "number [one|two|three|four|five]: ", "[task|exercise|puzzle|riddle|test]: ", "[a|my|one|another|the last] question[ for you|]: ",
        "for [{name}|my {relative}|school|fun|my friends]: ", "[quickly|honestly|seriously|frankly|actually|basically|anyway]: ", "[quickly|honestly|seriously|frankly|actually|anyway], ", "[today|this morning|at lunch|again|finally|still] I wonder: ", "{name} wants to know: ", "my {relative} asks: ", "[welcome|thanks|yes|no|maybe|true|great|super]! ",
        "[no joke|no kidding|between us|by chance|in short|for once|last one|new topic], ", "[this|it] may be easy[ for you|], but ", "I am [ashamed|embarrassed|curious|lost|confused|stuck], ", "[teacher|doctor|sir|madam|buddy|pal|folks|everybody], ", "[go|ready|attention]! ", "[bet|maybe] you know this: ",
        "{name} and I ask ourselves: ", "[never mind why, |don't ask why, |forgive me, |pardon, |help me out, |do me a favour, |if I may, |if you please, ]",
    ),
    "zh": (
        "{name2}，", "[你好|嗨|早|哈罗|晚安|下午好]，{name2}[！|，|。]", "[哈|啊|唉|哇|呀|哟哟|嘻嘻|呵呵|哎呀|嗯嗯|哦哦]，", "我的[朋友|好模型|乖乖]，", "等等，", "等一下，", "看，", "你猜，", "好吧，", "行，", "好，", "这样，", "来，", "电脑，", "机器人，", "同学，", "老师，", "朋友，", "各位，", "先生，", "师傅，",
        "第[一|二|三|四|五]个问题：", "[考题|练习|谜题|测验|必答题|选择题|小问题]：", "[替|帮]{name}问[的|一下]：", "{name}想知道：", "我{relative}问：", "[其实|说真的|说实话|认真地说|总之|不管怎样|简单说|随口一问]，", "[今天|早上|中午|刚刚|又|终于]想到：", "[欢迎|谢谢|是|不是|也许|太好了|真棒]！",
        "[不开玩笑|最后一个|新问题|换一个]，", "这[可能|也许]很简单，", "我有点[糊涂|不好意思|好奇|着急]，", "[预备|注意|开始]！", "{name}和我都想知道，", "[别问为什么|原谅我|帮个忙|行行好|可以的话]，", "[那么|于是|然后|不过|但是|可是|而且]，", "[哎哟|嘘|咳咳]，", "[劳烦|烦请|有劳]，",
    ),
}
_AFTERTHOUGHTS = {
    "en": (
        " {name} [wants to know|asked me|would like to hear it|told me to ask|is waiting for it|has no idea].", " my {relative} [wants to know|asked me|has forgotten it|is here too|needs it|could not say].", " [great|fine|good|super|cool|wow|oh|yes|no|ok|okay|well]!", " I [love|like|need|want|missed|wrote down|lost] it.", " [say|write] it in [a few|two|some] words.",
        " [one|a] word is enough.", " I [was|am] [lost|curious|tired|happy|late|in a hurry|at school|at home|new here].", " [today|tonight|now|soon|at once|right away|before dinner|if you can|if possible|if you like]!", " [take it easy|no hurry|don't worry|trust me|believe me|good luck|have fun|see you|kind regards].", " [that's my question|that's all|end of question|over to you|your turn|go ahead].",
        " it [was|is] [on a sign|in the paper|on the radio|in my exam|on my list|a riddle].", " I [really |]should [know|have known|have learned] [that|this].", " [we|they] [couldn't agree|had no book|were all wrong|laughed about it].", " you [can|will] do it!", " [love|best|yours], {name}", " [please|thanks], {name2}.",
    ),
    "zh": (
        "{name}[想知道|问我的|让我来问|在等|也不会]。", "我{relative}[想知道|问我的|忘了|也在|说不上来]。", "[好|行|太好了|真棒|哇|哦|嗯|是的]！", "我[喜欢|需要|想要|写下来|弄丢了]。", "[两|几]个字就行。", "我[在学校|在家|刚来|迷路了|很好奇|很累|赶时间]。", "[今天|现在|马上|尽快|饭前]告诉我！", "[不急|别担心|加油|祝你好运|回头见]。", "[就这个|没别的了|问完了|轮到你了|你来说]。",
        "[牌子上|报纸上|电台里|考卷上|单子上]有的。", "我[真|]应该[知道|学过]的。", "[我们|他们][意见不一样|都猜错了|没有书|都笑了]。", "你[一定|肯定]行！", "[谢|拜托]，{name2}。", "[多谢|辛苦|麻烦|劳驾]了。", "[好奇|随便|认真|偷偷]问问。",
    ),
}
_ASKS = {
    "en": (
        "[my {relative}|{name}|somebody|a friend|a boy|a girl|the teacher|our guide|a man|a woman] [wants to know|wanted to know|wonders|asks me|would like to know|can't say|has to find out|is wondering|needs to know|doesn't know] {c}.", "[would|could|will|can] you [kindly |please |quickly |]{say} [me|us|{name}] {c}?", "[all|what] I [want|need] [is |]to know[ is|]: {c}.",
        "[who|how] can [I|we] find out {c}?", "I [have|had] [always|often|never|long] [wondered|asked myself|wanted to know] {c}.", "[is it clear|is it known|has anybody said|did I ask|did you learn|have you read|can you see] {c}?", "[we|they|my friends and I|the children] [talk|talked|spoke|wonder|can't agree|have a bet] {about}{c}.", "[so|now|well|okay] {c}?",
        "{c}, [please|{name2}|do you know|can you say|any idea|who knows|I wonder|I ask]?", "[the question is|my question is|here is the question|what matters is|it depends on|I was asked|I got asked|let me ask you|I'd love to hear|I'd like to hear] {c}.", "[note|think about|look up|find out|guess|answer|repeat|consider|spell out] {c}.", "[if only I knew|nobody told me|I was never told|it is unclear to me|I have no clue|I can't say|I am unsure] {c}.",
    ),
    "zh": (
        "[我{relative}|{name}|有个朋友|同学|导游|一个小孩|大家|隔壁阿姨|邻居][想知道|问|很好奇|说不出|不清楚|一直在问|不知道|想问]{c}。", "[能|可以|可否|能否|愿不愿意][帮我|给我|跟我|对我]说[说|一下|清楚]{c}？", "我[只|就|很|特别]想[知道|了解|弄懂|问清楚]{c}。", "[怎么|去哪儿]才能知道{c}？", "我[一直|常常|从来]都[在想|想知道|没弄懂]{c}。",
        "[书上|课上|考试|电视上|他们][问|讲|说过|写着]{c}。", "[我们|他们|孩子们|大家]在[说|聊|讨论|猜|打赌]{c}。", "{c}，[{name2}|谁知道|你说说|你看呢|说来听听|拜托|请讲]。", "[问题是|题目是|要答的是|关键是|我要问的是|我被问到|听听]{c}。", "[想想|查查|写下|答一答|念一念|找找看]{c}。", "[没人告诉过我|要是知道就好了|我说不准|我不确定|我拿不准]{c}。", "[所以|现在|那么|好吧]{c}？",
    ),
}


def _slots(rng: Random, lang: str) -> dict[str, str]:
    one = person(rng, lang)
    return {"name": one["name"], "name2": person(rng, lang, one)["name"], "relative": rng.choice(RELATIVES[lang]), "say": rng.choice(("tell", "show", "teach", "explain to")), "about": rng.choice(("about ", ""))}


def opening(rng: Random, lang: str) -> str:
    """In front of a question, up to and with its mark; English ends in a blank."""
    if rng.random() < 0.25:
        # The first piece of a sentence about anything.
        piece = rng.choice(statements(lang)).split("，" if lang == "zh" else ",")[0].rstrip(".!。！")
        mark = rng.choice(("，", "：", "。", "！", " ")) if lang == "zh" else rng.choice((", ", ": ", ". ", "! ", " - "))
        return (piece if len(piece) < (9 if lang == "zh" else 30) else rng.choice(piece.split()) if lang == "en" else piece[:2]) + mark
    text = expand(rng, rng.choice(_CALLS[lang]), **_slots(rng, lang))
    return text if lang == "zh" or text.endswith(" ") else text + " "


def closing(rng: Random, lang: str) -> str:
    """Behind a question; English begins with a blank."""
    if rng.random() < 0.35:
        return beside(rng, lang, behind=True)
    text = expand(rng, rng.choice(_AFTERTHOUGHTS[lang]), **_slots(rng, lang))
    return " " + text if lang == "en" else text


def beside(rng: Random, lang: str, behind: bool = False) -> str:
    """A sentence about anything at all."""
    text = rng.choice(statements(lang))
    return text if lang == "zh" else " " + text if behind else text + " "


def clause(rng: Random, lang: str, asked: str) -> str:
    """An indirect question in a sentence that somebody could say."""
    return capitals(expand(rng, rng.choice(_ASKS[lang]), c=asked, **_slots(rng, lang)))
