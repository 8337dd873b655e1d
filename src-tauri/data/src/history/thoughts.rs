//! Reasoning models write their thoughts into the answer, between marks of their own, and only at its beginning. The
//! window tells them apart in the same way (`ui/src/components/markdown/thinking.ts`).

/// Opening and closing mark.
const MARKS: [(&str, &str); 3] =
    [("<think>", "</think>"), ("<thinking>", "</thinking>"), ("[THINK]", "[/THINK]")];

/// Thoughts, if there are any, and the answer itself.
pub fn split(text: &str) -> (Option<&str>, &str) {
    let begins = text.trim_start();
    for (open, close) in MARKS {
        if let Some(thoughts) = begins.strip_prefix(open) {
            return match thoughts.split_once(close) {
                Some((thoughts, answer)) => (Some(thoughts.trim()), answer.trim_start()),
                // They have no end: there is no answer yet.
                None => (Some(thoughts.trim()), ""),
            };
        }
    }
    // Some templates write the opening mark into the prompt: then only the closing one is the model's, alone in its line.
    for (_, close) in MARKS {
        if let Some((before, after)) = text.split_once(close) {
            let blank_before = before.rsplit('\n').next().is_none_or(|line| line.trim().is_empty());
            let blank_after = after.split('\n').next().is_none_or(|line| line.trim().is_empty());
            if blank_before && blank_after {
                return (Some(before.trim()), after.trim_start());
            }
        }
    }
    (None, text)
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn thoughts_are_told_apart_only_at_the_beginning() {
        assert_eq!(split("<think>\nhm\n</think>\n\nYes"), (Some("hm"), "Yes"));
        assert_eq!(split(" [THINK]a[/THINK]b"), (Some("a"), "b"));
        assert_eq!(split("<think>no end"), (Some("no end"), ""));
        assert_eq!(split("hm\n</think>\nYes"), (Some("hm"), "Yes"));
        assert_eq!(split("The mark </think> ends it"), (None, "The mark </think> ends it"));
        assert_eq!(split("Say <think>x</think>"), (None, "Say <think>x</think>"));
        assert_eq!(split(""), (None, ""));
    }
}
