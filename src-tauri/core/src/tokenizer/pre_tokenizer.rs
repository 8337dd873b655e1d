//! How each model family splits text into words before merging.
//!
//! A GGUF file does not hold the splitting rule, only its name in `tokenizer.ggml.pre`; a wrong
//! rule gives ids that the model was never trained on. So the table below has what is known for
//! sure, and a name that it does not have is refused.
//!
//! A rule is a list of regular expressions. Each splits every piece that the one before it left:
//! matches become pieces, and so does what lies between them (`Split` with behaviour `Isolated`
//! in `tokenizer.json`). The engine for them is Oniguruma, as in the `tokenizers` crate, so that
//! classes, case folding and look-ahead mean the same as in the original.

use std::ops::Range;

use tokenizers::utils::SysRegex;

use crate::protocol::{ErrorKind, RpcError};

/// One family of pre-tokenizers.
#[derive(Debug)]
pub(super) struct Rule {
    /// Values of `tokenizer.ggml.pre` that mean this.
    pub names: &'static [&'static str],
    pub splits: &'static [&'static str],
    /// A word that is a token as a whole is taken as it is, whatever the merges say.
    pub ignore_merges: bool,
    /// BOS goes first unless `tokenizer.ggml.add_bos_token` says otherwise.
    pub add_bos: bool,
    /// The alphabet of the vocabulary.
    pub symbols: Symbols,
}

/// What words are made of before merging.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Symbols {
    /// Bytes, written in GPT-2's alphabet.
    Bytes,
    /// Characters, with spaces written as U+2581 and bytes as `<0x0A>` where a character is no token.
    Characters,
}

/// GPT-2's own expression, which `ByteLevel` has built in (openai/gpt-2 `encoder.py`).
const GPT_2: &str = r"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+";

/// Llama 3 (`tokenizer.json` of meta-llama/Meta-Llama-3-8B): numbers by three digits.
const LLAMA_3: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

/// Qwen 2 (`tokenizer.json` of Qwen/Qwen2-7B): numbers digit by digit.
const QWEN_2: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

/// Qwen 3.5: as Qwen 2, with combining marks as part of words.
const QWEN_3_5: &str = r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

/// Mistral's Tekken (`tokenizer.json` of mistralai/Mistral-Nemo-Instruct-2407).
const TEKKEN: &str = r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

/// GPT-4o (`o200k_base` of openai/tiktoken).
const GPT_4O: &str = r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

/// Letters with case, as the `tokenizer.json` of deepseek-ai/deepseek-llm-7b-base lists them
/// (by code point here, because several of them look like other letters).
const DEEPSEEK_LETTERS: &str = concat!(
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
);

/// Runs of Chinese, Japanese and Korean characters (and all between), same source.
const DEEPSEEK_CJK: &str = r"[\x{4e00}-\x{9fa5}\x{800}-\x{4e00}\x{ac00}-\x{d7ff}]+";

const PLAIN: Rule =
    Rule { names: &[], splits: &[GPT_2], ignore_merges: false, add_bos: false, symbols: Symbols::Bytes };

const RULES: &[Rule] = &[
    // What llama.cpp does for files that name no pre-tokenizer or say `default`.
    Rule {
        names: &["default"],
        splits: &[r"[\p{P}\$\+<=>\^~\|]+", GPT_2, r"\p{N}+", r"[0-9][0-9][0-9]"],
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
        ],
        ..PLAIN
    },
    Rule {
        names: &["llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2"],
        splits: &[LLAMA_3],
        ignore_merges: true,
        add_bos: true,
        ..PLAIN
    },
    Rule { names: &["dbrx", "smaug-bpe"], splits: &[LLAMA_3], ..PLAIN },
    Rule {
        names: &["qwen2", "deepseek-r1-qwen", "kormo", "stablelm2", "hunyuan"],
        splits: &[QWEN_2],
        ..PLAIN
    },
    Rule { names: &["qwen35"], splits: &[QWEN_3_5], ..PLAIN },
    // Digits one by one, then GPT-2: bigcode/starcoder, smallcloudai/Refact-1_6B-fim,
    // CohereForAI/c4ai-command-r-v01, HuggingFaceTB/SmolLM-135M.
    Rule {
        names: &["starcoder", "refact", "command-r", "smollm", "codeshell", "exaone", "minerva-7b"],
        splits: &[r"\p{N}", GPT_2],
        ..PLAIN
    },
    // tiiuae/falcon-7b: punctuation on its own, numbers by three digits.
    Rule { names: &["falcon"], splits: &[r"[\p{P}\$\+<=>\^~\|`]+", GPT_2, r"[0-9][0-9][0-9]"], ..PLAIN },
    Rule {
        names: &["deepseek-llm"],
        splits: &[
            r"[\r\n]",
            DEEPSEEK_LETTERS,
            r"\s?[!-/:-~\x{ff01}-\x{ff0f}\x{ff1a}-\x{ff5e}\x{2018}-\x{201f}\x{3000}-\x{3002}]+",
            // Published as `\s+$`, which tries every white space of a long run in vain.
            r"(?<!\s)\s++$",
            DEEPSEEK_CJK,
            r"\p{N}",
        ],
        ..PLAIN
    },
    // deepseek-ai/deepseek-coder-6.7b-base.
    Rule {
        names: &["deepseek-coder"],
        splits: &[r"[\r\n]", r"\s?\p{L}+", r"\s?\p{P}+", DEEPSEEK_CJK, r"\p{N}"],
        ..PLAIN
    },
    // deepseek-ai/DeepSeek-V3.
    Rule {
        names: &["deepseek-v3", "hunyuan-dense"],
        splits: &[
            r"\p{N}{1,3}",
            r"[\x{4e00}-\x{9fa5}\x{3040}-\x{309f}\x{30a0}-\x{30ff}]+",
            r##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"##,
        ],
        ..PLAIN
    },
    Rule { names: &["tekken"], splits: &[TEKKEN], ignore_merges: true, add_bos: true, ..PLAIN },
    Rule { names: &["gpt-4o", "llama4"], splits: &[GPT_4O], ..PLAIN },
    // google/gemma-4: no words, only lines; SentencePiece's alphabet with listed merges.
    Rule {
        names: &["gemma4"],
        splits: &[r"[^\n]+|[\n]+"],
        add_bos: true,
        symbols: Symbols::Characters,
        ..PLAIN
    },
];

/// The rule of a name.
///
/// # Errors
/// `UnsupportedTokenizer` with the fact `pre` for a name that the table does not have.
pub(super) fn rule(name: &str) -> Result<&'static Rule, RpcError> {
    RULES.iter().find(|rule| rule.names.contains(&name)).ok_or_else(|| {
        RpcError::new(ErrorKind::UnsupportedTokenizer, format!("the pre-tokenizer {name} is not known"))
            .with("pre", name)
    })
}

/// A rule made ready to run.
pub(super) struct PreTokenizer {
    splits: Vec<SysRegex>,
}

impl std::fmt::Debug for PreTokenizer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PreTokenizer").field("splits", &self.splits.len()).finish()
    }
}

impl PreTokenizer {
    /// # Errors
    /// `UnsupportedTokenizer` where an expression does not compile, which tests exclude for the table.
    pub(super) fn new(rule: &Rule) -> Result<Self, RpcError> {
        let splits = rule
            .splits
            .iter()
            .map(|pattern| {
                SysRegex::new(pattern).map_err(|error| {
                    RpcError::new(
                        ErrorKind::UnsupportedTokenizer,
                        format!("the expression of a pre-tokenizer does not compile: {error}"),
                    )
                })
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { splits })
    }

    /// The words of a text, in order and without gaps.
    pub(super) fn words(&self, text: &str) -> Vec<Range<usize>> {
        let mut words = Vec::new();
        if !text.is_empty() {
            words.push(0..text.len());
        }
        for split in &self.splits {
            let mut finer = Vec::with_capacity(words.len());
            for word in words {
                let mut done = word.start;
                for (start, end) in split.find_iter(&text[word.clone()]) {
                    let (start, end) = (word.start + start, word.start + end);
                    if done < start {
                        finer.push(done..start);
                    }
                    if start < end {
                        finer.push(start..end);
                    }
                    done = end;
                }
                if done < word.end {
                    finer.push(done..word.end);
                }
            }
            words = finer;
        }
        words
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words<'a>(name: &str, text: &'a str) -> Vec<&'a str> {
        let tokenizer = PreTokenizer::new(rule(name).unwrap()).unwrap();
        tokenizer.words(text).into_iter().map(|range| &text[range]).collect()
    }

    #[test]
    fn every_rule_compiles_and_loses_nothing() {
        let text = "Hello, 世界!\r\n\t  I'LL pay 12345€  ½ Größe e\u{301}   x² ÇA__va\u{3000}。\n\n";
        let mut seen = std::collections::HashSet::new();
        for rule in RULES {
            for name in rule.names {
                assert!(seen.insert(name), "{name} stands in the table twice");
                assert_eq!(words(name, text).concat(), text, "{name}");
                assert!(words(name, "").is_empty());
            }
        }
    }

    #[test]
    fn numbers_and_contractions_split_as_published() {
        assert_eq!(words("gpt-2", "it's 2024  ok"), ["it", "'s", " 2024", " ", " ok"]);
        assert_eq!(words("gpt-2", "IT'S"), ["IT", "'", "S"]);
        assert_eq!(words("llama-bpe", "IT'S 12345"), ["IT", "'S", " ", "123", "45"]);
        assert_eq!(words("qwen2", "a12 b"), ["a", "1", "2", " b"]);
        assert_eq!(words("starcoder", "x12"), ["x", "1", "2"]);
        assert_eq!(words("tekken", "camelCase"), ["camel", "Case"]);
        assert_eq!(words("gpt-4o", "don't 1234"), ["don't", " ", "123", "4"]);
        assert_eq!(words("falcon", "a!?12345"), ["a", "!?", "123", "45"]);
        assert_eq!(words("deepseek-llm", "中文 ok\n"), ["中文", " ok", "\n"]);
        assert_eq!(words("gemma4", "a b\n\nc"), ["a b", "\n\n", "c"]);
    }

    #[test]
    fn long_runs_take_no_longer_than_their_length() {
        for run in [" ", "a", "A", "1", "中", "\n", "\u{301}", "'", "- ", " \n"] {
            let text = format!("{}中x", run.repeat(100_000));
            for rule in RULES {
                let name = rule.names[0];
                assert_eq!(words(name, &text).concat(), text, "{name}");
            }
        }
    }

    #[test]
    fn an_unknown_name_is_refused_with_its_name() {
        let error = rule("klingon").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::UnsupportedTokenizer);
        assert_eq!(error.data.facts["pre"], "klingon");
    }
}
