//! A project's `Dockerfile`, read as its builder reads it.

use std::fs;
use std::path::Path;

type Instruction = (String, String);

/// Each instruction with its words, comments left out and lines put together.
fn instructions(project: &Path) -> Vec<Instruction> {
    let text = fs::read_to_string(project.join("Dockerfile")).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let text = lines.collect::<Vec<_>>().join("\n").replace("\\\n", "");
    let lines = text.lines().filter(|line| !line.is_empty());
    lines
        .map(|line| line.split_once(' ').unwrap())
        .map(|(name, words)| (name.to_owned(), words.trim().to_owned()))
        .collect()
}

/// What the last stage says of this kind, once.
#[track_caller]
fn said<'a>(stage: &'a [Instruction], name: &str) -> &'a str {
    let mut all = stage.iter().filter(|(other, _)| other == name);
    let (_, words) = all.next().unwrap_or_else(|| panic!("no {name}"));
    assert!(all.next().is_none(), "{name} twice");
    words
}

/// The stages, each with its `FROM`.
fn stages(project: &Path) -> Vec<Vec<Instruction>> {
    let mut stages: Vec<Vec<_>> = Vec::new();
    for instruction in instructions(project) {
        if instruction.0 == "FROM" {
            stages.push(Vec::new());
        }
        stages.last_mut().unwrap().push(instruction);
    }
    stages
}

/// The port on which the app listens in it.
pub fn port(project: &Path) -> String {
    let stages = stages(project);
    let run = stages.last().unwrap();
    let port = said(run, "EXPOSE").to_owned();
    let settings = ("ENV".to_owned(), format!("HOST=0.0.0.0 PORT={port}"));
    assert!(run.contains(&settings), "{run:?}");
    port
}

/// The command of the health check, for a shell.
pub fn health_check(project: &Path) -> String {
    let stages = stages(project);
    let check = said(stages.last().unwrap(), "HEALTHCHECK");
    check.split_once(" CMD ").unwrap().1.to_owned()
}

pub fn check(name: &str, project: &Path) {
    let stages = stages(project);
    let (run, builds) = stages.split_last().unwrap();
    let is_rust = |stage: &&Vec<_>| said(stage, "FROM").ends_with(" AS build");
    let build = builds.iter().find(is_rust).unwrap();
    bases(project, said(build, "FROM"), said(run, "FROM"));
    let ran: String = build.iter().map(|(_, words)| words.as_str()).collect();
    assert!(ran.contains(&format!("cp target/release/{name} ")), "{ran}");
    assert_eq!(ran.matches("cargo build --release --locked").count(), 2);
    for stage in builds {
        built_of_what_is_there(project, stage);
    }
    runs_as_nobody(builds, run);
    assert!(health_check(project).contains("/healthz"));
    let clerk = fs::read_to_string(project.join("src/clerk.rs")).unwrap();
    assert!(clerk.contains(".health()"), "nobody answers at /healthz");
    port(project);
}

/// The compiler that the project asks for, and the same Debian twice: a program wants the C library it was linked with.
fn bases(project: &Path, build: &str, run: &str) {
    let manifest = fs::read_to_string(project.join("Cargo.toml")).unwrap();
    let manifest: toml::Table = toml::from_str(&manifest).unwrap();
    let rust = manifest["package"]["rust-version"].as_str().unwrap();
    let debian = run.strip_prefix("debian:").unwrap();
    assert_eq!(
        build,
        format!("rust:{rust}-{} AS build", slim_first(debian))
    );
}

/// `slim-trixie` of `trixie-slim`.
fn slim_first(debian: &str) -> String {
    let name = debian.strip_suffix("-slim").unwrap();
    format!("slim-{name}")
}

fn built_of_what_is_there(project: &Path, build: &[Instruction]) {
    let ignored = fs::read_to_string(project.join(".dockerignore")).unwrap();
    let ignored: Vec<_> = ignored.lines().collect();
    for secret in ["**/.env*", ".git", ".clerk"] {
        assert!(ignored.contains(&secret), "{secret} gets into the image");
    }
    for (name, words) in build {
        // One without an id is shared by all projects of a machine, and refused by Railway.
        assert!(!words.contains("--mount"), "{words}");
        let mut words: Vec<_> = words.split(' ').collect();
        words.pop();
        for source in words.iter().filter(|_| name == "COPY") {
            // `cargo build` writes the one.
            let is_there = *source == "Cargo.lock" || project.join(source).exists();
            assert!(is_there && !ignored.contains(source), "{source}");
        }
    }
}

fn runs_as_nobody(builds: &[Vec<Instruction>], run: &[Instruction]) {
    let (user, group) = said(run, "USER").split_once(':').unwrap();
    for number in [user, group] {
        assert!(number.parse::<u32>().unwrap() > 0, "{number}");
    }
    let mut behind_it = run.iter().skip_while(|(name, _)| name != "USER");
    assert!(behind_it.all(|(name, _)| name != "RUN" && name != "COPY"));
    for (name, words) in run {
        assert_ne!(name, "ADD");
        // Nothing comes from the folder: what the app needs was built.
        let from = words
            .strip_prefix("--from=")
            .and_then(|from| from.split(' ').next());
        let is_built = |stage: &Vec<_>| {
            from.is_some_and(|from| said(stage, "FROM").ends_with(&format!(" AS {from}")))
        };
        assert!(name != "COPY" || builds.iter().any(is_built), "{words}");
    }
    assert_eq!(said(run, "CMD"), "[\"app\"]");
}
