//! How statements travel to a shard and rows travel back: [postcard](https://postcard.jamesmunns.com),
//! which is small, quick, and keeps integers, text and bytes apart.

use ports::{Row, SqlError, Statement, Value};
use serde::{Deserialize, Serialize};

/// A statement on its way. Unlike [`Statement`], its text is not the application's own any more.
#[derive(Deserialize)]
pub struct Incoming {
    /// The statement.
    pub sql: String,
    /// Its parameters.
    pub params: Vec<Value>,
}

#[derive(Serialize)]
struct Outgoing<'a> {
    sql: &'a str,
    params: &'a [Value],
}

fn failed(error: &postcard::Error) -> SqlError {
    SqlError::Failed(format!("on the way to the shard: {error}"))
}

/// Statements, as they are sent.
pub fn write_call(statements: &[Statement]) -> Result<Vec<u8>, SqlError> {
    let statements = statements.iter().map(|s| Outgoing { sql: s.sql, params: &s.params });
    postcard::to_stdvec(&statements.collect::<Vec<_>>()).map_err(|e| failed(&e))
}

/// Statements, as they arrive.
pub fn read_call(bytes: &[u8]) -> Result<Vec<Incoming>, SqlError> {
    postcard::from_bytes(bytes).map_err(|e| failed(&e))
}

/// Rows or an error, as they are sent back.
pub fn write_reply(reply: &Result<Vec<Vec<Row>>, SqlError>) -> Vec<u8> {
    postcard::to_stdvec(reply).unwrap_or_default()
}

/// Rows or an error, as they come back.
pub fn read_reply(bytes: &[u8]) -> Result<Vec<Vec<Row>>, SqlError> {
    postcard::from_bytes(bytes).unwrap_or_else(|e| Err(failed(&e)))
}
