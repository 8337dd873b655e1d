"""What is put around the middle of a question: wrappings, openings, closings, particles and stories.

Every list has two parts. `TRAIN` is what training uses, `HELD` what it never does: with those,
`building` makes the questions of evaluation, so that not only sentences but whole ways of building are new there.
{c} stands for an indirect question, {p} for what is wanted as a noun, {q} for a whole question.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Parts:
    """Ways to put something around a core."""

    clause: tuple[str, ...]
    """Around an indirect question."""
    phrase: tuple[str, ...]
    """Around a noun."""
    opening: tuple[str, ...]
    closing: tuple[str, ...]
    particle: tuple[str, ...]
    """At the end of a Chinese question, before its mark; empty in English."""
    before: tuple[str, ...]
    """A bit of story in front."""
    after: tuple[str, ...]
    inside: tuple[str, ...]
    """A sentence with the question in its middle."""


TRAIN = {
    "en": Parts(
        clause=(
            "tell me {c}.", "please tell me {c}.", "can you tell me {c}?", "could you tell me {c}?", "could you please tell me {c}?", "do you know {c}?", "I want to know {c}.", "I wonder {c}.", "I was wondering {c}.", "I forgot {c}.", "I have forgotten {c}.", "I can't remember {c}.",
            "I don't know {c}.", "remind me {c}.", "any idea {c}?", "do you have any idea {c}?", "who knows {c}?", "my teacher asked {c}.", "my son asks {c}.", "I need to know {c}.", "let me know {c}.", "I'm not sure {c}.", "somebody asked me {c}.", "would you mind telling me {c}?",
            "it would be nice to know {c}.", "help me find out {c}.", "I'm trying to find out {c}.", "can anybody say {c}?", "you surely know {c}.", "just say {c}.", "I'd be glad to hear {c}.", "we want to find out {c}.", "I never learned {c}.", "I want you to tell me {c}.", "do you remember {c}?", "say {c}.",
            "do you happen to know {c}?", "can you remind me {c}?", "write down {c}.", "teach me {c}.", "explain to me {c}.", "I have to write down {c}.", "I'm asking you {c}.", "tell us {c}.", "will you tell me {c}?", "you know {c}, right?", "do tell me {c}.", "I wish I knew {c}.",
        ),
        phrase=(
            "what is {p}?", "what's {p}?", "{p}?", "tell me {p}.", "please tell me {p}.", "give me {p}.", "I need {p}.", "name {p}.", "I forgot {p}.", "I'm looking for {p}.", "can you give me {p}?", "can you name {p}?", "say {p}.", "any idea about {p}?", "{p} is what?", "{p}, please.", "{p} would be what?",
            "what was {p} again?", "what's {p} again?", "I can't remember {p}.", "I have to write down {p}.", "remind me of {p}.", "do you remember {p}?", "help me with {p}.", "let's hear {p}.", "{p} is ...?", "what do you know about {p}?", "we need {p} for our homework.", "I'd like {p}, please.", "{p}, what is it?",
        ),
        opening=(
            "please tell me: ", "hi! ", "hello! ", "excuse me, ", "I have a question: ", "can you tell me: ", "I want to know: ", "quick question: ", "one more question: ", "and now: ", "so, ", "well, ", "tell me, ", "my friend asks: ", "could you help me? ", "hey, ", "hey there, ", "ok, ", "okay, ", "um, ", "hmm, ",
            "listen, ", "sorry, ", "sorry to bother you, ", "by the way, ", "now then, ", "please, ", "dear model, ", "good morning! ", "good evening! ", "just checking: ", "question: ", "q: ", "here's one for you: ", "next one: ", "first question: ", "and ", "but ", "right, ", "hi, ", "hello, ", "a quick one: ", "help! ",
            "my homework asks: ", "quiz time! ", "do you know this? ", "I'm curious, ", "I'm curious: ", "oh, ", "yo, ", "Vitrine, ", "let me ask: ",
        ),
        closing=(
            " please.", " Thank you!", " Thanks.", " Thanks a lot!", " I want to know.", " do you know?", " can you help me?", " I forgot.", " I can't remember.", " please tell me.", " it's for school.", " it is for my homework.", " I need it for a quiz.", " just the name, please.", " be quick.", " no idea.", " answer me.",
            " I'm not sure.", " my teacher wants to know.", " thanks in advance.", " I really don't know.", " short answer please.", " tell me.", " go!", " :)", " I have no clue.", " cheers.",
        ),
        particle=(),
        before=(
            "I'm doing my homework. ", "we are planning a trip. ", "I saw a picture in a book today. ", "my daughter asked me something. ", "we had a quiz at school today. ", "I was reading the newspaper. ", "my grandmother and I are talking. ", "I'm learning English. ", "I am new here. ", "last night I watched a film. ",
            "we are playing a game. ", "I have a test tomorrow. ", "there is one thing I don't know. ", "my brother says he knows everything. ", "it's raining and I'm bored. ", "I'm writing a letter. ", "I heard somebody talk about it on the train. ", "my friend and I made a bet. ", "I can't sleep. ", "I am ten years old. ",
        ),
        after=(
            " my brother says I should know that.", " I have to know it by tomorrow.", " my friend didn't know either.", " we talked about it at dinner.", " I looked in my book but couldn't find it.", " I only need one word.", " it came up in a game.", " I asked my teacher, but she was busy.", " nobody at home could tell me.",
            " I once knew it.", " take your time.",
        ),
        inside=(
            "I was sitting at home and thought, {q} and then I asked you.", "my sister came in and asked: \"{q}\" and I had no answer.", "there is a question in my book, \"{q}\", and I can't answer it.", "in the quiz they asked \"{q}\" and I said nothing.", "the first question is: {q} please answer it.",
            "if somebody asks you \"{q}\", what do you say?", "answer this: {q} I need it now.", "read this and answer: \"{q}\"", "my question, {q} that's all.", "here is what I want to know: {q} thank you.",
        ),
    ),
    "zh": Parts(
        clause=(
            "告诉我{c}。", "请告诉我{c}。", "你知道{c}吗？", "你知不知道{c}？", "我想知道{c}。", "我忘了{c}。", "忘了{c}来着。", "想不起来{c}了。", "谁知道{c}？", "能告诉我{c}吗？", "能不能告诉我{c}？", "可以告诉我{c}吗？", "麻烦告诉我{c}。", "请问{c}？", "我想问{c}。", "想问一下{c}。", "问一下{c}。", "问你{c}。",
            "说说{c}。", "说一下{c}。", "老师问{c}。", "孩子问我{c}。", "有人问我{c}。", "我不知道{c}。", "我记不得{c}了。", "提醒我一下{c}。", "我在想{c}。", "帮我查查{c}。", "帮我看看{c}。", "考考你，{c}？", "猜猜{c}。", "你说{c}？", "你晓得{c}吗？", "你知道{c}吧？", "你记得{c}吗？", "你还记得{c}吗？", "我想弄清楚{c}。",
            "我一直不知道{c}。", "请说出{c}。", "请回答{c}。", "求问{c}？", "给我讲讲{c}。", "跟我说说{c}。", "到底{c}？", "究竟{c}？", "{c}，你知道吗？", "{c}，告诉我。", "{c}，我忘了。", "{c}，快说。", "{c}，能说一下吗？", "直接说{c}。", "我得写下{c}。", "好想知道{c}。", "有谁能告诉我{c}？",
        ),
        phrase=(
            "{p}是什么？", "{p}是啥？", "{p}呢？", "{p}？", "告诉我{p}。", "请告诉我{p}。", "说出{p}。", "说一下{p}。", "我要知道{p}。", "我忘了{p}。", "请写出{p}。", "{p}，谢谢。", "问一下{p}。", "我想问{p}。", "想知道{p}。", "帮我查一下{p}。", "{p}是哪个来着？", "{p}是什么来着？", "{p}叫什么？", "{p}，你知道吗？", "你知道{p}吗？", "{p}到底是什么？",
            "请问{p}？", "{p}，我想不起来了。", "{p}，快告诉我。", "{p}是？", "{p}你记得吗？", "来说说{p}。", "我在找{p}。",
        ),
        opening=(
            "请问，", "请问", "你好，", "你好！", "您好，", "请告诉我，", "我想知道，", "我有一个问题：", "有个问题：", "问一下，", "想问问，", "再问一个：", "能告诉我吗？", "那么，", "帮帮我，", "朋友问我，", "老师问，", "哎，", "诶，", "嗨，", "喂，", "那个，", "嗯，", "那", "话说，", "话说", "对了，", "对了，问一下，", "不好意思，", "打扰一下，", "麻烦问一下，", "问个问题，",
            "考考你：", "题目：", "下一题：", "第一题：", "问：", "亲，", "我说，", "小模型，", "透窗，", "早上好，", "晚上好，", "哈喽，", "好奇问一句，", "顺便问一下，", "你说，", "快说，", "咦，", "哦，", "所以", "那你说", "劳驾，", "你倒是说说，", "我就想问，", "求助：", "急，", "作业题：",
        ),
        closing=(
            "谢谢！", "谢谢。", "谢谢啦", "多谢", "你知道吗？", "请回答。", "请告诉我。", "我想知道。", "我忘了。", "我想不起来了。", "快告诉我。", "急！", "在线等。", "帮帮忙。", "我不太清楚。", "作业要用。", "拜托了", "简单说就行。", "一个词就行。", "老师要我回答。", "想了半天没想起来。", "告诉我一下呗。", "我真不知道。", "求解答", "能说说吗？", "麻烦你了。",
            "有点急", "说一下",
        ),
        particle=("呢", "呢", "呀", "呀", "啊", "啊", "来着", "来着", "嘛", "呗", "哈", "哦"),
        before=(
            "我在写作业。", "我们打算去旅行。", "今天在书上看到一张图。", "女儿问了我一个问题。", "今天学校有知识竞赛。", "我刚才在看报纸。", "我和奶奶正在聊天。", "我在学中文。", "我是新来的。", "昨晚看了一部电影。", "我们在玩游戏，", "明天要考试，", "有件事我一直不明白，", "我弟弟说他什么都知道，", "外面下雨，我很无聊，", "我在写信，", "在地铁上听人说起，",
            "我跟朋友打了个赌，", "睡不着，想问问你，", "我今年十岁，", "刚才突然想到，", "我同桌说我连这个都不知道，", "吃饭的时候大家聊起来，",
        ),
        after=("我弟弟说这个我应该知道。", "明天就要交了。", "我朋友也不知道。", "吃饭的时候大家聊到的。", "书上没找到。", "我只要一个词。", "玩游戏的时候碰到的。", "问了老师，老师在忙。", "家里没人知道。", "以前我是知道的。", "不着急，慢慢想。"),
        inside=(
            "我坐在家里，突然想到{q}就来问你了。", "妹妹跑过来问“{q}”，我答不上来。", "书上有道题“{q}”，我不会。", "比赛里问“{q}”，我没说出来。", "第一题是：{q}请回答。", "要是有人问你“{q}”，你怎么回答？", "请回答这个问题：“{q}”", "回答一下：{q}我现在就要。", "我的问题是{q}就这些。", "我想知道的是：{q}谢谢。",
        ),
    ),
}

HELD = {
    "en": Parts(
        clause=(
            "you wouldn't happen to know {c}, would you?", "I keep forgetting {c}.", "what I'd like to learn is {c}.", "no clue {c}.", "may I ask {c}?", "I bet you know {c}.", "we were arguing about {c}.", "I'm dying to know {c}.", "it slipped my mind {c}.", "enlighten me as to {c}.",
        ),
        phrase=("got {p} for me?", "{p}, do you have it?", "would you know {p}?", "what might {p} be?", "I'm after {p}.", "how about you tell me {p}?", "{p}, go on."),
        opening=("alright then, ", "say, ", "erm, ", "pardon me, ", "here goes: ", "dumb question maybe, but ", "a thing I never got: ", "pop quiz: ", "mate, ", "greetings! ", "come on, ", "be honest, "),
        closing=(" ta!", " my memory is like a sieve.", " it's on the tip of my tongue.", " anyone?", " I owe you one.", " you're a star.", " ASAP.", " don't make me guess."),
        particle=(),
        before=("my neighbour's parrot keeps asking me things. ", "I'm on the bus right now. ", "a tourist stopped me on the street. ", "we're at a pub quiz. ", "I'm filling in a crossword. "),
        after=(" the whole class is waiting.", " I promised my nephew an answer.", " it's bugging me.", " the crossword needs it."),
        inside=("a tourist asked me \"{q}\" and I blushed.", "on the card it says {q} and the clock is ticking.", "picture this: a child asks you {q} and waits.", "what would a clever person reply to \"{q}\"?"),
    ),
    "zh": Parts(
        clause=("冒昧问一句，{c}？", "我老是记不住{c}。", "有没有人晓得{c}？", "我就纳闷了，{c}？", "我们在争{c}。", "一时想不起{c}。", "你肯定知道{c}。", "给我科普一下{c}呗。", "难住我了，{c}？", "{c}，这你总知道吧。"),
        phrase=("{p}，有印象吗？", "劳烦报一下{p}。", "{p}是哪位？", "求{p}。", "{p}，一时卡住了。", "{p}，怎么说？", "想请教{p}。"),
        opening=("那啥，", "哥们儿，", "小弟请教，", "抢答题：", "冒昧问下，", "得，", "嘿，", "老实说，", "我有点懵，", "听好了：", "突然好奇，", "大佬，"),
        closing=("感激不尽。", "话到嘴边就是想不起来。", "有人吗？", "等着呢。", "欠你个人情。", "别让我猜。", "本人记性差。", "跪求。"),
        particle=("咧", "哟", "噻", "捏", "哒"),
        before=("我这会儿在公交车上。", "有个游客拦住我，", "我们在酒吧玩竞猜，", "正填字谜呢，", "邻居家的小孩老缠着我问，"),
        after=("全班都等着呢。", "我答应了侄子要回答。", "不弄明白我睡不着。", "字谜就差这个了。"),
        inside=("游客问我“{q}”我脸都红了。", "卡片上写着{q}时间快到了。", "假如小朋友问{q}你会怎么讲？", "聪明人听到“{q}”会怎么答？"),
    ),
}
