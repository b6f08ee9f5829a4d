//! A front end with a server of its own beside the app: one address for both, and one end.

use std::fs;
use std::net::TcpListener;

use rustix::process::Signal;
use serde_json::{Value, json};

use super::apps::{App, BROWSER, SAYS_READY, Wire, get, send};
use super::running::{REAL_KEYS, Running, is_gone, pid, project, until};
use crate::support::Sandbox;

/// Leaves the port to the test, which listens there. Ends with the test's folder, at the latest.
const NPM: &str = r#"
echo "npm $*" >> calls
case "$1" in
ci | install) mkdir node_modules; echo "added 34 packages" ;;
run)
  echo $$ > pid
  echo "> web@0.0.0 dev"
  echo "  Local: http://127.0.0.1:$6/"
  echo "ready to serve"
  echo "$6" > port.new
  mv port.new port
  while [ -e pid ] && [ ! -e over ]; do sleep 0.02; done
  exit 9 ;;
esac"#;
const PLAIN: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const PAGE: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 22\r\n\r\n<!doctype html><p>hi\r\n";

/// A project whose app, and whose front end's server, are the test.
fn with_front_end(npm: &str) -> Sandbox {
    let sandbox = project(REAL_KEYS, SAYS_READY);
    let manifest = "[package]\nname = \"orchard\"\n[package.metadata.clerk-rs-dev]\nfront-end = \"web\"\n\
                    server-paths = [\"/api\"]\n";
    fs::write(sandbox.path("Cargo.toml"), manifest).unwrap();
    fs::create_dir(sandbox.path("web")).unwrap();
    fs::write(sandbox.path("web/package-lock.json"), "{}").unwrap();
    sandbox.program("npm", npm);
    sandbox
}

/// The front end's server, once it has said its port.
fn listen(sandbox: &Sandbox) -> TcpListener {
    until(|| sandbox.path("web/port").exists());
    let port: u16 = sandbox.read("web/port").trim().parse().unwrap();
    TcpListener::bind(("127.0.0.1", port)).unwrap()
}

fn request(server: &TcpListener) -> Wire {
    let mut wire = Wire::of(server.accept().unwrap().0);
    wire.head = wire.until("\r\n\r\n");
    wire
}

#[test]
fn its_packages_are_fetched_once_and_its_server_gets_what_is_not_the_apps() {
    let sandbox = with_front_end(NPM);
    let app = App::next(&sandbox);
    let mut running = Running::start(&sandbox, "dev --watch");
    let address = running.address();
    let server = listen(&sandbox);
    let said = &running.said;
    assert!(
        said.contains("front end its packages are fetched, once: npm ci\n"),
        "{said}"
    );
    assert!(said.contains("front end added 34 packages\n"), "{said}");
    // Which of the two is ready first is open.
    if !running.said.contains("front end ready to serve") {
        running.until("front end ready to serve");
    }
    // Whoever opens that would get pages without their API.
    assert!(!running.said.contains("127.0.0.1"), "{}", running.said);
    assert!(!running.said.contains("> web"), "{}", running.said);

    for path in ["/api", "/api/me?a=b", "/__clerk/v1/client", "/healthz"] {
        let mut browser = send(&address, &format!("GET {path}"), "");
        app.request().say(PLAIN);
        assert!(browser.rest().ends_with("ok"), "{path}");
    }
    for path in ["/src/main.tsx?t=1", "/apiary", "/", "/dashboard"] {
        let mut browser = send(&address, &format!("GET {path}"), BROWSER);
        let mut asked = request(&server);
        assert!(
            asked.head.starts_with(&format!("GET {path} HTTP/1.1\r\n")),
            "{}",
            asked.head
        );
        assert!(
            asked
                .head
                .to_lowercase()
                .contains(&format!("host: {address}"))
        );
        asked.say(PAGE);
        // The bundler shows changes in its own way.
        assert!(!browser.rest().contains("reload.js"), "{path}");
    }
    running.signal(Signal::INT);
    running.end_in(|said| {
        assert!(said.contains("GET /api/me 200"), "{said}");
        assert!(!said.contains("GET /apiary"), "{said}");
    });

    fs::remove_file(sandbox.path("port")).unwrap();
    let _app = App::next(&sandbox);
    let mut running = Running::start(&sandbox, "dev");
    running.address();
    let calls = sandbox.read("web/calls");
    let calls: Vec<_> = calls
        .lines()
        .map(|line| line.split(' ').nth(1).unwrap())
        .collect();
    assert_eq!(calls, ["ci", "run", "run"]);
}

#[test]
fn its_web_socket_goes_through() {
    let sandbox = with_front_end(NPM);
    App::next(&sandbox).answer_all(PLAIN);
    let mut running = Running::start(&sandbox, "dev");
    let address = running.address();
    let server = listen(&sandbox);
    let mut browser = Wire::to(&address);
    browser.say(&format!(
        "GET /?token=x HTTP/1.1\r\nHost: {address}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Protocol: vite-hmr\r\n\r\n"
    ));
    let mut asked = request(&server);
    assert!(
        asked.head.to_lowercase().contains("upgrade: websocket"),
        "{}",
        asked.head
    );
    asked.say(
        "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    );
    browser.until("\r\n\r\n");
    browser.say("to the server");
    asked.until("to the server");
    asked.say("to the browser");
    browser.until("to the browser");
}

/// A page without its API would only show errors, so the browser sees the compiler's.
#[test]
fn while_there_is_no_app_pages_say_so_and_all_else_is_answered() {
    let sandbox = with_front_end(NPM);
    fs::write(sandbox.path("src/main.rs"), "broken").unwrap();
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let dev = sandbox.cli("dev --watch").with_programs_behind();
    let mut running = Running::of(dev.var("PORT", &port.to_string()).spawn());
    running.until("waiting for a change");
    let server = listen(&sandbox);
    let address = format!("localhost:{port}");
    let page = get(&address, "/dashboard", BROWSER);
    assert!(page.contains("expected &lt;semicolon&gt;"), "{page}");
    let mut script = send(&address, "GET /src/main.tsx", "");
    request(&server).say(PLAIN);
    assert!(script.rest().ends_with("ok"));
    assert!(get(&address, "/api/me", "").starts_with("HTTP/1.1 503 "));
}

#[test]
fn it_ends_with_everything_and_everything_with_it() {
    let sandbox = with_front_end(NPM);
    App::next(&sandbox).answer_all(PLAIN);
    let mut running = Running::start(&sandbox, "dev");
    running.address();
    listen(&sandbox);
    running.signal(Signal::INT);
    running.end();
    assert!(is_gone(pid(&sandbox, "web/pid")));

    let mut running = Running::start(&sandbox, "dev --watch");
    running.address();
    fs::write(sandbox.path("web/over"), "").unwrap();
    running.until("front end its server ended with exit code 9");
    running.until("Ending");
    assert_eq!(running.end(), (String::new(), 9));
}

#[test]
fn what_is_missing_is_said_before_anything_is_built() {
    let refused = |sandbox: &Sandbox, error: &str| {
        let dev = sandbox.cli("dev").with_programs_behind().var("PORT", "0");
        dev.status(3).stderr(error).run();
        assert!(!sandbox.path("starts").exists());
    };
    let failing = with_front_end("echo 'npm error network'; exit 1");
    refused(
        &failing,
        "  front end its packages are fetched, once: npm ci\n  front end npm error network\n\
         error: the front end's packages could not be fetched\n  because: `npm ci` failed in [WORK]/web\n  \
         help: what it printed says why; run it there yourself, then start again\n",
    );
    let told = failing
        .cli("dev --json -q")
        .with_programs_behind()
        .var("PORT", "0");
    let said = "  front end npm error network\n";
    let told = told.status(3).stderr(said).any_stdout().run();
    let told: Vec<Value> = told
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(
        (&told[0]["type"], &told[0]["command"]),
        (&json!("packages"), &json!("npm ci"))
    );
    assert_eq!(
        (&told[1]["of"], &told[1]["text"]),
        (&json!("front-end"), &json!("npm error network"))
    );
    assert_eq!(told[2]["error"]["code"], "packages-not-fetched");
    let absent = with_front_end(NPM);
    fs::rename(absent.path("web"), absent.path("frontend")).unwrap();
    refused(
        &absent,
        "error: there is no front end in [WORK]/web\n  because: `front-end` in Cargo.toml, \
         [package.metadata.clerk-rs-dev], names that folder\n  help: correct it there, or take the table out\n",
    );
    let odd = with_front_end(NPM);
    fs::write(
        odd.path("Cargo.toml"),
        "[package.metadata.clerk-rs-dev]\nfrontend = \"web\"\n",
    )
    .unwrap();
    refused(
        &odd,
        "error: [package.metadata.clerk-rs-dev] in Cargo.toml cannot be used\n  because: unknown field `frontend`, \
         expected `front-end` or `server-paths`\n  help: it has two entries, such as front-end = \"web\" and \
         server-paths = [\"/api\"]\n",
    );
    let without = with_front_end(NPM);
    let nowhere = without.path("src").display().to_string();
    let dev = without.cli("dev").var("PATH", &nowhere).var("PORT", "0");
    dev.status(3)
        .stderr(
            "  front end its packages are fetched, once: npm ci\nerror: npm is not installed\n  because: it is not in \
             PATH\n  help: install Node from https://nodejs.org; the front end is built with it\n",
        )
        .run();
}
