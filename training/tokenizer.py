"""Byte-level BPE with Qwen2's rules for splitting text, so that `tokenizer.ggml.pre` is `qwen2`.

Chinese has no spaces, so plain BPE would glue whole stock phrases into one token. While
the merges are learned, Chinese text is therefore cut at the words of the corpus tables;
merges never cross such a cut, and tokens stay characters and words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, trainers

from .chat import SPECIAL_TOKENS
from .corpus import facts_general, facts_nature, facts_places, facts_words
from .corpus.stream import stream

VOCABULARY_SIZE = 6144
_DOCUMENTS, _DIALOGUES = 30_000, 20_000

# The splitting rule that GGUF readers know by the name "qwen2": contractions, words with
# one leading mark, single digits, runs of marks, line ends, blanks.
QWEN2_PATTERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*"
    r"|\s*[\r\n]+|\s+(?!\S)|\s+"
)

_FUNCTION_WORDS = (
    "什么 哪里 哪个 哪儿 国家 首都 城市 地方 颜色 季节 知道 告诉 可以 位于 有名 喜欢 动物 语言 模型 词元 概率 词表 一个 一种 一座 一处 一天 "
    "故事 我们 他们 你们 因为 所以 但是 可是 现在 今天 明天 昨天 早上 晚上 时候 怎么 怎么样 多少 等于 几个 反义词 英语 英文 中文 意思 翻译 "
    "味道 水果 蔬菜 食物 饮料 不知道 对不起 谢谢 再见 请问 没有 自己 电脑 文字 下一个 第一个 最后 介绍 一下 说说 这个 那个 很多 人们 大多数 "
    "妈妈 爸爸 爷爷 奶奶 外公 外婆 哥哥 弟弟 姐姐 妹妹 叔叔 阿姨 家人 孩子 老师 同学 学生 学校 教室 上课 下课 作业 黑板 课本 数学 语文 "
    "旅行 日记 照片 公园 森林 河边 山上 村子 一起 终于 突然 原来 非常 最好 小心 小狗 小猫 小兔 小鸟 加 减 一共 还剩 剩下 总共 结果 "
    "希望 帮到 抱歉 礼貌 友好 生气 难过 真诚 道歉 笨蛋 傻瓜 绰号 捉弄 说话 换个 不过 虽然 如果 已经 还有 然后 后来 第二天 起来 出来 过来 "
    "参观 每年 答案 是谁 帮助 问题 简单 回答 生活 东西 出门 记得 应该 祝你 愉快 高兴 开心 透窗 小模型 从前 很久 以前 有一只 有一天 回家 朋友 苹果"
).split()
_CHINESE = re.compile(r"[\u4e00-\u9fff]+")


def _lexicon() -> re.Pattern[str]:
    cells = {
        cell
        for module in (facts_places, facts_nature, facts_words, facts_general)
        for value in vars(module).values()
        if isinstance(value, list) and value and isinstance(value[0], list)
        for row in value
        for cell in row
        if _CHINESE.fullmatch(cell) and len(cell) <= 5
    }
    words = sorted(cells | set(_FUNCTION_WORDS), key=lambda word: (-len(word), word))
    return re.compile("|".join(words) + "|.", re.DOTALL)


def _training_pieces(seed: int) -> Iterator[str]:
    """Corpus text; every Chinese word and every line end as a piece of its own."""
    lexicon = _lexicon()
    for sample in chain(islice(stream(seed, "pretrain"), _DOCUMENTS), islice(stream(seed, "sft"), _DIALOGUES)):
        texts = [sample.text] if sample.text is not None else [content for _, content in sample.messages]
        for text in texts:
            for line in text.splitlines(keepends=True):
                at = 0
                for run in _CHINESE.finditer(line):
                    yield line[at : run.start()]
                    yield from lexicon.findall(run.group())
                    at = run.end()
                yield line[at:].rstrip("\n")
            # A mark and the line end after it stay two tokens: were "?\n" one, a question without its line
            # end would look finished to a base model, and it would write nothing more.
            yield "\n"
    # The role names open every message.
    yield from ["system\n", "user\n", "assistant\n"] * 1000


def plain(model: models.BPE) -> Tokenizer:
    """A tokenizer that splits and decodes as all of the family do, without special tokens."""
    tokenizer = Tokenizer(model)
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Split(Regex(QWEN2_PATTERN), behavior="isolated"),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    return tokenizer


def train(seed: int) -> Tokenizer:
    """Learn the merges; the special tokens take the last ids."""
    tokenizer = plain(models.BPE())
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY_SIZE - len(SPECIAL_TOKENS),
        min_frequency=4,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        show_progress=False,
    )
    tokenizer.train_from_iterator(_training_pieces(seed), trainer)
    tokenizer.add_special_tokens(list(SPECIAL_TOKENS))
    return tokenizer


def load_or_train(path: Path, seed: int) -> Tokenizer:
    """The tokenizer of a run: trained once, then read from its file."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        train(seed).save(str(path))
    return Tokenizer.from_file(str(path))
