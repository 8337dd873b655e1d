//! The table of pre-tokenizers: which name means which expressions.
//!
//! Names are those of llama.cpp (`tokenizer.ggml.pre`), the expressions those of the published
//! `tokenizer.json` (or, for vocabularies made for tiktoken, of the published Python code). Where
//! llama.cpp has rewritten one for its own regular expressions, the original stands here.

use super::{Edges, Rule, Split, Symbols};

use Split::Expression as E;

/// GPT-2's own expression, which `ByteLevel` has built in (openai/gpt-2 `encoder.py`).
const GPT_2: Split = E(r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+");

/// Llama 3 (`tokenizer.json` of meta-llama/Meta-Llama-3-8B): numbers by three digits.
const LLAMA_3: Split = E(
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
);

/// Qwen 2 (`tokenizer.json` of Qwen/Qwen2-7B): numbers digit by digit.
const QWEN_2: Split = E(
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
);

/// Qwen 3.5: as Qwen 2, with combining marks as part of words.
const QWEN_3_5: Split = E(
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
);

/// Mistral's Tekken (`tokenizer.json` of mistralai/Mistral-Nemo-Instruct-2407).
const TEKKEN: Split = E(
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
);

/// GPT-4o (`o200k_base` of openai/tiktoken).
const GPT_4O: Split = E(
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
);

/// As GPT-4o with single digits, behind a split by script (tencent/Youtu-LLM).
const YOUTU: Split = E(
    r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+",
);

/// Kimi K2 (`tokenization_kimi.py` of moonshotai/Kimi-K2-Instruct): as GPT-4o, but runs of Chinese
/// characters stand alone.
const KIMI_K2: Split = E(
    r"[\p{Han}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]+[\p{Ll}\p{Lm}\p{Lo}\p{M}&&[^\p{Han}]]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
);

/// Single digits before everything else.
const DIGITS: Split = E(r"\p{N}");

/// No words, only lines (vocabularies in SentencePiece's alphabet with listed merges).
const LINES: Split = E(r"[^\n]+|[\n]+");

/// bigscience/bloom: words end at white space and sentence marks.
const BLOOM: Split = E(r" ?[^(\s|.,!?…。，、।۔،)]+");

/// Letters with case, as the `tokenizer.json` of deepseek-ai/deepseek-llm-7b-base lists them
/// (by code point here, because several of them look like other letters).
const DEEPSEEK_LETTERS: Split = E(concat!(
    r"\s?[A-Za-z\x{b5}\x{c0}-\x{d6}\x{d8}-\x{f6}\x{f8}-\x{1ba}\x{1bc}-\x{1bf}\x{1c4}-\x{293}",
    r"\x{295}-\x{2af}\x{370}-\x{373}\x{376}\x{377}\x{37b}-\x{37d}\x{37f}\x{386}\x{388}-\x{38a}",
    r"\x{38c}\x{38e}-\x{3a1}\x{3a3}-\x{3f5}\x{3f7}-\x{481}\x{48a}-\x{52f}\x{531}-\x{556}",
    r"\x{10a0}-\x{10c5}\x{13a0}-\x{13f5}\x{13f8}-\x{13fd}\x{1c90}-\x{1cba}\x{1cbd}-\x{1cbf}",
    r"\x{1d00}-\x{1d2b}\x{1d6b}-\x{1d77}\x{1d79}-\x{1d9a}\x{1e00}-\x{1f15}\x{1f18}-\x{1f1d}",
    r"\x{1f20}-\x{1f45}\x{1f48}-\x{1f4d}\x{1f50}-\x{1f57}\x{1f59}\x{1f5b}\x{1f5d}",
    r"\x{1f5f}-\x{1f7d}\x{1f80}-\x{1fb4}\x{1fb6}-\x{1fbc}\x{1fbe}\x{1fc2}-\x{1fc4}",
    r"\x{1fc6}-\x{1fcc}\x{1fd0}-\x{1fd3}\x{1fd6}-\x{1fdb}\x{1fe0}-\x{1fec}\x{1ff2}-\x{1ff4}",
    r"\x{1ff6}-\x{1ffc}\x{2102}\x{2107}\x{210a}-\x{2113}\x{2115}\x{2119}-\x{211d}\x{2124}",
    r"\x{2126}\x{2128}\x{212a}-\x{212d}\x{212f}-\x{2134}\x{2139}\x{213c}-\x{213f}",
    r"\x{2145}-\x{2149}\x{214e}\x{2183}\x{2184}\x{2c00}-\x{2c7b}\x{2c7e}-\x{2ce4}",
    r"\x{2ceb}-\x{2cee}\x{2cf2}\x{2cf3}\x{a640}-\x{a66d}\x{a680}-\x{a69b}\x{a722}-\x{a76f}",
    r"\x{a771}-\x{a787}\x{a78b}-\x{a78e}\x{ab70}-\x{abbf}\x{fb00}-\x{fb06}\x{fb13}-\x{fb17}",
    r"\x{ff21}-\x{ff3a}\x{ff41}-\x{ff5a}\x{10400}-\x{1044f}\x{104b0}-\x{104d3}",
    r"\x{104d8}-\x{104fb}\x{10c80}-\x{10cb2}\x{10cc0}-\x{10cf2}\x{118a0}-\x{118df}",
    r"\x{1e900}-\x{1e943}]+",
));

/// Runs of Chinese, Japanese and Korean characters (and all between), same source.
const DEEPSEEK_CJK: Split = E(r"[\x{4e00}-\x{9fa5}\x{800}-\x{4e00}\x{ac00}-\x{d7ff}]+");

/// Chinese and Japanese in DeepSeek V3.
const DEEPSEEK_V3_CJK: Split = E(r"[\x{4e00}-\x{9fa5}\x{3040}-\x{309f}\x{30a0}-\x{30ff}]+");

/// Runs of Chinese, Japanese, Lao, Khmer, Burmese, Korean and part of Thai, as llama.cpp lists them for `afmoe`.
const EAST_ASIA: Split = E(concat!(
    r"[\x{4e00}-\x{9fff}\x{3400}-\x{4dbf}\x{8c48}-\x{faff}\x{3040}-\x{309f}\x{30a0}-\x{30ff}\x{ff65}-\x{ff9f}",
    r"\x{2f00}-\x{2fdf}\x{e40}-\x{e7f}\x{e80}-\x{eff}\x{1780}-\x{17ff}\x{1000}-\x{109f}\x{aa60}-\x{aa7f}",
    r"\x{a9e0}-\x{a9ff}\x{ac00}-\x{d7af}\x{1100}-\x{11ff}]+",
));

/// Words of DeepSeek V3.
const DEEPSEEK_V3: Split = E(
    r##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"##,
);

const PLAIN: Rule =
    Rule { names: &[], splits: &[GPT_2], ignore_merges: false, add_bos: false, symbols: Symbols::Bytes };

pub(super) const RULES: &[Rule] = &[
    // What llama.cpp does for files that name no pre-tokenizer or say `default`.
    Rule {
        names: &["default"],
        splits: &[E(r"[\p{P}\$\+<=>\^~\|]+"), GPT_2, E(r"\p{N}+"), E(r"[0-9][0-9][0-9]")],
        ..PLAIN
    },
    Rule {
        names: &[
            "gpt-2",
            "phi-2",
            "mpt",
            "olmo",
            "jais",
            "trillion",
            "gigachat",
            "a.x-4.0",
            "mellum",
            "exaone4",
            "granite-docling",
            "modern-bert",
            "jina-es",
            "jina-de",
            "jina-v1-en",
            "jina-v2-es",
            "jina-v2-de",
            "jina-v2-code",
            "roberta-bpe",
        ],
        ..PLAIN
    },
    Rule {
        names: &[
            "llama3",
            "llama-v3",
            "llama-bpe",
            "falcon3",
            "falcon-h1",
            "pixtral",
            "midm-2.0",
            "lfm2",
            "jina-v5-nano",
        ],
        splits: &[LLAMA_3],
        ignore_merges: true,
        add_bos: true,
        ..PLAIN
    },
    Rule { names: &["dbrx", "smaug-bpe", "chatglm-bpe"], splits: &[LLAMA_3], ..PLAIN },
    Rule { names: &["glm4", "glm5"], splits: &[LLAMA_3], ignore_merges: true, ..PLAIN },
    // inceptionai/Jais-2-8B-Chat: as Llama 3, long runs of white space in powers of two.
    Rule {
        names: &["jais-2"],
        splits: &[E(
            r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s{512}(?!\S)|\s{256}(?!\S)|\s{128}(?!\S)|\s{64}(?!\S)|\s{32}(?!\S)|\s{16}(?!\S)|\s{8}(?!\S)|\s{4}(?!\S)|\s{1,2}(?!\S)|\s{1}",
        )],
        ..PLAIN
    },
    // openbmb/MiniCPM5-1B.
    Rule {
        names: &["minicpm5"],
        splits: &[
            E(r"\p{N}{1,3}"),
            E(
                r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}+| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+",
            ),
        ],
        ignore_merges: true,
        ..PLAIN
    },
    Rule {
        names: &[
            "qwen2",
            "deepseek-r1-qwen",
            "kormo",
            "f2llmv2",
            "megrez",
            "stablelm2",
            "hunyuan",
            "solar-open",
            "grok-2",
        ],
        splits: &[QWEN_2],
        ..PLAIN
    },
    Rule { names: &["qwen35"], splits: &[QWEN_3_5], ..PLAIN },
    // poolside/Laguna: lines first, then as Qwen 2.
    Rule { names: &["laguna"], splits: &[LINES, QWEN_2], ..PLAIN },
    // As Qwen 2 without the English contractions.
    Rule {
        names: &["ufakzeka"],
        splits: &[E(r"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+")],
        ..PLAIN
    },
    // Digits one by one, then GPT-2: bigcode/starcoder, smallcloudai/Refact-1_6B-fim,
    // CohereForAI/c4ai-command-r-v01, HuggingFaceTB/SmolLM-135M.
    Rule {
        names: &[
            "starcoder",
            "refact",
            "command-r",
            "smollm",
            "codeshell",
            "exaone",
            "minerva-7b",
            "mellum2",
        ],
        splits: &[DIGITS, GPT_2],
        ..PLAIN
    },
    // LGAI-EXAONE/K-EXAONE-236B-A23B: several words in one piece.
    Rule {
        names: &["exaone-moe"],
        splits: &[E(
            r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?(?:\p{L}\p{M}*(?: \p{L}\p{M}*)*)+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]?|\s*[\r\n]|\s+(?!\S)|\s+",
        )],
        ..PLAIN
    },
    // tiiuae/falcon-7b: punctuation on its own, numbers by three digits.
    Rule {
        names: &["falcon"],
        splits: &[E(r"[\p{P}\$\+<=>\^~\|`]+"), GPT_2, E(r"[0-9][0-9][0-9]")],
        ..PLAIN
    },
    Rule {
        names: &["deepseek-llm"],
        splits: &[
            E(r"[\r\n]"),
            DEEPSEEK_LETTERS,
            E(r"\s?[!-/:-~\x{ff01}-\x{ff0f}\x{ff1a}-\x{ff5e}\x{2018}-\x{201f}\x{3000}-\x{3002}]+"),
            // Published as `\s+$`, which tries every white space of a long run in vain.
            E(r"(?<!\s)\s++$"),
            DEEPSEEK_CJK,
            DIGITS,
        ],
        ..PLAIN
    },
    // deepseek-ai/deepseek-coder-6.7b-base.
    Rule {
        names: &["deepseek-coder"],
        splits: &[E(r"[\r\n]"), E(r"\s?\p{L}+"), E(r"\s?\p{P}+"), DEEPSEEK_CJK, DIGITS],
        ..PLAIN
    },
    // deepseek-ai/DeepSeek-V3.
    Rule {
        names: &["deepseek-v3", "hunyuan-dense", "hy_v4", "joyai-llm"],
        splits: &[E(r"\p{N}{1,3}"), DEEPSEEK_V3_CJK, DEEPSEEK_V3],
        ..PLAIN
    },
    Rule {
        names: &["spark2_5"],
        splits: &[
            E(r"\p{N}{1,3}"),
            DEEPSEEK_V3_CJK,
            E(
                r##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+|[\r\n]|\s+(?!\S)|\s+"##,
            ),
            DIGITS,
        ],
        ..PLAIN
    },
    Rule {
        names: &["youtu"],
        splits: &[
            E(
                r"[\x{ac00}-\x{d7a3}\x{3131}-\x{318e}]+|[\x{ff01}\x{2026}\x{201c}\x{201d}\x{2018}\x{2019}\x{2014}\x{ff1a}\x{ff1b}\x{ff0c}\x{3001}-\x{303f}\x{fe30}-\x{fe4f}]+|[\x{3105}-\x{312f}]+|[\x{4e00}-\x{9fa5}\x{3040}-\x{309f}\x{30a0}-\x{30ff}]+",
            ),
            YOUTU,
        ],
        ignore_merges: true,
        ..PLAIN
    },
    Rule { names: &["tekken"], splits: &[TEKKEN], ignore_merges: true, add_bos: true, ..PLAIN },
    Rule { names: &["gpt-4o", "llama4", "kanana2", "talkie", "minimax-m2"], splits: &[GPT_4O], ..PLAIN },
    Rule { names: &["granite-embed-multi-97m"], splits: &[GPT_4O], ignore_merges: true, ..PLAIN },
    // CohereLabs/tiny-aya: digits by three from the right where no letter follows.
    Rule {
        names: &["tiny_aya", "cohere2moe"],
        splits: &[Split::DigitGroups { runs: r"(?<!\d)\d++\b", edges: Edges::Alone }, GPT_4O],
        ..PLAIN
    },
    Rule { names: &["kimi-k2"], splits: &[KIMI_K2], ..PLAIN },
    // UW/OLMo2-8B-SuperBPE: numbers alone, in groups of three from the right; words are not split.
    Rule {
        names: &["superbpe"],
        splits: &[E(r"\p{N}+"), Split::DigitGroups { runs: r"(?<!\d)\d++", edges: Edges::Groups }],
        ..PLAIN
    },
    // arcee-ai/Trinity, as llama.cpp computes it: digits by three from the right, then the scripts of East Asia, then as
    // DeepSeek V3.
    Rule {
        names: &["afmoe"],
        splits: &[
            Split::DigitGroups { runs: r"(?<!\p{N})\p{N}++", edges: Edges::Behind },
            EAST_ASIA,
            DEEPSEEK_V3,
        ],
        ..PLAIN
    },
    // inclusionAI/Ling-lite.
    Rule {
        names: &["bailingmoe", "bailingmoe2", "llada-moe"],
        splits: &[E(
            r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+",
        )],
        ..PLAIN
    },
    // ByteDance-Seed/Seed-Coder-8B-Base.
    Rule {
        names: &["seed-coder"],
        splits: &[E(
            r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1}| ?[^\s\p{L}\p{N}\r\n]+|\s*[\r\n]+|\s+(?!\S)|\s+",
        )],
        ..PLAIN
    },
    Rule { names: &["bloom", "poro-chat", "gpt3-finnish"], splits: &[BLOOM], ..PLAIN },
    Rule { names: &["viking"], splits: &[BLOOM, DIGITS], ..PLAIN },
    // facebook/chameleon-7b.
    Rule {
        names: &["chameleon"],
        splits: &[
            E(r"<sentinel:[0-9]+>"),
            E(r"(IMGIMG)((A|B|C|D|E|F|G|H|I){1,4})Z"),
            E(r"([\t\n]|    |  )"),
            DIGITS,
            E(r"[\p{P}!-/:-@\[-`{-~]"),
            GPT_2,
        ],
        add_bos: true,
        ..PLAIN
    },
    // google/gemma-4: SentencePiece's alphabet with listed merges.
    Rule {
        names: &["gemma4"],
        splits: &[LINES],
        add_bos: true,
        symbols: Symbols::Characters { whole_lines: true },
        ..PLAIN
    },
    // ibm-granite/granite-embedding-311m-multilingual-r2: the same without a token to begin with.
    Rule {
        names: &["granite-embed-multi-311m"],
        splits: &[LINES],
        symbols: Symbols::Characters { whole_lines: true },
        ..PLAIN
    },
    Rule {
        names: &["sarvam-moe"],
        splits: &[LINES],
        symbols: Symbols::Characters { whole_lines: false },
        ..PLAIN
    },
];
