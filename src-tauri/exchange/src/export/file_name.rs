//! Names of files from titles.

/// A name for the file of a conversation, without extension, that every system takes: of the title, at most 80
/// characters; `conversation` where nothing is left.
pub fn file_stem(title: &str) -> String {
    let kept: String = title
        .chars()
        .map(|character| match character {
            '/' | '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|' => ' ',
            other if other.is_control() || ('\u{200b}'..='\u{202e}').contains(&other) => ' ',
            other => other,
        })
        .collect();
    let words: Vec<&str> = kept.split_whitespace().collect();
    let mut stem = String::new();
    for character in words.join(" ").trim_start_matches(['.', ' ']).chars().take(80) {
        // Names have 255 bytes at most, the extension and a number among them.
        if stem.len() + character.len_utf8() > 200 {
            break;
        }
        stem.push(character);
    }
    let stem = stem.trim_end_matches([' ', '.']).to_owned();
    let upper = stem.split('.').next().unwrap_or_default().trim().to_ascii_uppercase();
    let numbered = |name: &str| {
        upper.strip_prefix(name).is_some_and(|rest| rest.len() == 1 && ("1"..="9").contains(&rest))
    };
    let device =
        matches!(upper.as_str(), "CON" | "PRN" | "AUX" | "NUL") || numbered("COM") || numbered("LPT");
    match () {
        () if stem.is_empty() => "conversation".into(),
        // Windows takes these for devices.
        () if device => format!("_{stem}"),
        () => stem,
    }
}

#[cfg(test)]
mod tests {
    use super::file_stem;

    #[test]
    fn titles_become_names_that_every_system_takes() {
        assert_eq!(file_stem("为什么 a/b: \"c\"?"), "为什么 a b c");
        assert_eq!(file_stem("../../etc/passwd"), "etc passwd");
        assert_eq!(file_stem(" .. "), "conversation");
        assert_eq!(file_stem("con.txt"), "_con.txt");
        assert_eq!(file_stem("console"), "console");
        assert!(file_stem(&"很".repeat(300)).len() <= 200);
    }
}
