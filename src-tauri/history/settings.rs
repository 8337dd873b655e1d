//! What the user set, as JSON by key. Every member of [`Settings`] has a key of its own, so that
//! one that this version can't read costs that one and not all.

use rusqlite::{Connection, OptionalExtension};
use serde::de::DeserializeOwned;
use serde::Serialize;
use serde_json::{Map, Value};

use super::{from_json, to_json};
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
    connection
        .prepare_cached(
            "INSERT INTO settings (key, value) VALUES (?1, ?2)
             ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        )?
        .execute((key, to_json("setting", value)?))?;
    Ok(())
}

/// All settings; the default for what was never set or can't be read.
pub fn load(connection: &Connection) -> Result<Settings, Error> {
    let mut query = connection.prepare_cached("SELECT key, value FROM settings")?;
    let mut rows = query.query([])?;
    let (mut settings, mut members) = (Settings::default(), Map::new());
    while let Some(row) = rows.next()? {
        let (key, text): (String, String) = (row.get(0)?, row.get(1)?);
        let mut with_this = members.clone();
        let understood = serde_json::from_str(&text).and_then(|value: Value| {
            with_this.insert(key.clone(), value);
            serde_json::from_value(Value::Object(with_this.clone()))
        });
        match understood {
            Ok(understood) => (settings, members) = (understood, with_this),
            Err(error) => tracing::warn!(key, %error, "a setting goes back to its default"),
        }
    }
    Ok(settings)
}

/// Saves all settings.
pub fn save(connection: &mut Connection, settings: &Settings) -> Result<(), Error> {
    let members: Map<String, Value> = from_json("settings", &to_json("settings", settings)?)?;
    let transaction = connection.transaction()?;
    for (key, value) in &members {
        put(&transaction, key, value)?;
    }
    Ok(transaction.commit()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::{Language, Theme};
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
    fn settings_of_an_older_version_get_defaults_for_what_is_new() {
        let connection = open::in_memory();
        put(&connection, "turn", &serde_json::json!({ "max_tokens": 5 })).expect("saved");
        let turn = load(&connection).expect("readable").turn;
        assert_eq!((turn.max_tokens, turn.sampling.top_p), (5, 0.95));
    }
}
