//! SQL: the SQLite or libSQL database of the region, in which all shards live.

use crate::MIGRATIONS;
use ports::{Row, Sql, SqlError, Statement, Value, migrate};
use spin_sdk::sqlite::{Connection, Error, Value as SpinValue};
use std::cell::{Cell, RefCell};

/// Most connections that an instance keeps for the next request.
const IDLE_MAX: usize = 8;

/// How a connection begins: readers do not wait for a writer, a commit is safe when the process
/// dies, and a writer waits for another one rather than failing. A database that is not a local
/// file may refuse these, and then has its own ways.
const SETUP: [&str; 3] =
    ["PRAGMA busy_timeout = 10000", "PRAGMA journal_mode = WAL", "PRAGMA synchronous = NORMAL"];

thread_local! {
    /// Connections that nobody uses. Each is used by one call at a time, since a transaction is a
    /// state of the connection.
    static IDLE: RefCell<Vec<Connection>> = const { RefCell::new(Vec::new()) };
    static IS_MIGRATED: Cell<bool> = const { Cell::new(false) };
}

/// The database.
pub struct Sqlite;

impl Sql for Sqlite {
    async fn query(&self, statement: Statement) -> Result<Vec<Row>, SqlError> {
        statement.check()?;
        let session = Session::begin().await?;
        let rows = session.query(statement).await;
        session.end();
        rows
    }

    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, SqlError> {
        statements.iter().try_for_each(Statement::check)?;
        let session = Session::begin().await?;
        let results = session.batch(statements).await;
        if !matches!(results, Err(SqlError::Unavailable(_))) {
            session.end();
        }
        results
    }
}

/// A connection for one call. It goes back to the idle ones only if the call ends cleanly: one
/// that is dropped in the middle may be in a transaction, which closing it rolls back.
struct Session(Connection);

impl Session {
    async fn begin() -> Result<Self, SqlError> {
        let idle = IDLE.with_borrow_mut(Vec::pop);
        let session = match idle {
            Some(connection) => Self(connection),
            None => Self::open().await?,
        };
        if !IS_MIGRATED.get() {
            migrate(&session, MIGRATIONS).await?;
            IS_MIGRATED.set(true);
        }
        Ok(session)
    }

    async fn open() -> Result<Self, SqlError> {
        let connection = Connection::open_default().await.map_err(|e| failed(&e))?;
        for pragma in SETUP {
            if let Ok(result) = connection.execute(pragma, []).await {
                let _ = result.collect().await;
            }
        }
        Ok(Self(connection))
    }

    fn end(self) {
        IDLE.with_borrow_mut(|idle| {
            if idle.len() < IDLE_MAX {
                idle.push(self.0);
            }
        });
    }
}

/// The connection as it is, whatever schema its database has.
impl Sql for Session {
    async fn query(&self, statement: Statement) -> Result<Vec<Row>, SqlError> {
        let params = statement.params.into_iter().map(to_spin);
        let result = self.0.execute(statement.sql, params).await.map_err(|e| failed(&e))?;
        // All rows are collected, always: rows that are left keep the connection locked.
        let rows = result.collect().await.map_err(|e| failed(&e))?;
        rows.into_iter()
            .map(|row| row.values.into_iter().map(from_spin).collect::<Result<_, _>>().map(Row))
            .collect()
    }

    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, SqlError> {
        let run = |sql| self.query(Statement::new(sql, []));
        run("BEGIN IMMEDIATE").await?;
        let mut results = Vec::with_capacity(statements.len());
        for statement in statements {
            match self.query(statement).await {
                Ok(rows) => results.push(rows),
                Err(error) => {
                    // SQLite may have rolled back by itself; then this is an error, and fine.
                    let _ = run("ROLLBACK").await;
                    return Err(error);
                }
            }
        }
        match run("COMMIT").await {
            Ok(_) => Ok(results),
            Err(error) => {
                let _ = run("ROLLBACK").await;
                Err(SqlError::Unavailable(error.to_string()))
            }
        }
    }
}

fn failed(error: &Error) -> SqlError {
    match error {
        Error::Io(message) if message.contains("locked") || message.contains("busy") => {
            SqlError::Unavailable(message.clone())
        }
        Error::Io(message) => SqlError::from_message(message),
        other => SqlError::Unavailable(format!("{other:?}")),
    }
}

fn to_spin(value: Value) -> SpinValue {
    match value {
        Value::Null => SpinValue::Null,
        Value::Integer(n) => SpinValue::Integer(n),
        Value::Text(text) => SpinValue::Text(text),
        Value::Blob(bytes) => SpinValue::Blob(bytes),
    }
}

fn from_spin(value: SpinValue) -> Result<Value, SqlError> {
    let value = match value {
        SpinValue::Null => Value::Null,
        SpinValue::Integer(n) => Value::Integer(n),
        SpinValue::Text(text) => Value::Text(text),
        SpinValue::Blob(bytes) => Value::Blob(bytes),
        SpinValue::Real(x) => {
            return Err(SqlError::Failed(format!("a float in a result: {x}")));
        }
    };
    value.check()?;
    Ok(value)
}
