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
    ease_loading()?;
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

/// Most of a start is the dynamic loader's work. It writes some 12,000 addresses into the binary: packed they cost it
/// less, but only glibc 2.36 and later can read them so, and an older one would refuse the program. And it looks up some
/// 200 functions, nearly all of them the C library's, in the order in which the libraries are named.
fn ease_loading() -> io::Result<()> {
    let var = |name| env::var(name).unwrap_or_default();
    if var("CARGO_CFG_TARGET_ENV") != "gnu" || var("HOST") != var("TARGET") {
        return Ok(());
    }
    let asked = std::process::Command::new("getconf")
        .arg("GNU_LIBC_VERSION")
        .output();
    let text = asked.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
    let version = text.unwrap_or_default();
    let minor = version
        .trim()
        .strip_prefix("glibc 2.")
        .map(str::parse::<u32>);
    if matches!(minor, Some(Ok(36..))) {
        println!("cargo:rustc-link-arg-bins=-Wl,-z,pack-relative-relocs");
        println!("cargo:rustc-link-lib=dylib=c");
    }
    link_unwinder()
}

/// Puts the code that unwinds panics into the program, so that no library has to be found, mapped and searched for it.
/// The standard library asks the linker for `gcc_s`; this is what it finds, where the compiler has the static twin.
fn link_unwinder() -> io::Result<()> {
    let asked = std::process::Command::new("cc")
        .arg("-print-file-name=libgcc_eh.a")
        .output();
    let found = asked.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned());
    // The bare name means that there is none.
    if !found.is_ok_and(|path| Path::new(&path).is_absolute()) {
        return Ok(());
    }
    let folder = Path::new(&out_dir()?).join("unwinder");
    fs::create_dir_all(&folder)?;
    fs::write(folder.join("libgcc_s.so"), "INPUT(-lgcc_eh -lgcc)\n")?;
    println!("cargo:rustc-link-search=native={}", folder.display());
    Ok(())
}

fn out_dir() -> io::Result<std::ffi::OsString> {
    env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("OUT_DIR is not set"))
}
