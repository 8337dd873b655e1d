"""More of what a beginner asks about language models and this app; `explain` words the questions around each noun."""

from __future__ import annotations

from .smalltalk import Topic

# noun in the question | further questions | answers; by language, each line one topic.
NOUNS: dict[str, tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]] = {
    "en": (
        ("a prompt", ("what should I write as a prompt?", "how do I write a good prompt?", "what does prompt mean?", "prompt?"), ("a prompt is the text that you give to a model. The model goes on from there.",)),
        ("a hallucination", ("why do models invent things?", "why do language models make things up?", "what does hallucinate mean?", "why does a model say wrong things?"), ("a hallucination is an invented answer that sounds right. A model guesses words and does not know what is true.",)),
        ("a neural network", ("how does a neural network work?", "what are neural networks?", "neural network?"), ("a neural network is a program made of many simple sums. Its numbers, the weights, are found by training.",)),
        ("GGUF", ("what is a GGUF file?", "what is inside a GGUF file?", "gguf?", "what does gguf mean?"), ("GGUF is a file format for language models. One file holds the weights, the vocabulary and the settings.",)),
        ("an end token", ("how does a model know when to stop?", "why do you stop writing?", "when does a model stop?", "what is the end token for?", "what is an end of text token?"), ("the end token says that the answer is finished. When a model writes it, it stops.",)),
        ("quantization", ("what does Q8 mean?", "what does Q4 mean?", "why are models quantized?", "what is a quantized model?"), ("quantization stores the weights with fewer digits. The file gets smaller, and the model a little less exact.",)),
        ("an embedding", ("what are embeddings?", "how does a model see a word?", "embedding?"), ("an embedding is a list of numbers that stands for a token. Tokens that are alike have similar numbers.",)),
        ("a layer of a model", ("what are layers?", "what do the layers do?", "how many layers does a model have?"), ("a layer is one step of the calculation. Each layer changes the numbers a little, and the last one gives the next token.",)),
        ("fine-tuning", ("what does fine-tuning do?", "what is a fine-tuned model?", "why is a model fine-tuned?"), ("fine-tuning trains a finished model further, with examples of questions and answers, so that it learns to answer.",)),
        ("pre-training", ("what is a pre-trained model?", "what does a model learn first?", "what happens in pre-training?"), ("in pre-training a model reads many texts and learns to guess the next token. It can then go on with a text, but not yet answer.",)),
        ("a base model", ("why does a base model not answer?", "what does a base model do?", "how is a base model different from a chat model?"), ("a base model has only read texts. It goes on with what you write, and it does not yet answer questions.",)),
        ("reinforcement learning", ("what is learning from feedback?", "what does RLHF mean?", "what is RLHF?", "how does a model learn from feedback?"), ("in reinforcement learning a model writes answers, gets points for the good ones, and learns to write more of them.",)),
        ("a reward model", ("what does the reward model do?", "who gives the points?", "reward model?"), ("a reward model gives an answer points. It has learned from pairs which answer people like better.",)),
        ("a system prompt", ("what is the system prompt for?", "what does the system prompt do?"), ("the system prompt is a text before the conversation that says how the model should answer.",)),
        ("a tokenizer", ("what does a tokenizer do?", "how is text cut into tokens?", "how do you split words?"), ("a tokenizer cuts text into tokens and gives each one its number.",)),
        ("top-p", ("what does top-p do?", "what is top-k?", "what does top-k do?", "what is sampling?", "how is the next token chosen?"), ("the next token is drawn by its probability. Top-k and top-p leave out the unlikely tokens before drawing.",)),
        ("greedy decoding", ("what does greedy mean?", "what happens at temperature 0?", "why is the answer always the same?"), ("greedy decoding always takes the most likely token, so the same question gets the same answer.",)),
        ("a chat template", ("what does a chat template do?", "what is a chat template for?"), ("a chat template writes the conversation as one text, with marks for who speaks, so that the model can go on.",)),
        ("a loss", ("what does the loss mean?", "why does the loss fall?", "what is the loss in training?"), ("the loss says how bad the guesses of a model are. While a model learns, the loss falls.",)),
        ("artificial intelligence", ("what is AI?", "what does AI mean?", "is AI dangerous?", "ai?"), ("artificial intelligence means programs that do things for which people need to think, such as reading or speaking.",)),
        ("a computer", ("how does a computer work?", "what does a computer do?"), ("a computer is a machine that stores numbers and calculates with them very quickly.",)),
        ("a program", ("what is software?", "what does a program do?"), ("a program is a list of steps that a computer follows.",)),
        ("a GPU", ("why do models need a GPU?", "what does a graphics card do?", "gpu?"), ("a GPU is a part of a computer that does many sums at once, so that models run faster.",)),
        ("the KV cache", ("what is a cache?", "what does the cache do?", "why is the first token slow?"), ("the KV cache keeps what was calculated for earlier tokens, so that it need not be calculated again.",)),
        ("an open model", ("what does open source mean?", "what are open weights?", "what is a local model?", "why run a model locally?"), ("an open model can be downloaded and run on your own computer, without the internet.",)),
    ),
    "zh": (
        ("提示词", ("提示词怎么写？", "怎么写好提示词？", "prompt是什么？", "什么叫提示词？"), ("提示词就是你写给模型的文字，模型从那里接着往下写。",)),
        ("幻觉", ("模型为什么会编东西？", "为什么模型会胡说？", "幻觉是什么意思？", "模型为什么会说错？"), ("幻觉是编出来的、听上去像真的回答。模型在猜词，并不知道什么是真的。",)),
        ("神经网络", ("神经网络怎么工作？", "什么叫神经网络？", "神经网络有什么用？"), ("神经网络是由很多简单算术组成的程序，里面的数字叫权重，是训练得来的。",)),
        ("GGUF", ("GGUF文件是什么？", "GGUF文件里有什么？", "gguf是啥？", "gguf是什么格式？"), ("GGUF是语言模型的一种文件格式，一个文件里有权重、词表和设置。",)),
        ("结束词元", ("模型怎么知道该停了？", "你为什么会停下来？", "模型什么时候停？", "结束词元有什么用？", "结束符是什么？"), ("结束词元表示回答写完了，模型写出它，就停下来。",)),
        ("量化", ("Q8是什么意思？", "Q4是什么意思？", "模型为什么要量化？", "量化模型是什么？"), ("量化是用更少的位数来存权重，文件变小，模型也稍微不那么准。",)),
        ("嵌入", ("嵌入向量是什么？", "模型怎么看一个词？", "embedding是什么？", "词向量是什么？"), ("嵌入是代表一个词元的一串数字，意思相近的词元，数字也相近。",)),
        ("模型的层", ("层是什么？", "层有什么用？", "模型为什么有很多层？", "什么是层？"), ("一层就是计算的一步，每层把数字改一点，最后一层给出下一个词元。",)),
        ("微调", ("微调有什么用？", "微调过的模型是什么？", "为什么要微调？", "微调是什么意思？"), ("微调是用问答的例子继续训练模型，让它学会回答。",)),
        ("预训练", ("预训练是做什么的？", "模型先学什么？", "预训练的时候发生了什么？"), ("预训练的时候，模型读很多文章，学猜下一个词元。这时它会接着写，还不会回答。",)),
        ("基座模型", ("基座模型为什么不回答？", "基座模型会做什么？", "基座模型和聊天模型有什么不同？", "底座模型是什么？"), ("基座模型只读过文章，会接着你的文字往下写，还不会回答问题。",)),
        ("强化学习", ("什么是从反馈中学习？", "RLHF是什么？", "模型怎么从反馈里学习？"), ("强化学习就是让模型写回答，好的得分，它就学着多写这样的回答。",)),
        ("奖励模型", ("奖励模型有什么用？", "分数是谁给的？", "奖励模型是干什么的？"), ("奖励模型给回答打分，它从成对的回答里学会了人们更喜欢哪一个。",)),
        ("系统提示词", ("系统提示词有什么用？", "系统提示是什么？"), ("系统提示词写在对话的最前面，说明模型应该怎样回答。",)),
        ("分词器", ("分词器做什么？", "文字怎么切成词元？", "你怎么切分词？"), ("分词器把文字切成词元，再给每个词元一个编号。",)),
        ("top-p", ("top-p有什么用？", "top-k是什么？", "什么是采样？", "下一个词元是怎么选出来的？", "采样是什么意思？"), ("下一个词元按概率抽取，top-k和top-p会先去掉不太可能的词元。",)),
        ("贪心解码", ("贪心是什么意思？", "温度为0会怎么样？", "为什么每次回答都一样？"), ("贪心解码每次都选最可能的词元，所以同样的问题得到同样的回答。",)),
        ("对话模板", ("对话模板有什么用？", "聊天模板是什么？"), ("对话模板把对话写成一段文字，标出谁在说话，模型好接着写。",)),
        ("损失", ("损失是什么意思？", "损失为什么会下降？", "训练里的损失是什么？", "loss是什么？"), ("损失表示模型猜得有多差，学着学着，损失就降下来了。",)),
        ("人工智能", ("AI是什么？", "AI是什么意思？", "人工智能危险吗？"), ("人工智能是指能做要动脑筋的事的程序，比如读书和说话。",)),
        ("计算机", ("电脑是怎么工作的？", "电脑能做什么？"), ("计算机是一种机器，能存数字，算得非常快。",)),
        ("程序", ("软件是什么？", "程序是做什么的？"), ("程序是一步一步的说明，计算机照着做。",)),
        ("显卡", ("为什么模型要用显卡？", "GPU是什么？", "显卡有什么用？"), ("显卡能同时做很多计算，让模型跑得更快。",)),
        ("KV缓存", ("缓存是什么？", "缓存有什么用？", "第一个词元为什么慢？"), ("KV缓存存着前面词元算好的结果，不用再算一遍。",)),
        ("开放模型", ("开源是什么意思？", "什么是本地模型？", "为什么要在本地运行模型？", "开放权重是什么？"), ("开放模型可以下载到自己的电脑上运行，不用联网。",)),
    ),
}

TOPICS: list[Topic] = [
    Topic(lang, asked, said, 2)
    for lang, nouns in NOUNS.items()
    for noun, asked, said in nouns
]
"""Without the wordings around the noun."""
