//! The route at which a project's app wants to be told what happens.

use std::path::Path;

use super::manifest::Manifest;
use super::variables::read;

/// Where `clerk-rs init --with webhooks` puts it, and as what.
const FILE: &str = "src/webhooks.rs";
const ROUTE: &str = "/webhooks/clerk";

/// The path of the route; none if the project was made without one.
pub fn route(folder: &Path) -> Option<String> {
    let made = Manifest::read(folder).ok()?.made?;
    let has_one = made.extras.iter().any(|extra| extra == "webhooks");
    has_one.then(|| {
        let text = read(&folder.join(FILE)).unwrap_or_default();
        named(&text).unwrap_or(ROUTE).to_owned()
    })
}

/// The first route in the code of the file.
fn named(code: &str) -> Option<&str> {
    let (_, call) = code.split_once(".route(")?;
    let text = call.trim_start().strip_prefix('"')?;
    let path = text.split('"').next()?;
    let is_plain = path.starts_with('/') && !path.contains(['{', '\\', ' ']);
    is_plain.then_some(path)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::fs;

    use super::*;

    fn project(extras: &str, code: Option<&str>) -> Option<String> {
        let folder = tempfile::tempdir().unwrap();
        let manifest = format!(
            "[package]\nname = \"x\"\n[package.metadata.clerk-rs]\nversion = \"0.2.0\"\nframework = \"axum\"\n\
             template = \"web\"\nextras = [{extras}]\ncore = \"0.2.0\"\ncore-mode = \"copy\"\n"
        );
        fs::write(folder.path().join("Cargo.toml"), manifest).unwrap();
        if let Some(code) = code {
            fs::create_dir(folder.path().join("src")).unwrap();
            fs::write(folder.path().join(FILE), code).unwrap();
        }
        route(folder.path())
    }

    #[test]
    fn the_route_is_the_one_in_the_file_and_else_the_one_that_was_made() {
        let own = include_str!("../../templates/webhooks-axum/src/webhooks.rs.tera");
        let found = |code| project("\"orgs\", \"webhooks\"", code);
        assert_eq!(found(Some(own)).as_deref(), Some(ROUTE));
        let moved = own.replace("route(\"/webhooks/clerk\"", "route(\n  \"/hooks\"");
        assert_eq!(found(Some(&moved)).as_deref(), Some("/hooks"));
        for odd in ["", ".route(PATH, post(receive))", ".route(\"/{id}\", x)"] {
            assert_eq!(found(Some(odd)).as_deref(), Some(ROUTE), "{odd}");
        }
        assert_eq!(found(None).as_deref(), Some(ROUTE));
    }

    #[test]
    fn a_project_without_webhooks_is_told_nothing() {
        assert_eq!(project("\"orgs\"", Some(".route(\"/x\", y)")), None);
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(route(folder.path()), None);
    }
}
