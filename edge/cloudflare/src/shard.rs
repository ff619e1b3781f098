//! The Durable Object behind each shard. It knows SQL and migrations, and no business.

use crate::{
    MIGRATIONS, glue,
    wire::{self, Incoming},
};
use js_sys::{Function, Reflect};
use ports::{Row, Sql, SqlError, Statement, Value, migrate};
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use worker::{
    DurableObject, Env, Request, Response, Result, SqlStorage, SqlStorageValue, State,
    durable_object,
};

/// One shard's database.
#[durable_object(fetch)]
pub struct Shard {
    database: Database,
    is_migrated: Cell<bool>,
}

impl DurableObject for Shard {
    fn new(state: State, _env: Env) -> Self {
        let storage = state.storage();
        let raw = AsRef::<JsValue>::as_ref(storage.as_raw()).clone();
        let database = Database { sql: storage.sql(), storage: raw };
        Self { database, is_migrated: Cell::new(false) }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let bytes = request.bytes().await?;
        let reply = self.answer(&bytes).await;
        Response::from_bytes(wire::write_reply(&reply))
    }
}

impl Shard {
    async fn answer(&self, bytes: &[u8]) -> std::result::Result<Vec<Vec<Row>>, SqlError> {
        let statements = wire::read_call(bytes)?;
        if !self.is_migrated.get() {
            // Nothing in here waits, so no other call gets in between.
            migrate(&self.database, MIGRATIONS).await?;
            self.is_migrated.set(true);
        }
        self.database.run(statements)
    }
}

/// The database, from inside its object.
#[derive(Clone)]
struct Database {
    sql: SqlStorage,
    /// `ctx.storage`, for `transactionSync`, which the `worker` crate does not offer.
    storage: JsValue,
}

impl Database {
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
