//! What the user set, as JSON by key. Every member of [`Settings`] has a key of its own, so that
//! one that this version can't read costs that one and not all.

use rusqlite::{Connection, OptionalExtension};
use serde::de::DeserializeOwned;
use serde::Serialize;

use super::stored::{settings_from, settings_to};
use super::{from_json, text_of, to_json};
use crate::contract::Settings;
use crate::error::Error;

/// The value under a key.
pub fn get<T: DeserializeOwned>(connection: &Connection, key: &str) -> Result<Option<T>, Error> {
    let text: Option<String> = connection
        .prepare_cached("SELECT value FROM settings WHERE key = ?1")?
        .query_row([key], |row| row.get(0))
        .optional()?;
    text.map(|text| from_json("setting", &text)).transpose()
}

/// Sets the value under a key.
pub fn put(connection: &Connection, key: &str, value: &impl Serialize) -> Result<(), Error> {
    put_text(connection, key, &to_json("setting", value)?)
}

/// Takes away what was set under a key.
pub fn forget(connection: &Connection, key: &str) -> Result<(), Error> {
    connection.prepare_cached("DELETE FROM settings WHERE key = ?1")?.execute([key])?;
    Ok(())
}

/// All settings; the default for what was never set or can't be read.
pub fn load(connection: &Connection) -> Result<Settings, Error> {
    let mut query = connection.prepare_cached("SELECT key, value FROM settings")?;
    let rows = query.query_map([], |row| Ok((text_of(row, 0)?, text_of(row, 1)?)))?;
    Ok(settings_from(rows.collect::<Result<Vec<_>, _>>()?))
}

/// Saves all settings.
pub fn save(connection: &mut Connection, settings: &Settings) -> Result<(), Error> {
    let transaction = connection.transaction()?;
    for (key, text) in settings_to(settings)? {
        put_text(&transaction, &key, &text)?;
    }
    Ok(transaction.commit()?)
}

fn put_text(connection: &Connection, key: &str, text: &str) -> Result<(), Error> {
    connection
        .prepare_cached(
            "INSERT INTO settings (key, value) VALUES (?1, ?2)
             ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        )?
        .execute((key, text))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{DefaultContext, Language, Motion, Theme, Threads, TourPlace, Zoom};
    use crate::history::open;

    #[test]
    fn settings_come_back_and_an_unreadable_part_costs_only_itself() {
        let mut connection = open::in_memory();
        assert_eq!(load(&connection).expect("defaults"), Settings::default());
        let mut settings =
            Settings { language: Language::Chinese, theme: Theme::Dark, ..Settings::default() };
        settings.turn.system_prompt = "你是老师".into();
        settings.turn.sampling.seed = Some(7);
        save(&mut connection, &settings).expect("saved");
        assert_eq!(load(&connection).expect("saved before"), settings);

        put(&connection, "theme", &"neon").expect("saved");
        let expected = Settings { theme: Theme::System, ..settings };
        assert_eq!(load(&connection).expect("the rest"), expected);
    }

    #[test]
    fn what_can_not_be_read_costs_no_more_than_itself_at_any_depth() {
        let connection = open::in_memory();
        let sampling = serde_json::json!({
            "temperature": 1.25, "top_p": "most", "logit_bias": [[7, null], [8, -2.5]], "mirostat": 2
        });
        let turn = serde_json::json!({ "system_prompt": "你是老师", "max_tokens": -1, "sampling": sampling });
        put(&connection, "turn", &turn).expect("saved");
        put(&connection, "lens_open", &false).expect("saved");
        put_text(&connection, "token_numbers", "tru").expect("saved");
        let read = load(&connection).expect("the rest");
        assert_eq!((read.lens_open, read.token_numbers), (false, false));
        assert_eq!((read.turn.system_prompt.as_str(), read.turn.max_tokens), ("你是老师", 1024));
        let sampling = read.turn.sampling;
        assert_eq!((sampling.temperature, sampling.top_p), (1.25, 0.95));
        assert_eq!(sampling.logit_bias, [(7, f32::NEG_INFINITY), (8, -2.5)]);
    }

    #[test]
    fn settings_of_an_older_version_get_defaults_for_what_is_new() {
        let connection = open::in_memory();
        put(&connection, "turn", &serde_json::json!({ "max_tokens": 5 })).expect("saved");
        let turn = load(&connection).expect("readable").turn;
        assert_eq!((turn.max_tokens, turn.sampling.top_p), (5, 0.95));
    }

    #[test]
    fn a_stored_number_out_of_bounds_is_the_nearest_and_an_unknown_member_costs_nothing() {
        let connection = open::in_memory();
        for (key, text) in [
            ("zoom", "4000"),
            ("threads", "-3"),
            ("context_length", "1e300"),
            ("motion", "\"dance\""),
            ("tour", "\"encore\""),
            ("weather", "{\"sun\":true}"),
        ] {
            put_text(&connection, key, text).expect("saved");
        }
        let read = load(&connection).expect("readable");
        assert_eq!((u16::from(read.zoom), read.threads.map(u16::from)), (200, Some(1)));
        assert_eq!(read.context_length.map(u32::from), Some(1_048_576));
        assert_eq!((read.motion, read.tour), (Motion::System, TourPlace::Offered));
        put_text(&connection, "threads", "[2]").expect("saved");
        put_text(&connection, "context_length", "null").expect("saved");
        let read = load(&connection).expect("readable");
        assert_eq!((read.threads, read.context_length, u16::from(read.zoom)), (None, None, 200));
    }

    #[test]
    fn every_setting_comes_back() {
        let mut connection = open::in_memory();
        let set = Settings {
            language_asked: true,
            zoom: Zoom::from(175.0),
            motion: Motion::Reduced,
            threads: Some(Threads::from(6.0)),
            context_length: Some(DefaultContext::from(16_384.0)),
            sidebar_open: false,
            tour: TourPlace::WhatIf,
            ..Settings::default()
        };
        save(&mut connection, &set).expect("saved");
        assert_eq!(load(&connection).expect("saved before"), set);
    }
}
