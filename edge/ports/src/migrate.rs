//! Bringing a shard's schema up to date.

use crate::{Sql, SqlError, Statement, Value};

/// One step of the schema. Steps are applied in order, once, and never changed after they have
/// been released.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Counts from 1, without gaps.
    pub version: u32,
    /// The statements, parted by empty lines. Lines that begin with `--` are comments.
    pub sql: &'static str,
}

impl Migration {
    /// The statements, one by one: a runtime may run only one in a call.
    pub fn statements(&self) -> impl Iterator<Item = &'static str> {
        let is_statement =
            |text: &&str| text.lines().any(|line| !line.trim_start().starts_with("--"));
        self.sql.split("\n\n").map(str::trim).filter(|text| !text.is_empty()).filter(is_statement)
    }
}

const CREATE: &str = "CREATE TABLE IF NOT EXISTS schema_version \
                      (version INTEGER PRIMARY KEY CHECK (version > 0)) STRICT";
const READ: &str = "SELECT coalesce(max(version), 0) FROM schema_version";
const MARK: &str = "INSERT INTO schema_version (version) VALUES (?1)";

/// Applies the migrations that a shard does not have yet.
///
/// Several instances may do so at once: each step begins by writing its version, so that the
/// second to come finds it taken, and looks again.
///
/// # Errors
/// [`SqlError`] when a step could not be applied; the steps before it stay.
pub async fn migrate(sql: &impl Sql, migrations: &[Migration]) -> Result<(), SqlError> {
    sql.query(Statement::new(CREATE, [])).await?;
    let read = || async {
        let rows = sql.query(Statement::new(READ, [])).await?;
        rows.first().map_or(Ok(0), |row| row.int(0))
    };
    let mut version = read().await?;
    for migration in migrations {
        if version >= i64::from(migration.version) {
            continue;
        }
        let mark = Statement::new(MARK, [Value::from(migration.version)]);
        let steps = migration.statements().map(|step| Statement::new(step, []));
        let outcome = sql.batch([mark].into_iter().chain(steps).collect()).await;
        if let Err(error) = outcome {
            version = read().await?;
            if version < i64::from(migration.version) {
                return Err(error);
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_are_parted_by_empty_lines() {
        let migration = Migration {
            version: 1,
            sql: "-- What this is.\n\nCREATE TABLE a (\n  b TEXT\n);\n\n-- Why.\nCREATE TRIGGER t BEGIN\n  SELECT 1;\nEND;\n",
        };
        let statements: Vec<_> = migration.statements().collect();
        assert_eq!(statements.len(), 2);
        assert!(statements[0].starts_with("CREATE TABLE"));
        assert!(statements[1].ends_with("END;"));
    }
}
