//! docs/export-format.md names what the code writes, all of it and nothing else.

use std::collections::BTreeSet;

use vitrine_exchange::document::{
    Answer, Attachment, Branch, Choice, Conversation, CutRule, Encoding, Failure, Message, Named, Origin,
    Prompt, PromptForm, Replaced, Role, Sampling, Segment, SegmentKind, Settings, Slot, Status, StopReason,
    Token, Vocabulary,
};

const PAGE: &str = include_str!("../../../docs/export-format.md");

/// The members of a type by name. One that is missing in the list does not compile.
macro_rules! members {
    ($type:ident { $($field:ident),+ $(,)? }) => {{
        #[allow(dead_code, reason = "it is compiled, not called")]
        fn all(value: &$type) {
            let $type { $($field: _),+ } = value;
        }
        // What is not known is kept, under any name.
        [$(stringify!($field)),+].into_iter().filter(|name| *name != "extra").collect::<BTreeSet<&str>>()
    }};
}

/// The text of a section.
fn section(name: &str) -> &'static str {
    let (_, rest) =
        PAGE.split_once(&format!("\n## {name}\n")).unwrap_or_else(|| panic!("a section on {name}"));
    rest.split_once("\n## ").map_or(rest, |(section, _)| section)
}

/// What stands between backticks.
fn quoted(text: &str) -> BTreeSet<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

/// What the first column of a section's table names.
fn table(name: &str) -> BTreeSet<&'static str> {
    let rows = section(name).lines().filter_map(|line| line.strip_prefix("| `"));
    rows.flat_map(|row| row.split_once("` |").map_or(row, |(names, _)| names).split("`, `")).collect()
}

/// Does the text name it, alone or within a form that is written out?
fn names(text: &str, name: &str) -> bool {
    quoted(text).iter().any(|code| {
        code.split(|letter: char| !(letter.is_ascii_alphanumeric() || letter == '_')).any(|word| word == name)
    })
}

#[test]
fn every_member_is_described_and_every_description_is_of_a_member() {
    for (section, members) in [
        (
            "Conversation",
            members!(Conversation {
                uid,
                title,
                title_given,
                created_at,
                updated_at,
                folder,
                starred,
                pinned,
                archived,
                settings,
                active,
                messages,
                vocabularies,
                extra,
            }),
        ),
        (
            "Message",
            members!(Message {
                uid,
                parent,
                role,
                text,
                status,
                created_at,
                pinned,
                copied,
                attachments,
                answer,
                prompt,
                tokens,
                extra,
            }),
        ),
        (
            "Answer",
            members!(Answer {
                model_name,
                model_fingerprint,
                settings,
                seed,
                stop_reason,
                prompt_tokens,
                completion_tokens,
                first_token_ms,
                decode_ms,
                prompt_form,
                template_fallback,
                branch,
                left_out,
                prefill_tokens,
                compare,
                slot,
                error,
                extra,
            }),
        ),
        (
            "Token",
            members!(Token {
                position,
                id,
                bytes,
                text,
                probability,
                settings_probability,
                rank,
                entropy,
                alternatives,
                rest,
                origin,
                special,
                micros,
            }),
        ),
    ] {
        assert_eq!(table(section), members, "{section}");
    }
}

#[test]
fn members_of_members_are_described_where_they_stand() {
    for (place, members) in [
        ("Message", members!(Attachment { name, bytes, encoding, tokens, text })),
        ("Conversation", members!(Vocabulary { model_fingerprint, pieces })),
        ("Answer", members!(Branch { from, token_index, choice, replaced })),
        ("Answer", members!(Replaced { id, bytes, special, probability })),
        ("Answer", members!(Failure { code, detail, facts })),
        ("Settings", members!(Settings { system_prompt, sampling, max_tokens })),
        (
            "Settings",
            members!(Sampling {
                logit_bias,
                repetition_penalty,
                frequency_penalty,
                presence_penalty,
                penalty_window,
                temperature,
                top_k,
                top_p,
                min_p,
                seed,
            }),
        ),
        ("Prompt", members!(Prompt { model_fingerprint, form, ids, segments })),
        ("Prompt", members!(Segment { start, end, kind, message })),
    ] {
        let missing: Vec<_> = members.into_iter().filter(|name| !names(section(place), name)).collect();
        assert!(missing.is_empty(), "{place}: {missing:?}");
    }
}

fn all_named<T: Named>() -> impl Iterator<Item = &'static str> {
    T::ALL.iter().map(|value| value.name())
}

#[test]
fn every_name_that_a_member_may_have_is_listed() {
    let named = quoted(PAGE);
    let names = all_named::<Role>()
        .chain(all_named::<Status>())
        .chain(all_named::<StopReason>())
        .chain(all_named::<PromptForm>())
        .chain(all_named::<SegmentKind>())
        .chain(all_named::<Encoding>())
        .chain(all_named::<Origin>())
        .chain(all_named::<CutRule>())
        .chain(all_named::<Slot>());
    let missing: Vec<_> = names.filter(|name| !named.contains(name)).collect();
    assert!(missing.is_empty(), "{missing:?}");
    let choices =
        [Choice::Token { id: 1 }, Choice::Text { text: "a".into() }, Choice::RefuseEnd, Choice::Open];
    for choice in choices {
        let form = serde_json::to_value(choice).expect("JSON");
        let kind = form["kind"].as_str().expect("a kind").to_owned();
        assert!(PAGE.contains(&format!("\"kind\":\"{kind}\"")), "{kind}");
    }
}
