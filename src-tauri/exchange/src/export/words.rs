//! The words of exported files, in both languages: headings, and what the page explains. A file goes without the app, so
//! these stand apart from the app's own.

use serde_json::Value;

use super::Language;

pub(super) struct Words {
    /// As they stand in the file, for the page's program.
    pub json: Value,
}

impl Words {
    pub fn of(language: Language) -> Self {
        let text = match language {
            Language::Chinese => include_str!("words/zh.json"),
            Language::English => include_str!("words/en.json"),
        };
        Self { json: serde_json::from_str(text).expect("the words are JSON: there is a test") }
    }

    /// # Panics
    /// For a word that is not there.
    pub fn get(&self, name: &str) -> &str {
        self.json[name].as_str().unwrap_or_else(|| panic!("no word for {name}"))
    }

    /// With each `{name}` replaced.
    pub fn with(&self, name: &str, values: &[(&str, &str)]) -> String {
        let mut text = self.get(name).to_owned();
        for (name, value) in values {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_say_everything() {
        let names = |language| {
            let words = Words::of(language).json;
            let words = words.as_object().expect("an object").clone();
            assert!(words.values().all(|word| word.as_str().is_some_and(|word| !word.is_empty())));
            words.keys().cloned().collect::<Vec<_>>()
        };
        assert_eq!(names(Language::Chinese), names(Language::English));
    }
}
