//! A title for a conversation that the user has not named: the beginning of the first question.

/// Characters that a title has at most, the ellipsis not counted.
const LONGEST: usize = 40;
/// A cut at a space is taken only where it leaves this many characters.
const SHORTEST: usize = 20;

/// One line, at most 40 characters, cut between words where there are any. Empty for blank text.
pub fn title_of(question: &str) -> String {
    let line = question.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let words: Vec<&str> = line.split_whitespace().collect();
    let line = words.join(" ");
    if line.chars().count() <= LONGEST {
        return line;
    }
    let head: String = line.chars().take(LONGEST + 1).collect();
    let cut = head.rfind(' ').filter(|&cut| head[..cut].chars().count() >= SHORTEST);
    let kept = match cut {
        Some(cut) => head[..cut].to_owned(),
        None => head.chars().take(LONGEST).collect(),
    };
    format!("{}…", kept.trim_end_matches([' ', ',', '，', '、', ';', '；', ':', '：']))
}

#[cfg(test)]
mod tests {
    use super::title_of;

    #[test]
    fn short_questions_stay_as_they_are() {
        assert_eq!(title_of("  为什么天是蓝的？\n请详细说"), "为什么天是蓝的？");
        assert_eq!(title_of("\n \n  What  is\tthis? "), "What is this?");
        assert_eq!(title_of(" \n "), "");
    }

    #[test]
    fn long_ones_are_cut_between_words_or_characters() {
        assert_eq!(
            title_of("Please explain to me how a transformer predicts the next token"),
            "Please explain to me how a transformer…"
        );
        assert_eq!(title_of(&"很".repeat(60)), format!("{}…", "很".repeat(40)));
        assert_eq!(title_of(&format!("Hi {}", "x".repeat(60))), format!("Hi {}…", "x".repeat(37)));
    }
}
