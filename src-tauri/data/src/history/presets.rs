//! Sampling presets: three that come with the app, and the user's own.

use rusqlite::{params, Connection};
use vitrine_core::protocol::{ErrorKind, Sampling};

use super::stored::{turn_from, turn_to};
use super::text_of;
use crate::contract::{Preset, PresetKind, TurnSettings};
use crate::error::Error;

/// Ids of the user's own begin so; the number of the row follows.
const OWN: &str = "own:";

/// The three of the app first, then the user's own by name.
pub fn list(connection: &Connection) -> Result<Vec<Preset>, Error> {
    let mut presets = built_in();
    let mut query = connection.prepare_cached("SELECT id, name, settings FROM presets ORDER BY name, id")?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        presets.push(Preset {
            id: format!("{OWN}{}", row.get::<_, i64>(0)?),
            kind: PresetKind::Own,
            name: text_of(row, 1)?,
            settings: turn_from(&text_of(row, 2)?),
        });
    }
    Ok(presets)
}

/// A new one, or the user's own with this id changed.
pub fn save(
    connection: &Connection,
    id: Option<&str>,
    name: &str,
    settings: &TurnSettings,
) -> Result<(), Error> {
    let name = name.trim();
    if name.is_empty() {
        return Err(Error::refused(ErrorKind::InvalidParams, "a preset needs a name"));
    }
    let settings = turn_to(settings)?;
    let Some(id) = id else {
        connection.execute("INSERT INTO presets (name, settings) VALUES (?1, ?2)", [name, &settings])?;
        return Ok(());
    };
    let row = row_of(id)?;
    let sql = "UPDATE presets SET name = ?2, settings = ?3 WHERE id = ?1";
    changed(connection.execute(sql, params![row, name, settings])?, row)
}

/// Deletes one of the user's own.
pub fn delete(connection: &Connection, id: &str) -> Result<(), Error> {
    let row = row_of(id)?;
    changed(connection.execute("DELETE FROM presets WHERE id = ?1", [row])?, row)
}

fn built_in() -> Vec<Preset> {
    let base = TurnSettings::default();
    let preset = |id: &str, kind, sampling| Preset {
        id: id.into(),
        kind,
        name: String::new(),
        settings: TurnSettings { sampling, ..base.clone() },
    };
    let sampling = || base.sampling.clone();
    vec![
        preset("exact", PresetKind::Exact, Sampling { temperature: 0.0, top_p: 1.0, ..sampling() }),
        preset("balanced", PresetKind::Balanced, Sampling { temperature: 0.7, top_p: 0.95, ..sampling() }),
        preset(
            "creative",
            PresetKind::Creative,
            Sampling { temperature: 1.1, top_p: 1.0, min_p: 0.05, ..sampling() },
        ),
    ]
}

/// Those of the app can't be changed.
fn row_of(id: &str) -> Result<i64, Error> {
    let row = id.strip_prefix(OWN).and_then(|row| row.parse().ok());
    row.ok_or_else(|| Error::refused(ErrorKind::InvalidParams, format!("{id:?} is no preset of the user")))
}

fn changed(rows: usize, id: i64) -> Result<(), Error> {
    match rows {
        0 => Err(Error::NoSuchItem { what: "preset", id }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::open;

    fn names(connection: &Connection) -> Vec<String> {
        list(connection).expect("a list").into_iter().skip(3).map(|preset| preset.name).collect()
    }

    #[test]
    fn own_presets_come_after_those_of_the_app_and_can_be_changed_and_deleted() {
        let connection = open::in_memory();
        let first = list(&connection).expect("a list");
        assert_eq!(
            first.iter().map(|preset| preset.id.as_str()).collect::<Vec<_>>(),
            ["exact", "balanced", "creative"]
        );
        assert_eq!(first[0].settings.sampling.temperature, 0.0);
        let settings = TurnSettings { system_prompt: "像诗人一样".into(), ..TurnSettings::default() };
        save(&connection, None, " 诗人 ", &settings).expect("saved");
        save(&connection, None, "A", &TurnSettings::default()).expect("saved");
        assert_eq!(names(&connection), ["A", "诗人"]);
        let id = list(&connection).expect("a list")[4].id.clone();
        assert_eq!(list(&connection).expect("a list")[4].settings, settings);
        save(&connection, Some(&id), "Poet", &settings).expect("renamed");
        delete(&connection, &id).expect("deleted");
        assert_eq!(names(&connection), ["A"]);
        assert!(delete(&connection, &id).is_err());
        assert!(save(&connection, Some("exact"), "x", &settings).is_err());
        assert!(save(&connection, None, " ", &settings).is_err());
    }
}
