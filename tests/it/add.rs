//! `clerk-rs add`: extras and pages for a project that is there.

mod extras;
mod pages;
mod wired;

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use crate::support::{Sandbox, tree};

/// A project in `app`.
fn project(words: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    let words = format!("init app --no-git --quiet {words}");
    sandbox.cli(&words).any_stderr().run();
    sandbox
}

/// A run of `add` in it, with the document that it prints.
#[track_caller]
fn add(sandbox: &Sandbox, words: &str, status: i32) -> Value {
    let run = sandbox.cli(&format!("add --json {words}"));
    let run = run.folder(&sandbox.path("app")).status(status);
    serde_json::from_str(&run.any_stdout().any_stderr().run()).unwrap()
}

/// All files of it by their paths, but not what only `add` keeps.
fn files(sandbox: &Sandbox) -> BTreeMap<String, Vec<u8>> {
    let paths = tree(&sandbox.path("app")).into_iter();
    let paths = paths.filter(|path| !path.ends_with('/') && !path.starts_with(".clerk/"));
    paths
        .map(|path| {
            let bytes = fs::read(sandbox.path("app").join(&path)).unwrap();
            (path, bytes)
        })
        .collect()
}

/// Puts something else into a file of it.
fn edit(sandbox: &Sandbox, path: &str, from: &str, to: &str) {
    let path = format!("app/{path}");
    let text = sandbox.read(&path);
    assert!(text.contains(from), "{path}: {text}");
    fs::write(sandbox.path(&path), text.replacen(from, to, 1)).unwrap();
}

fn paths(said: &Value) -> Vec<&str> {
    let files = said["files"].as_array().unwrap().iter();
    files.map(|file| file["path"].as_str().unwrap()).collect()
}
