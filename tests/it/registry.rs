//! A project whose core comes from a registry. The registry is a folder: our packed core, and what cargo has fetched
//! already, both for reading and for the index. `tests/run registry` says where a sample project is.

#![allow(
    clippy::disallowed_methods,
    reason = "where this machine keeps what cargo fetched"
)]

use std::collections::BTreeMap;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use clerk_rs_cli::scaffold::stamp::hash;
use serde_json::{Value, json};

fn ran(command: &mut Command) -> Vec<u8> {
    let output = command.output().unwrap();
    assert!(
        output.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

/// The subfolder that has this file: a machine may know several registries.
fn with_file(folder: &Path, file: &str) -> PathBuf {
    let mut folders = fs::read_dir(folder).unwrap().flatten();
    let found = folders.find(|entry| entry.path().join(file).exists());
    found
        .unwrap_or_else(|| panic!("no registry here has {file}"))
        .path()
}

/// Where an index has a crate.
fn place(name: &str) -> String {
    match name.len() {
        1 => format!("1/{name}"),
        2 => format!("2/{name}"),
        3 => format!("3/{}/{name}", &name[..1]),
        _ => format!("{}/{}/{name}", &name[..2], &name[2..4]),
    }
}

/// Name and version of every crate of a lock file that comes from a registry.
fn locked(project: &Path) -> Vec<(String, String)> {
    let lock: toml::Table = fs::read_to_string(project.join("Cargo.lock"))
        .unwrap()
        .parse()
        .unwrap();
    let packages = lock["package"].as_array().unwrap().iter();
    let fetched = packages.filter(|package| package.get("source").is_some());
    fetched
        .map(|package| {
            ["name", "version"]
                .map(|key| package[key].as_str().unwrap().to_owned())
                .into()
        })
        .collect()
}

/// What the index says of a crate, as cargo keeps it: between zeros, one document for each version.
fn entry(index: &Path, name: &str, version: &str) -> Value {
    let kept = fs::read(index.join(".cache").join(place(name))).unwrap();
    let mut documents = kept
        .split(|byte| *byte == 0)
        .filter_map(|part| serde_json::from_slice::<Value>(part).ok());
    documents
        .find(|document| document["vers"] == version)
        .unwrap_or_else(|| panic!("the index knows no {name} {version}"))
}

/// What an index would say of our core.
fn own_entry(packed: &Path) -> Value {
    let mut cargo = Command::new("cargo");
    let said = ran(cargo.args([
        "metadata",
        "--no-deps",
        "--offline",
        "--format-version",
        "1",
    ]));
    let said: Value = serde_json::from_slice(&said).unwrap();
    let mut packages = said["packages"].as_array().unwrap().iter();
    let core = packages
        .find(|package| package["name"] == "clerk-auth")
        .unwrap();
    let dependencies = core["dependencies"].as_array().unwrap().iter().map(|dependency| {
        let kind = dependency["kind"].as_str().unwrap_or("normal");
        json!({
            "name": dependency["name"], "req": dependency["req"], "features": dependency["features"],
            "optional": dependency["optional"], "default_features": dependency["uses_default_features"],
            "target": dependency["target"], "kind": kind,
        })
    });
    let dependencies: Vec<_> = dependencies.collect();
    json!({
        "name": "clerk-auth", "vers": core["version"], "deps": dependencies, "features2": core["features"], "features": {},
        "cksum": hash(&fs::read(packed).unwrap()), "yanked": false, "v": 2,
    })
}

#[test]
#[ignore = "needs a sample project and builds another: `tests/run registry`"]
fn a_project_takes_the_core_from_a_registry() {
    let sample = PathBuf::from(env::var_os("REGISTRY_SAMPLE").expect("set by tests/run"));
    let target = PathBuf::from(env::var_os("CARGO_TARGET_DIR").expect("set by tests/run"));
    let home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let home = home
        .unwrap_or_else(|| env::home_dir().unwrap().join(".cargo"))
        .join("registry");
    let crates = locked(&sample);
    let (name, version) = crates.iter().find(|(name, _)| name == "axum").unwrap();
    let index = with_file(&home.join("index"), &format!(".cache/{}", place(name)));
    let cache = with_file(&home.join("cache"), &format!("{name}-{version}.crate"));
    let registry = target.join("registry");
    let _ = fs::remove_dir_all(&registry);

    let mut entries = BTreeMap::new();
    fs::create_dir_all(&registry).unwrap();
    for (name, version) in crates {
        let file = format!("{name}-{version}.crate");
        // Those for other systems are named and never fetched.
        if cache.join(&file).exists() {
            fs::hard_link(cache.join(&file), registry.join(&file))
                .or_else(|_| fs::copy(cache.join(&file), registry.join(&file)).map(drop))
                .unwrap();
        }
        let lines: &mut Vec<Value> = entries.entry(name.clone()).or_default();
        lines.push(entry(&index, &name, &version));
    }
    let version = clerk_auth::source::VERSION;
    ran(Command::new("cargo").args([
        "package",
        "-p",
        "clerk-auth",
        "--no-verify",
        "--allow-dirty",
        "--offline",
    ]));
    let packed = format!("clerk-auth-{version}.crate");
    fs::copy(target.join("package").join(&packed), registry.join(&packed)).unwrap();
    entries.insert(
        "clerk-auth".to_owned(),
        vec![own_entry(&registry.join(&packed))],
    );
    for (name, lines) in entries {
        let path = registry.join("index").join(place(&name));
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        fs::write(path, text).unwrap();
    }

    let project = target.join("generated/axum-web-registry");
    let _ = fs::remove_dir_all(&project);
    let mut init = Command::new(env!("CARGO_BIN_EXE_clerk-rs"));
    let words = ["--yes", "--no-git", "--with", "orgs,webhooks", "--core"];
    ran(init
        .arg("init")
        .arg(&project)
        .args(words)
        .arg(format!("version:{version}")));
    fs::create_dir(project.join(".cargo")).unwrap();
    let folder = toml_edit::Value::from(registry.to_str().unwrap());
    let settings = format!(
        "[source.crates-io]\nreplace-with = \"ours\"\n[source.ours]\nlocal-registry = {folder}\n"
    );
    fs::write(project.join(".cargo/config.toml"), settings).unwrap();
    // Cargo takes a version of a registry for what it unpacked and built of it before, and ours changes without a new one.
    ran(Command::new("cargo")
        .args(["check", "--all-targets", "--offline"])
        .env("CARGO_HOME", registry.join("home"))
        .env("CARGO_TARGET_DIR", registry.join("target"))
        .current_dir(&project));
    let taken = locked(&project);
    assert!(
        taken.contains(&("clerk-auth".to_owned(), version.to_owned())),
        "{taken:?}"
    );
}
