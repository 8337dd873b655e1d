"""How people go on in a conversation: by language, each with `ask` for training and `held` for evaluation alone.

"Held" are ways of building, not only sentences: a frame that stands there occurs nowhere in training.
"""

from __future__ import annotations

from dataclasses import dataclass

from .followup_more import MORE


@dataclass(frozen=True)
class Ways:
    """Wordings of one move; `held` ones never reach the training stream."""

    ask: tuple[str, ...]
    held: tuple[str, ...]


# Another thing about what was asked for before: by the group that answers it.
ASPECTS: dict[str, dict[str, Ways]] = {
    "en": {
        "landmark_country": Ways(("[and |]which country is [it|that] in?", "in which country is that?", "what country is that[ in|]?", "and the country?", "which country does it belong to?", "so which country is it in?", "and where is it?", "where is it[ exactly|]?"), ("and that would be in which country?", "to what country would I have to go for that?")),
        "landmark_city": Ways(("[and |]which city is it in?", "in which city[ is it|]?", "and the city?", "what city is that[ in|]?", "[and |]where in {country} is it?", "which town exactly?", "near which city is it?"), ("what about the city, where does it stand?", "and more exactly, which city?")),
        "landmark_kind": Ways(("what is it[, exactly|]?", "[and |]what kind of thing is it?", "tell me more about it.", "what is that?", "what can you say about it?", "describe it[ please|]."), ("explain what it is, please.", "and what sort of place is that?")),
        "capital": Ways(("[and |]its capital?", "[and |]the capital?", "what is its capital[ called|]?", "what is the capital [there|of that country]?", "and what's the capital?", "which city is its capital?", "[and |]which is the capital city?", "what's the capital of it?", "do you know the capital too?"), ("and the capital city there would be?", "name its capital as well.")),
        "language": Ways(("[and |]its language?", "[and |]the language?", "[what|which] language do they speak there?", "what do people speak there?", "which language is spoken there?", "and what language do people there speak?", "what is the language there?", "how do people talk there, in which language?", "and what do they speak?"), ("what would I have to speak over there?", "and the people there, what is their language?")),
        "continent": Ways(("[and |]its continent?", "[and |]the continent?", "on which continent is [it|that]?", "which continent is that[ on| in]?", "what continent does it belong to?", "which part of the world is it in?", "is that in Europe or in Asia?", "and on what continent is it?"), ("in which part of the earth is that, which continent?", "and the continent it belongs to?")),
        "animal_food": Ways(("[and |]what does it eat?", "what does it like to eat?", "and its food?", "what do I feed it?", "and what do they eat?", "what is its favourite food?"), ("what would it like for dinner?", "and to eat, what does it want?")),
        "animal_home": Ways(("[and |]where does it live?", "where is its home?", "and its home?", "where do they live?", "where can I find [one|it]?"), ("and the place where it is at home?", "where would I have to go to see one?")),
        "animal_kind": Ways(("what kind of animal is it?", "[and |]what is it?", "what sort of animal is that?", "is it a bird or a mammal?", "to which animals does it belong?"), ("and its kind, which is it?",)),
        "animal_can": Ways(("[and |]what can it do?", "what is it good at?", "what can they do?", "does it have a special skill?", "and what is it able to do?"), ("and what would it be good at?",)),
        "food_colour": Ways(("[and |]what colour [is it|are they]?", "and the colour?", "which colour do they have?", "what colour is that?"), ("and how does it look, which colour?",)),
        "food_taste": Ways(("[and |]how does it taste?", "and the taste?", "how do they taste?", "what does it taste like?", "is it sweet or sour?"), ("and on the tongue, how is it?",)),
        "food_kind": Ways(("is it a fruit or a vegetable?", "what kind of food is it?", "and what is it?", "what sort of food is that?"), ("and which kind of food would that be?",)),
    },
    "zh": {
        "landmark_country": Ways(("[那|]它在哪个国家？", "那是哪个国家[的|]？", "在哪个国家[呢|]？", "它属于哪个国家？", "那它在哪里[呢|]？", "它在哪[儿|里]？", "是哪国的？"), ("那应该算哪个国家的呢？", "要看它得去哪个国家？")),
        "landmark_city": Ways(("[那|]它在哪个城市？", "在哪座城市[呢|]？", "哪个城市[呢|]？", "具体在哪个城市？", "它在{country}的哪里？", "它在什么地方？"), ("再具体一点，是哪座城市？", "城市呢，它在哪一座？")),
        "landmark_kind": Ways(("它是什么[呢|]？", "那是什么东西？", "再说说它[吧|]。", "它是做什么的？", "介绍一下它。", "它是个什么样的地方？"), ("给我讲讲它是什么吧。", "它到底是个什么？")),
        "capital": Ways(("[那|]首都呢？", "它的首都呢？", "它的首都是哪里？", "那里的首都是哪？", "[那|]首都是哪[里|个城市]？", "那个国家的首都是哪里？", "首都叫什么？", "那它首都是什么？", "首都你知道吗？"), ("首都又是哪座城市呢？", "再告诉我它的首都吧。")),
        "language": Ways(("那里说什么语言？", "[那|]语言呢？", "那里的人说什么[话|语言]？", "他们说什么话？", "当地人说什么语言？", "那边讲什么话？", "那里讲什么语言？", "去那里要说什么语言？"), ("到了那边，人家平时讲什么？", "那儿的人开口说的是哪种话？")),
        "continent": Ways(("[那|]它在哪个洲？", "是哪个洲的？", "在哪个大洲[呢|]？", "它属于哪个洲？", "那里是哪个洲？", "是亚洲还是欧洲？", "洲呢？"), ("要说大洲的话，它算哪个？", "它在世界上的哪一洲呢？")),
        "animal_food": Ways(("[那|]它吃什么？", "它[爱|喜欢]吃什么？", "吃的呢？", "该喂它什么？", "它的食物是什么？", "吃什么呢？"), ("要喂的话，给它什么好？",)),
        "animal_home": Ways(("[那|]它住在哪里？", "它住哪[儿|里]？", "它的家在哪里？", "在哪里能看到它？", "它生活在什么地方？"), ("平时它待在什么地方过日子？",)),
        "animal_kind": Ways(("它是什么动物？", "它属于哪一类？", "它是哪类动物？", "那它是鸟吗，还是别的？", "它算什么动物？"), ("按种类说，它归哪一类？",)),
        "animal_can": Ways(("它会[做|]什么？", "它有什么本领？", "它能做什么？", "它有什么特别的本事？", "那它会什么呢？"), ("它最拿手的是什么？",)),
        "food_colour": Ways(("[那|]它是什么颜色[的|]？", "颜色呢？", "什么颜色的？", "它的颜色是什么？"), ("看上去是什么颜色的呢？",)),
        "food_taste": Ways(("[那|]它是什么味道？", "味道呢？", "好吃吗，什么味？", "吃起来怎么样？", "它甜吗，还是酸？"), ("放进嘴里是什么滋味？",)),
        "food_kind": Ways(("它是水果还是蔬菜？", "它是哪一类[的|食物]？", "那它是什么？", "它属于什么？"), ("它该归到哪类吃的里？",)),
    },
}
FAMILIES: tuple[tuple[str, ...], ...] = (
    ("landmark_country", "landmark_city", "landmark_kind"), ("capital", "continent", "language"), ("animal_food", "animal_home", "animal_kind", "animal_can"), ("food_colour", "food_taste", "food_kind"),
)
"""Groups whose rows are about the same things, in the same order."""

SWAP = {
    "en": Ways(("and {x}?", "what about {x}?", "how about {x}?", "and what about {x}?", "and for {x}?", "{x}?", "the same for {x}, please.", "now {x}.", "then what about {x}?", "okay, and {x}?", "thanks. And {x}?"), ("I would also like to know that for {x}.", "and if I ask about {x}?", "same question, but {x}.")),
    "zh": Ways(("那{x}呢？", "{x}呢？", "那么{x}呢？", "换成{x}呢？", "还有{x}呢？", "{x}？", "再问一个，{x}呢？", "好的，那{x}呢？", "知道了，{x}呢？"), ("同样的问题，换{x}来问。", "要是问{x}呢？", "我还想知道{x}的。")),
}
MEANT = {
    "en": Ways(("no, I meant {x}.", "sorry, I mean {x}.", "oh, not that. I meant {x}.", "I wanted to say {x}.", "wait, I meant {x}.", "not {old}, {x}!"), ("my mistake, it is {x} that I was asking about.",)),
    "zh": Ways(("不是，我是说{x}。", "说错了，是{x}。", "我问的是{x}。", "不好意思，我是想问{x}。", "等等，我说的是{x}。", "不是{old}，是{x}！"), ("我刚才打错了，应该是{x}。",)),
}
AFTER = {
    "en": Ways(("and after that?", "and then?", "what comes next?", "and the next one?", "then what?", "and after {value}?", "what follows that?"), ("and one more after that one?",)),
    "zh": Ways(("然后呢？", "那再后面呢？", "接着呢？", "再下一个呢？", "之后呢？", "那{value}之后呢？", "再往后呢？"), ("这个过去以后又是什么？",)),
}
SURE = {
    "en": Ways(("are you sure?", "really?", "is that right?", "is that true?", "are you certain?", "sure?", "do you really know that?", "hm, is that correct?", "I am not sure about that.", "can I believe that?"), ("you are not mistaken, are you?", "would you bet on that?")),
    "zh": Ways(("你确定吗？", "真的吗？", "对吗？", "是真的吗？", "确定？", "没错吗？", "你没记错吧？", "真的是这样吗？", "我不太相信。", "这可靠吗？"), ("你敢打包票吗？", "不会是弄错了吧？")),
}
DENY = {
    "en": Ways(("no, that is wrong. It is {value}.", "no, it is {value}.", "that is wrong.", "that's not right.", "I think it is {value}.", "you are wrong, it is {value}.", "no!", "wrong! It's {value}.", "are you sure that it is not {value}?", "my friend says {value}.", "isn't it {value}?"), ("I have read that it would be {value}.", "my teacher told us {value}, though.")),
    "zh": Ways(("不对，是{value}。", "不对。", "你错了，是{value}。", "错了吧？", "我觉得是{value}。", "不是吧，应该是{value}。", "不对！", "你说错了。", "难道不是{value}吗？", "我朋友说是{value}。", "明明是{value}。"), ("我在书上看到的可是{value}。", "老师讲的好像是{value}啊。")),
}
AGAIN = {
    "en": Ways(("say it again.", "can you repeat that?", "again, please.", "what did you say?", "sorry, what?", "once more[ please|].", "pardon?", "I did not understand. Say it again, please.", "repeat, please.", "could you say that again?"), ("I missed that, come again?", "tell me one more time.")),
    "zh": Ways(("再说一遍。", "请再说一次。", "你刚才说什么？", "什么？", "没听清，再说一遍。", "再讲一次吧。", "重复一下。", "能再说一遍吗？", "我没看明白，再说一次。"), ("刚才那句再来一遍好吗？", "麻烦重讲一下。")),
}
SHORTER = {
    "en": Ways(("shorter, please.", "in one word, please.", "just the answer, please.", "make it short.", "short answer?", "too long. Just the answer.", "only one word."), ("could you put that in a single word?",)),
    "zh": Ways(("短一点。", "简短一点。", "只说答案。", "用一个词回答。", "太长了，只要答案。", "说简单点。", "一个词就行。"), ("能不能只用一个词说？",)),
}
LONGER = {
    "en": Ways(("in a whole sentence, please.", "say it in a full sentence.", "longer, please.", "that is too short. A whole sentence, please.", "answer with a sentence."), ("write it out as a proper sentence.",)),
    "zh": Ways(("用一句完整的话说。", "说完整一点。", "太短了，说一句完整的话。", "请用完整的句子回答。", "详细一点。"), ("写成完整的一句给我看看。",)),
}
OTHER_LANGUAGE = {
    "en": Ways(("and in Chinese?", "say it in Chinese.", "in Chinese, please.", "can you say that in Chinese?", "now in Chinese.", "用中文说。", "中文怎么说？"), ("how would that sound in Chinese?",)),
    "zh": Ways(("用英语说。", "英语怎么说？", "请用英文再说一遍。", "那英文呢？", "用英语怎么说？", "换成英文。", "and in English?", "in English, please."), ("要是讲英文，该怎么说？",)),
}
HOW_KNOWN = {
    "en": (("how do you know[ that|]?", "where did you learn that?", "who told you?", "why do you know that?"), ("I have read it in the simple texts that I was trained on.", "it was in the texts from which I learned. I can be wrong, so please check important things.")),
    "zh": (("你怎么知道的？", "你从哪里学来的？", "谁告诉你的？", "你是怎么知道这个的？"), ("我是从训练时读过的简单文章里学到的。", "学习用的文章里写着。我也可能出错，重要的事请再查一查。")),
}
THANKS = {
    "en": (("thanks[!|.|]", "thank you[!|.|]", "great, thanks[!|.]", "okay, thank you.", "thank you very much[!|.]", "good to know, thanks.", "perfect, thank you[!|.]"), ("you are welcome!", "you are welcome. Ask me anything else you like.")),
    "zh": (("谢谢[！|。|]", "谢谢你[！|。]", "好的，谢谢[！|。]", "多谢[！|。]", "知道了，谢谢。", "太好了，谢谢[！|。]"), ("不客气！", "不客气，还想知道什么可以继续问我。")),
}
BYE = {
    "en": (("bye[!|.|]", "goodbye[!|.|]", "that is all, bye.", "see you[!|.]", "that was all. Goodbye!", "I have to go now. Bye!"), ("goodbye! See you next time.", "bye! Have a nice day.")),
    "zh": (("再见[！|。|]", "拜拜[！|]", "好了，再见。", "没有别的问题了，再见！", "我要走了，再见。", "下次再聊。"), ("再见！下次再聊。", "再见！祝你愉快。")),
}
GOOD = {
    "en": (("good[.|!]", "right[.|!]", "correct[.|!]", "that's right[.|!]", "yes, that is right.", "well done[.|!]", "I knew that.", "interesting[.|!]", "oh, I see.", "wow[!|]"), ("good! What else would you like to know?", "I am glad. You can ask me more.")),
    "zh": (("对[。|！]", "答对了[。|！]", "没错。", "很好[。|！]", "不错。", "我也知道。", "真有意思[。|！]", "原来如此。", "哇[！|]", "嗯，对的。"), ("好的！你还想知道什么？", "太好了，还可以继续问我。")),
}
NEW_SUBJECT = {
    "en": ("something else: ", "another question: ", "now something different. ", "let us change the subject. ", "okay. And ", "I have another question. ", "next question: ", "by the way, ", "fine. ", "ah, okay. "),
    "zh": ("换个话题，", "另外，", "再问一个别的，", "好的。", "我还有一个问题，", "下一个问题：", "对了，", "说点别的，", "还有，", "嗯。"),
}
CORRECT = {
    "en": Ways(("no, it is {value}.", "that is wrong. It is {value}.", "no, that's wrong, it is {value}.", "wrong, {value}.", "isn't it {value}?", "I think it is {value}.", "you are wrong, it is {value}.", "my friend says {value}.", "no! {value}."), ("I have read that it would be {value}.", "my teacher told us {value}, though.")),
    "zh": Ways(("不对，是{value}。", "你错了，是{value}。", "错了，应该是{value}。", "难道不是{value}吗？", "我觉得是{value}。", "不是吧，是{value}。", "明明是{value}。", "我朋友说是{value}。", "不对！{value}。"), ("我在书上看到的可是{value}。", "老师讲的好像是{value}啊。")),
}
"""The user is right. The wordings are those of `DENY`: only the fact tells who is right."""
SORRY = {
    "en": ("you are right, I am sorry. {s}", "sorry, you are right. {s}", "yes, you are right, thank you. {s}"),
    "zh": ("你说得对，对不起。{s}", "对不起，你是对的。{s}", "是的，你说得对，谢谢。{s}"),
}
# What the answer says: {s} is the fact as a sentence.
YES_SURE = {
    "en": ("yes, I am sure. {s}", "yes. {s}", "yes, that is right. {s}", "I think so. {s}"),
    "zh": ("是的，我确定。{s}", "对，{s}", "是的，{s}", "没错，{s}"),
}
STILL = {
    "en": ("I am quite sure. {s}", "sorry, but I have learned it so. {s}", "I understand your doubt, but I learned it so: {s}"),
    "zh": ("我还是这样认为：{s}", "抱歉，据我所知，{s}", "我理解你的疑问，不过我学到的是：{s}"),
}
MEMORY = {
    "en": (
        ("my name is {name}.", "I am {name}.", "hi, I'm {name}.", "call me {name}.", "hello, my name is {name}."), ("nice to meet you, {name}!", "hello {name}! Nice to meet you."),
        ("what is my name?", "do you remember my name?", "what's my name again?", "who am I?", "do you still know my name?"), ("your name is {name}.", "you are {name}."),
    ),
    "zh": (
        ("我叫{name}。", "我是{name}。", "你好，我叫{name}。", "叫我{name}吧。", "我的名字是{name}。"), ("你好，{name}！很高兴认识你。", "{name}你好！"),
        ("我叫什么名字？", "你记得我的名字吗？", "我是谁？", "还记得我叫什么吗？", "我刚才说我叫什么？"), ("你叫{name}。", "你是{name}。"),
    ),
}
TOLD = {
    "en": (("it is in {country}.", "I can tell you: it is in {country}.", "that is in {country}, you know."), ("thank you, I did not know that. You say that it is in {country}.", "I see, in {country}. Thank you for telling me!")),
    "zh": (("它在{country}。", "告诉你吧，在{country}。", "那是{country}的。"), ("谢谢你告诉我，原来在{country}。", "我记下了，你说它在{country}。谢谢！")),
}
MORE_SUM = {
    ("+", "en"): Ways(("and {b} more?", "plus {b}?", "add {b} to that.", "and if I add {b}?", "now add {b}.", "and another {b}?"), ("and {b} on top of that?",)),
    ("-", "en"): Ways(("minus {b}?", "and take away {b}?", "now take away {b}.", "and if I take {b} away?", "and minus {b}?"), ("and with {b} less than that?",)),
    ("+", "zh"): Ways(("再加{b}呢？", "再加上{b}呢？", "那再加{b}是多少？", "加{b}呢？", "再给它加{b}。"), ("在这上面又多{b}呢？",)),
    ("-", "zh"): Ways(("再减{b}呢？", "再减去{b}呢？", "那再减{b}是多少？", "减{b}呢？", "再拿走{b}呢？"), ("从这里头少掉{b}呢？",)),
}


def _widened(ways: Ways, *move: str) -> Ways:
    return Ways(ways.ask + MORE.get(move, ()), ways.held)


for _lang in ("en", "zh"):
    for _moves, _name in ((SURE, "SURE"), (AGAIN, "AGAIN"), (OTHER_LANGUAGE, "OTHER_LANGUAGE"), (MEANT, "MEANT"), (AFTER, "AFTER"), (DENY, "DENY"), (CORRECT, "DENY"), (SWAP, "SWAP")):
        _moves[_lang] = _widened(_moves[_lang], _name, _lang)
    for _group in ASPECTS[_lang]:
        ASPECTS[_lang][_group] = _widened(ASPECTS[_lang][_group], "ASPECT", _group, _lang)
    for _op in "+-":
        MORE_SUM[_op, _lang] = _widened(MORE_SUM[_op, _lang], f"SUM{_op}", _lang)
