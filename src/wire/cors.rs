//! Apps that pages of other origins call: their CORS layer ends up behind the gate.

use crate::scaffold::Framework;
use crate::source::Dependency;

/// A remark on the app's layer for CORS, if it has one, and the way out.
pub fn said(framework: Framework, dependencies: &[Dependency]) -> Option<(String, &'static str)> {
    let layer = dependencies.iter().find(|of| match of.package.as_str() {
        "actix-cors" | "rocket_cors" => true,
        "tower-http" => of.features.iter().any(|name| name == "cors"),
        _ => false,
    })?;
    let text = format!(
        "The gate stands before the CORS layer of {}. Browsers ask before they call from another origin, and nobody is signed \
         in when they ask: they get 401",
        layer.package
    );
    let help = match framework.name() {
        "axum" => "put that layer around what `around` gives, and no longer on the router itself",
        "actix-web" => {
            "move its `.wrap(…)` behind the one of the gate: what is wrapped last stands outside"
        }
        _ => {
            "a fairing cannot stand outside: serve pages and API from one origin, or answer those questions in the reverse proxy"
        }
    };
    Some((text, help))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Origin;

    fn told(package: &str, features: &[&str]) -> bool {
        let dependency = Dependency {
            name: "renamed".to_owned(),
            package: package.to_owned(),
            origin: Origin::Git,
            features: features.iter().map(|name| (*name).to_owned()).collect(),
            is_optional: false,
            target: None,
        };
        Framework::named("axum")
            .and_then(|axum| said(axum, &[dependency]))
            .is_some()
    }

    #[test]
    fn a_layer_for_cors_is_known_by_its_package_and_feature() {
        assert!(told("tower-http", &["trace", "cors"]));
        assert!(!told("tower-http", &["trace"]));
        assert!(told("actix-cors", &[]) && told("rocket_cors", &[]));
        assert!(!told("axum", &["cors"]));
    }
}
