//! Clerk request authentication for Rust web servers (unofficial).
//!
//! Comments cite the documents they follow, which stand in `docs` and `docs/reference` of the clerk-rs repository:
//! rules are those of `security.md`, and a section without a name is one of `request-authentication.md`.
#![cfg_attr(feature = "axum", doc = include_str!("../README.md"))]

#[cfg(feature = "actix-web")]
pub mod actix_web;
mod api_request;
pub mod auth;
pub mod authenticate;
#[cfg(feature = "axum")]
pub mod axum;
pub mod backend;
#[cfg(feature = "machines")]
pub mod callers;
pub mod claims;
pub mod config;
pub mod cookies;
mod crypto;
#[cfg(feature = "diagnosis")]
pub mod diagnosis;
pub mod env_files;
pub mod error;
pub mod fetch;
pub mod gate;
pub mod has;
pub mod head;
mod html;
#[cfg(feature = "http-client")]
pub mod http_client;
#[cfg(feature = "http-head")]
pub mod http_head;
pub mod key_set;
pub mod keys;
#[cfg(feature = "kit")]
pub mod kit;
mod object;
#[cfg(feature = "pages")]
pub mod pages;
#[cfg(feature = "kit")]
mod plain_page;
#[cfg(feature = "poem")]
pub mod poem;
pub mod protect;
#[cfg(feature = "proxy")]
pub mod proxy;
pub mod public_key;
pub mod public_url;
pub mod random;
mod rationed_log;
pub mod redirect;
mod retry;
#[cfg(feature = "rocket")]
pub mod rocket;
pub mod routes;
#[cfg(feature = "salvo")]
pub mod salvo;
#[cfg(feature = "listen")]
pub mod server;
#[cfg(feature = "source")]
pub mod source;
#[cfg(feature = "tool")]
mod stored_time;
#[cfg(feature = "testing")]
pub mod testing;
pub mod time;
pub mod token;
#[cfg(feature = "machines")]
pub mod token_type;
pub mod verified_cache;
pub mod verify;
#[cfg(feature = "webhooks")]
pub mod webhooks;

#[cfg(feature = "machines")]
pub use auth::Machine;
pub use auth::{Auth, Session};
pub use authenticate::{Clerk, HardError, RequestState};
#[cfg(feature = "machines")]
pub use callers::{CallerRule, Tokens};
pub use config::{Config, ConfigError};
pub use gate::{Admission, Answer, AnswerBody, Gate, Paths, Problem, Visitor};
pub use has::Check;
pub use head::Head;
pub use keys::{PublishableKey, SecretKey};
#[cfg(feature = "kit")]
pub use kit::{Kit, Reply, StartError};
pub use protect::{Protect, Rule};
pub use public_url::Connection;
