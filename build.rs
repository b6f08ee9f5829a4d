//! Lists the template layers, so that the binary carries them.
//!
//! Every folder under `templates/` but the core's is a layer. The list says `include_bytes!`
//! for each file; cargo watches the folders, so a new file is noticed without a clean build.

#![allow(
    clippy::disallowed_methods,
    reason = "cargo hands a build script its folder in a variable"
)]

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=templates");
    let templates = Path::new("templates");
    let mut text = String::from("&[\n");
    for layer in names(templates)? {
        let folder = templates.join(&layer);
        // The core hands out its own files (`clerk_auth::source`).
        if layer == "clerk-auth" || !folder.is_dir() {
            continue;
        }
        let mut files = Vec::new();
        collect(&folder, "", &mut files)?;
        files.sort();
        let _ = writeln!(text, "(\"{layer}\", &[");
        for file in files {
            let path = format!("/templates/{layer}/{file}");
            let _ = writeln!(
                text,
                "(\"{file}\", include_bytes!(concat!(env!(\"CARGO_MANIFEST_DIR\"), \"{path}\")) as &[u8]),"
            );
        }
        text.push_str("] as &[(&str, &[u8])]),\n");
    }
    text.push_str("]\n");
    fs::write(Path::new(&out_dir()?).join("layers.rs"), text)
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<String>) -> io::Result<()> {
    for name in names(folder)? {
        let path = folder.join(&name);
        if path.is_dir() {
            collect(&path, &format!("{prefix}{name}/"), files)?;
        } else {
            files.push(format!("{prefix}{name}"));
        }
    }
    Ok(())
}

/// The names in a folder, sorted, without hidden files: a layer spells those `dot-…`,
/// so what begins with a dot is an editor's or a file manager's.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name().into_string();
        let name = name.map_err(|name| io::Error::other(format!("{name:?} is not UTF-8")))?;
        if !name.starts_with('.') {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

fn out_dir() -> io::Result<std::ffi::OsString> {
    env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("OUT_DIR is not set"))
}
