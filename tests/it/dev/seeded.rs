//! An emulator that begins with a seed, and what it reports of its use.

use std::fs;

use rustix::process::Signal;
use serde_json::Value;

use super::running::{Running, with_local_keys};
use crate::support::Sandbox;

const EMULATOR: &str = "emulator --port 0 --offline";
const SEED: &str = "signing_key = \"signing.pem\"\n[[users]]\nid = \"user_ada\"\n\
                    email_addresses = [\"ada+clerk_test@example.com\"]\n[[organizations]]\nname = \"Acme\"\n\
                    created_by = \"user_ada\"\n";

fn refused(sandbox: &Sandbox, seed: &str, words: &str) {
    let cli = sandbox
        .cli(&format!("{EMULATOR} -q --seed {seed}"))
        .status(3);
    cli.stderr(&format!(
        "error: the seed {seed} cannot be applied\n{words}"
    ))
    .run();
}

fn pem() -> String {
    use base64::Engine as _;
    let key = clerk_rs_cli::emulator::mint::new_signing_key().unwrap();
    let key = base64::engine::general_purpose::STANDARD.encode(key);
    format!("-----BEGIN PRIVATE KEY-----\n{key}\n-----END PRIVATE KEY-----\n")
}

#[test]
fn a_seed_is_told_applied_once_and_what_is_wrong_with_it_is_named() {
    let sandbox = with_local_keys("exit 9");
    refused(
        &sandbox,
        "none.toml",
        "  because: No such file or directory (os error 2)\n  \
         help: name a file with --seed; docs/emulator.md shows one\n",
    );
    fs::write(
        sandbox.path("bad.toml"),
        "[[users]]\n\nusername = \"ada\"\n",
    )
    .unwrap();
    refused(
        &sandbox,
        "bad.toml",
        "  because: line 3: users/ada: `username`: Your username must be between 4 and 64 characters long.\n  \
         help: correct that line; until then nothing of the seed is applied\n",
    );
    fs::write(sandbox.path("seed.toml"), SEED).unwrap();
    refused(
        &sandbox,
        "seed.toml",
        "  because: No such file or directory (os error 2)\n  \
         help: its path is seen from the folder of the seed\n",
    );
    fs::write(sandbox.path("signing.pem"), pem()).unwrap();
    fs::create_dir(sandbox.path("seeds")).unwrap();
    let away = sandbox.path("signing.pem");
    for name in ["../signing.pem", away.to_str().unwrap(), "/dev/zero", "."] {
        let seed = SEED.replace("signing.pem", name);
        fs::write(sandbox.path("seeds/seed.toml"), seed).unwrap();
        refused(
            &sandbox,
            "seeds/seed.toml",
            "  because: its `signing_key` is no file in the seed's folder, or below it\n  \
             help: a seed may be somebody else's: copy the key beside it\n",
        );
    }
    for said in ["seed: 1 user, 1 organization", "seed: 2 there before"] {
        let words = format!("{EMULATOR} --seed seed.toml");
        let mut running = Running::start(&sandbox, &words);
        running.until(said);
        running.until("Ctrl-C ends it");
        running.signal(Signal::INT);
        running.end();
    }
}

#[test]
fn the_report_of_the_emulator_that_runs_is_told() {
    let sandbox = with_local_keys("exit 9");
    let nobody = SEED.split_once('\n').unwrap().1;
    fs::write(sandbox.path("seed.toml"), nobody).unwrap();
    let words = format!("{EMULATOR} --deterministic 7 --seed seed.toml");
    let mut running = Running::start(&sandbox, &words);
    running.until("Ctrl-C ends it");
    let text = "  test-address  users have addresses with +clerk_test, whose code is 424242 (1x)\n      \
                keep them to tests: in production test mode is off, and they get a mail like everybody\n";
    sandbox.cli("emulator report").stdout(text).run();
    let told = sandbox
        .cli("emulator report --clear --json")
        .any_stdout()
        .run();
    let told: Value = serde_json::from_str(&told).unwrap();
    assert_eq!(told["schema"], "clerk-rs.emulator-report/1");
    assert_eq!(told["findings"][0]["id"], "test-address");
    assert_eq!(told["findings"][0]["at"], 1_893_456_000_000_i64);
    running.signal(Signal::INT);
    running.end();
    sandbox.cli("emulator report").status(3).any_stderr().run();
}
