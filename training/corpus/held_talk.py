"""Questions to the model about itself, and greetings, worded as training never words them: evaluation asks them."""

from __future__ import annotations

from . import preferences, smalltalk_more
from .cases import Case
from .smalltalk import Topic

# The first wording of the topic that is meant, and how it is asked here.
_ASKED: dict[str, tuple[str, ...]] = {
    "who are you[?||, please?]": ("I would like to know with whom I have the pleasure.", "what sort of being are you?", "and you would be who?"),
    "what is your name[?|]": ("under which name do you go?", "how may I address you?"),
    "how are you[?| today?]": ("I hope you are doing fine?", "how has your day been so far?"),
    "hello[!|.|]": ("a very good morning!", "hello my dear!"),
    "are you ChatGPT[?|]": ("I suppose you are ChatGPT?", "isn't this the same as ChatGPT?"),
    "who made you[?|]": ("whose work are you?", "by which people were you trained?"),
    "what can you do[?|]": ("in what ways could you be of use to me?", "what may I expect from you?"),
    "what can't you do[?|]": ("which things go beyond your powers?",),
    "are you online?": ("would you be able to look that up on the web?",),
    "do you remember me[?|]": ("will you know me again next week?",),
    "do you have feelings[?|]": ("can something make you sad?", "does anything ever hurt you?"),
    "how big are you[?|]": ("of how many parameters are you made?",),
    "你是谁[？|啊？|呀？|呢？|]": ("敢问阁下是谁？", "能说说你是个什么角色吗？", "跟我聊天的是哪一位啊？"),
    "你叫什么[名字|][？|啊？|呀？|]": ("该用什么名字喊你？", "你的大名是？"),
    "你好吗？": ("你今天感觉还不错吧？", "近来一切可好？"),
    "你好[！|。|]": ("嗨嗨，你好呀朋友！", "早上好啊，小模型！"),
    "你是ChatGPT吗？": ("我猜你就是ChatGPT，对不对？", "你跟ChatGPT是同一个东西？"),
    "谁做的你[？|呀？|]": ("你是出自谁的手？", "训练你的是什么人？"),
    "你会[做|]什么[？|呀？|]": ("你能在哪些地方帮上忙？", "我能指望你做些什么？"),
    "你不会什么[？|]": ("哪些事情超出你的能力？",),
    "你能上网吗[？|]": ("你有没有办法到网上找一找？",),
    "你记得我吗[？|]": ("下个星期你还认得我吗？",),
    "你有感情吗[？|]": ("有什么事会让你伤心吗？", "你心里会痛吗？"),
    "你有多大[？|]": ("组成你的参数有多少？",),
}
_ENOUGH = 0.5


def talk(lang: str) -> list[Case]:
    """Every question once."""
    topics: dict[str, Topic] = {topic.ask[0]: topic for topic in smalltalk_more.TOPICS}
    return [Case("talk", lang, asked[:1].upper() + asked[1:], True, topic=topic) for first, wordings in _ASKED.items() if (topic := topics[first]).lang == lang for asked in wordings]


def fits(case: Case, text: str) -> bool:
    """Whether an answer is, for the most part, one of those that the question wants."""
    return preferences.fits(case, text) >= _ENOUGH
