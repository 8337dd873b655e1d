//! The place at which something was found, cut out of the original text.

use std::ops::Range;

use crate::contract::ExcerptPart;
use crate::history::fold::Folded;

/// Characters before the first hit.
const BEFORE: usize = 30;
/// Characters in all.
const LENGTH: usize = 90;

/// About [`LENGTH`] characters around the first of the terms, every term in them marked. White space becomes one space.
pub fn around(text: &str, terms: &[String]) -> Vec<ExcerptPart> {
    let folded = Folded::with_places(text);
    let first = terms.iter().filter_map(|term| Some((folded.text.find(term.as_str())?, term.len()))).min();
    let (at, length) = first.unwrap_or((0, 0));
    let hit = folded.original(at..at + length);
    let start = text[..hit.start].char_indices().rev().nth(BEFORE - 1).map_or(0, |(at, _)| at);
    let end = text[start..].char_indices().nth(LENGTH).map_or(text.len(), |(at, _)| start + at);
    // A term that is longer than an excerpt is not cut.
    let end = end.max(hit.end);
    let shown = &text[start..end];
    let mut parts = mark(shown, &hits(shown, terms));
    if start > 0 {
        parts.insert(0, ExcerptPart { text: "…".into(), hit: false });
    }
    if end < text.len() {
        parts.push(ExcerptPart { text: "…".into(), hit: false });
    }
    join(parts)
}

/// Where any of the terms stand, in order, those that touch as one.
fn hits(text: &str, terms: &[String]) -> Vec<Range<usize>> {
    let folded = Folded::with_places(text);
    let found = terms.iter().flat_map(|term| {
        folded.text.match_indices(term.as_str()).map(|(at, _)| folded.original(at..at + term.len()))
    });
    let mut found: Vec<Range<usize>> = found.collect();
    found.sort_unstable_by_key(|range| (range.start, range.end));
    let mut merged: Vec<Range<usize>> = Vec::new();
    for range in found {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

fn mark(text: &str, hits: &[Range<usize>]) -> Vec<ExcerptPart> {
    let mut parts = Vec::new();
    let mut at = 0;
    for hit in hits {
        parts.push(ExcerptPart { text: text[at..hit.start].into(), hit: false });
        parts.push(ExcerptPart { text: text[hit.clone()].into(), hit: true });
        at = hit.end;
    }
    parts.push(ExcerptPart { text: text[at..].into(), hit: false });
    parts
}

/// Without empty parts, neighbours of a kind as one, in one line.
fn join(parts: Vec<ExcerptPart>) -> Vec<ExcerptPart> {
    let mut joined: Vec<ExcerptPart> = Vec::new();
    let mut blank = true;
    for part in parts {
        let mut text = String::new();
        for character in part.text.chars() {
            let space = character.is_whitespace() || character.is_control();
            if !(space && blank) {
                text.push(if space { ' ' } else { character });
            }
            blank = space;
        }
        match joined.last_mut() {
            _ if text.is_empty() => {}
            Some(last) if last.hit == part.hit => last.text.push_str(&text),
            _ => joined.push(ExcerptPart { text, hit: part.hit }),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str, terms: &[&str]) -> String {
        let terms: Vec<String> = terms.iter().map(|term| (*term).to_owned()).collect();
        let parts = around(text, &terms).into_iter();
        parts.map(|part| if part.hit { format!("[{}]", part.text) } else { part.text }).collect()
    }

    #[test]
    fn hits_are_marked_in_the_original() {
        assert_eq!(shown("ＡＢＣ 的 Été\n\n été", &["ete", "abc"]), "[ＡＢＣ] 的 [Été] [été]");
        assert_eq!(shown("頭髮長了", &["发"]), "頭[髮]長了");
        assert_eq!(shown("aaaa", &["aa"]), "[aaaa]");
        assert_eq!(shown("nothing", &["x"]), "nothing");
        assert_eq!(shown("", &["x"]), "");
    }

    #[test]
    fn a_long_text_is_cut_around_the_first_hit() {
        let text = format!("{}雨{}", "前".repeat(50), "后".repeat(200));
        assert_eq!(shown(&text, &["雨"]), format!("…{}[雨]{}…", "前".repeat(30), "后".repeat(59)));
        let long = "x".repeat(200);
        assert_eq!(shown(&format!("a {long} b"), &[&long]), format!("a [{long}]…"));
    }
}
