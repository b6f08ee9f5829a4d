//! The emulator, asked over its sockets as browsers and servers ask it.

mod access;
mod account;
mod api_keys;
mod bounds;
mod bundles;
mod client;
mod core_client;
mod coverage;
mod desk;
mod forms;
mod gates;
mod handshake;
mod journal;
mod lasting;
mod machines;
mod oracle;
mod organizations;
mod organizations_backend;
mod person;
mod same_again;
mod sessions;
mod sign_in;
mod sign_up;
mod users;
mod world;
