//! How paths are read at the door (`security.md` rule 18), and that nobody is sent to a sign-in page that is closed.
#![cfg(feature = "testing")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod support;

use clerk_auth::config::Config;
use clerk_auth::gate::{Admission, Answer, Gate, Paths};
use support::stage::{
    PATHS, admit, clerk, config, development, document, gate, live, unreachable, user,
};

#[tokio::test]
async fn rule_18_a_segment_of_dots_is_refused_however_it_is_written() {
    let gate = gate(config(live()), unreachable());
    let own = user(live()).cookie_header();
    for path in [
        "/.",
        "/..",
        "/sign-in/../dashboard",
        "/sign-in/..",
        "/sign-in/./x",
        "/sign-in/%2e%2e/dashboard",
        "/sign-in/.%2E/dashboard",
        "/sign-in/..%2fdashboard",
        "/sign-in%2f..%2Fdashboard",
        "/sign-in/..%5cdashboard",
        "/sign-in%5C..%5Cdashboard",
        "/assets/%2e%2e/x.css",
        "/healthz/%2e",
        "/__clerk/%2e%2e/x",
        "/api/..",
    ] {
        for headers in [&[][..], &[("cookie", own.as_str())]] {
            let admission = admit(&gate, &document(path, headers)).await;
            let Admission::Answer(answer) = admission else {
                panic!("{path}: {admission:?}");
            };
            assert_eq!(answer.status, 400, "{path}");
        }
    }
    for path in [
        "/sign-in/...",
        "/sign-in/.well-known",
        "/sign-in/a..b",
        "/sign-in/%252e%252e/x",
        "/sign-in/..a",
        "/sign-in/a%2Fb",
        "/sign-in/a%5Cb",
        "/?next=/../x",
    ] {
        let admission = admit(&gate, &document(path, &[])).await;
        assert!(
            matches!(admission, Admission::Pass { .. }),
            "{path}: {admission:?}"
        );
    }
}

#[tokio::test]
async fn rule_18_what_is_open_is_open_in_the_patterns_own_spelling_only() {
    let paths = Paths {
        without_auth: &["/hooks/clerk"],
        public: &[
            "/",
            "/docs",
            "/sign-in/:path*",
            "/files(.*)",
            "/:lang(en|de)/about",
            "/tags/:tag+",
            "/caf\u{e9}",
        ],
        ..PATHS
    };
    let gate = Gate::new(clerk(config(live()), unreachable()), &paths).unwrap();
    for path in [
        "/docs",
        "/sign-in/",
        "/sign-in/Factor-ONE",
        "/sign-in/factor-one/",
        "/sign-in/a%20b",
        "/sign-in/a%3Ab%2Fc",
        "/files/A%C3%A9",
        "/files/",
        "/en/about",
        "/tags/a/b/",
        "/sign-in/100%25",
        "/caf%C3%A9",
    ] {
        let admission = admit(&gate, &document(path, &[])).await;
        assert!(
            matches!(admission, Admission::Pass { .. }),
            "{path}: {admission:?}"
        );
    }
    let hook = admit(&gate, &document("/hooks/clerk", &[])).await;
    assert!(matches!(hook, Admission::WithoutAuth), "{hook:?}");
    for path in [
        "/DOCS",
        "/Docs",
        "/%64ocs",
        "/d%6Fcs",
        "/Sign-In",
        "/sign%2Din",
        "/sign-in/%66actor",
        "/FILES/a",
        "/EN/about",
        "/en/About",
        "/CAF%C3%89",
        "/caf\u{e9}",
        "/caf%c3%a9",
        "/caf%C3%a9",
        "/sign-in/\u{e9}",
        "/hooks/Clerk",
        "/hooks/%63lerk",
        "/docs/",
        "/en/about/",
        "/hooks/clerk/",
        "//docs",
        "//sign-in/x",
        "/sign-in//x",
        "/sign-in//",
        "/files//a",
        "//hooks/clerk",
        "/hooks//clerk",
    ] {
        let answer = answer_of(admit(&gate, &document(path, &[])).await);
        assert_eq!(answer.status, 307, "{path}");
    }
}

#[tokio::test]
async fn rule_18_an_organizations_path_is_read_as_the_gate_reads_it() {
    let config = Config {
        organization_patterns: vec!["/orgs/:slug".to_owned(), "/orgs/:slug/(.*)".to_owned()],
        ..config(live())
    };
    let gate = gate(config, unreachable());
    let member = user(live()).organization("org_1", "acme", "org:member", &[]);
    let own = member.cookie_header();
    for (path, passes) in [
        ("/orgs/acme", true),
        ("/%6Frgs/acme", true),
        ("/orgs/%61cme/x", true),
        ("//orgs//acme", true),
        ("/orgs/other", false),
        ("/%6Frgs/other", false),
        ("//orgs/other", false),
        ("/ORGS/other", false),
    ] {
        let admission = admit(&gate, &document(path, &[("cookie", &own)])).await;
        let passed = matches!(admission, Admission::Pass { .. });
        assert_eq!(passed, passes, "{path}: {admission:?}");
    }
}

fn answer_of(admission: Admission) -> Answer {
    match admission {
        Admission::Answer(answer) => *answer,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_sign_in_page_that_is_protected_itself_stops_the_start() {
    let with = |sign_in: &str, sign_up: &str| {
        let config = Config {
            sign_in_url: Some(sign_in.to_owned()),
            sign_up_url: Some(sign_up.to_owned()),
            ..config(live())
        };
        Gate::new(clerk(config, unreachable()), &PATHS).map(drop)
    };
    for page in [
        "/sign-in",
        "/sign-in?from=here",
        "/sign-up#form",
        "/",
        "https://accounts.orchard.example/login",
    ] {
        with(page, page).unwrap();
    }
    let refused = with("/login", "/sign-up").unwrap_err().to_string();
    let words = "CLERK_SIGN_IN_URL is /login, which PUBLIC_PATHS does not open";
    assert!(refused.starts_with(words), "{refused}");
    let refused = with("/sign-in", "/join?x=1").unwrap_err().to_string();
    let words = "CLERK_SIGN_UP_URL is /join, which PUBLIC_PATHS does not open";
    assert!(refused.starts_with(words), "{refused}");
    with("/Sign-In", "/sign-up").unwrap_err();
}

#[test]
fn a_pattern_without_its_slash_stops_the_start() {
    let with = |pattern: &'static str| {
        let own = &[pattern][..];
        let lists = [
            Paths {
                public: own,
                ..PATHS
            },
            Paths { data: own, ..PATHS },
            Paths {
                without_auth: own,
                ..PATHS
            },
        ];
        lists.map(|paths| Gate::new(clerk(config(live()), unreachable()), &paths).map(drop))
    };
    for pattern in ["about", "about/:path*", ".well-known/x"] {
        for refused in with(pattern) {
            let refused = refused.unwrap_err().to_string();
            let advice = format!("(write `/{pattern}`)");
            assert!(refused.ends_with(&advice), "{refused}");
        }
    }
}

#[tokio::test]
async fn a_sign_in_address_that_turns_out_to_be_protected_makes_no_circle() {
    let config = Config {
        sign_in_url: Some("https://orchard.example/login".to_owned()),
        ..config(development())
    };
    let cookie = "__clerk_db_jwt=dvb";
    let parts = document("/dashboard", &[("cookie", cookie)]);
    let answer = answer_of(admit(&gate(config, unreachable()), &parts).await);
    assert_eq!(
        (answer.status.as_u16(), answer.headers.get("location")),
        (500, None)
    );
    let text = format!("{:?}", answer.body);
    assert!(text.contains("CLERK_SIGN_IN_URL is /login"), "{text}");
}
