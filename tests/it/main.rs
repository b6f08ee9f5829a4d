//! What a user sees, tested from outside.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "tests"
)]
mod add;
mod architecture;
mod behaviour;
mod citations;
#[cfg(unix)]
mod completions_bash;
mod completions_install;
#[cfg(target_os = "linux")]
mod copies;
mod core_in_projects;
mod corpus;
mod deploy;
#[cfg(unix)]
mod dev;
mod doctor;
mod dotenv;
mod emulator;
#[cfg(unix)]
mod env_asks;
mod env_care;
mod env_check;
#[cfg(unix)]
mod env_kills;
mod env_links;
mod env_list;
mod env_set;
mod generated;
#[cfg(unix)]
mod init_asks;
mod init_below;
mod init_keys;
mod init_makes;
mod init_refuses;
mod init_whole;
mod keyless;
mod keys_check;
mod keys_online;
mod keys_unreachable;
mod keys_verify;
mod leaks;
mod live;
mod lost_references;
mod machines;
mod mutations;
mod network;
mod one_judge;
mod one_mistake;
mod other_formats;
mod piped;
mod plans;
mod registry;
#[cfg(target_os = "linux")]
mod release;
mod routes;
mod samples;
mod support;
mod tasks;
mod token_batch;
mod token_conditions;
mod token_decode;
mod token_keys;
mod token_mint;
mod token_properties;
mod token_verify;
mod update;
mod update_manifest;
mod usage;
mod webhooks;
mod wired_module;
mod wiring;
mod wrong_words;
