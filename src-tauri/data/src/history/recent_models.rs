//! Models that were opened before: what the Models view offers first. The files themselves are
//! never touched; forgetting one forgets the row.

use rusqlite::{params, Connection, OptionalExtension};
use vitrine_core::protocol::{LoadOptions, ModelInfo};

use super::stored::{options_from, options_to};
use super::text_of;
use crate::contract::RecentModel;
use crate::error::Error;

/// Rows that are kept.
const MOST: u32 = 50;

/// Puts a model at the top of the list.
pub fn note(
    connection: &Connection,
    info: &ModelInfo,
    options: &LoadOptions,
    opened_at: i64,
) -> Result<(), Error> {
    connection.execute(
        "INSERT INTO recent_models (path, name, architecture, quantization, file_size, opened_at, options)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (path) DO UPDATE SET
             name = excluded.name, architecture = excluded.architecture,
             quantization = excluded.quantization, file_size = excluded.file_size,
             opened_at = excluded.opened_at, options = excluded.options",
        params![
            info.path,
            info.name,
            info.architecture,
            info.quantization,
            i64::try_from(info.file_size).unwrap_or(i64::MAX),
            opened_at,
            options_to(options)?
        ],
    )?;
    connection.execute(
        "DELETE FROM recent_models WHERE path NOT IN
             (SELECT path FROM recent_models ORDER BY opened_at DESC LIMIT ?1)",
        [MOST],
    )?;
    Ok(())
}

/// Newest first. `exists` is not known here and left `true`: looking at a disk that may be a
/// sleeping network share is not for the database thread.
pub fn list(connection: &Connection) -> Result<Vec<RecentModel>, Error> {
    let mut query = connection.prepare_cached(
        "SELECT path, name, architecture, quantization, file_size, opened_at, options
         FROM recent_models ORDER BY opened_at DESC, path",
    )?;
    let rows = query.query_map([], |row| {
        Ok(RecentModel {
            path: text_of(row, 0)?,
            name: text_of(row, 1)?,
            architecture: text_of(row, 2)?,
            quantization: text_of(row, 3)?,
            file_size: row.get::<_, i64>(4)?.unsigned_abs(),
            opened_at: row.get(5)?,
            exists: true,
            // Options of another version are no reason to lose the model.
            options: options_from(&text_of(row, 6)?),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How a model was loaded last.
pub fn options(connection: &Connection, path: &str) -> Result<Option<LoadOptions>, Error> {
    let stored: Option<String> = connection
        .prepare_cached("SELECT options FROM recent_models WHERE path = ?1")?
        .query_row([path], |row| text_of(row, 0))
        .optional()?;
    Ok(stored.map(|text| options_from(&text)))
}

/// Takes a model off the list.
pub fn forget(connection: &Connection, path: &str) -> Result<(), Error> {
    connection.execute("DELETE FROM recent_models WHERE path = ?1", [path])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::open;
    use crate::samples::loaded;

    fn model(path: &str) -> ModelInfo {
        ModelInfo { path: path.into(), ..loaded().info }
    }

    fn paths(connection: &Connection) -> Vec<String> {
        let models = list(connection).expect("a list");
        models.into_iter().map(|model| model.path).collect()
    }

    #[test]
    fn newest_first_each_once_and_forgotten_when_asked() {
        let connection = open::in_memory();
        for (path, time) in [("/a", 1), ("/模型/千问 小.gguf", 2), ("/a", 3)] {
            note(&connection, &model(path), &LoadOptions::default(), time).expect("noted");
        }
        assert_eq!(paths(&connection), ["/a", "/模型/千问 小.gguf"]);
        forget(&connection, "/a").expect("forgotten");
        assert_eq!(paths(&connection), ["/模型/千问 小.gguf"]);
    }

    #[test]
    fn how_a_model_was_loaded_is_remembered() {
        let connection = open::in_memory();
        let wide = LoadOptions { context_length: Some(32_768), ..LoadOptions::default() };
        note(&connection, &model("/a"), &wide, 1).expect("noted");
        assert_eq!(options(&connection, "/a").expect("readable"), Some(wide.clone()));
        assert_eq!(list(&connection).expect("a list")[0].options, wide);
        assert_eq!(options(&connection, "/b").expect("readable"), None);
    }

    #[test]
    fn the_list_does_not_grow_for_ever() {
        let connection = open::in_memory();
        for time in 0..60 {
            note(&connection, &model(&format!("/{time}")), &LoadOptions::default(), time).expect("noted");
        }
        let paths = paths(&connection);
        assert_eq!((paths.len(), paths[0].as_str()), (MOST as usize, "/59"));
    }
}
