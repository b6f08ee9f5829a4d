//! One mistake is one finding, with the same verdict in `env check`, `env list` and `keys check`.

use std::fs;

use serde_json::Value;

use crate::support::clerk::Signer;
use crate::support::{Sandbox, made_of};

const TEST: &str = "pk_test_YnJhdmUtb3R0ZXItNy5jbGVyay5hY2NvdW50cy5kZXYk";
const SECRET: &str = "sk_test_2q7OrchardOrchardOrchardOrchard4711";

fn project(file: &str) -> Sandbox {
    let sandbox = Sandbox::new();
    fs::create_dir(sandbox.path("src")).unwrap();
    fs::write(sandbox.path("Cargo.toml"), made_of("web")).unwrap();
    fs::write(sandbox.path(".env"), file).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = fs::Permissions::from_mode(0o600);
        fs::set_permissions(sandbox.path(".env"), mode).unwrap();
    }
    sandbox
}

fn keys() -> String {
    format!("CLERK_PUBLISHABLE_KEY={TEST}\nCLERK_SECRET_KEY={SECRET}\n")
}

/// All findings of a command that are neither right nor skipped, as `id subject place: detail`.
#[track_caller]
fn told(sandbox: &Sandbox, words: &str, status: i32) -> Vec<String> {
    let said = sandbox.cli(words).status(status).any_stdout().run();
    assert!(!said.contains("Orchard"), "{said}");
    let said: Value = serde_json::from_str(&said).unwrap();
    assert_eq!(said["ok"], status == 0, "{said:#}");
    let findings = said["findings"].as_array().unwrap().iter();
    let news =
        findings.filter(|finding| finding["verdict"] != "ok" && finding["verdict"] != "skipped");
    let line = |finding: &Value| {
        let text = |name: &str| finding[name].as_str().unwrap_or_default().to_owned();
        format!(
            "{} {} {}: {}",
            text("id"),
            text("subject"),
            text("place"),
            text("detail")
        )
    };
    news.map(line).collect()
}

/// What is said is the same, whoever is asked.
#[track_caller]
fn everywhere(file: &str, expected: &[&str]) {
    let sandbox = project(file);
    let status = i32::from(!expected.is_empty());
    assert_eq!(
        told(&sandbox, "env check --json", status),
        expected,
        "env check\n{file}"
    );
    assert_eq!(
        told(&sandbox, "keys check --json", status),
        expected,
        "keys check\n{file}"
    );
}

#[test]
fn a_line_that_cannot_be_read_is_told_by_all_and_its_consequences_by_none() {
    for (line, detail) in [
        (
            format!("CLERK_SECRET_KEY={SECRET}# dev key"),
            "not of the form NAME=value: more text follows the value; if a comment was meant, # needs a space before it",
        ),
        (
            format!("CLERK_SECRET_KEY=\"{SECRET}\nOTHER=1\n"),
            "not of the form NAME=value: a quote is opened and not closed; nothing is read, and nothing judged, up to line 3",
        ),
        (
            format!("CLERK_SECRET_KEY: {SECRET}"),
            "not of the form NAME=value: this is YAML; here it is NAME=value, one on each line",
        ),
        (
            format!("export CLERK_SECRET_KEY = '{SECRET}\n"),
            "not of the form NAME=value: a quote is opened and not closed",
        ),
    ] {
        let file = format!("CLERK_PUBLISHABLE_KEY={TEST}\n{line}\n");
        let expected = format!("line-malformed line .env:2: {detail}");
        everywhere(&file, &[&expected]);
        let sandbox = project(&file);
        assert_eq!(told(&sandbox, "env list --json", 1), [expected.as_str()]);
        let said = sandbox.cli("env list").status(1).any_stdout().run();
        assert!(
            said.contains("CLERK_PUBLISHABLE_KEY") && said.contains(".env:2"),
            "{said}"
        );
    }
}

/// What stood in it could be the key, or the origins that are allowed: nothing is verified without them.
#[test]
fn no_token_is_verified_beside_a_line_that_cannot_be_read() {
    let sandbox = project(&format!(
        "{}CLERK_AUTHORIZED_PARTIES=https://a.example# mine\n",
        keys()
    ));
    sandbox
        .cli("token verify --offline eyJhbGciOiJSUzI1NiJ9.e30.AAAA")
        .status(3)
        .stderr(
            "error: .env:3 is not of the form NAME=value
  because: more text follows the value; if a comment was meant, # needs a space before it
  help: no app starts with such a line; mend it first
",
        )
        .run();
}

/// An open quote swallows every line below it.
#[test]
fn what_an_open_quote_swallows_is_not_told_as_unset() {
    let file = format!("NAME=\"x\nCLERK_PUBLISHABLE_KEY={TEST}\nCLERK_SECRET_KEY={SECRET}\n");
    let expected = "line-malformed line .env:1: not of the form NAME=value: a quote is opened and not closed; nothing is \
                    read, and nothing judged, up to line 3";
    everywhere(&file, &[expected]);
    let said = project(&file).cli("env list").status(1).any_stdout().run();
    assert!(!said.contains("No variable"), "{said}");
}

/// What no malformed line would have set is missing all the same.
#[test]
fn a_malformed_line_hides_no_other_mistake() {
    let file = format!("CLERK_PUBLISHABLE_KEY={TEST}\nNAME=a b\n");
    let sandbox = project(&file);
    let told = told(&sandbox, "env check --json", 1);
    assert_eq!(told.len(), 2, "{told:?}");
    assert!(told[1].starts_with("secret-key-missing secret : CLERK_SECRET_KEY is not set"));
}

#[test]
fn a_pem_without_quotes_is_one_finding() {
    let pem = Signer::new("ins_1").pem();
    let expected = "line-malformed line .env:3: not of the form NAME=value: a PEM needs quotes around it, from its BEGIN to its END";
    everywhere(&format!("{}CLERK_JWT_KEY={pem}\n", keys()), &[expected]);
}

#[test]
fn a_placeholder_is_told_as_one() {
    let placeholder = "it is a placeholder out of a template";
    for value in ["pk_test_foo", "pk_live_xxxxxxxx", "pk_test_..."] {
        let file = format!("CLERK_PUBLISHABLE_KEY={value}\nCLERK_SECRET_KEY={SECRET}\n");
        let expected = format!("publishable-key-malformed publishable .env:1: {placeholder}");
        everywhere(&file, &[&expected]);
    }
    for value in [
        "sk_test_bar",
        "sk_live_xxxxxxxxxxxxxxxxxxxxxxxx",
        "your_secret_key",
    ] {
        let file = format!("CLERK_PUBLISHABLE_KEY={TEST}\nCLERK_SECRET_KEY={value}\n");
        let expected = format!("secret-key-malformed secret .env:2: {placeholder}");
        everywhere(&file, &[&expected]);
    }
}

#[test]
fn a_key_that_is_only_short_or_padded_is_a_warning_in_both() {
    let short = "CLERK_SECRET_KEY=sk_test_aB3dE5fG7hJ9kL1mN3pQ5r";
    for (file, id) in [
        (
            format!("CLERK_PUBLISHABLE_KEY={TEST}\n{short}\n"),
            "secret-key-short",
        ),
        (
            format!(
                "CLERK_PUBLISHABLE_KEY=pk_live_Y2xlcmsub3JjaGFyZC5leGFtcGxlJA==\nCLERK_SECRET_KEY={}\n",
                SECRET.replace("test", "live")
            ),
            "publishable-key-padding",
        ),
    ] {
        let sandbox = project(&file);
        for words in ["env check --json", "keys check --json"] {
            let told = told(&sandbox, words, 0);
            assert!(
                told.len() == 1 && told[0].starts_with(id),
                "{words}: {told:?}"
            );
        }
    }
}

#[test]
fn a_key_in_base64_is_named() {
    let file = format!(
        "CLERK_PUBLISHABLE_KEY=cGtfdGVzdF9hR0Z3Y0hrdGIzUjBaWEl0TVRJdVkyeGxjbXN1WVdOamIzVnVkSE11WkdWMkpB\nCLERK_SECRET_KEY={SECRET}\n"
    );
    everywhere(
        &file,
        &[
            "publishable-key-malformed publishable .env:1: it is base64 of a key: it was encoded once too often",
        ],
    );
}

/// A reference to what is not set is told with its line; where it was all there was, the variable is not told as unset.
#[test]
fn a_reference_to_what_is_not_set_is_told_with_its_line() {
    let sandbox = project(&format!(
        "{}CLERK_SIGN_IN_URL=/in$WHERE\nCLERK_SIGN_UP_URL=${{A:-/up}}\n",
        keys()
    ));
    let told_here = told(&sandbox, "env check --json", 0);
    assert_eq!(
        told_here,
        ["reference-unset CLERK_SIGN_IN_URL .env:3: it refers to WHERE, which is not set"]
    );
    let said = sandbox.cli("env list").any_stdout().run();
    assert!(
        said.contains(".env:3\n    it refers to WHERE, which is not set\n"),
        "{said}"
    );
    assert!(!said.contains("refers to A"), "{said}");
    let sandbox = project(&format!(
        "{}CLERK_SIGN_IN_URL=$BASE/in\nBASE=https://x.example\n",
        keys()
    ));
    assert_eq!(
        told(&sandbox, "env check --json", 0),
        [
            "reference-unset CLERK_SIGN_IN_URL .env:3: it refers to BASE, which no line above it sets"
        ]
    );
    let file = format!("CLERK_PUBLISHABLE_KEY={TEST}\nCLERK_SECRET_KEY=${{SECRET_OF_MINE}}\n");
    everywhere(
        &file,
        &[
            "reference-unset secret .env:2: CLERK_SECRET_KEY comes to nothing: it refers to SECRET_OF_MINE, which is not set",
        ],
    );
    let file = format!("CLERK_PUBLISHABLE_KEY=pk_test_$HOST_OF_MINE\nCLERK_SECRET_KEY={SECRET}\n");
    everywhere(
        &file,
        &["reference-unset publishable .env:1: it refers to HOST_OF_MINE, which is not set"],
    );
}

/// A list that guards and comes to nothing would let everybody in.
#[test]
fn a_list_that_comes_to_nothing_by_a_reference_is_a_failure() {
    for value in ["${APP_ORIGIN}", "$APP_ORIGIN", "\"$APP_ORIGIN\""] {
        let sandbox = project(&format!("{}CLERK_AUTHORIZED_PARTIES={value}\n", keys()));
        let told = told(&sandbox, "env check --json", 1);
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(
            told[0].starts_with(
                "reference-unset CLERK_AUTHORIZED_PARTIES .env:3: it comes to nothing"
            ),
            "{told:?}"
        );
    }
    for value in ["", "${APP_ORIGIN:-https://app.example.org}"] {
        let sandbox = project(&format!("{}CLERK_AUTHORIZED_PARTIES={value}\n", keys()));
        assert_eq!(told(&sandbox, "env check --json", 0), [""; 0], "{value}");
    }
}

#[test]
fn a_key_under_two_names_one_by_reference_is_equal() {
    let file = format!(
        "NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY={TEST}\nCLERK_PUBLISHABLE_KEY=$NEXT_PUBLIC_CLERK_PUBLISHABLE_KEY\nCLERK_SECRET_KEY={SECRET}\n"
    );
    everywhere(&file, &[]);
}

#[test]
fn where_the_app_listens_is_judged_too() {
    for (line, detail) in [
        ("PORT=70000", "value-malformed PORT .env:3"),
        ("PORT=abc", "value-malformed PORT .env:3"),
        ("HOST=http://x", "value-malformed HOST .env:3"),
        ("HOST=\"not a host\"", "value-malformed HOST .env:3"),
    ] {
        let sandbox = project(&format!("{}{line}\n", keys()));
        let told_here = told(&sandbox, "env check --json", 1);
        assert!(
            told_here.len() == 1 && told_here[0].starts_with(detail),
            "{told_here:?}"
        );
    }
    let sandbox = project(&format!("{}PORT=0\nHOST=127.0.0.1\n", keys()));
    assert_eq!(told(&sandbox, "env check --json", 0), [""; 0]);
}

/// The advice fits whose secret it is.
#[test]
fn a_secret_of_another_service_is_told_once_and_as_that() {
    let sandbox = project(&keys());
    for (line, detail, help) in [
        (
            "STRIPE_SECRET_KEY=sk_live_51OrchardOrchardOrchardOrchardOrchard000000000000",
            "a secret of Stripe in a file that is meant to be committed",
            "leave it empty there, and make a new one in Stripe's dashboard",
        ),
        (
            "STRIPE_WEBHOOK_SECRET=whsec_2q7OrchardOrchardOrchard4711",
            "a secret of Stripe in a file that is meant to be committed",
            "leave it empty there, and make a new one in Stripe's dashboard",
        ),
        (
            "WEBHOOK_SECRET=whsec_2q7OrchardOrchardOrchard4711",
            "a secret (of Clerk, Stripe or Svix) in a file that is meant to be committed",
            "leave it empty there, and make a new one in the dashboard of the service that it is of",
        ),
        (
            "CLERK_WEBHOOK_SIGNING_SECRET=whsec_2q7OrchardOrchardOrchard4711",
            "a secret in a file that is meant to be committed",
            "leave it empty there, and make a new one in Clerk's dashboard",
        ),
    ] {
        fs::write(sandbox.path(".env.example"), format!("{line}\n")).unwrap();
        let said = sandbox.cli("env check --json").status(1).any_stdout().run();
        assert!(!said.contains("Orchard"), "{said}");
        let said: Value = serde_json::from_str(&said).unwrap();
        let findings = said["findings"].as_array().unwrap();
        let mut wrong = findings.iter().filter(|finding| finding["verdict"] == "no");
        let finding = wrong.next().unwrap();
        assert_eq!(
            (&finding["detail"], &finding["help"]),
            (&detail.into(), &help.into()),
            "{line}"
        );
        assert_eq!(finding["place"], ".env.example:1");
        assert!(wrong.next().is_none(), "{said:#}");
    }
}

#[test]
fn a_finding_of_a_package_below_names_it() {
    let sandbox = project(&keys());
    fs::create_dir_all(sandbox.path("apps/api/src")).unwrap();
    fs::write(sandbox.path("apps/api/Cargo.toml"), made_of("web")).unwrap();
    fs::write(
        sandbox.path("apps/api/.env"),
        format!("CLERK_PUBLISHABLE_KEY={TEST}\n"),
    )
    .unwrap();
    let said = sandbox.cli("env check --json").status(1).any_stdout().run();
    let said: Value = serde_json::from_str(&said).unwrap();
    let findings = said["findings"].as_array().unwrap();
    let missing = findings
        .iter()
        .find(|finding| finding["id"] == "secret-key-missing")
        .unwrap();
    assert_eq!(missing["package"], "apps/api");
    assert_eq!(missing["place"], "apps/api/");
    let own = findings
        .iter()
        .find(|finding| finding["id"] == "secret-key")
        .unwrap();
    assert_eq!(own.get("package"), None);
}

/// The app may have variables of its own.
#[test]
fn a_name_that_the_project_reads_is_not_unknown() {
    let sandbox = project(&format!("{}CLERK_TEAM=x\n", keys()));
    let told_here = told(&sandbox, "env check --json", 0);
    assert!(
        told_here.len() == 1 && told_here[0].starts_with("name-unknown CLERK_TEAM .env:3"),
        "{told_here:?}"
    );
    fs::write(sandbox.path("src/team.rs"), "std::env::var(\"CLERK_TEAM\")").unwrap();
    assert_eq!(told(&sandbox, "env check --json", 0), [""; 0]);
}

/// Outside a project nothing is missing; keys that are there are checked anywhere.
#[test]
fn outside_a_project_that_is_said() {
    let sandbox = Sandbox::new();
    let said = sandbox
        .cli("keys check --json")
        .status(3)
        .any_stdout()
        .run();
    assert!(
        said.contains("Cargo.toml") || said.contains("project"),
        "{said}"
    );
    assert!(!said.contains("publishable-key-missing"), "{said}");
    sandbox
        .cli(&format!("keys check --publishable-key {TEST}"))
        .any_stdout()
        .run();
}
