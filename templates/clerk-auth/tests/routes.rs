//! Path patterns beyond the recorded cases: what is refused and with which advice, what a stranger's path can do, and
//! that plain patterns and expressions say the same.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

use clerk_auth::routes::{MalformedUrl, PathPatterns, RouteMatcher};
use proptest::prelude::*;

#[track_caller]
fn refusal(pattern: &str) -> (String, String) {
    let error = RouteMatcher::new(&["/fine", pattern]).expect_err("a pattern to refuse");
    assert!(error.to_string().contains(pattern), "{error}");
    assert!(error.to_string().contains(&error.advice), "{error}");
    (error.problem, error.advice)
}

fn matches(pattern: &str, path: &str) -> bool {
    PathPatterns::new(&[pattern])
        .expect("a usable pattern")
        .is_match(path)
}

#[test]
fn a_trailing_star_is_refused_with_the_right_form() {
    for (pattern, form) in [
        ("/sign-in*", "`/sign-in/:path*` for `/sign-in`"),
        ("/sign-in/*", "`/sign-in/:path*` for `/sign-in`"),
        ("/sign-in/**", "`/sign-in/:path*` for `/sign-in`"),
        ("/*", "`/:path*` for `/`"),
        ("*", "`/:path*` for `/`"),
    ] {
        let (problem, advice) = refusal(pattern);
        assert!(problem.starts_with("`*` follows"), "{problem}");
        assert!(advice.contains(form), "{pattern}: {advice}");
    }
}

#[test]
fn look_around_is_refused_and_never_dropped() {
    for pattern in [
        "/((?!api).*)",
        "/((?!.*\\..*).*)",
        "/(a(?=b).*)",
        "/((?<!x).*)",
        "/((?<=x).*)",
    ] {
        let (problem, advice) = refusal(pattern);
        assert!(problem.starts_with("look-around"), "{pattern}: {problem}");
        assert!(advice.contains("/dashboard/:path*"), "{advice}");
    }
}

#[test]
fn what_is_wrong_is_named() {
    for (pattern, problem) in [
        ("/a/:", "`:` has no parameter name"),
        ("/:é", "`:` has no parameter name"),
        ("/a(b", "`(` has no counterpart"),
        ("/a{b", "`{` has no counterpart"),
        ("/a}b", "`}` has no counterpart"),
        ("/a\\", "`\\` has no counterpart"),
        ("/a(b\\", "`\\` has no counterpart"),
        ("/{a{b}}", "`{` has no counterpart"),
        ("/()", "a group must not be empty"),
        ("/(?:x)", "a group must not be empty"),
        ("/(a(b))", "a group inside a group"),
        ("/(a(?<name>b))", "a group inside a group"),
        ("/(a(?i)b)", "a group inside a group"),
        ("/:a:b", "two parameters have nothing"),
        ("/{:a}{:b}", "two parameters have nothing"),
        ("(.*)*", "`*` repeats something"),
        ("(.*)+", "`+` repeats something"),
        ("/:a--:b", "a parameter after `--` needs"),
        ("/a+", "`+` follows neither"),
        ("/a?", "`?` follows neither"),
    ] {
        let (found, advice) = refusal(pattern);
        assert!(found.starts_with(problem), "{pattern}: {found}");
        assert!(!advice.is_empty());
    }
    for pattern in [
        "/([)",
        "/(a\\1)",
        "/([)/x(])",
        "/(a{1000}{1000}{1000})",
        "/(*)",
    ] {
        assert!(
            refusal(pattern).0.starts_with("unusable expression: "),
            "{pattern}"
        );
    }
}

#[test]
fn a_line_break_does_not_slip_past() {
    for pattern in [
        "/admin(.*)",
        "/admin/(.*)",
        "/admin/:path*",
        "/(admin|root)/(.*)",
        "/admin/:a/:b?",
    ] {
        let matcher = RouteMatcher::new(&[pattern]).unwrap();
        assert_eq!(matcher.matches("/admin/%0Ax"), Ok(true), "{pattern}");
        assert_eq!(matcher.matches("/admin/x%0D%0A"), Ok(true), "{pattern}");
    }
    assert_eq!(
        RouteMatcher::new(&["/admin"]).unwrap().matches("/admin%0A"),
        Ok(false)
    );
}

#[test]
fn encodings_are_undone_once_and_only_proper_ones() {
    let matcher = RouteMatcher::new(&["/caf\u{e9}/:path*"]).unwrap();
    assert_eq!(matcher.matches("/caf%C3%A9//x"), Ok(true));
    assert_eq!(matcher.matches("/CAF%C3%89"), Ok(true));
    assert_eq!(matcher.matches("/caf%25C3%25A9"), Ok(false));
    for path in [
        "/%",
        "/%2",
        "/%zz",
        "/%ff",
        "/%c0%af",
        "/%ed%a0%80",
        "/%f8",
        "/%c3",
        "/%+1",
        "/%é0",
    ] {
        assert_eq!(matcher.matches(path), Err(MalformedUrl), "{path}");
    }
}

#[test]
fn letters_outside_ascii_ignore_case_in_every_form() {
    for pattern in [
        "/stra\u{e9}e",
        "/stra\u{e9}e/:path*",
        "/stra\u{e9}e(.*)",
        "/stra\u{e9}e{/x}?",
    ] {
        assert!(matches(pattern, "/STRA\u{c9}E"), "{pattern}");
        assert!(!matches(pattern, "/STRAEE"), "{pattern}");
    }
}

/// The sign for Kelvin was a `k` to plain patterns, and to no others; a dotless `i` was an `i` to expressions.
#[test]
fn a_letter_outside_ascii_is_none_inside_it() {
    for (pattern, path) in [
        ("/k", "/\u{212a}"),
        ("/\u{212a}", "/k"),
        ("/\u{131}", "/i"),
        ("/s", "/\u{17f}"),
        ("/\u{3c3}", "/\u{3c2}"),
    ] {
        for end in ["", "/:path*", "(.*)", "{/x}?"] {
            let pattern = format!("{pattern}{end}");
            assert!(!matches(&pattern, path), "{pattern} {path}");
        }
    }
}

#[test]
fn a_value_stops_at_the_text_before_it() {
    assert!(matches("/f{-:b}?", "/f-x"));
    assert!(!matches("/f{-:b}?", "/f-x-y"));
    assert!(matches("/:a-:b", "/x-y-z"));
    // Signs that mean something inside a character class.
    for sign in "!\"$%&'),-.;<=>@[]^_`|~".chars() {
        let pattern = format!(
            "/f{{{}:b}}",
            if sign == ')' {
                "\\)".into()
            } else {
                sign.to_string()
            }
        );
        assert!(matches(&pattern, &format!("/f{sign}x")), "{pattern}");
        assert!(!matches(&pattern, &format!("/f{sign}x{sign}")), "{pattern}");
    }
    for letter in ['b', 'd', 'n', 'w', '7'] {
        let pattern = format!("/f{{{letter}:name}}");
        assert!(matches(&pattern, &format!("/f{letter}-")), "{pattern}");
        assert!(
            !matches(&pattern, &format!("/f{letter}-{letter}")),
            "{pattern}"
        );
    }
}

#[test]
fn parameters_are_taken_as_they_stand() {
    let patterns = PathPatterns::new(&[
        "/orgs/:slug",
        "/orgs/:slug/(.*)",
        "/by/:slug/:id?",
        "/all/:path*",
        "/t(.*)",
    ])
    .unwrap();
    let param = |path, name| patterns.find(path).and_then(|found| found.param(name));
    assert_eq!(param("/orgs/acme", "slug"), Some("acme"));
    assert_eq!(param("/ORGS/Acme%20x/settings", "slug"), Some("Acme%20x"));
    assert_eq!(param("/orgs/acme", "id"), None);
    assert_eq!(param("/by/a/7", "id"), Some("7"));
    assert_eq!(param("/by/a", "id"), None);
    assert_eq!(param("/by/a", "slug"), Some("a"));
    assert_eq!(param("/all/a/b/", "path"), Some("a/b"));
    assert_eq!(param("/all/", "path"), None);
    assert_eq!(param("/tx", "0"), None);
    assert!(
        patterns.find("/orgs//acme").is_none(),
        "no normalisation here"
    );
    assert!(patterns.find("/none").is_none());
}

#[test]
fn a_long_path_costs_no_more_than_its_length() {
    // Patterns on which engines that backtrack take years.
    let matcher =
        RouteMatcher::new(&["/((?:a+)+)b", "/:a-:b-:c-:d", "/x{/y}*", "/z/:path*"]).unwrap();
    let mut hostile = vec![
        format!("/{}", "a".repeat(100_000)),
        format!("/{}", "-".repeat(100_000)),
    ];
    hostile.push(format!("/z/{}", "a//".repeat(50_000)));
    hostile.push(format!("/{}", "%41/".repeat(50_000)));
    for path in hostile {
        assert!(matcher.matches(&path).is_ok());
    }
}

/// The expression that the reference would build from a plain pattern, by way of `{…}` groups that no plain form takes.
fn as_expression(pattern: &str) -> String {
    format!("{{{}}}{}", &pattern[..1], &pattern[1..])
}

proptest! {
    #[test]
    fn no_pattern_and_no_path_panics(pattern in "[/a.:(){}*+?\\\\|\\[\\]^$!<=é0-9-]{0,24}", path in ".{0,40}") {
        if let Ok(matcher) = RouteMatcher::new(&[&pattern]) {
            let _ = matcher.matches(&path);
            let patterns = PathPatterns::new(&[&pattern]).unwrap();
            if let Some(found) = patterns.find(&path) {
                prop_assert!(patterns.is_match(&path));
                let _ = (found.param("a"), found.param("0"));
            }
        }
    }

    #[test]
    fn no_text_at_all_panics(pattern in any::<String>(), path in any::<String>()) {
        if let Ok(matcher) = RouteMatcher::new(&[pattern]) {
            let _ = matcher.matches(&path);
        }
    }

    #[test]
    fn a_literal_pattern_matches_its_own_path(path in "(/[a-z0-9_~é]{1,8}){1,4}") {
        prop_assert!(matches(&path, &path));
        prop_assert!(matches(&path, &path.to_uppercase()));
        let subtree = format!("{path}/:rest*");
        let (below, beside) = (format!("{path}/x/y"), format!("{path}x"));
        prop_assert!(matches(&subtree, &below));
        prop_assert!(!matches(&subtree, &beside));
    }

    #[test]
    fn plain_forms_agree_with_their_expressions(
        pattern in "/[ab]{0,2}(/[ab]{1,2})?(/:p\\*|\\(\\.\\*\\)|/\\(\\.\\*\\))?",
        path in "[/abAB#?\n]{0,8}",
    ) {
        let slow = as_expression(&pattern);
        // A parameter right behind the group would have nothing before it.
        prop_assume!(PathPatterns::new(&[&slow]).is_ok());
        prop_assert_eq!(matches(&pattern, &path), matches(&slow, &path), "{} {}", pattern, slow);
    }
}
