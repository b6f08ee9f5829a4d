//! The recipes of `docs/deploy.md` and the image of `--with docker` fit the apps: ports, paths, variables, times. Nothing
//! is deployed in a test, so whatever a file can say wrong is looked for here. `copies.rs` runs the recipe for nginx.

mod image;
mod recipes;

use std::path::Path;

use clap::ValueEnum as _;
use clerk_auth::server::ServerLimits;
use clerk_rs_cli::scaffold::catalog::Catalog;
use clerk_rs_cli::scaffold::{Extra, Framework, Template};

use crate::support::bare;

#[cfg(unix)]
pub use image::health_check;
pub use recipes::recipe;
use recipes::{document, variables};

/// What answers whether an app is well.
const HEALTH: [&str; 2] = ["/healthz", "/readyz"];

/// Every framework with every template that it has, as a project with an image and all else that fits: name and folder.
fn projects(folder: &Path) -> Vec<(String, std::path::PathBuf)> {
    let catalog = Catalog::load().unwrap();
    let mut all = Vec::new();
    for &framework in Framework::value_variants() {
        for &template in Template::value_variants() {
            if !catalog.has(framework, template) {
                continue;
            }
            let kind = template.to_possible_value().unwrap();
            let name = format!("{}-{}", framework.name(), kind.get_name());
            let project = folder.join(&name);
            let mut command = bare(env!("CARGO_BIN_EXE_clerk-rs"));
            command.arg("init").arg(&project);
            command.args(["--framework", framework.name()]);
            command.args(["--template", kind.get_name()]);
            for extra in Extra::value_variants() {
                if catalog.extras[extra].fits(framework, template) {
                    let extra = extra.to_possible_value().unwrap();
                    command.args(["--with", extra.get_name()]);
                }
            }
            command.args(["--yes", "--no-git"]);
            let output = command.output().unwrap();
            assert!(output.status.success(), "{output:?}");
            all.push((name, project));
        }
    }
    all
}

#[test]
fn every_image_is_built_of_what_is_there_and_runs_as_nobody() {
    let folder = tempfile::tempdir().unwrap();
    for (name, project) in projects(folder.path()) {
        image::check(&name, &project);
    }
}

/// A recipe for another port would never get healthy.
#[test]
fn the_recipe_for_fly_fits_the_image() {
    let folder = tempfile::tempdir().unwrap();
    let (_, project) = projects(folder.path()).remove(0);
    let fly: toml::Table = toml::from_str(&recipe("toml")).unwrap();
    let service = &fly["http_service"];
    let port = service["internal_port"].as_integer().unwrap();
    assert_eq!(image::port(&project), port.to_string());
    let check = &service["checks"][0];
    assert!(HEALTH.contains(&check["path"].as_str().unwrap()));
    assert_eq!(service["force_https"].as_bool(), Some(true));
    let grace = ServerLimits::default().grace.as_secs();
    assert!(fly["kill_timeout"].as_integer().unwrap() > grace.cast_signed());
    assert_eq!(fly["kill_signal"].as_str(), Some("SIGTERM"));
}

#[test]
fn the_recipe_for_railway_fits_the_image() {
    let folder = tempfile::tempdir().unwrap();
    let (_, project) = projects(folder.path()).remove(0);
    let port = image::port(&project);
    let railway = recipe("ts");
    for words in [
        format!("PORT: \"{port}\""),
        format!("port: {port} "),
        "healthcheck: \"/readyz\"".to_owned(),
    ] {
        assert!(railway.contains(&words), "{words} is not in\n{railway}");
    }
    let draining = railway
        .split("DRAINING_SECONDS: \"")
        .nth(1)
        .and_then(|rest| rest.split('"').next()?.parse::<u64>().ok());
    assert!(draining > Some(ServerLimits::default().grace.as_secs()));
}

#[test]
fn the_recipe_for_systemd_waits_longer_than_the_app_takes() {
    let unit = recipe("ini");
    let stop = unit.split("TimeoutStopSec=").nth(1).unwrap();
    let stop: u64 = stop.lines().next().unwrap().parse().unwrap();
    assert!(stop > ServerLimits::default().grace.as_secs());
}

/// A variable that no app reads would be set for nothing.
#[test]
fn the_recipes_name_variables_that_apps_read() {
    let known = variables(&document("environment.md"));
    for name in variables(&document("deploy.md")) {
        assert!(
            known.contains(&name),
            "docs/deploy.md: {name} is not in docs/environment.md"
        );
    }
}
