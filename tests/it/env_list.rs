//! `env list`: what is set, where, and what wins; never a secret.

use std::fs;

use serde_json::{Value, json};

use crate::support::Sandbox;

const TEST: &str = "pk_test_YnJhdmUtb3R0ZXItNy5jbGVyay5hY2NvdW50cy5kZXYk";
const SECRET: &str = "sk_test_2q7OrchardOrchardOrchard4711";

fn project(files: &[(&str, &str)]) -> Sandbox {
    let sandbox = Sandbox::new();
    fs::write(sandbox.path("Cargo.toml"), "").unwrap();
    for (name, text) in files {
        fs::write(sandbox.path(name), text).unwrap();
    }
    sandbox
}

#[test]
fn each_variable_is_listed_with_its_place_and_what_it_hides() {
    let file = format!("# x\nCLERK_SECRET_KEY={SECRET}\nCLERK_SIGN_IN_URL=/a\u{1b}[2J\nOTHER=1\n");
    let local = format!(
        "VITE_CLERK_PUBLISHABLE_KEY={TEST}\nCLERK_SIGN_IN_URL=\nCLERK_AFTER_SIGN_IN_URL=/b\nCLERK_TEAM=hidden\n"
    );
    let sandbox = project(&[(".env", &file), (".env.local", &local)]);
    sandbox
        .cli("env list")
        .var("CLERK_SECRET_KEY", "sk_test_2q7OrchardOrchardOrchard0000")
        .stdout(
            "  VITE_CLERK_PUBLISHABLE_KEY   pk_test_\u{2026} (brave-otter-7.clerk.accounts.dev)   .env.local:1
  CLERK_SECRET_KEY             sk_test_\u{2026}0000                                  environment
    hides .env:2
  CLERK_SIGN_IN_URL            (empty)                                        .env.local:2
    hides .env:3
  CLERK_AFTER_SIGN_IN_URL      /b                                             .env.local:3
    deprecated: use CLERK_SIGN_IN_FALLBACK_REDIRECT_URL
  CLERK_TEAM                   \u{2026}                                              .env.local:4
",
        )
        .run();
    let said = sandbox.cli("env list --json").any_stdout().run();
    assert!(
        !said.contains("Orchard") && !said.contains("hidden"),
        "{said}"
    );
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["schema"], "clerk-rs.env-list/1");
    assert_eq!(
        said["variables"][1],
        json!({
            "name": "CLERK_SECRET_KEY",
            "value": "sk_test_\u{2026}4711",
            "place": ".env:2",
            "hides": [],
            "about": "the credential of the Backend API",
            "instead": null,
            "read": true,
        })
    );
}

#[test]
fn an_escape_in_a_value_does_not_reach_the_terminal() {
    let sandbox = project(&[(".env", "CLERK_SIGN_IN_URL=/a\u{1b}[2J\u{202e}\n")]);
    sandbox
        .cli("env list")
        .stdout("  CLERK_SIGN_IN_URL   /\u{2026}[\u{2026}   .env:1\n")
        .run();
}

/// A file in a pull request printed the build server's secrets into a public log.
#[test]
fn what_a_file_takes_from_the_environment_is_not_shown() {
    let sandbox = project(&[(
        ".env",
        "A=${TOKEN}\nCLERK_SIGN_IN_URL=/$A\nCLERK_IS_SATELLITE=$TOKEN\nCLERK_API_URL=$TOKEN\n",
    )]);
    for words in [
        "env list",
        "env list --json",
        "env check",
        "env check --json",
        "env set CLERK_DOMAIN a.example",
    ] {
        let output = sandbox.cli(words).var("TOKEN", "hidden").output();
        let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert!(!said.contains("hidden"), "{words}: {said}");
    }
    sandbox
        .cli("env list")
        .var("TOKEN", "hidden")
        .stdout(
            "  CLERK_API_URL        (refers to the environment)   .env:4
  CLERK_SIGN_IN_URL    (refers to the environment)   .env:2
  CLERK_DOMAIN         a.example                     .env:5
  CLERK_IS_SATELLITE   (refers to the environment)   .env:3
",
        )
        .run();
}

#[test]
fn where_nothing_is_set_it_says_what_makes_keys() {
    let sandbox = project(&[(".env", "PORT=80\n")]);
    sandbox
        .cli("env list")
        .stdout(
            "  PORT   80   .env:1
  No variable of Clerk's is set here; `clerk-rs env set --keys local` makes\n  keys.\n",
        )
        .run();
    let all = sandbox.cli("env list --all").any_stdout().run();
    assert!(all.contains(
        "\n  Not set\n    CLERK_PUBLISHABLE_KEY\n      names the instance; not secret\n"
    ));
}

/// 22 variables were offered that no project reads.
#[test]
fn what_the_project_does_not_read_is_marked() {
    let file = "CLERK_JS_URL=https://a.example/x.js\nCLERK_SIGN_IN_URL=/sign-in\nCLERK_ENCRYPTION_KEY=hidden\n";
    let sandbox = project(&[(".env", file)]);
    let unmarked = "  CLERK_ENCRYPTION_KEY   \u{2026}                        .env:3
  CLERK_SIGN_IN_URL      /sign-in                 .env:2
  CLERK_JS_URL           https://a.example/x.js   .env:1\n";
    // Whatever a project without the core reads, we do not know.
    sandbox.cli("env list").stdout(unmarked).run();
    on_the_core(&sandbox);
    fs::write(
        sandbox.path("main.rs"),
        r#"env::var("CLERK_ENCRYPTION_KEY")"#,
    )
    .unwrap();
    sandbox
        .cli("env list")
        .stdout(
            "  CLERK_ENCRYPTION_KEY   \u{2026}                        .env:3
  CLERK_SIGN_IN_URL      /sign-in                 .env:2
  CLERK_JS_URL           https://a.example/x.js   .env:1\n    not read by this project\n",
        )
        .run();
    let said = sandbox.cli("env list --all").any_stdout().run();
    for (name, is_read) in [
        ("CLERK_UI_VERSION\n      which version of them", false),
        ("PORT\n      the port that the app listens on", true),
        (
            "CLERK_DOMAIN\n      this app's own domain, if it is a satellite",
            true,
        ),
        (
            "CLERK_KEYLESS_DISABLED\n      forbids temporary applications",
            true,
        ),
    ] {
        let mark = if is_read {
            "\n"
        } else {
            "; not read by this project\n"
        };
        assert!(
            said.contains(&format!("    {name}{mark}")),
            "{name}: {said}"
        );
    }
    let said = sandbox.cli("env list --json").any_stdout().run();
    let said: Value = serde_json::from_str(&said).unwrap();
    let marks = said["variables"].as_array().unwrap().iter();
    let marks: Vec<_> = marks.map(|variable| variable["read"] == false).collect();
    assert_eq!(marks, [false, false, true]);
    // A test in a browser may read it.
    fs::write(sandbox.path("package.json"), "{}").unwrap();
    sandbox.cli("env list").stdout(unmarked).run();
}

/// Makes it a project that is built on the core.
fn on_the_core(sandbox: &Sandbox) {
    let manifest = "[dependencies]\nclerk-auth = \"0.2\"\n";
    fs::write(sandbox.path("Cargo.toml"), manifest).unwrap();
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    let sandbox = project(&[]);
    fs::write(sandbox.path(".env.local"), b"\xff\xfeA\0").unwrap();
    sandbox
        .cli("env list")
        .status(3)
        .stderr(
            "error: [WORK]/.env.local cannot be read\n  because: it is UTF-16; save it as UTF-8\n",
        )
        .run();
}

/// The page in the docs is the table, in its order.
#[test]
fn the_documented_table_is_the_tools_own() {
    let sandbox = project(&[]);
    let said = sandbox.cli("env list --all --json").any_stdout().run();
    let said: Value = serde_json::from_str(&said).unwrap();
    let rows = said["variables"]
        .as_array()
        .unwrap()
        .iter()
        .map(|variable| {
            let text = |name: &str| variable[name].as_str().unwrap_or_default().to_owned();
            let instead = match text("instead").as_str() {
                "" => String::new(),
                instead => format!("; deprecated: use `{instead}`"),
            };
            format!("| `{}` | {}{instead} |\n", text("name"), text("about"))
        });
    let rows: String = rows.collect();
    let page =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/environment.md")).unwrap();
    assert!(
        page.contains(&rows),
        "docs/environment.md should have these rows:\n{rows}"
    );
}
