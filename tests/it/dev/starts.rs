//! What is started, and what the app is told.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};

use rustix::process::Signal;

use super::running::{Running, with_local_keys, with_real_keys};
use crate::support::mode;

const TELLS: &str = r#"
echo "$PORT|$CLERK_API_URL|$CLERK_FAPI_URL|$CLERK_PROXY_URL" > told
echo "Ready: http://127.0.0.1:$PORT"
exec sleep 1000"#;

fn ask(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn with_local_keys_the_app_is_told_where_its_emulator_is() {
    let sandbox = with_local_keys(TELLS);
    let mut running = Running::start(&sandbox, "dev --offline");
    let ready = running.until("ready in");
    running.until("Sign up with name+clerk_test@example.com and code 424242");
    assert!(
        running
            .said
            .contains("warning: Clerk's browser libraries are not in the cache"),
        "{}",
        running.said
    );
    assert!(
        running
            .said
            .contains("`clerk-rs emulator fetch` fills the cache"),
        "{}",
        running.said
    );
    assert!(
        !running.said.contains("Ready: "),
        "one address is enough: {}",
        running.said
    );
    let told = sandbox.read("told");
    let told: Vec<_> = told.trim().split('|').collect();
    let port = ready.split("http://localhost:").nth(1).unwrap();
    assert!(
        !port.starts_with(&format!("{} ", told[0])),
        "browsers know the front's port: {ready}"
    );
    assert_eq!(told[3], "/__clerk");
    let api = told[1].strip_prefix("http://").unwrap();
    let address = told[2].strip_prefix("http://").unwrap();
    // The project's `.env` still names one address for both.
    assert_ne!(api, address);
    assert!(
        running.said.contains(&format!("{api}  its Backend API")),
        "{}",
        running.said
    );
    let answer = ask(api, "/v1/jwks");
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
    let answer = ask(address, "/v1/environment");
    assert!(
        answer.starts_with("HTTP/1.1 200 ") && answer.contains("orchard"),
        "{answer}"
    );
    assert_eq!(mode(&sandbox.path(".clerk/emulator.json")), 0o600);
    running.signal(Signal::INT);
    running.end();
    TcpStream::connect(address).unwrap_err();
    TcpStream::connect(api).unwrap_err();
}

#[test]
fn with_real_keys_the_app_runs_alone() {
    let sandbox = with_real_keys(TELLS);
    let mut running = Running::start(&sandbox, "dev");
    running.until("brave-otter-7.clerk.accounts.dev: no emulator is needed");
    running.until("ready in");
    assert!(sandbox.read("told").ends_with("|||\n"));
    assert!(!sandbox.path(".clerk/emulator.json").exists());
    running.signal(Signal::INT);
    running.end();
}

/// An app of somebody's own says nothing of the kind.
#[test]
fn an_app_without_a_ready_line_is_asked() {
    let sandbox = with_real_keys("echo \"listening on $PORT\"; exec sleep 1000");
    let mut running = Running::start(&sandbox, "dev");
    let line = running.until("listening on");
    let port: u16 = line.split_whitespace().last().unwrap().parse().unwrap();
    let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
    let server = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 512];
        let length = stream.read(&mut request).unwrap();
        stream.write_all(b"HTTP/1.1 404 Not Found\r\n\r\n").unwrap();
        String::from_utf8_lossy(&request[..length]).into_owned()
    });
    running.until("ready in");
    assert!(
        server
            .join()
            .unwrap()
            .starts_with("GET /healthz HTTP/1.1\r\n")
    );
    running.signal(Signal::INT);
    assert_eq!(running.end().1, 130);
}

#[test]
fn an_api_is_asked_with_a_token() {
    let sandbox = with_local_keys(TELLS);
    let manifest = "[package]\nname = \"orchard\"\n[package.metadata.clerk-rs]\nversion = \"0.2.0\"\n\
                    framework = \"axum\"\ntemplate = \"api\"\ncore = \"0.2.0\"\ncore-mode = \"copy\"\n";
    fs::write(sandbox.path("Cargo.toml"), manifest).unwrap();
    let mut running = Running::start(&sandbox, "dev --offline");
    running.until("Bearer $(clerk-rs token mint)\" http://localhost:");
    assert!(!running.said.contains("Sign up"), "{}", running.said);
    running.signal(Signal::INT);
    running.end();
}

#[test]
fn a_folder_within_the_project_will_do() {
    let sandbox = with_real_keys("pwd; exit 0");
    let cli = sandbox
        .cli("dev")
        .folder(&sandbox.path("src"))
        .var("PORT", "0");
    let output = cli.output();
    let said = String::from_utf8(output.stderr).unwrap();
    let folder = sandbox.path("").canonicalize().unwrap();
    assert!(
        said.contains(&format!("app       {}\n", folder.display())),
        "{said}"
    );
}

#[test]
fn open_hands_the_address_to_the_systems_opener() {
    let sandbox =
        with_real_keys("echo Ready: http://x; while [ ! -s opened ]; do sleep 0.05; done; exit 0");
    let opener = if cfg!(target_os = "macos") {
        "open"
    } else {
        "xdg-open"
    };
    sandbox.program(opener, "echo \"$1\" > opened");
    let mut running = Running::start(&sandbox, "dev --open");
    let ready = running.until("ready in");
    assert_eq!(running.end().1, 0);
    let opened = sandbox.read("opened");
    assert!(
        ready.contains(opened.trim()) && opened.starts_with("http://localhost:"),
        "{opened}"
    );
}
