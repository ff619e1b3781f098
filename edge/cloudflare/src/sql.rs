//! SQL: each shard is a Durable Object with a database of its own.

use crate::{glue, wire};
use js_sys::Uint8Array;
use ports::{Row, Shard, Sql, SqlError, Statement};
use wasm_bindgen::{JsCast, JsValue};

/// A shard, by its address.
pub struct DurableSql {
    namespace: Option<JsValue>,
    name: String,
    location_hint: &'static str,
    jurisdiction: &'static str,
}

impl DurableSql {
    /// The shard in a namespace.
    pub fn new(namespace: Option<JsValue>, shard: &Shard) -> Self {
        let region = shard.region();
        Self {
            namespace,
            name: shard.name(),
            location_hint: region.location_hint().unwrap_or_default(),
            jurisdiction: region.jurisdiction().unwrap_or_default(),
        }
    }

    async fn call(&self, statements: &[Statement]) -> Result<Vec<Vec<Row>>, SqlError> {
        statements.iter().try_for_each(Statement::check)?;
        let unreachable = |e: JsValue| SqlError::Unavailable(glue::message(&e));
        let namespace = self.namespace.as_ref();
        let namespace =
            namespace.ok_or_else(|| SqlError::Failed("no namespace is bound".into()))?;
        let stub = glue::shard_stub(namespace, &self.name, self.location_hint, self.jurisdiction);
        let stub = stub.map_err(unreachable)?;
        let request = Uint8Array::from(wire::write_call(statements)?.as_slice());
        let reply = glue::call_shard(&stub, request).await.map_err(unreachable)?;
        wire::read_reply(&Uint8Array::unchecked_from_js(reply).to_vec())
    }
}

impl Sql for DurableSql {
    async fn query(&self, statement: Statement) -> Result<Vec<Row>, SqlError> {
        let results = self.call(&[statement]).await?;
        Ok(results.into_iter().next().unwrap_or_default())
    }

    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, SqlError> {
        if statements.is_empty() {
            return Ok(Vec::new());
        }
        self.call(&statements).await
    }
}
