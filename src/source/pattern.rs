//! A path of a framework as the gate's lists spell it.

use std::collections::{BTreeMap, BTreeSet};

/// `/users/{id}` and `/users/<id>` become `/users/:id`; what takes all that is left becomes `:name*`. So does the `*` by
/// which routes are listed that have files below them, but for one at the top, which would open everything.
pub fn pattern(path: &str) -> String {
    if let Some(base) = path.strip_suffix("/*")
        && !base.is_empty()
    {
        return format!("{}/:path*", pattern(base));
    }
    let segments = path.split('/').map(|segment| {
        let Some(inner) = parameter(segment) else {
            // `{name}.json`: what is mixed is one segment, whatever it is.
            return if is_mixed(segment) {
                ":part".to_owned()
            } else {
                segment.to_owned()
            };
        };
        // axum: `{*rest}`, actix-web: `{rest:.*}`, Rocket: `<rest..>`.
        let is_rest = inner.starts_with('*') || inner.ends_with(":.*") || inner.ends_with("..");
        let name = inner.trim_start_matches('*').trim_end_matches("..");
        let name = name.split(':').next().unwrap_or_default();
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let is_word = !name.is_empty() && name.chars().all(is_plain);
        let name = if is_word { name } else { "part" };
        format!(":{name}{}", if is_rest { "*" } else { "" })
    });
    segments.collect::<Vec<_>>().join("/")
}

/// The paths of these routes that somebody means who wrote `written`.
pub fn meant<'a>(written: &[String], paths: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    if written.is_empty() {
        return BTreeSet::new();
    }
    let paths: BTreeSet<_> = paths.collect();
    let mut alike: BTreeMap<String, usize> = BTreeMap::new();
    for path in &paths {
        *alike.entry(shape(&pattern(path))).or_default() += 1;
    }
    let is_meant = |path: &&&str| written.iter().any(|written| names(written, path, &alike));
    let meant = paths.iter().filter(is_meant);
    meant.map(|path| (*path).to_owned()).collect()
}

/// True if somebody who wrote this means that path of a route: as it is listed, or as the pattern that it becomes, whatever
/// its parameters are called, unless another path differs in that alone; `alike` counts the paths of each shape. Where a
/// pattern says less than the path, such as of `{name}.json`, only the path itself will do.
fn names(written: &str, path: &str, alike: &BTreeMap<String, usize>) -> bool {
    let of_path = pattern(path);
    if written == path || of_path.contains("/:part") {
        return written == path;
    }
    let of_written = pattern(written);
    let shape_of_path = shape(&of_path);
    of_written == of_path
        || shape(&of_written) == shape_of_path && alike.get(&shape_of_path) == Some(&1)
}

/// A pattern without the names of its parameters.
fn shape(pattern: &str) -> String {
    let segments = pattern
        .split('/')
        .map(|segment| match segment.strip_prefix(':') {
            Some(name) if name.ends_with('*') => ":*",
            Some(_) => ":",
            None => segment,
        });
    segments.collect::<Vec<_>>().join("/")
}

/// What stands in the brackets of a segment that is a parameter as a whole.
fn parameter(segment: &str) -> Option<&str> {
    let braced = segment
        .strip_prefix('{')
        .and_then(|rest| rest.strip_suffix('}'));
    braced.or_else(|| segment.strip_prefix('<')?.strip_suffix('>'))
}

/// True if a segment is a parameter in part, such as `{name}.json`.
pub fn is_mixed(segment: &str) -> bool {
    parameter(segment).is_none() && segment.contains(['{', '<'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_framework_spells_a_path_in_its_own_way() {
        for (path, expected) in [
            ("/", "/"),
            ("/about", "/about"),
            ("/users/{id}/posts", "/users/:id/posts"),
            ("/files/{*path}", "/files/:path*"),
            ("/files/{tail:.*}", "/files/:tail*"),
            ("/n/{id:[0-9]+}", "/n/:id"),
            ("/users/<id>", "/users/:id"),
            ("/files/<path..>", "/files/:path*"),
            ("/static/*", "/static/:path*"),
            ("/u/{id}/files/*", "/u/:id/files/:path*"),
            ("/*", "/*"),
            ("/x/{name}.json", "/x/:part"),
            ("/x/<user-id>", "/x/:part"),
        ] {
            assert_eq!(pattern(path), expected, "{path}");
        }
    }

    #[test]
    fn a_route_is_named_by_its_path_or_its_whole_pattern() {
        let twins = ["/n/{id:[0-9]+}", "/n/{name:[a-z]+}"];
        for (written, path, expected) in [
            ("/metrics", "/metrics", true),
            ("/metrics/", "/metrics", false),
            ("/users/:id", "/users/{id}", true),
            ("/users/{id}", "/users/{user:[0-9]+}", true),
            ("/users/{id}", "/users/<user>", true),
            ("/users/{id}", "/users/<user..>", false),
            ("/users/{id}", "/users/me", false),
            ("/users/me", "/users/{id}", false),
            ("/users/{id}", "/users/{id}/posts", false),
            ("/files/{*rest}", "/files/<path..>", true),
            ("/files/{*rest}", "/files/{name}", false),
            ("/n/{id}", "/n/{id:[0-9]+}", true),
            ("/n/{id}", "/n/{name:[a-z]+}", false),
            ("/n/{other}", "/n/{id:[0-9]+}", false),
            ("/ops/{name}.json", "/ops/{name}.json", true),
            ("/ops/{name}.json", "/ops/{name}.xml", false),
            ("/x/{user-id}", "/x/{other-id}", false),
            ("/x/{id}", "/x/{other-id}", false),
            ("/x/{part}", "/x/{name}.json", false),
        ] {
            let paths = twins.into_iter().chain([path]);
            let meant = meant(&[written.to_owned()], paths);
            assert_eq!(meant.contains(path), expected, "{written} {path}");
        }
    }
}
