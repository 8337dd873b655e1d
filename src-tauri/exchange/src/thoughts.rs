//! Thoughts of an answer: at its beginning, between marks, as reasoning models write them and as the app shows them
//! folded. Importers bring those of other apps into this form; exporters tell them apart again.

/// Marks that models use.
const MARKS: [(&str, &str); 3] =
    [("<think>", "</think>"), ("<thinking>", "</thinking>"), ("[THINK]", "[/THINK]")];

/// Puts thoughts before an answer. Nothing is added where there are none.
pub fn join(thoughts: &str, answer: &str) -> String {
    let thoughts = thoughts.trim();
    if thoughts.is_empty() {
        return answer.to_owned();
    }
    // Marks that do not end within the thoughts.
    let fits = MARKS.iter().find(|(_, close)| !thoughts.contains(close));
    let (open, close) = fits.unwrap_or(&MARKS[0]);
    match answer.is_empty() {
        true => format!("{open}\n{thoughts}\n{close}"),
        false => format!("{open}\n{thoughts}\n{close}\n\n{answer}"),
    }
}

/// Tells thoughts and answer apart; `None` where there are no thoughts. Thoughts that have no end are all there is.
pub fn split(text: &str) -> (Option<&str>, &str) {
    let begun = text.trim_start();
    for (open, close) in MARKS {
        if let Some(rest) = begun.strip_prefix(open) {
            let Some((thoughts, answer)) = rest.split_once(close) else { return (Some(rest.trim()), "") };
            return (Some(thoughts.trim()), answer.trim_start());
        }
    }
    // Some templates write the opening mark into the prompt: then only the closing one is the model's, by itself in
    // its line.
    for (_, close) in MARKS {
        let Some((thoughts, answer)) = text.split_once(close) else { continue };
        let before = thoughts.rsplit('\n').next().unwrap_or_default();
        let after = answer.split('\n').next().unwrap_or_default();
        if before.trim().is_empty() && after.trim().is_empty() {
            return (Some(thoughts.trim()), answer.trim_start());
        }
    }
    (None, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_joined_is_split_again() {
        for (thoughts, answer) in [("a\nb", "c"), ("x </think> y", "z"), ("only", ""), ("", "answer")] {
            let text = join(thoughts, answer);
            assert_eq!(split(&text), (Some(thoughts).filter(|text| !text.is_empty()), answer), "{text}");
        }
    }

    #[test]
    fn marks_within_an_answer_are_text() {
        assert_eq!(split("Write <think> like this </think>."), (None, "Write <think> like this </think>."));
        assert_eq!(split("well\n</think>\n\nso"), (Some("well"), "so"));
        assert_eq!(split("<think>no end"), (Some("no end"), ""));
    }
}
