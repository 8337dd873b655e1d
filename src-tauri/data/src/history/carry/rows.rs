//! Rows of either database: taken by name of their columns, with values as they stand.

use std::collections::HashSet;

use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use rusqlite::{params_from_iter, Connection, OptionalExtension, Row};

use super::{Carrier, Ids, FIRST_IN_MEMORY};
use crate::error::Error;

impl Carrier<'_> {
    /// The id that a new row gets, where it may have the one of the source.
    pub(super) fn free(&self, table: &str, id: i64) -> Result<Option<i64>, Error> {
        if self.ids == Ids::Same {
            return Ok(Some(id));
        }
        if !(1..FIRST_IN_MEMORY).contains(&id) {
            return Ok(None);
        }
        let sql = format!("SELECT 1 FROM {table} WHERE id = ?1");
        let taken = self.target.prepare_cached(&sql)?.query_row([id], |_| Ok(())).optional()?;
        Ok(taken.is_none().then_some(id))
    }

    /// Columns that both sides have, but for these.
    pub(super) fn shared(&mut self, table: &'static str, but: &[&str]) -> Result<Vec<String>, Error> {
        if let Some(known) = self.columns.get(table) {
            return Ok(known.clone());
        }
        let here: HashSet<String> = columns_of(self.target, table)?.into_iter().collect();
        let mut columns = columns_of(self.source, table)?;
        columns.retain(|column| here.contains(column) && !but.contains(&column.as_str()));
        self.columns.insert(table, columns.clone());
        Ok(columns)
    }

    pub(super) fn insert(
        &self,
        table: &str,
        columns: &[String],
        from: i64,
        id: Option<i64>,
        own: &[(&str, &dyn ToSql)],
    ) -> Result<i64, Error> {
        let taken = self.row(table, columns, from)?;
        let names = ["id"].into_iter().chain(own.iter().map(|(name, _)| *name));
        let names: Vec<&str> = names.chain(columns.iter().map(String::as_str)).collect();
        let marks = vec!["?"; names.len()].join(", ");
        let sql = format!("INSERT INTO {table} ({}) VALUES ({marks})", names.join(", "));
        let mut values: Vec<&dyn ToSql> = vec![&id];
        values.extend(own.iter().map(|(_, value)| *value));
        values.extend(taken.iter().map(|value| value as &dyn ToSql));
        self.target.prepare_cached(&sql)?.execute(values.as_slice())?;
        Ok(id.unwrap_or_else(|| self.target.last_insert_rowid()))
    }

    pub(super) fn update(&self, table: &str, columns: &[String], from: i64, to: i64) -> Result<(), Error> {
        let taken = self.row(table, columns, from)?;
        let sets: Vec<String> = columns.iter().map(|column| format!("{column} = ?")).collect();
        let sql = format!("UPDATE {table} SET {} WHERE id = ?", sets.join(", "));
        let values = taken.into_iter().chain([Raw::Integer(to)]);
        self.target.prepare_cached(&sql)?.execute(params_from_iter(values))?;
        Ok(())
    }

    pub(super) fn differs(&self, table: &str, columns: &[String], from: i64, to: i64) -> Result<bool, Error> {
        let mut query = self.target.prepare_cached(&select(table, columns))?;
        let here = query.query_row([to], |row| raw_row(row, columns.len()))?;
        Ok(here != self.row(table, columns, from)?)
    }

    pub(super) fn row(&self, table: &str, columns: &[String], id: i64) -> Result<Vec<Raw>, Error> {
        let mut query = self.source.prepare_cached(&select(table, columns))?;
        Ok(query.query_row([id], |row| raw_row(row, columns.len()))?)
    }
}

fn select(table: &str, columns: &[String]) -> String {
    format!("SELECT {} FROM {table} WHERE id = ?1", columns.join(", "))
}

/// The columns of a table, in their order.
pub fn columns_of(connection: &Connection, table: &str) -> Result<Vec<String>, Error> {
    let mut query = connection.prepare_cached("SELECT name FROM pragma_table_info(?1)")?;
    let names = query.query_map([table], |row| row.get(0))?.collect::<Result<_, _>>()?;
    Ok(names)
}

/// The id of the row with this uid.
pub fn id_of(connection: &Connection, table: &str, uid: &str) -> Result<Option<i64>, Error> {
    let sql = format!("SELECT id FROM {table} WHERE uid = ?1");
    Ok(connection.prepare_cached(&sql)?.query_row([uid], |row| row.get(0)).optional()?)
}

pub fn uid_of(connection: &Connection, table: &str, id: i64) -> Result<Option<String>, Error> {
    let sql = format!("SELECT uid FROM {table} WHERE id = ?1");
    Ok(connection.prepare_cached(&sql)?.query_row([id], |row| row.get(0)).optional()?)
}

pub fn bytes_of(row: &Row, column: usize) -> rusqlite::Result<Vec<u8>> {
    Ok(match row.get_ref(column)? {
        ValueRef::Text(bytes) | ValueRef::Blob(bytes) => bytes.to_vec(),
        _ => Vec::new(),
    })
}

/// A value as it stands, also where it is a text that is no UTF-8.
#[derive(Debug, Clone, PartialEq)]
pub enum Raw {
    Null,
    Integer(i64),
    Real(f64),
    Text(Vec<u8>),
    Blob(Vec<u8>),
}

impl Raw {
    pub fn of(row: &Row, column: usize) -> rusqlite::Result<Self> {
        Ok(match row.get_ref(column)? {
            ValueRef::Null => Self::Null,
            ValueRef::Integer(number) => Self::Integer(number),
            ValueRef::Real(number) => Self::Real(number),
            ValueRef::Text(bytes) => Self::Text(bytes.to_vec()),
            ValueRef::Blob(bytes) => Self::Blob(bytes.to_vec()),
        })
    }
}

/// The first values of a row.
pub fn raw_row(row: &Row, count: usize) -> rusqlite::Result<Vec<Raw>> {
    (0..count).map(|column| Raw::of(row, column)).collect()
}

impl ToSql for Raw {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Real(number) => ValueRef::Real(*number),
            Self::Text(bytes) => ValueRef::Text(bytes),
            Self::Blob(bytes) => ValueRef::Blob(bytes),
        }))
    }
}
