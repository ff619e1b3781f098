use kernel::{AccountId, Region, SAFE_INTEGER_MAX, TenantId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// SQL at an address: SQLite's dialect, one shard.
///
/// There is no interactive transaction. What must happen together is one [`Sql::batch`], and what
/// must never happen is a constraint of the schema.
pub trait Sql {
    /// Runs one statement and returns its rows.
    ///
    /// # Errors
    /// [`SqlError`]; the statement has then changed nothing.
    async fn query(&self, statement: Statement) -> Result<Vec<Row>, SqlError>;

    /// Runs statements in order, all of them or none, and returns the rows of each. No other
    /// statement on the shard runs in between.
    ///
    /// # Errors
    /// The [`SqlError`] of the first statement that failed; nothing of the batch has stayed. After
    /// [`SqlError::Unavailable`] it is not known whether the batch took place, so a batch that is
    /// sent again must be one that may be.
    async fn batch(&self, statements: Vec<Statement>) -> Result<Vec<Vec<Row>>, SqlError>;
}

/// Which database a statement is for.
///
/// On Cloudflare every shard is a Durable Object of its own. On Spin all shards are one database,
/// so every key of every table begins with the tenant and, where there is one, the account.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Shard {
    /// The tenants and their domains.
    Directory,
    /// What belongs to a tenant as a whole.
    Tenant {
        /// The tenant.
        tenant: TenantId,
        /// Where its data lives.
        region: Region,
    },
    /// What belongs to one account: its ledger, its people.
    Account {
        /// The tenant.
        tenant: TenantId,
        /// The account.
        account: AccountId,
        /// Where its data lives.
        region: Region,
    },
}

impl Shard {
    /// The shard's name, by which it is found again.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Directory => "directory".to_owned(),
            Self::Tenant { tenant, .. } => format!("tenant/{tenant}"),
            Self::Account { tenant, account, .. } => format!("account/{tenant}/{account}"),
        }
    }

    /// Where the shard's data lives.
    #[must_use]
    pub fn region(&self) -> Region {
        match self {
            Self::Directory => Region::Auto,
            Self::Tenant { region, .. } | Self::Account { region, .. } => *region,
        }
    }
}

/// One statement and its parameters.
///
/// The text is `'static`: statements are files of the application, and no text that was put
/// together at run time can become one.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// The statement, with `?1`, `?2`, … for its parameters.
    pub sql: &'static str,
    /// The parameters, in order.
    pub params: Vec<Value>,
}

impl Statement {
    /// A statement with its parameters.
    #[must_use]
    pub fn new<const N: usize>(sql: &'static str, params: [Value; N]) -> Self {
        Self { sql, params: params.into() }
    }

    /// Checks what every adapter must refuse before it sends a statement.
    ///
    /// # Errors
    /// [`SqlError::IntegerRange`] for an integer that JavaScript could not carry.
    pub fn check(&self) -> Result<(), SqlError> {
        self.params.iter().try_for_each(Value::check)
    }
}

/// A value in the database. There are no floats: Postern counts in whole units.
///
/// Durable Objects bind every number as a float, so an integer is one again only in a column that
/// says so. All tables are `STRICT`, and statements divide nothing but columns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// No value.
    Null,
    /// A whole number, at most [`SAFE_INTEGER_MAX`] away from zero.
    Integer(i64),
    /// Text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

impl Value {
    /// Checks that every runtime can carry the value.
    ///
    /// # Errors
    /// [`SqlError::IntegerRange`].
    pub fn check(&self) -> Result<(), SqlError> {
        match self {
            Self::Integer(n) if n.unsigned_abs() > SAFE_INTEGER_MAX.unsigned_abs() => {
                Err(SqlError::IntegerRange)
            }
            _ => Ok(()),
        }
    }
}

impl From<i64> for Value {
    fn from(n: i64) -> Self {
        Self::Integer(n)
    }
}

impl From<u32> for Value {
    fn from(n: u32) -> Self {
        Self::Integer(n.into())
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Blob(bytes.to_vec())
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// One row of a result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row(pub Vec<Value>);

impl Row {
    fn shape(&self, column: usize, expected: &str) -> SqlError {
        SqlError::Failed(format!("column {column} is not {expected}: {:?}", self.0.get(column)))
    }

    /// The integer in a column.
    ///
    /// # Errors
    /// [`SqlError::Failed`] when there is none.
    pub fn int(&self, column: usize) -> Result<i64, SqlError> {
        match self.0.get(column) {
            Some(Value::Integer(n)) => Ok(*n),
            _ => Err(self.shape(column, "an integer")),
        }
    }

    /// The text in a column.
    ///
    /// # Errors
    /// [`SqlError::Failed`] when there is none.
    pub fn text(&self, column: usize) -> Result<&str, SqlError> {
        match self.0.get(column) {
            Some(Value::Text(text)) => Ok(text),
            _ => Err(self.shape(column, "a text")),
        }
    }

    /// The bytes in a column.
    ///
    /// # Errors
    /// [`SqlError::Failed`] when there are none.
    pub fn blob(&self, column: usize) -> Result<&[u8], SqlError> {
        match self.0.get(column) {
            Some(Value::Blob(bytes)) => Ok(bytes),
            _ => Err(self.shape(column, "a blob")),
        }
    }

    /// Whether a column is NULL.
    #[must_use]
    pub fn is_null(&self, column: usize) -> bool {
        matches!(self.0.get(column), Some(Value::Null))
    }

    /// The text in a column that may be NULL.
    ///
    /// # Errors
    /// [`SqlError::Failed`] when it is neither.
    pub fn opt_text(&self, column: usize) -> Result<Option<&str>, SqlError> {
        if self.is_null(column) { Ok(None) } else { self.text(column).map(Some) }
    }

    /// The integer in a column that may be NULL.
    ///
    /// # Errors
    /// [`SqlError::Failed`] when it is neither.
    pub fn opt_int(&self, column: usize) -> Result<Option<i64>, SqlError> {
        if self.is_null(column) { Ok(None) } else { self.int(column).map(Some) }
    }
}

/// Why a statement failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SqlError {
    /// A constraint of the schema forbids it. The name is that of a CHECK, the columns of a UNIQUE
    /// as SQLite lists them, or what a trigger raised behind `constraint: `.
    Constraint(String),
    /// An integer is further from zero than JavaScript can count.
    IntegerRange,
    /// The shard is out of reach. Whether the statement took place is not known.
    Unavailable(String),
    /// Anything else, which is a mistake of ours.
    Failed(String),
}

impl SqlError {
    /// Reads what SQLite says through any of the runtimes.
    ///
    /// SQLite writes `CHECK constraint failed: name` and `UNIQUE constraint failed: columns`;
    /// a trigger of ours raises `constraint: name`. Runtimes put their own words before or behind.
    #[must_use]
    pub fn from_message(message: &str) -> Self {
        let marked = ["CHECK constraint failed: ", "UNIQUE constraint failed: ", "constraint: "];
        let found = marked.iter().find_map(|mark| message.split_once(mark));
        let Some((_, rest)) = found else {
            return if message.contains("constraint failed") {
                Self::Constraint(message.to_owned())
            } else {
                Self::Failed(message.to_owned())
            };
        };
        let ends = |c: char| !(c.is_ascii_alphanumeric() || "_., ".contains(c));
        let name = rest.split(ends).next().unwrap_or_default();
        Self::Constraint(name.trim().to_owned())
    }

    /// Whether the named CHECK or trigger refused.
    #[must_use]
    pub fn is_constraint(&self, name: &str) -> bool {
        matches!(self, Self::Constraint(broken) if broken == name)
    }
}

impl fmt::Display for SqlError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Constraint(name) => write!(f, "constraint: {name}"),
            Self::IntegerRange => f.write_str("an integer is beyond 2^53 - 1"),
            Self::Unavailable(cause) => write!(f, "the shard is out of reach: {cause}"),
            Self::Failed(cause) => write!(f, "the statement failed: {cause}"),
        }
    }
}

impl std::error::Error for SqlError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_are_recognised_through_every_runtimes_words() {
        for (message, name) in [
            ("CHECK constraint failed: no_overdraft", "no_overdraft"),
            ("Error: CHECK constraint failed: no_overdraft: SQLITE_CONSTRAINT", "no_overdraft"),
            ("UNIQUE constraint failed: t.a, t.b: SQLITE_CONSTRAINT (extended: X)", "t.a, t.b"),
            ("constraint: hold_unknown: SQLITE_CONSTRAINT", "hold_unknown"),
            ("I/O error: constraint: hold_unknown", "hold_unknown"),
        ] {
            assert!(SqlError::from_message(message).is_constraint(name), "{message}");
        }
        let other = SqlError::from_message("NOT NULL constraint failed: t.a");
        assert!(matches!(other, SqlError::Constraint(_)));
        assert!(matches!(SqlError::from_message("no such table: t"), SqlError::Failed(_)));
    }

    #[test]
    fn integers_stay_where_javascript_can_count() {
        for n in [0, SAFE_INTEGER_MAX, -SAFE_INTEGER_MAX] {
            assert_eq!(Value::Integer(n).check(), Ok(()));
        }
        for n in [SAFE_INTEGER_MAX + 1, -SAFE_INTEGER_MAX - 1, i64::MAX, i64::MIN] {
            assert_eq!(Value::Integer(n).check(), Err(SqlError::IntegerRange));
        }
    }

    #[test]
    fn a_shards_name_holds_its_tenant() {
        let tenant: TenantId = "ten_a".parse().unwrap();
        let region = Region::Auto;
        let account =
            Shard::Account { tenant: tenant.clone(), account: "acc_b".parse().unwrap(), region };
        assert_eq!(account.name(), "account/ten_a/acc_b");
        assert_eq!(Shard::Tenant { tenant, region }.name(), "tenant/ten_a");
    }
}
