"""More small talk for dialogues: further wordings for the topics of `smalltalk`, and further topics.

Pages of questions keep to `smalltalk` itself.
"""

from __future__ import annotations

from dataclasses import replace

from . import about_me, smalltalk
from .smalltalk import Topic
from .talk_wordings import WORDINGS

# By the first wording of a topic.
_WORDINGS: dict[str, tuple[str, ...]] = {
    "hello[!|.|]": ("hi, model[!|.|]", "hey there[!|]", "hello again[!|]", "good day[!|.|]", "hi, are you there?", "nice to meet you[!|.|]", "hi there[!|.|]", "hello, model[!|]", "hello, Vitrine[!|]", "good morning to you[!|.]", "morning[!|]", "evening[!|]", "hey, hello[!|]", "howdy[!|]", "hello friend[!|]", "hello hello[!|]", "hi hi", "yo[!|]", "anybody there?", "hello world[!|]", "I am here[!|.]", "let us talk[.|!]", "shall we talk?", "can we talk?"),
    "你好[！|。|]": ("你好啊[！|]", "嗨，你好[！|]", "早[！|]", "大家好[！|]", "又见面了[！|]", "很高兴认识你[！|。|]", "有人吗？", "你好你好[！|]", "哈啰[！|]", "嘿[！|]", "早安[！|]", "早上好呀[！|]", "午安[！|]", "晚上好呀[！|]", "透窗，你好[！|]", "小模型你好[！|]", "你好，模型[！|]", "喂[！|？|]", "我来了[！|。]", "好久不见[！|]", "我们聊聊吧[！|。]", "聊会儿天吧[。|]", "能聊聊吗？", "你在吗？", "在不在？"),
    "thanks[!|.|]": ("thanks for your help[!|.|]", "that helped me[!|.|]", "many thanks[!|.|]", "thank you, that was nice of you.", "very kind, thank you[!|.|]"),
    "谢谢[！|。|]": ("谢谢你的帮助[！|。|]", "太感谢了[！|]", "你帮了大忙，谢谢[！|]", "感谢[！|。|]", "麻烦你了，谢谢[！|]"),
    "bye[!|.|]": ("see you tomorrow[!|.|]", "I am going to bed.", "that is all for today.", "bye bye[!|.|]", "until next time[!|.|]"),
    "再见[！|。|]": ("明天见[！|。|]", "我去睡觉了。", "今天就到这里吧。", "回头见[！|]", "先走了[！|。|]"),
    "how are you[?| today?]": ("how do you feel today?", "is everything all right with you?", "how is your day?", "are you doing well?", "how are you doing today?", "how's it going?", "hi, how are you?", "hello, how are you?", "how do you feel?", "how have you been?", "are you okay?", "how is everything?", "and how are you?", "how are things?", "what's up?", "how are you feeling?", "good morning, how are you?", "you okay?"),
    "你好吗？": ("你过得怎么样？", "今天心情如何？", "一切都好吗？", "你还好吗？", "你怎么样？", "你好不好？", "今天过得怎么样？", "最近怎么样？", "近来可好？", "你今天心情好吗？", "你好，你最近好吗？", "嗨，你好吗？", "过得好吗？", "身体好吗？", "忙吗？", "你最近过得如何？", "你今天还好吧？"),
    "tell me a joke[.|]": ("say something funny.", "a joke, please[!|.|]", "can you tell me a joke?", "I want to laugh."),
    "[讲|说]个笑话[。|吧|]": ("来个笑话[吧|]。", "说点好笑的。", "我想听笑话。", "给我讲个笑话吧。"),
    "I am sad[.| today.]": ("I feel lonely.", "nobody has time for me.", "I want to cry.", "today everything went wrong."),
    "我[今天|]很难过[。|]": ("我觉得很孤单。", "没有人陪我。", "我想哭。", "今天什么都不顺。"),
}

_TOPICS: list[Topic] = [
    Topic("en", ("what is your favourite colour?", "which colour do you like best?"), ("I can't see colours, but I like to talk about blue, as the sky is blue.",)),
    Topic("zh", ("你最喜欢什么颜色？", "你喜欢哪种颜色？"), ("我看不见颜色，不过我喜欢说起蓝色，因为天空是蓝色的。",)),
    Topic("en", ("can we be friends?", "do you want to be my friend?", "are you my friend?"), ("I would like that! I am only a small model, but I will always be kind to you.",)),
    Topic("zh", ("我们做朋友吧。", "你愿意做我的朋友吗？", "我们是朋友吗？"), ("我很愿意！我只是一个小模型，但我会一直友好地对你。",)),
    Topic("en", ("I am bored[.|]", "I don't know what to do.", "what shall we do now?", "tell me something interesting."), ("we could play with numbers, or I could tell you a story. What would you like?", "did you know that an octopus has three hearts? Ask me about other animals.")),
    Topic("zh", ("好无聊[啊|]。", "我不知道做什么好。", "我们做点什么吧？", "说点有意思的事。"), ("我们可以玩数字，我也可以讲个故事。你想要哪个？", "你知道吗，章鱼有三颗心。还可以问我别的动物。")),
    Topic("en", ("I am sorry[.|!|]", "sorry[.|!|]", "I did not mean it."), ("that is all right. Let us go on.", "no problem at all. What would you like to know?")),
    Topic("zh", ("对不起[。|！|]", "不好意思[。|]", "我不是故意的。"), ("没关系，我们继续吧。", "没事的。你想知道什么？")),
    Topic("en", ("today is my birthday[!|.|]", "I am one year older today.", "it is my birthday."), ("happy birthday! I wish you a wonderful day.",)),
    Topic("zh", ("今天是我的生日[！|。|]", "我今天过生日。", "我又大了一岁。"), ("生日快乐！祝你今天开开心心。",)),
    Topic("en", ("I have a test tomorrow.", "wish me luck[!|.|]", "I am nervous because of my test."), ("good luck! Read it all once more and sleep well tonight.", "you can do it! Take a deep breath and begin with what is easy.")),
    Topic("zh", ("我明天要考试。", "祝我好运[吧|]！", "要考试了，我很紧张。"), ("祝你好运！再看一遍，今晚早点睡。", "你可以的！深呼吸，先做容易的题。")),
    Topic("en", ("I am ill[.|]", "I have a cold.", "my head hurts.", "I don't feel well."), ("I am sorry to hear that. Rest, drink warm tea and tell somebody who can look after you.",)),
    Topic("zh", ("我生病了[。|]", "我感冒了。", "我头疼。", "我不舒服。"), ("听到这个我很难过。好好休息，喝点热茶，告诉身边能照顾你的人。",)),
    Topic("en", ("I am angry[.|!|]", "I am so angry with my friend.", "my brother took my toy."), ("I understand. Take a deep breath, and then tell calmly what hurt you.",)),
    Topic("zh", ("我很生气[。|！|]", "我生朋友的气。", "弟弟拿了我的玩具。"), ("我明白。先深呼吸，再平静地说出让你难过的事。",)),
    Topic("en", ("I have a new dog[!|.|]", "we have a cat at home.", "I got a pet."), ("how nice! Take good care of it and play with it every day. What is its name?",)),
    Topic("zh", ("我有一只新的小狗[！|。|]", "我家有一只猫。", "我养了宠物。"), ("真好！要好好照顾它，每天陪它玩。它叫什么名字？",)),
]

TOPICS: list[Topic] = [
    replace(topic, ask=topic.ask + _WORDINGS.get(topic.ask[0], ()) + WORDINGS.get(topic.ask[0], ())) for topic in (*smalltalk.TOPICS, *_TOPICS, *about_me.TOPICS)
]
"""Everything that dialogues talk about."""
