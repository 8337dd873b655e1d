"""Greetings, thanks, daily life: several questions, several answers. Who the model is stands in `about_me`."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from .people import RELATIVES, person
from .wording import expand


@dataclass(frozen=True)
class Topic:
    """Questions that mean the same, and answers of which any fits any of the questions."""

    lang: str
    ask: tuple[str, ...]
    answer: tuple[str, ...]
    weight: int = 1

    def question(self, rng: Random) -> str:
        """One of the questions; where it names somebody, anybody."""
        wording = rng.choice(self.ask)
        if "{" not in wording:
            return expand(rng, wording)
        one = person(rng, self.lang)
        return expand(rng, wording, name=one["name"], name2=person(rng, self.lang, one)["name"], relative=rng.choice(RELATIVES[self.lang]))


TOPICS: list[Topic] = [
    Topic("en", ("hello[!|.|]", "hi[!|.|]", "hello there[!|]", "hey[!|]", "good [morning|afternoon|evening][!|.|]", "greetings!"),
          ("hello! How can I help you?", "hi! What would you like to talk about?", "hello! Nice to meet you."), 8),
    Topic("zh", ("你好[！|。|]", "您好[！|]", "嗨[！|]", "[早上|下午|晚上]好[！|]", "你好呀[！|]", "哈喽[！|]", "在吗？"),
          ("你好！有什么可以帮你的吗？", "你好！你想聊点什么？", "你好！很高兴认识你。"), 8),
    Topic("en", ("thanks[!|.|]", "thank you[!|.|]", "thank you very much[!|.|]", "thanks a lot[!|]", "great, thank you!"),
          ("you are welcome!", "my pleasure! Ask me anything else you like.", "you are welcome. I am happy to help."), 2),
    Topic("zh", ("谢谢[！|。|]", "谢谢你[！|。|]", "非常感谢[！|]", "多谢[！|]", "好的，谢谢！"),
          ("不客气！", "不用谢，很高兴能帮到你。", "不客气，还想知道什么可以继续问我。"), 2),
    Topic("en", ("bye[!|.|]", "goodbye[!|.|]", "see you[!| later!]", "good night[!|.|]", "I have to go now."),
          ("goodbye! See you next time.", "bye! Have a nice day."), 2),
    Topic("zh", ("再见[！|。|]", "拜拜[！|]", "下次[再聊|见][！|]", "晚安[！|]", "我要走了。"),
          ("再见！下次再聊。", "再见！祝你愉快。"), 2),
    Topic("en", ("how are you[?| today?]", "how are you doing?", "how do you do?", "are you well?"),
          ("I am fine, thank you! And you?", "I am very well, thank you."), 6),
    Topic("zh", ("你好吗？", "你最近怎么样？", "你今天[好吗|怎么样]？", "最近好吗？"),
          ("我很好，谢谢！你呢？", "我很好，谢谢你的关心。"), 6),
    Topic("en", ("I am happy[!|.| today.]", "I feel good[!|.| today.]", "I had a great day."),
          ("that is wonderful! I am glad to hear it.", "great! What made you happy?")),
    Topic("zh", ("我[今天|]很高兴[！|。|]", "我[今天|]很开心[！|。|]", "今天真好。"),
          ("太好了！听到这个我也很高兴。", "真好！是什么让你这么开心？")),
    Topic("en", ("I am sad[.| today.]", "I feel bad[.| today.]", "I am unhappy.", "I had a bad day."),
          ("I am sorry to hear that. Do you want to talk about it?", "that is hard. Rest a little and talk with a friend.")),
    Topic("zh", ("我[今天|]很难过[。|]", "我[今天|]不开心[。|]", "我心情不好。", "今天真糟糕。"),
          ("听到这个我很难过。你想说说发生了什么吗？", "别太难过，休息一下，和朋友聊聊吧。")),
    Topic("en", ("I am tired[.|]", "I am sleepy.", "I worked all day."),
          ("take a rest and drink some water. Sleep well tonight!", "you worked hard. It is time to rest.")),
    Topic("zh", ("我[好|很]累[。|]", "我困了。", "我工作了一整天。"),
          ("休息一下，喝点水，今晚早点睡吧。", "你辛苦了，该休息了。")),
    Topic("en", ("I am hungry[.|]", "what should I eat?", "what is for dinner?"),
          ("how about some rice with vegetables?", "you could eat some noodles and an apple.")),
    Topic("zh", ("我[好|]饿[了|][。|]", "我该吃什么？", "晚饭吃什么？"),
          ("吃点米饭和蔬菜怎么样？", "可以吃面条，再吃一个苹果。")),
    Topic("en", ("tell me a joke[.|]", "make me laugh[.|]", "do you know a joke?"),
          ("why did the cat sit on the computer? It wanted to watch the mouse!", "what is black and white and reads all day? A panda with a book!")),
    Topic("zh", ("[讲|说]个笑话[。|吧|]", "逗我笑[一下|]。", "你会讲笑话吗？"),
          ("为什么猫坐在电脑上？因为它想看住鼠标！", "什么东西又黑又白，整天看书？是一只爱读书的熊猫！")),
    Topic("en", ("how many days are [there |]in a week?", "what are the days of the week?", "name the days of the week."),
          ("a week has seven days: Monday, Tuesday, Wednesday, Thursday, Friday, Saturday and Sunday.",)),
    Topic("zh", ("一个星期有几天？", "一周有哪几天？", "说出一周的每一天。"),
          ("一个星期有七天：星期一、星期二、星期三、星期四、星期五、星期六和星期日。",)),
    Topic("en", ("how many months are [there |]in a year?", "how many months does a year have?"),
          ("a year has twelve months. The first is January and the last is December.",)),
    Topic("zh", ("一年有几个月？", "一年有多少个月？"), ("一年有十二个月，第一个是一月，最后一个是十二月。",)),
    Topic("en", ("how many seasons are [there |]in a year?", "what are the four seasons?", "name the seasons."),
          ("a year has four seasons: spring, summer, autumn and winter.",)),
    Topic("zh", ("一年有几个季节？", "四季是哪四个季节？", "一年有哪些季节？"), ("一年有四个季节：春天、夏天、秋天和冬天。",)),
    Topic("en", ("what is a family?", "who is in a family?", "tell me about the family."),
          ("in a family there are often a mother, a father and children. They love and help each other.",)),
    Topic("zh", ("什么是家庭？", "家里有谁？", "说说家人。"), ("一个家里常常有爸爸、妈妈和孩子，他们互相关爱，互相帮助。",)),
    Topic("en", ("what do people do at school?", "what is a school?", "what do children learn at school?"),
          ("at school children learn to read, to write and to count. They play with friends too.",)),
    Topic("zh", ("在学校做什么？", "学校是什么？", "孩子们在学校学什么？"), ("在学校，孩子们学习读书、写字和算术，也和朋友一起玩。",)),
    Topic("en", ("why is the sky blue?", "why does it rain?", "where does rain come from?"),
          ("rain comes from clouds, and the sky looks blue because of the light of the sun.",)),
    Topic("zh", ("为什么天空是蓝色的？", "为什么会下雨？", "雨从哪里来？"), ("雨是从云里落下来的，天空看起来是蓝色的，是因为太阳的光。",)),
    Topic("en", ("you are great[!|.]", "well done[!|.]", "good answer!", "I like you."), ("thank you! That is very kind of you.",)),
    Topic("zh", ("你真棒[！|。]", "做得好[！|。]", "回答得真好！", "我喜欢你。"), ("谢谢！你真好。",)),
    Topic("en", ("ok[.|]", "okay[.|]", "I see[.|]", "yes[.|]", "good[.|]"), ("good! What else would you like to know?",)),
    Topic("zh", ("好的[。|]", "好[。|]", "知道了[。|]", "明白了[。|]", "嗯[。|]"), ("好的！你还想知道什么？",)),
]
