//! The Durable Object behind each shard. It knows SQL and migrations, and no business.
//!
//! Its class is a few lines of `entry.js`, which hand each call on to the functions here. Nothing
//! of an object is kept on this side between calls, and nothing waits: what SQLite does is done
//! when the call returns.

use crate::{
    MIGRATIONS, glue,
    wire::{self, Incoming},
};
use futures::FutureExt;
use js_sys::{Function, Reflect};
use ports::{Row, Sql, SqlError, Statement, Value, migrate};
use std::{cell::RefCell, rc::Rc};
use wasm_bindgen::{JsCast, JsValue, closure::Closure, prelude::wasm_bindgen};
use worker::{SqlStorage, SqlStorageValue, State, worker_sys::DurableObjectState};

/// Brings an object's schema up to date. Returns the reply for a call that finds it cannot be.
#[wasm_bindgen(js_name = migrateShard)]
pub fn migrate_shard(state: DurableObjectState) -> Option<Vec<u8>> {
    let database = Database::of(state);
    let waited = || Err(SqlError::Failed("a migration waited".into()));
    let outcome = migrate(&database, MIGRATIONS).now_or_never().unwrap_or_else(waited);
    outcome.err().map(|error| wire::write_reply(&Err(error)))
}

/// Runs the statements of a call, and returns its reply.
#[wasm_bindgen(js_name = runInShard)]
pub fn run_in_shard(state: DurableObjectState, statements: &[u8]) -> Vec<u8> {
    let statements = wire::read_call(statements);
    wire::write_reply(&statements.and_then(|statements| Database::of(state).run(statements)))
}

/// The database, from inside its object.
#[derive(Clone)]
struct Database {
    sql: SqlStorage,
    /// `ctx.storage`, for `transactionSync`, which the `worker` crate does not offer.
    storage: JsValue,
}

impl Database {
    fn of(state: DurableObjectState) -> Self {
        let storage = State::from(state).storage();
        let raw = AsRef::<JsValue>::as_ref(storage.as_raw()).clone();
        Self { sql: storage.sql(), storage: raw }
    }

    fn run(&self, statements: Vec<Incoming>) -> std::result::Result<Vec<Vec<Row>>, SqlError> {
        // A single statement is atomic by itself.
        if let [statement] = statements.as_slice() {
            return Ok(vec![self.execute(statement)?]);
        }
        let results = Rc::new(RefCell::new(Ok(Vec::with_capacity(statements.len()))));
        let (database, slot) = (self.clone(), results.clone());
        let work = move || -> std::result::Result<JsValue, JsValue> {
            let outcome = statements.iter().map(|s| database.execute(s));
            let outcome = outcome.collect::<std::result::Result<Vec<_>, _>>();
            let failed = outcome.is_err();
            *slot.borrow_mut() = outcome;
            // Throwing is what rolls back.
            if failed { Err(JsValue::from_str("rolled back")) } else { Ok(JsValue::UNDEFINED) }
        };
        let work = Closure::once_into_js(work);
        let transaction = Reflect::get(&self.storage, &"transactionSync".into())
            .and_then(|function| function.dyn_into::<Function>());
        let outcome = transaction.and_then(|function| function.call1(&self.storage, &work));
        let results = std::mem::replace(&mut *results.borrow_mut(), Ok(Vec::new()));
        match (results, outcome) {
            (Ok(_), Err(error)) => Err(SqlError::Unavailable(glue::message(&error))),
            (results, _) => results,
        }
    }

    fn execute(&self, statement: &Incoming) -> std::result::Result<Vec<Row>, SqlError> {
        let params: Vec<_> = statement.params.iter().map(to_storage).collect();
        let failed = |e: worker::Error| SqlError::from_message(&e.to_string());
        let cursor = self.sql.exec(&statement.sql, params).map_err(failed)?;
        let rows = cursor.raw().map(|row| {
            let values = row.map_err(failed)?.into_iter().map(from_storage);
            Ok(Row(values.collect::<std::result::Result<_, _>>()?))
        });
        rows.collect()
    }
}

/// The same database as the migrations see it.
impl Sql for Database {
    async fn query(&self, statement: Statement) -> std::result::Result<Vec<Row>, SqlError> {
        let results = self.batch(vec![statement]).await?;
        Ok(results.into_iter().next().unwrap_or_default())
    }

    async fn batch(
        &self,
        statements: Vec<Statement>,
    ) -> std::result::Result<Vec<Vec<Row>>, SqlError> {
        let statements = statements.into_iter();
        self.run(statements.map(|s| Incoming { sql: s.sql.to_owned(), params: s.params }).collect())
    }
}

fn to_storage(value: &Value) -> SqlStorageValue {
    match value {
        Value::Null => SqlStorageValue::Null,
        Value::Integer(n) => SqlStorageValue::Integer(*n),
        Value::Text(text) => SqlStorageValue::String(text.clone()),
        Value::Blob(bytes) => SqlStorageValue::Blob(bytes.clone()),
    }
}

fn from_storage(value: SqlStorageValue) -> std::result::Result<Value, SqlError> {
    Ok(match value {
        SqlStorageValue::Null => Value::Null,
        SqlStorageValue::Integer(n) => Value::Integer(n),
        SqlStorageValue::String(text) => Value::Text(text),
        SqlStorageValue::Blob(bytes) => Value::Blob(bytes),
        SqlStorageValue::Float(x) if x.fract() == 0.0 => return Err(SqlError::IntegerRange),
        other => return Err(SqlError::Failed(format!("a result that is no value: {other:?}"))),
    })
}
