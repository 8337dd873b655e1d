//! A text in words.
//!
//! Unicode's rules (Standard Annex 29) find words where spaces or changes of script part them. Chinese writes none,
//! so runs of Chinese characters are cut by jieba: a dictionary with frequencies, and a hidden Markov model for what the
//! dictionary does not have. A run takes Latin letters and digits that stand close to it along, because some words have both
//! (T恤, AA制); they are joined only where jieba has a word with a Chinese character in it, and stay what Unicode says otherwise.

use std::ops::Range;
use std::sync::OnceLock;

use jieba_rs::Jieba;
use unicode_segmentation::UnicodeSegmentation;

/// A text in words, and what stands between them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words {
    /// Lengths in bytes of all pieces, in order and without gaps; spaces and punctuation are pieces, too.
    pub lengths: Vec<u32>,
    /// Pieces with a letter or a digit in them.
    pub count: u32,
}

/// What a piece that Unicode's rules give may be part of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Chinese,
    /// Letters and digits that may belong to a Chinese word.
    Latin,
    Other,
}

/// The pieces of a text.
pub fn words(text: &str) -> Words {
    let mut words = Words::default();
    let mut run = Run::default();
    for (start, piece) in text.split_word_bound_indices() {
        let kind = kind_of(piece);
        if kind == Kind::Other {
            run.end(text, &mut words);
            words.push(piece);
        } else {
            run.push(start..start + piece.len(), kind);
        }
    }
    run.end(text, &mut words);
    words
}

impl Words {
    fn push(&mut self, piece: &str) {
        self.lengths.push(piece.len() as u32);
        self.count += u32::from(piece.chars().any(char::is_alphanumeric));
    }
}

/// Neighbouring pieces without a space between them.
#[derive(Debug, Default)]
struct Run {
    pieces: Vec<Range<usize>>,
    has_chinese: bool,
}

impl Run {
    fn push(&mut self, piece: Range<usize>, kind: Kind) {
        self.pieces.push(piece);
        self.has_chinese |= kind == Kind::Chinese;
    }

    /// Adds its words and empties it.
    fn end(&mut self, text: &str, words: &mut Words) {
        let pieces = std::mem::take(&mut self.pieces);
        if !std::mem::take(&mut self.has_chinese) {
            return pieces.into_iter().for_each(|piece| words.push(&text[piece]));
        }
        let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else { return };
        let whole = first.start..last.end;
        let mut place = whole.start;
        let mut pieces = pieces.into_iter().peekable();
        for word in jieba().cut(&text[whole], true) {
            let word = word.word;
            let (start, end) = (place, place + word.len());
            place = end;
            let is_chinese = word.chars().any(is_chinese);
            // From the first piece of the word to the last one that ends in it.
            let mut joined: Option<Range<usize>> = None;
            while let Some(piece) = pieces.next_if(|piece| piece.end <= end) {
                match &mut joined {
                    Some(joined) if is_chinese && joined.start >= start => joined.end = piece.end,
                    _ => {
                        joined.replace(piece).into_iter().for_each(|done| words.push(&text[done]));
                    }
                }
            }
            joined.into_iter().for_each(|last| words.push(&text[last]));
        }
        // None is left unless jieba were to leave something out.
        pieces.for_each(|piece| words.push(&text[piece]));
    }
}

fn kind_of(piece: &str) -> Kind {
    match piece.chars().next() {
        Some(first) if is_chinese(first) => Kind::Chinese,
        Some(first) if first.is_ascii_alphanumeric() => Kind::Latin,
        _ => Kind::Other,
    }
}

/// Han ideographs: the blocks of Unicode 16 that hold them, and the signs that stand for one.
fn is_chinese(character: char) -> bool {
    matches!(
        character,
        '\u{3005}'..='\u{3007}'
            | '\u{3400}'..='\u{4dbf}'
            | '\u{4e00}'..='\u{9fff}'
            | '\u{f900}'..='\u{faff}'
            | '\u{20000}'..='\u{2fa1f}'
            | '\u{30000}'..='\u{323af}'
    )
}

/// The dictionary is part of the program. Making it ready takes a moment and memory, so it is made when Chinese is first
/// cut into words.
fn jieba() -> &'static Jieba {
    static JIEBA: OnceLock<Jieba> = OnceLock::new();
    JIEBA.get_or_init(Jieba::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<&str> {
        let words = words(text);
        let mut place = 0;
        let pieces = words.lengths.iter().map(|&length| {
            place += length as usize;
            &text[place - length as usize..place]
        });
        let pieces: Vec<&str> = pieces.collect();
        assert_eq!(pieces.concat(), text);
        assert!(pieces.iter().all(|piece| !piece.is_empty()));
        pieces
    }

    #[test]
    fn chinese_by_the_dictionary_and_the_rest_by_unicode() {
        assert_eq!(cut("我想学习ACA。"), ["我", "想", "学习", "ACA", "。"]);
        assert_eq!(cut("I want to study ACA."), ["I", " ", "want", " ", "to", " ", "study", " ", "ACA", "."]);
        assert_eq!(cut("南京市长江大桥"), ["南京市", "长江大桥"]);
        assert_eq!(words("I want to study ACA.").count, 5);
        assert_eq!(words("我想学习ACA。").count, 4);
        assert_eq!(words(""), Words::default());
    }

    #[test]
    fn seams_between_scripts_are_seams_between_words_unless_the_dictionary_knows_better() {
        assert_eq!(cut("用GPT4写诗"), ["用", "GPT4", "写诗"]);
        assert_eq!(cut("AA制买T恤"), ["AA制", "买", "T恤"]);
        assert_eq!(cut("他说it's好"), ["他", "说", "it's", "好"]);
        assert_eq!(cut("价格3.14元"), ["价格", "3.14", "元"]);
        assert_eq!(cut("a.b中c"), ["a.b", "中", "c"]);
    }

    #[test]
    fn marks_stay_with_their_character() {
        let pieces = cut("葛󠄀城市\u{301}的👨‍👩‍👧‍👦");
        assert!(pieces.iter().all(|piece| piece.chars().next().is_some_and(|first| first != '\u{e0100}')));
        assert!(pieces.contains(&"👨‍👩‍👧‍👦"));
        assert_eq!(cut("𠮷野家").concat(), "𠮷野家");
    }
}
