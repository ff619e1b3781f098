use super::Layout;
use crate::{Migration, Row, Shard, Sql, SqlError, Statement, Value, migrate};
use rusqlite::{Connection, config::DbConfig, types::ValueRef};
use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    future::poll_fn,
    rc::Rc,
    sync::{Arc, LazyLock, Mutex},
    task::Poll,
};

/// Most statements that a connection keeps prepared: all that there are.
const STATEMENTS_MAX: usize = 500;

/// Databases that are empty but for their schema, by where its migrations are.
static SCHEMAS: LazyLock<Mutex<HashMap<usize, Arc<Vec<u8>>>>> = LazyLock::new(Mutex::default);

/// All databases of a host.
#[derive(Clone)]
pub(super) struct Databases {
    layout: Layout,
    migrations: &'static [Migration],
    open: Rc<RefCell<HashMap<String, Rc<RefCell<Connection>>>>>,
    down: Rc<Cell<bool>>,
    takes_turns: Rc<Cell<bool>>,
}

impl Databases {
    pub(super) fn new(layout: Layout, migrations: &'static [Migration]) -> Self {
        Self {
            layout,
            migrations,
            open: Rc::default(),
            down: Rc::default(),
            takes_turns: Rc::default(),
        }
    }

    pub(super) fn set_down(&self, down: bool) {
        self.down.set(down);
    }

    pub(super) fn set_takes_turns(&self, takes_turns: bool) {
        self.takes_turns.set(takes_turns);
    }

    pub(super) fn open(&self, shard: &Shard) -> MemorySql {
        let name = match self.layout {
            Layout::PerShard => shard.name(),
            Layout::Shared => String::new(),
        };
        MemorySql { name, databases: self.clone() }
    }

    /// The shard's connection; a shard that is new gets its schema first.
    async fn connect(&self, name: &str) -> Result<Rc<RefCell<Connection>>, SqlError> {
        if self.takes_turns.get() {
            others_first().await;
        }
        if self.down.get() {
            return Err(SqlError::Unavailable("put out of reach by the test".into()));
        }
        if let Some(connection) = self.open.borrow().get(name) {
            return Ok(connection.clone());
        }
        let mut connection = Connection::open_in_memory().map_err(failed)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
        // Otherwise a statement is prepared anew for each other value that is bound to it.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map_err(failed)?;
        // A schema takes as long to make as a test takes to run: it is made once, and copied.
        let made =
            SCHEMAS.lock().ok().and_then(|all| all.get(&self.migrations.as_ptr().addr()).cloned());
        if let Some(schema) = &made {
            let read = schema.as_slice();
            connection.deserialize_read_exact("main", read, schema.len(), false).map_err(failed)?;
        }
        let connection = Rc::new(RefCell::new(connection));
        migrate(&Raw(connection.clone()), self.migrations).await?;
        if made.is_none() {
            let schema = connection.borrow_mut().serialize("main").map_err(failed)?.to_vec();
            if let Ok(mut all) = SCHEMAS.lock() {
                all.insert(self.migrations.as_ptr().addr(), Arc::new(schema));
            }
        }
        self.open.borrow_mut().insert(name.to_owned(), connection.clone());
        Ok(connection)
    }
}

/// Lets everybody else who can get on do so.
async fn others_first() {
    let mut is_first = true;
    poll_fn(|context| {
        if !std::mem::take(&mut is_first) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// One shard.
pub struct MemorySql {
    name: String,
    databases: Databases,
}

impl Sql for MemorySql {
    async fn query(&self, statement: Statement) -> Result<Vec<Row>, SqlError> {
        Raw(self.databases.connect(&self.name).await?).query(statement).await
    }

    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, SqlError> {
        Raw(self.databases.connect(&self.name).await?).batch(statements).await
    }
}

/// A connection, whatever schema it has.
struct Raw(Rc<RefCell<Connection>>);

impl Sql for Raw {
    async fn query(&self, statement: Statement) -> Result<Vec<Row>, SqlError> {
        statement.check()?;
        execute(&self.0.borrow(), &statement)
    }

    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, SqlError> {
        statements.iter().try_for_each(Statement::check)?;
        let mut connection = self.0.borrow_mut();
        let transaction = connection.transaction().map_err(failed)?;
        let rows = statements.iter().map(|statement| execute(&transaction, statement));
        let rows = rows.collect::<Result<Vec<_>, _>>()?;
        transaction.commit().map_err(failed)?;
        Ok(rows)
    }
}

fn failed(error: rusqlite::Error) -> SqlError {
    SqlError::from_message(&error.to_string())
}

fn execute(connection: &Connection, statement: &Statement) -> Result<Vec<Row>, SqlError> {
    let mut prepared = connection.prepare_cached(statement.sql).map_err(failed)?;
    let columns = prepared.column_count();
    let params = statement.params.iter().map(|value| match value {
        Value::Null => rusqlite::types::Value::Null,
        Value::Integer(n) => (*n).into(),
        Value::Text(text) => text.clone().into(),
        Value::Blob(bytes) => bytes.clone().into(),
    });
    let mut found = prepared.query(rusqlite::params_from_iter(params)).map_err(failed)?;
    let mut rows = Vec::new();
    while let Some(row) = found.next().map_err(failed)? {
        let values = (0..columns).map(|column| read(row.get_ref(column).map_err(failed)?));
        rows.push(Row(values.collect::<Result<_, _>>()?));
    }
    Ok(rows)
}

fn read(value: ValueRef<'_>) -> Result<Value, SqlError> {
    let value = match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(n) => Value::Integer(n),
        ValueRef::Text(text) => Value::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Value::Blob(bytes.to_vec()),
        ValueRef::Real(x) => return Err(SqlError::Failed(format!("a float in a result: {x}"))),
    };
    value.check()?;
    Ok(value)
}
