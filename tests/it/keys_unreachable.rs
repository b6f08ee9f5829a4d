//! Nobody answers, or somebody who cannot prove who they are: exit 3, a sentence for each cause, never "invalid".

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::thread;

use rcgen::{CertificateParams, CertifiedIssuer, Issuer, KeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::{ServerConfig, ServerConnection, Stream};
use serde_json::{Value, json};

use crate::support::clerk::{Clerk, SECRET, Signer, TEST, json_answer};
use crate::support::{Cli, Sandbox};

const ID: &str = "ins_2q7brave";

fn project<'a>(sandbox: &'a Sandbox, words: &str, api: &str, public: &str) -> Cli<'a> {
    sandbox
        .cli(words)
        .var("CLERK_PUBLISHABLE_KEY", TEST)
        .var("CLERK_SECRET_KEY", SECRET)
        .var("CLERK_API_URL", api)
        .var("CLERK_FAPI_URL", public)
}

/// Runs it both ways and compares id, sentence and advice of the secret key; ports read 12345.
#[track_caller]
fn told(change: impl Fn(Cli<'_>) -> Cli<'_>, api: &str, id: &str, detail: &str, help: &str) {
    let clerk = Clerk::new();
    clerk.get(
        "/.well-known/jwks.json",
        json_answer(200, &Signer::new(ID).key_set()),
    );
    let sandbox = Sandbox::new();
    let run = |words| {
        let cli = change(project(&sandbox, words, api, &clerk.url()));
        let said = cli.status(3).any_stdout().run();
        match api.rsplit_once(':') {
            Some((_, port)) if port.len() == 5 => said.replace(port, "12345"),
            _ => said,
        }
    };
    let json: Value = serde_json::from_str(&run("keys check --online --timeout 2 --json")).unwrap();
    let found = &json["findings"][1];
    assert_eq!(found["id"], format!("secret-key-{id}"), "{json:#}");
    assert_eq!(found["verdict"], "unknown");
    assert_eq!(found["detail"], detail);
    assert_eq!(found["help"], help);
    assert_eq!(json["ok"], false);
    assert_eq!(
        json["error"],
        json!({ "code": format!("secret-key-{id}"), "message": detail, "help": help })
    );
    let words = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = run("keys check --online --timeout 2");
    let said = format!("? secret sk_test_…x9Qf environment {detail} help: {help}");
    assert!(words(&text).contains(&said), "{said}\n{text}");
    assert!(!text.contains("invalid"), "{text}");
}

fn same(cli: Cli<'_>) -> Cli<'_> {
    cli
}

#[test]
fn a_name_that_nobody_knows() {
    told(
        same,
        "https://nobody.test",
        "name-not-resolved",
        "could not reach nobody.test: its name could not be resolved",
        "check the network and the spelling of the host",
    );
}

#[test]
fn a_port_on_which_nobody_listens() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    told(
        same,
        &format!("http://127.0.0.1:{port}"),
        "connection-refused",
        "could not reach 127.0.0.1:12345: the connection was refused",
        "if it is the emulator, `clerk-rs dev` starts it; else check that it runs and that the port is right",
    );
}

/// Takes connections and does this with each.
fn server(answer: impl Fn(TcpStream) + Send + Sync + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let answer = Arc::new(answer);
    thread::spawn(move || {
        for connection in listener.incoming() {
            let answer = Arc::clone(&answer);
            thread::spawn(move || answer(connection.unwrap()));
        }
    });
    address
}

/// Until the other side has had enough.
fn drain(mut connection: &TcpStream) {
    let mut bytes = [0; 1024];
    while matches!(connection.read(&mut bytes), Ok(1..)) {}
}

#[test]
fn a_server_that_says_nothing() {
    let address = server(|connection| drain(&connection));
    told(
        same,
        &format!("http://{address}"),
        "timed-out",
        "could not reach 127.0.0.1:12345: no answer came in time",
        "try again, or allow more time with --timeout",
    );
}

/// One byte at a time, for ever: the limit is for all of it.
#[test]
fn a_server_that_drips() {
    let address = server(|mut connection| {
        let mut asked = [0; 1024];
        let _ = connection.read(&mut asked);
        let _ = connection.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        connection
            .set_read_timeout(Some(std::time::Duration::from_millis(20)))
            .unwrap();
        while connection.write_all(b"1\r\n \r\n").is_ok() {
            // Waits for a while, or until the other side hangs up.
            if matches!(connection.read(&mut asked), Ok(0)) {
                break;
            }
        }
    });
    told(
        same,
        &format!("http://{address}"),
        "timed-out",
        "could not reach 127.0.0.1:12345: no answer came in time",
        "try again, or allow more time with --timeout",
    );
}

#[test]
fn a_server_that_floods() {
    let address = server(|mut connection| {
        let mut asked = [0; 1024];
        let _ = connection.read(&mut asked);
        let _ = connection.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        while connection.write_all(&[b'x'; 65536]).is_ok() {}
    });
    told(
        same,
        &format!("http://{address}"),
        "answer-too-large",
        "could not reach 127.0.0.1:12345: its answer is larger than 262144 bytes",
        "something else than Clerk may answer there: check the address and the proxy",
    );
}

#[test]
fn a_server_that_hangs_up() {
    let address = server(|mut connection| {
        let mut asked = [0; 1024];
        let _ = connection.read(&mut asked);
    });
    told(
        same,
        &format!("http://{address}"),
        "answer-broken",
        "could not reach 127.0.0.1:12345: its answer broke off (connection closed before message completed)",
        "something else than Clerk may answer there: check the address and the proxy",
    );
}

/// An authority of the test's own, and a server with a certificate by it for this host.
struct Tls {
    authority: String,
    config: Arc<ServerConfig>,
}

impl Tls {
    fn new(host: &str, change: impl Fn(&mut CertificateParams)) -> Self {
        let mut params = CertificateParams::new(Vec::new()).unwrap();
        let name = format!("authority of {host}");
        params
            .distinguished_name
            .push(rcgen::DnType::CommonName, name);
        params.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let key = KeyPair::generate().unwrap();
        let mut params = CertificateParams::new(vec![host.to_owned()]).unwrap();
        change(&mut params);
        let issuer: &Issuer<'_, KeyPair> = &authority;
        let certificate = params.signed_by(&key, issuer).unwrap();
        let private = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        // Named, because both libraries are linked here.
        let library = rustls::crypto::aws_lc_rs::default_provider();
        let config = ServerConfig::builder_with_provider(Arc::new(library))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], private)
            .unwrap();
        Self {
            authority: authority.pem(),
            config: Arc::new(config),
        }
    }

    /// Answers every request with this body.
    fn serve(&self, body: String) -> String {
        let config = Arc::clone(&self.config);
        server(move |mut socket| {
            let mut connection = ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut stream = Stream::new(&mut connection, &mut socket);
            let mut asked = [0; 4096];
            if matches!(stream.read(&mut asked), Ok(1..)) {
                let length = body.len();
                let head = format!(
                    "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n"
                );
                let _ = stream.write_all(format!("{head}{body}").as_bytes());
                connection.send_close_notify();
                let _ = connection.complete_io(&mut socket);
            }
        })
    }
}

const INSPECTED: &str = "if your company inspects TLS, name its certificate in SSL_CERT_FILE; else do not trust this network";

#[test]
fn a_certificate_that_nobody_signed() {
    let tls = Tls::new("127.0.0.1", |_| {});
    let other = Tls::new("127.0.0.2", |_| {});
    let address = tls.serve("{}".to_owned());
    let sandbox = Sandbox::new();
    std::fs::write(sandbox.path("other.pem"), other.authority).unwrap();
    let store = sandbox.path("other.pem");
    told(
        |cli| cli.var("SSL_CERT_FILE", store.to_str().unwrap()),
        &format!("https://{address}"),
        "tls-failed",
        "could not reach 127.0.0.1:12345: no secure connection could be made: its certificate is from nobody this \
         machine trusts",
        INSPECTED,
    );
}

#[test]
fn a_certificate_for_another_host_or_another_time() {
    type Change = fn(&mut CertificateParams);
    let (late, early): (Change, Change) = (
        |params| params.not_after = rcgen::date_time_ymd(2020, 1, 1),
        |params| params.not_before = rcgen::date_time_ymd(2090, 1, 1),
    );
    let clock = "check this machine's clock";
    for (host, change, fault, help) in [
        (
            "clerk.example",
            (|_| {}) as Change,
            "its certificate is for another host",
            INSPECTED,
        ),
        (
            "127.0.0.1",
            late,
            "its certificate has expired, or this machine's clock is wrong",
            clock,
        ),
        (
            "127.0.0.1",
            early,
            "its certificate is not valid yet, or this machine's clock is wrong",
            clock,
        ),
    ] {
        let tls = Tls::new(host, change);
        let address = tls.serve("{}".to_owned());
        let sandbox = Sandbox::new();
        std::fs::write(sandbox.path("ca.pem"), &tls.authority).unwrap();
        let store = sandbox.path("ca.pem");
        told(
            |cli| cli.var("SSL_CERT_FILE", store.to_str().unwrap()),
            &format!("https://{address}"),
            "tls-failed",
            &format!(
                "could not reach 127.0.0.1:12345: no secure connection could be made: {fault}"
            ),
            help,
        );
    }
}

#[test]
fn a_certificate_by_a_trusted_authority_is_accepted() {
    let tls = Tls::new("127.0.0.1", |_| {});
    let address = tls.serve(Signer::new(ID).key_set().to_string());
    let sandbox = Sandbox::new();
    std::fs::write(sandbox.path("ca.pem"), &tls.authority).unwrap();
    let url = format!("https://{address}");
    let said = project(&sandbox, "keys check --online", &url, &url)
        .var("SSL_CERT_FILE", sandbox.path("ca.pem").to_str().unwrap())
        .any_stdout()
        .run();
    assert!(said.contains("both keys are of ins_2q7brave"), "{said}");
}

#[test]
fn a_server_that_speaks_no_tls() {
    let address = server(|mut connection| {
        let mut asked = [0; 1024];
        let _ = connection.read(&mut asked);
        let _ = connection.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
    });
    told(
        same,
        &format!("https://{address}"),
        "tls-failed",
        "could not reach 127.0.0.1:12345: no secure connection could be made: what answers there does not speak TLS \
         as it should",
        "check the address and its port",
    );
}

#[test]
fn a_machine_without_certificates() {
    let sandbox = Sandbox::new();
    std::fs::write(sandbox.path("empty.pem"), "").unwrap();
    let store = sandbox.path("empty.pem");
    told(
        |cli| cli.var("SSL_CERT_FILE", store.to_str().unwrap()),
        "https://api.clerk.com",
        "no-ca-certificates",
        "could not reach api.clerk.com: this machine has no CA certificates to check it by",
        "install the package ca-certificates, or set SSL_CERT_FILE",
    );
}

#[test]
fn a_proxy_that_is_not_there_or_says_no() {
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let says = |answer: &'static str| {
        server(move |mut connection| {
            let mut asked = [0; 1024];
            let _ = connection.read(&mut asked);
            let _ = connection.write_all(answer.as_bytes());
        })
    };
    let no = says("HTTP/1.1 403 Forbidden\r\n\r\n");
    let who = says("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    for (proxy, fault) in [
        (closed.to_string(), "could not be reached"),
        (no, "did not let the request through"),
        (who, "asks for a name and password"),
    ] {
        told(
            |cli| cli.var("HTTPS_PROXY", &format!("http://me:hidden@{proxy}")),
            "https://api.clerk.com",
            "proxy-failed",
            &format!("could not reach api.clerk.com: the proxy {proxy} {fault}"),
            "check HTTPS_PROXY; NO_PROXY names hosts to reach without it",
        );
    }
}

/// The emulator is on this machine, and a proxy is not.
#[test]
fn a_proxy_is_not_asked_for_this_machine() {
    let clerk = Clerk::of(&Signer::new(ID), "https://brave-otter-7.clerk.accounts.dev");
    let sandbox = Sandbox::new();
    let said = clerk
        .cli(&sandbox, "keys check --online")
        .var("HTTP_PROXY", "http://127.0.0.1:9")
        .var("HTTPS_PROXY", "http://127.0.0.1:9")
        .any_stdout()
        .run();
    assert!(said.contains("both keys are of ins_2q7brave"), "{said}");
}

#[test]
fn a_key_server_that_is_gone_says_which_way() {
    for (key, help) in [
        (
            TEST,
            "check the network; if that works, the development instance was deleted or the key is mistyped",
        ),
        (
            "pk_live_Y2xlcmsub3JjaGFyZC5pbnZhbGlkJA",
            "check the network; if that works, the instance's DNS records are not set: Clerk's dashboard, Domains",
        ),
    ] {
        let sandbox = Sandbox::new();
        let json = sandbox
            .cli("keys check --online --json --timeout 5")
            .var("CLERK_PUBLISHABLE_KEY", key)
            .var("HTTPS_PROXY", "")
            .status(3)
            .any_stdout()
            .run();
        let json: Value = serde_json::from_str(&json).unwrap();
        let findings = json["findings"].as_array().unwrap();
        let found = findings
            .iter()
            .find(|finding| finding["subject"] == "key server")
            .unwrap();
        assert_eq!(found["id"], "key-server-name-not-resolved", "{json:#}");
        assert_eq!(found["help"], help);
    }
}
