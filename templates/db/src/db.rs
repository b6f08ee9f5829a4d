//! The database: SQLite in a file, or Postgres, as `DATABASE_URL` says.
//!
//! sqlx's `Any` speaks to either, in the types that both have: numbers, text, bytes. Once you have settled on one, put
//! `sqlx::Sqlite` or `sqlx::Postgres` in its place, and all types of that one are yours.

use std::error::Error;
use std::fs::DirBuilder;
#[cfg(unix)]
use std::os::unix::fs::DirBuilderExt as _;
use std::path::Path;
use std::time::Duration;

use clerk_auth::env_files::Variables;
use clerk_auth::{Reply, StartError};
use http::StatusCode;
use sqlx::any::{AnyPoolOptions, install_default_drivers};
use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{Any, AnyConnection, Connection as _, SqlStr};

/// Connections to the database, shared by all handlers.
pub type Pool = sqlx::Pool<Any>;

/// Where the data is if nobody says. `mode=rwc` makes the file if it is not there.
const DEFAULT_URL: &str = "sqlite:data/app.db?mode=rwc";

/// Every change of the tables, in order. What a database has been through must stay as it is: the next change is a new
/// file, and a line here.
const MIGRATIONS: &[(i64, &str, &str)] =
    &[(1, "users", include_str!("../migrations/0001_users.sql"))];

/// The longest that a request waits for a connection, and the app, at its end, for those in use.
pub const PATIENCE: Duration = Duration::from_secs(3);

/// Opens the database that `DATABASE_URL` names, in the environment or in `.env`.
pub async fn open() -> Result<Pool, StartError> {
    let process = |name: &str| std::env::var(name).ok();
    let variables = Variables::read(Path::new("."), process).map_err(StartError::File)?;
    let url = variables.get("DATABASE_URL");
    let opened = connect(url.as_deref().unwrap_or(DEFAULT_URL)).await;
    opened.map_err(|error| {
        let help = "help: DATABASE_URL says which; a file of SQLite is made only with `?mode=rwc`";
        StartError::setup(format!("cannot open the database: {error}\n  {help}"))
    })
}

/// Connects, and brings the tables up to date.
pub async fn connect(url: &str) -> Result<Pool, Box<dyn Error + Send + Sync>> {
    install_default_drivers();
    let is_sqlite = url.starts_with("sqlite:");
    if is_sqlite {
        // SQLite makes files, and no folders.
        let options: SqliteConnectOptions = url.parse()?;
        let folder = options.get_filename().parent().unwrap_or(Path::new("."));
        // Nobody else on this machine is to read it.
        let mut made = DirBuilder::new();
        #[cfg(unix)]
        made.mode(0o700);
        let made = made.recursive(true).create(folder);
        made.map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    // Not by the pool, which would try again for a while, and then not say why it failed.
    let mut connection = AnyConnection::connect(url).await?;
    if is_sqlite {
        // Who reads need not wait for somebody who writes. The file remembers it.
        let wal = sqlx::query("PRAGMA journal_mode = WAL");
        wal.execute(&mut connection).await?;
    }
    migrator().run(&mut connection).await?;
    connection.close().await?;
    let options = AnyPoolOptions::new().acquire_timeout(PATIENCE);
    Ok(options.connect_lazy(url)?)
}

/// The answer while the database gives none.
pub fn unavailable(error: sqlx::Error) -> Reply {
    tracing::error!("the database: {error}");
    let body = r#"{"error":"Service Unavailable"}"#;
    Reply::json(StatusCode::SERVICE_UNAVAILABLE, body)
}

fn migrator() -> Migrator {
    let migrations = MIGRATIONS.iter().map(|&(version, name, sql)| {
        let sql = SqlStr::from_static(sql);
        Migration::new(version, name.into(), MigrationType::Simple, sql, false)
    });
    Migrator::with_migrations(migrations.collect())
}
