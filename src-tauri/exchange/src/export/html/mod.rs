//! A conversation as one page that opens anywhere, without a network: its text, and over it the tokens with what the
//! model thought of each (`page.html`, `page.css`, `page.js`).
//!
//! The page loads nothing: its policy allows no source at all, and of styles and scripts only the two in it, by their
//! sums. So even a text that found a way out of its place would not run. Texts stand in it escaped, data as JSON without
//! a single `<`. Answers are Markdown (`formatted`); their tokens, and what was typed, are shown as they are.

mod formatted;

use std::io::{self, Write};

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::markdown::date;
use super::words::Words;
use super::Language;
use crate::document::{Alternative, Conversation, Message, Named, Role, Status, StopReason, Token};
use crate::thoughts;

const PAGE: &str = include_str!("page.html");
const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// Writes the active path as a page.
///
/// # Errors
/// What `to` says.
pub fn write(conversation: &Conversation, language: Language, to: &mut dyn Write) -> io::Result<()> {
    let words = Words::of(language);
    let path = conversation.active_path();
    let title = match conversation.title.trim() {
        "" => words.get("untitled"),
        title => title,
    };
    let mut rest = PAGE;
    while let Some((before, after)) = rest.split_once("{{") {
        to.write_all(before.as_bytes())?;
        let (name, after) = after.split_once("}}").unwrap_or((after, ""));
        rest = after;
        match name {
            "lang" => write!(to, "{}", words.get("lang"))?,
            "title" => write!(to, "{}", Escaped(title))?,
            "style" => to.write_all(STYLE.as_bytes())?,
            "script" => to.write_all(SCRIPT.as_bytes())?,
            "style_sum" => to.write_all(sum_of(STYLE).as_bytes())?,
            "script_sum" => to.write_all(sum_of(SCRIPT).as_bytes())?,
            "facts" => write!(to, "{}", Escaped(&facts_of(conversation, path.len(), &words)))?,
            "body" => write_body(conversation, &path, &words, to)?,
            "answers" => {
                let answers = path.iter().enumerate().filter(|(_, message)| !message.tokens.is_empty());
                write_json(&answers.map(|(at, message)| Answer::of(at, message)).collect::<Vec<_>>(), to)?;
            }
            "words" => write_json(&words.json, to)?,
            word => write!(to, "{}", Escaped(words.get(word)))?,
        }
    }
    to.write_all(rest.as_bytes())
}

/// As a policy names a script: `sha256-`, and the sum in base 64.
fn sum_of(text: &str) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut sum = String::from("sha256-");
    // 32 bytes: ten times three, and two that one `=` fills up.
    for three in Sha256::digest(text.as_bytes()).chunks(3) {
        let bits =
            three.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte)) << (8 * (3 - three.len()));
        for place in 0..4 {
            match place <= three.len() {
                true => sum.push(DIGITS[(bits >> (18 - 6 * place)) as usize & 63] as char),
                false => sum.push('='),
            }
        }
    }
    sum
}

fn facts_of(conversation: &Conversation, messages: usize, words: &Words) -> String {
    let day = conversation.created_at.and_then(date).map(|date| date.chars().take(10).collect::<String>());
    let model = conversation.model_name().map(str::to_owned);
    let count = match messages {
        1 => words.get("messages_one").to_owned(),
        count => words.with("messages", &[("count", &count.to_string())]),
    };
    [day, model, Some(count)].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

fn write_body(
    conversation: &Conversation,
    path: &[&Message],
    words: &Words,
    to: &mut dyn Write,
) -> io::Result<()> {
    let system = conversation.settings.as_ref().map(|settings| settings.system_prompt.trim());
    if let Some(system) = system.filter(|text| !text.is_empty()) {
        write!(to, "<article class=\"system\">")?;
        fold(words.get("settings"), system, to)?;
        writeln!(to, "</article>")?;
    }
    for (at, message) in path.iter().enumerate() {
        let role =
            message.role.unwrap_or(if message.answer.is_some() { Role::Assistant } else { Role::User });
        let model = message.answer.as_ref().map(|answer| answer.model_name.as_str());
        let heading = match role {
            Role::User => words.get("you"),
            Role::System => words.get("system"),
            Role::Assistant => model.filter(|name| !name.is_empty()).unwrap_or(words.get("answer")),
        };
        writeln!(to, "<article class=\"{}\" id=\"message-{at}\">", role.name())?;
        writeln!(to, "<h2>{}</h2>", Escaped(heading))?;
        for file in &message.attachments {
            let label = words.with("file", &[("name", &file.name)]);
            write!(to, "<details><summary>{}</summary>", Escaped(&label))?;
            writeln!(to, "<pre>{}</pre></details>", Escaped(&file.text))?;
        }
        let (thoughts, text) = match role {
            Role::Assistant => thoughts::split(&message.text),
            Role::User | Role::System => (None, message.text.as_str()),
        };
        write!(to, "<div id=\"plain-{at}\">")?;
        if let Some(thoughts) = thoughts.filter(|text| !text.is_empty()) {
            write!(
                to,
                "<details><summary>{}</summary><div class=\"formatted\">",
                Escaped(words.get("thoughts"))
            )?;
            formatted::write(thoughts, to)?;
            writeln!(to, "</div></details>")?;
        }
        match role {
            Role::Assistant => {
                write!(to, "<div class=\"formatted\">")?;
                formatted::write(text, to)?;
            }
            // What somebody typed stays as it was typed.
            Role::User | Role::System => write!(to, "<div class=\"text\">{}", Escaped(text))?,
        }
        writeln!(to, "</div></div>")?;
        let facts = answer_facts(message, words);
        if !facts.is_empty() {
            writeln!(to, "<p class=\"facts\">{}</p>", Escaped(&facts))?;
        }
        writeln!(to, "</article>")?;
    }
    Ok(())
}

fn fold(label: &str, text: &str, to: &mut dyn Write) -> io::Result<()> {
    writeln!(
        to,
        "<details><summary>{}</summary><div class=\"text\">{}</div></details>",
        Escaped(label),
        Escaped(text)
    )
}

fn answer_facts(message: &Message, words: &Words) -> String {
    let mut facts = Vec::new();
    if let Some(answer) = &message.answer {
        if let Some(count) = answer.completion_tokens {
            facts.push(words.with("tokens", &[("count", &count.to_string())]));
            // The first token's time is the prompt's.
            let seconds = answer.decode_ms.unwrap_or(0.0) / 1000.0;
            if seconds > 0.0 && count > 1 {
                let speed = format!("{:.1}", (count - 1) as f32 / seconds);
                facts.push(words.with("speed", &[("speed", &speed)]));
            }
        }
        match answer.stop_reason {
            None | Some(StopReason::EndToken) => {}
            Some(reason) => facts.push(words.get(&format!("stop_{}", reason.name())).to_owned()),
        }
    }
    if message.status == Some(Status::Interrupted) {
        facts.push(words.get("interrupted").to_owned());
    }
    facts.join(" · ")
}

/// What the page's program gets of an answer. Tokens and candidates are arrays, in the order that `page.js` names.
#[derive(Serialize)]
struct Answer<'a> {
    /// Which message it is.
    at: usize,
    tokens: Vec<TokenRow<'a>>,
    /// What the text has behind its last token.
    tail: &'a str,
}

type TokenRow<'a> = (
    u32,
    &'a str,
    &'a str,
    Chance,
    Chance,
    u32,
    Chance,
    &'static str,
    bool,
    Vec<(u32, &'a str, Chance, Chance, u32, &'static str)>,
    (Chance, Chance, u32),
);

/// Null where it is no number; otherwise with the digits that are seen.
struct Chance(f32);

impl Serialize for Chance {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.is_finite() {
            // Seven digits behind the point show every chance that a percentage with four does.
            true => serializer.serialize_f64((f64::from(self.0) * 1e7).round() / 1e7),
            false => serializer.serialize_none(),
        }
    }
}

impl<'a> Answer<'a> {
    fn of(at: usize, message: &'a Message) -> Self {
        let told: String = message.tokens.iter().map(|token| token.text.as_str()).collect();
        let tail = message.text.strip_prefix(told.as_str()).unwrap_or_default();
        Self { at, tokens: message.tokens.iter().map(row).collect(), tail }
    }
}

fn row(token: &Token) -> TokenRow<'_> {
    let others = token.alternatives.iter().map(|one| {
        let Alternative { id, bytes, probability, settings_probability, rank, cut } = one;
        let cut = cut.map_or("", Named::name);
        (*id, bytes.as_str(), Chance(*probability), Chance(*settings_probability), *rank, cut)
    });
    (
        token.id,
        &token.text,
        &token.bytes,
        Chance(token.probability),
        Chance(token.settings_probability),
        token.rank,
        Chance(token.entropy),
        token.origin.map_or("", Named::name),
        token.special,
        others.collect(),
        (Chance(token.rest.probability), Chance(token.rest.settings_probability), token.rest.count),
    )
}

/// JSON that ends no script and begins no comment.
fn write_json(value: &impl Serialize, to: &mut dyn Write) -> io::Result<()> {
    let text = serde_json::to_string(value)?;
    let mut rest = text.as_str();
    while let Some(at) = rest.find(['<', '>', '&', '\u{2028}', '\u{2029}']) {
        to.write_all(&rest.as_bytes()[..at])?;
        let character = rest[at..].chars().next().unwrap_or_default();
        write!(to, "\\u{:04x}", u32::from(character))?;
        rest = &rest[at + character.len_utf8()..];
    }
    to.write_all(rest.as_bytes())
}

/// A text in HTML: in an element or in an attribute in quotation marks. Characters that no page may have become
/// replacement characters.
struct Escaped<'a>(&'a str);

impl std::fmt::Display for Escaped<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter) -> std::fmt::Result {
        use std::fmt::Write as _;
        for character in self.0.chars() {
            match character {
                '&' => formatter.write_str("&amp;")?,
                '<' => formatter.write_str("&lt;")?,
                '>' => formatter.write_str("&gt;")?,
                '"' => formatter.write_str("&quot;")?,
                '\'' => formatter.write_str("&#39;")?,
                '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}' => {
                    formatter.write_char('\u{fffd}')?;
                }
                other => formatter.write_char(other)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_are_as_policies_have_them() {
        // The sum of nothing, as every list of test vectors has it.
        assert_eq!(sum_of(""), "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
    }

    #[test]
    fn every_place_of_the_page_is_filled() {
        let mut page = Vec::new();
        write(&Conversation::default(), Language::English, &mut page).expect("memory");
        assert!(!String::from_utf8(page).expect("UTF-8").contains("{{"));
    }
}
