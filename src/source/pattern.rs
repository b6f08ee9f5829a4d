//! A path of a framework as the gate's lists spell it.

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

/// True if somebody who wrote this means that path of a route: as it is listed, or as the pattern that it becomes. Where a
/// pattern says less than the path, such as of `{name}.json`, only the path itself will do.
pub fn names(written: &str, path: &str) -> bool {
    let pattern_of_path = pattern(path);
    let is_whole = !pattern_of_path.contains("/:part");
    written == path || (is_whole && pattern(written) == pattern_of_path)
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
        for (written, path, expected) in [
            ("/metrics", "/metrics", true),
            ("/metrics/", "/metrics", false),
            ("/users/:id", "/users/{id}", true),
            ("/ops/{name}.json", "/ops/{name}.json", true),
            ("/ops/{name}.json", "/ops/{name}.xml", false),
            ("/x/{user-id}", "/x/{other-id}", false),
        ] {
            assert_eq!(names(written, path), expected, "{written} {path}");
        }
    }
}
