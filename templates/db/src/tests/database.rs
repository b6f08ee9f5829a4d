//! Databases for tests: SQLite in a file, or Postgres where `TEST_DATABASE_URL` names one.

use std::env;

use sqlx::any::{AnyPoolOptions, install_default_drivers};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _};
use tempfile::TempDir;

use crate::db::{self, Pool};

/// Fresh tables that no other test sees.
pub struct Database {
    pub pool: Pool,
    _folder: TempDir,
}

impl Database {
    /// `name` is that of the test.
    pub async fn of(name: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let url = match env::var("TEST_DATABASE_URL") {
            Ok(url) => schema(&url, name).await,
            Err(_) => format!("sqlite:{}?mode=rwc", folder.path().join("app.db").display()),
        };
        let pool = db::connect(&url).await.unwrap();
        let _folder = folder;
        Self { pool, _folder }
    }
}

/// A schema of this name in a Postgres, empty whatever an earlier run left in it.
async fn schema(url: &str, name: &str) -> String {
    install_default_drivers();
    let mut connection = sqlx::AnyConnection::connect(url).await.unwrap();
    let anew = format!("DROP SCHEMA IF EXISTS {name} CASCADE; CREATE SCHEMA {name}");
    let anew = sqlx::raw_sql(AssertSqlSafe(anew));
    connection.execute(anew).await.unwrap();
    let and = if url.contains('?') { '&' } else { '?' };
    format!("{url}{and}options[search_path]={name}")
}

/// A database for tests that need none: it is never opened.
pub fn untouched() -> Pool {
    install_default_drivers();
    let pool = AnyPoolOptions::new().connect_lazy("sqlite::memory:");
    pool.unwrap()
}
