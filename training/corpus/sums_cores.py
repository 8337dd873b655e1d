"""The middle of questions for sums and differences."""

from __future__ import annotations

from .cores import Core

CORES: dict[tuple[str, str], Core] = {
    ("+", "en"): Core(
        clause=("what {a} plus {b} is", "how much {a} plus {b} is", "what {a} and {b} make", "what you get when you add {a} and {b}", "what {a}+{b} is", "how much {a} and {b} are together"),
        phrase=("the sum of {a} and {b}", "the result of {a} + {b}", "the answer to {a}+{b}", "{a} plus {b}", "{a} + {b}"),
        direct=(
            "{a} plus {b} makes what?", "{a} plus {b} makes?", "{a} and {b} is?", "{a} and {b} are how many?", "if you add {a} to {b}, what do you get?", "{b} added to {a}?", "{a} with {b} more makes what?", "{a} + {b} equals what?", "do the sum {a} + {b}.", "total of {a} and {b}?", "put {a} and {b} together, how many?",
            "I have {a}, then {b} more. How many?", "{a}, and another {b}, makes?", "what does {a} plus {b} come to?", "what's {a} and {b}?", "{a} plus {b}?", "what do {a} and {b} add up to?", "how many are {a} and {b}?", "{a}+{b} is how much?",
        ),
        curt=("{a}+{b}", "{a} + {b}", "{a} plus {b}", "{a}+{b}=", "{a} + {b} =", "add {a} {b}", "{a} and {b} together", "sum {a} and {b}", "{a} and {b}", "{a}+{b}=?"),
        gap=("{a} + {b} = ___", "{a} plus {b} is ___.", "{a}+{b}=__", "{a} + {b} = ..."),
    ),
    ("-", "en"): Core(
        clause=("what {a} minus {b} is", "how much {a} minus {b} is", "what is left when {b} is taken from {a}", "what {a} take away {b} is", "what {a}-{b} is"),
        phrase=("the difference of {a} and {b}", "the result of {a} - {b}", "the answer to {a}-{b}", "{a} minus {b}", "{a} - {b}"),
        direct=(
            "{a} minus {b} makes what?", "{a} minus {b} makes?", "{a} take away {b}?", "{a} less {b} is?", "start with {a}, take away {b}, what's left?", "from {a} take {b}, what remains?", "{a} without {b} is how many?", "{a} - {b} equals what?", "what remains of {a} when {b} are gone?", "how much more is {a} than {b}?",
            "I had {a} and gave away {b}. How many now?", "{b} taken from {a} leaves what?", "what does {a} minus {b} come to?", "{a} minus {b}?", "there were {a}, {b} are gone, how many are there?", "{a}-{b} is how much?", "what's {a} take away {b}?",
        ),
        curt=("{a}-{b}", "{a} - {b}", "{a} minus {b}", "{a}-{b}=", "{a} - {b} =", "{a} take away {b}", "{a} less {b}", "{a}-{b}=?"),
        gap=("{a} - {b} = ___", "{a} minus {b} is ___.", "{a}-{b}=__", "{a} - {b} = ..."),
    ),
    ("+", "zh"): Core(
        clause=("{a}加{b}等于几", "{a}加{b}等于多少", "{a}+{b}等于几", "{a}+{b}等于多少", "{a}加{b}是多少", "{a}加{b}得几", "{a}和{b}加起来是几", "{a}和{b}的和是多少", "{a}加上{b}等于几", "{a}再加{b}是几"),
        direct=(
            "{a}和{b}加起来呢？", "{a}加{b}呢？", "{a}加{b}，多少？", "口算：{a}+{b}", "快算{a}+{b}。", "{a}跟{b}一共多少？", "{a}、{b}相加是几？", "{a}和{b}合起来是几？", "{a}加{b}是几来着？", "{a}加{b}得多少？", "算算{a}加{b}。", "先有{a}个，再来{b}个，总共几个？", "{a}，再加{b}，多少？", "{a}添{b}是几？", "把{b}加到{a}上是多少？",
            "{a}加{b}一共？", "{a}个和{b}个放一起是几个？", "求{a}与{b}的和。", "{a}加{b}等于？", "{a}+{b}得几？", "{a}和{b}一加是几？", "{a}加{b}，答案是？",
        ),
        curt=("{a}+{b}", "{a}加{b}", "{a}+{b}=", "{a} + {b}", "{a}＋{b}", "{a}＋{b}＝？", "{a}+{b}=?", "{a}加{b}=", "{a} 加 {b}"),
        gap=("{a}+{b}=___", "{a}+{b}=（  ）", "{a}加{b}等于___。", "{a}加{b}等于（  ）。"),
    ),
    ("-", "zh"): Core(
        clause=("{a}减{b}等于几", "{a}减{b}等于多少", "{a}-{b}等于几", "{a}-{b}等于多少", "{a}减{b}是多少", "{a}减{b}得几", "{a}和{b}的差是多少", "{a}减去{b}等于几", "{a}减去{b}还剩几", "{a}拿走{b}剩几"),
        direct=(
            "{a}减{b}呢？", "{a}减{b}，多少？", "口算：{a}-{b}", "快算{a}-{b}。", "{a}去掉{b}还有多少？", "{a}比{b}多多少？", "{a}少{b}是几？", "{a}减{b}是几来着？", "{a}减{b}得多少？", "算算{a}减{b}。", "有{a}个，拿走{b}个，剩几个？", "{a}，减去{b}，多少？", "从{a}里去掉{b}是多少？", "{a}里头减{b}，剩？", "求{a}与{b}的差。", "{a}减{b}等于？", "{a}-{b}得几？",
            "{a}用掉{b}剩多少？", "{a}减{b}，答案是？",
        ),
        curt=("{a}-{b}", "{a}减{b}", "{a}-{b}=", "{a} - {b}", "{a}－{b}", "{a}－{b}＝？", "{a}-{b}=?", "{a}减{b}=", "{a} 减 {b}"),
        gap=("{a}-{b}=___", "{a}-{b}=（  ）", "{a}减{b}等于___。", "{a}减{b}等于（  ）。"),
    ),
}
