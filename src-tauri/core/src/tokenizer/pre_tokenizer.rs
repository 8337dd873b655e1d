//! How each model family splits text into words before merging.
//!
//! A GGUF file does not hold the splitting rule, only its name in `tokenizer.ggml.pre`; a wrong
//! rule gives ids that the model was never trained on. So the table in [`rules`] has what is
//! known for sure, and a name that it does not have is refused.
//!
//! A rule is a list of regular expressions. Each splits every piece that the one before it left:
//! matches become pieces, and so does what lies between them (`Split` with behaviour `Isolated`
//! in `tokenizer.json`). The engine for them is Oniguruma, as in the `tokenizers` crate, so that
//! classes, case folding and look-ahead mean the same as in the original.

mod rules;

use std::ops::Range;

use tokenizers::utils::SysRegex;

use crate::protocol::{ErrorKind, RpcError};

use rules::RULES;

/// One family of pre-tokenizers.
#[derive(Debug)]
pub(super) struct Rule {
    /// Values of `tokenizer.ggml.pre` that mean this.
    pub names: &'static [&'static str],
    pub splits: &'static [Split],
    /// A word that is a token as a whole is taken as it is, whatever the merges say.
    pub ignore_merges: bool,
    /// BOS goes first unless `tokenizer.ggml.add_bos_token` says otherwise.
    pub add_bos: bool,
    /// The alphabet of the vocabulary.
    pub symbols: Symbols,
}

/// One step of a rule.
#[derive(Debug, Clone, Copy)]
pub(super) enum Split {
    /// Matches become pieces.
    Expression(&'static str),
    /// Runs of digits (what `runs` matches) are cut into groups of three, counted from the right.
    /// The published expressions look ahead to the end of the run from every digit, which takes
    /// forever for long runs; this comes to the same.
    DigitGroups { runs: &'static str, edges: Edges },
}

/// Where a run of digits is cut off from what stands around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edges {
    /// On both sides.
    Alone,
    /// In front, where its first group is a whole one.
    Groups,
    /// Behind: what stands in front goes with the first group.
    Behind,
}

impl Split {
    /// The step as an expression of `tokenizer.json`.
    pub(super) fn published(self) -> &'static str {
        match self {
            Self::Expression(expression) => expression,
            Self::DigitGroups { edges: Edges::Alone, .. } => r"\d{1,3}(?=(?:\d{3})*\b)",
            Self::DigitGroups { edges: Edges::Groups, .. } => r"(?=(\d{3})+(?!\d))",
            Self::DigitGroups { edges: Edges::Behind, .. } => r"\P{N}*+\p{N}{1,3}(?=(?:\p{N}{3})*(?!\p{N}))",
        }
    }
}

/// What words are made of before merging.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Symbols {
    /// Bytes, written in GPT-2's alphabet.
    Bytes,
    /// Characters, with spaces written as U+2581 and bytes as `<0x0A>` where a character is no token.
    Characters {
        /// A run of line ends that is a token as a whole is taken as it is.
        whole_lines: bool,
    },
}

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
    steps: Vec<Step>,
}

enum Step {
    Expression(SysRegex),
    DigitGroups { runs: SysRegex, edges: Edges },
}

impl std::fmt::Debug for PreTokenizer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PreTokenizer").field("steps", &self.steps.len()).finish()
    }
}

impl PreTokenizer {
    /// # Errors
    /// `UnsupportedTokenizer` where an expression does not compile, which tests exclude for the table.
    pub(super) fn new(rule: &Rule) -> Result<Self, RpcError> {
        let compile = |expression: &str| {
            SysRegex::new(expression).map_err(|error| {
                RpcError::new(
                    ErrorKind::UnsupportedTokenizer,
                    format!("the expression of a pre-tokenizer does not compile: {error}"),
                )
            })
        };
        let steps = rule
            .splits
            .iter()
            .map(|split| {
                Ok(match *split {
                    Split::Expression(expression) => Step::Expression(compile(expression)?),
                    Split::DigitGroups { runs, edges } => Step::DigitGroups { runs: compile(runs)?, edges },
                })
            })
            .collect::<Result<_, RpcError>>()?;
        Ok(Self { steps })
    }

    /// The words of a text, in order and without gaps.
    pub(super) fn words(&self, text: &str) -> Vec<Range<usize>> {
        let mut words = Vec::new();
        if !text.is_empty() {
            words.push(0..text.len());
        }
        for step in &self.steps {
            let mut finer = Vec::with_capacity(words.len());
            for word in words {
                let mut done = word.start;
                let mut cut = |place: usize| {
                    if done < place {
                        finer.push(done..place);
                        done = place;
                    }
                };
                match step {
                    Step::Expression(expression) => {
                        for (start, end) in expression.find_iter(&text[word.clone()]) {
                            cut(word.start + start);
                            cut(word.start + end);
                        }
                    }
                    Step::DigitGroups { runs, edges } => {
                        for (start, end) in runs.find_iter(&text[word.clone()]) {
                            let run = word.start + start..word.start + end;
                            cut_digits(&text[run.clone()], *edges, |place| cut(run.start + place));
                        }
                    }
                }
                cut(word.end);
            }
            words = finer;
        }
        words
    }
}

/// Calls `cut` for every place of a run of digits at which it is cut.
fn cut_digits(run: &str, edges: Edges, mut cut: impl FnMut(usize)) {
    let count = run.chars().count();
    for (number, (place, _)) in run.char_indices().enumerate() {
        let begins_group = (count - number).is_multiple_of(3);
        let is_cut = match edges {
            Edges::Alone => begins_group || number == 0,
            Edges::Groups => begins_group,
            Edges::Behind => begins_group && number > 0,
        };
        if is_cut {
            cut(place);
        }
    }
    if edges != Edges::Groups {
        cut(run.len());
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
        assert_eq!(
            words("tiny_aya", "1234567 1234ab ٣٣٣٣"),
            ["1", "234", "567", " ", "123", "4", "ab", " ", "٣", "٣٣٣"]
        );
        assert_eq!(words("afmoe", "ab12345 泰语ไทย-x"), ["ab", "12", "345", " ", "泰语ไ", "ทย", "-x"]);
        assert_eq!(words("afmoe", "  1\n\n"), [" ", " ", "1", "\n\n"]);
        assert_eq!(words("superbpe", "by 12345.6 a"), ["by ", "12", "345", ".", "6", " a"]);
        assert_eq!(words("kimi-k2", "看ab中文Don't12345"), ["看", "ab", "中文", "Don't", "123", "45"]);
        assert_eq!(words("exaone-moe", "to be or 12"), ["to be or", " ", "1", "2"]);
        assert_eq!(words("bloom", "Hi there, (you)"), ["Hi", " there", ", (", "you", ")"]);
        assert_eq!(words("seed-coder", "a;\n\n b"), ["a", ";", "\n\n", " b"]);
        assert_eq!(words("jais-2", "a      b"), ["a", "    ", " ", " b"]);
        assert_eq!(words("chameleon", "IMGIMGABZ 12"), ["IMGIMGABZ", " ", "1", "2"]);
        assert_eq!(words("youtu", "中文，ok12"), ["中文", "，", "ok", "1", "2"]);
    }

    /// Groups of three digits come out as the published look-ahead has them.
    #[test]
    fn digits_are_grouped_as_published() {
        for name in ["tiny_aya", "superbpe", "afmoe"] {
            let rule = rule(name).unwrap();
            let ours = PreTokenizer::new(rule).unwrap();
            let published = PreTokenizer {
                steps: rule
                    .splits
                    .iter()
                    .map(|split| Step::Expression(SysRegex::new(split.published()).unwrap()))
                    .collect(),
            };
            for text in
                ["1", "12", "123", "1234", "1234567890 12x 123456x", "½1234", "1234½", "a1234567", "１２３４"]
            {
                assert_eq!(ours.words(text), published.words(text), "{name} {text}");
            }
        }
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
