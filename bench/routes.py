"""`clerk-rs routes` of a program of 200 files, and the plan of `clerk-rs init` for it while it has no gate. Beside them
`rustfmt --check`, which has to read the same files."""

import os
import pathlib
import shutil
import textwrap

from measuring import BENCH, check, in_turn, install_ours, output, row, run_once

AREAS = 23
PARTS = ("handlers", "models", "queries", "service", "validation", "views", "jobs", "export")

MAIN = """
mod clerk;
{modules}
mod state;

use axum::Router;
use clerk_auth::axum::ClerkLayer;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {{
    let state = state::AppState::connect().await?;
    let kit = clerk::kit().from_env()?;
    let app = Router::new()
{merges}
        .with_state(state)
        .layer(ClerkLayer::new(&kit));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
    axum::serve(listener, app).await?;
    Ok(())
}}
"""

CLERK = """
use clerk_auth::kit::KitBuilder;
use clerk_auth::{Kit, Paths};

pub const PUBLIC_PATHS: &[&str] = &["/area00/:path*"];

pub fn kit() -> KitBuilder {
    Kit::builder().paths(Paths { public: PUBLIC_PATHS, ..Paths::PROTECTED })
}
"""

STATE = """
#[derive(Clone)]
pub struct AppState { pub pool: Pool }

#[derive(Clone, Default)]
pub struct Pool;

impl AppState {
    pub async fn connect() -> Result<Self, std::io::Error> { Ok(Self { pool: Pool }) }
}
"""

AREA = """
pub mod {modules};

use axum::Router;
use axum::routing::{{get, post}};

use crate::state::AppState;

pub fn routes() -> Router<AppState> {{
    Router::new().nest("/{area}", own())
}}

fn own() -> Router<AppState> {{
    Router::new()
{routes}
}}
"""

HANDLER = """
/// Shows what is known of number {n}, or all that fit the filter.
pub async fn show_{n}(
    State(state): State<AppState>,
    user: SignedIn,
    Path(id): Path<u64>,
    Query(filter): Query<Filter{n}>,
) -> Result<Json<Item{n}>, (StatusCode, String)> {{
    let limit = filter.limit.unwrap_or(50).min(100);
    let found = queries::find_{n}(&state.pool, id, limit)
        .await
        .map_err(|error| (StatusCode::INTERNAL_SERVER_ERROR, format!("{{error:?}}")))?;
    match found {{
        Some(item) if item.owner == user.user_id() => Ok(Json(item)),
        Some(item) => Err((StatusCode::FORBIDDEN, format!("{{}} is not yours", item.name))),
        None => Err((StatusCode::NOT_FOUND, "there is no such thing".to_owned())),
    }}
}}
"""

MODEL = """
/// What the table {area}_{n} has in a row.
#[derive(Clone, Debug, Default, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Item{n} {{
    pub id: u64,
    pub name: String,
    pub owner: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    pub amounts: Vec<(u32, f64)>,
}}

impl Item{n} {{
    pub fn total(&self) -> f64 {{
        self.amounts.iter().map(|(count, price)| f64::from(*count) * price).sum()
    }}

    pub fn title(&self) -> String {{
        match &self.note {{
            Some(note) if !note.is_empty() => format!("{{}} ({{note}})", self.name),
            _ => self.name.clone(),
        }}
    }}
}}
"""

WORK = """
/// Works through what is left of {part} number {n}.
pub async fn {verb}_{n}(pool: &Pool, id: u64, limit: usize) -> Result<Option<Item{n}>, Error> {{
    let mut left = Vec::with_capacity(limit);
    for at in 0..limit {{
        let amount = (at as u32 + {n}, 1.5 * at as f64);
        if at % 3 == 0 && amount.1 > 4.0 {{
            left.push(amount);
        }} else if let Some(last) = left.last_mut() {{
            last.0 += amount.0;
        }}
    }}
    let sql = "select id, name, owner from {area}_{n} where id = $1 and deleted is null limit $2";
    let rows = pool.rows(sql, &[&id, &limit]).await?;
    let first = rows.into_iter().find(|row| row.number("id") == id);
    Ok(first.map(|row| Item{n} {{
        id,
        name: row.text("name").trim().to_owned(),
        owner: row.text("owner"),
        amounts: left,
        ..Item{n}::default()
    }}))
}}
"""


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def area_files(area):
    """The files of one part of the program, as people split them."""
    count = 8
    routes = "\n".join(f'        .route("/things{n}/{{id}}", get(handlers::show_{n}).post(handlers::show_{n}))' for n in range(count))
    yield "mod.rs", AREA.format(area=area, modules=";\npub mod ".join(PARTS), routes=routes)
    for part in PARTS:
        if part == "handlers":
            head, piece = "use clerk_auth::SignedIn;\nuse super::queries;\nuse crate::state::AppState;\n", HANDLER
        elif part == "models":
            head, piece = "use std::fmt;\n", MODEL
        else:
            head, piece = "use super::models::*;\nuse crate::state::Pool;\n", WORK
        verb = "find" if part == "queries" else part
        pieces = "".join(piece.format(area=area, part=part, verb=verb, n=n) for n in range(count))
        yield f"{part}.rs", head + pieces


def large_project(folder):
    """A program of some 200 files and 35,000 lines, formatted."""
    shutil.rmtree(folder, ignore_errors=True)
    write(folder / "Cargo.toml", '[package]\nname = "large"\nedition = "2024"\n\n[dependencies]\naxum = "0.8"\n'
          'clerk-auth = { version = "0.2", features = ["axum"] }\n\n[workspace]\n')
    areas = [f"area{number:02}" for number in range(AREAS)]
    merges = "\n".join(f"        .merge({area}::routes())" for area in areas)
    write(folder / "src" / "main.rs", MAIN.format(modules="\n".join(f"mod {area};" for area in areas), merges=merges))
    write(folder / "src" / "clerk.rs", CLERK)
    write(folder / "src" / "state.rs", STATE)
    for area in areas:
        for name, text in area_files(area):
            write(folder / "src" / area / name, text)
    check("rustfmt", "--edition", "2024", folder / "src" / "main.rs")


def beside_rustfmt(folder, what, ours, limit=100):
    """A row of the table: our process in the folder beside rustfmt there."""
    files = list((folder / "src").rglob("*.rs"))
    lines = sum(len(file.read_text().splitlines()) for file in files)
    # Behind rustup's `rustfmt` there is another program that starts the real one: take that.
    rustfmt = pathlib.Path(output("rustc", "--print", "sysroot").stdout.strip()) / "bin" / "rustfmt"
    env = {"PATH": os.environ["PATH"]}
    times = in_turn({
        "ours": lambda: run_once(ours, folder, env),
        "rustfmt": lambda: run_once([str(rustfmt), "--check", "--edition", "2024", "src/main.rs"], folder, env),
    }, 21)
    a, b = times["ours"][1], times["rustfmt"][1]
    row(f"{what} of {len(files)} files, {lines:,} lines, CPU", f"{a * 1e3:.0f} ms", f"`rustfmt --check` {b * 1e3:.0f} ms", f"{a / b:.2f}", f"≤ {limit} ms")


def routes():
    ours = install_ours()
    folder = BENCH / "large"
    large_project(folder)
    beside_rustfmt(folder, "`routes`", [ours, "routes"])


def doctor():
    """All checks that need no network; there is neither a repository nor a copy of the core."""
    ours = install_ours()
    folder = BENCH / "large"
    large_project(folder)
    beside_rustfmt(folder, "`doctor --offline`", [ours, "doctor", "--offline"], 50)


def wire():
    """The plan with its diff, git asked, cargo not."""
    ours = install_ours()
    folder = BENCH / "unwired"
    large_project(folder)
    (folder / "src" / "clerk.rs").unlink()
    for file, lines in {"Cargo.toml": ["clerk-auth"], "src/main.rs": ["mod clerk;", "ClerkLayer", "clerk::kit"]}.items():
        kept = [line for line in (folder / file).read_text().splitlines(True) if not any(word in line for word in lines)]
        # The last call of the chain went with its line.
        (folder / file).write_text("".join(kept).replace(".with_state(state)\n", ".with_state(state);\n"))
    check("rustfmt", "--check", "--edition", "2024", folder / "src" / "main.rs")
    check("git", "init", "-q", cwd=folder)
    check("git", "add", "-A", cwd=folder)
    beside_rustfmt(folder, "`init --dry-run` in a project", [ours, "init", "--dry-run"])
