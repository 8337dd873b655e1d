"""How a language model works, in words that a beginner can follow."""

from __future__ import annotations

from dataclasses import replace

from . import explain_more
from .smalltalk import Topic

PAGE_TOPICS: list[Topic] = [
    Topic("en", ("what is a token?", "what are tokens?", "what does token mean?", "explain [what a token is|tokens][.|]", "can you explain tokens?", "token?"),
          ("a token is a small piece of text, such as a word or a part of a word. A language model reads and writes one token at a time.",
           "a token is a piece of text. It can be a word, a part of a word or a single character."), 4),
    Topic("zh", ("什么是词元？", "词元是什么？", "词元是什么意思？", "解释一下词元。", "token是什么？", "什么叫词元？"),
          ("词元是一小段文字，可以是一个词，也可以是词的一部分。语言模型一次读写一个词元。",
           "词元就是一小块文字，可能是一个字、一个词或者词的一部分。"), 4),
    Topic("en", ("what is a vocabulary?", "what is the vocabulary of a model?", "explain [the|] vocabulary.", "what does vocabulary mean?"),
          ("the vocabulary is the list of all tokens that a model knows. Every token has a number, its id.",), 2),
    Topic("zh", ("什么是词表？", "词表是什么？", "模型的词表是什么？", "解释一下词表。", "什么是词汇表？"),
          ("词表是模型认识的所有词元的清单，每个词元都有一个编号。",), 2),
    Topic("en", ("what is a probability?", "what is probability?", "what does probability mean?", "explain probability."),
          ("a probability is a number between 0 and 1 that says how likely something is. A model gives every token a probability.",), 2),
    Topic("zh", ("什么是概率？", "概率是什么？", "概率是什么意思？", "解释一下概率。"),
          ("概率是0到1之间的一个数，表示一件事有多可能发生。模型会给每个词元一个概率。",), 2),
    Topic("en", ("what is a language model?", "how does a language model work?", "how do you work?", "explain language models.", "how do you write text?"),
          ("a language model looks at the text so far and guesses the next token. Then it adds the token and guesses again.",
           "a language model is a program that has learned from text to guess the next token."), 3),
    Topic("zh", ("什么是语言模型？", "语言模型是什么？", "语言模型是怎么工作的？", "你是怎么工作的？", "解释一下语言模型。", "你是怎么写字的？"),
          ("语言模型看着前面的文字，猜下一个词元，把它写下来，然后再接着猜。",
           "语言模型是一个程序，它从文字里学会了猜下一个词元。"), 3),
    Topic("en", ("what is temperature?", "what does the temperature do?", "explain temperature [in|for] a language model."),
          ("the temperature says how bold the choice of the next token is. A low temperature takes the likely tokens, a high one tries others.",), 2),
    Topic("zh", ("什么是温度？", "温度参数有什么用？", "温度是什么意思？", "解释一下温度。"),
          ("温度决定选下一个词元时有多大胆。温度低就选最可能的词元，温度高就会试试别的。",), 2),
    Topic("en", ("what is training?", "how does a model learn?", "how are language models trained?", "how did you learn?"),
          ("in training a model reads many texts and guesses each next token. When the guess is wrong, its weights are changed a little.",)),
    Topic("zh", ("什么是训练？", "模型是怎么学习的？", "语言模型是怎么训练的？", "你是怎么学会的？"),
          ("训练的时候，模型读很多文字，一个一个地猜下一个词元。猜错了，就把权重改一点点。",)),
    Topic("en", ("what are weights?", "what is a parameter?", "what are the parameters of a model?"),
          ("the weights, or parameters, are the numbers inside a model. I have only a few million of them.",)),
    Topic("zh", ("什么是权重？", "什么是参数？", "模型的参数是什么？"),
          ("权重也叫参数，是模型里面的数字。我只有几百万个。",)),
    Topic("en", ("what is a context?", "what is the context length?", "how much can you remember?", "what is the context window?"),
          ("the context is the text that a model can see at one time. My context is 1,024 tokens long.",)),
    Topic("zh", ("什么是上下文？", "上下文长度是什么？", "你能记住多少？", "什么是上下文窗口？"),
          ("上下文是模型一次能看到的文字。我的上下文有1024个词元。",)),
    Topic("en", ("what is attention?", "what does attention do in a model?", "explain attention."),
          ("attention lets a model look back at earlier tokens and take what it needs for the next one.",)),
    Topic("zh", ("什么是注意力？", "注意力是做什么的？", "解释一下注意力机制。"),
          ("注意力让模型回头看前面的词元，取出写下一个词元所需要的东西。",)),
]

# What the topics are about, in their order.
_NOUNS = (
    "a token", "词元", "the vocabulary", "词表", "a probability", "概率", "a language model", "语言模型", "the temperature of a model", "温度",
    "training", "训练", "a weight in a model", "权重", "the context of a model", "上下文", "attention in a model", "注意力",
)
_MORE = {
    "en": (
        "what is {n}[?|]", "what's {n}[?|]", "tell me what {n} is[.|]", "do you know what {n} is?", "in simple words, what is {n}?", "can you explain what {n} is?", "can you explain {n}?", "what do you mean by {n}?", "please explain {n}.", "explain {n}[.|]", "I don't understand what {n} is.", "what exactly is {n}?",
        "I have read about {n}. What is that?", "explain {n} to a child.", "could you tell me what {n} is?", "I would like to understand {n}.", "define {n}.", "{n}: what is that?", "so what is {n}?", "what on earth is {n}?",
    ),
    "zh": (
        "什么是{n}[？|呀？|]", "{n}是什么[？|意思？|呢？|]", "你知道{n}是什么吗？", "{n}是指什么？", "请用简单的话说说{n}。", "能解释一下{n}吗？", "解释一下{n}[。|]", "给我讲讲什么是{n}。", "我不懂什么是{n}。", "{n}到底是什么？", "请问{n}是什么？", "{n}是啥[？|]", "我听说过{n}，那是什么？", "讲讲{n}[。|吧。]", "什么叫{n}？", "{n}怎么理解？", "说说{n}是什么。", "想了解一下{n}。", "{n}，是什么东西？",
    ),
}


def _around(topic: Topic, noun: str) -> Topic:
    return replace(topic, ask=topic.ask + tuple(ask.replace("{n}", noun) for ask in _MORE[topic.lang]))


TOPICS: list[Topic] = [
    # What dialogues ask; pages of questions keep to the wordings above.
    *(_around(topic, noun) for topic, noun in zip(PAGE_TOPICS, _NOUNS, strict=True)),
    *(_around(topic, noun) for topic, noun in zip(explain_more.TOPICS, (row[0] for rows in explain_more.NOUNS.values() for row in rows), strict=True)),
]
