//! The two servers an app may talk to, on loopback: a Backend API with one user, and a Frontend
//! API that answers with the request it received. They end with the test's process.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

use serde_json::json;

pub struct Server {
    pub origin: String,
}

struct Received {
    line: String,
    target: String,
    headers: Vec<(String, String)>,
    body: String,
}

impl Received {
    fn header(&self, name: &str) -> &str {
        self.headers
            .iter()
            .find(|(other, _)| other == name)
            .map_or("", |(_, value)| value)
    }
}

/// An address where nobody listens.
pub fn closed_origin() -> String {
    // Port 9 is "discard"; nothing in a test listens below 1024.
    "http://127.0.0.1:9".to_owned()
}

/// Knows the key set, one user, the handshake of another, and tokens of programs; nobody without the secret key.
pub fn backend(key_set: String, eve: &str, secret: &str) -> Server {
    let handed =
        json!({"directives": [format!("__session={eve}; Path=/; SameSite=Lax")]}).to_string();
    let credential = format!("Bearer {secret}");
    serve(move |request, _| {
        if request.header("authorization") != credential {
            let error = json!({"errors": [{"code": "clerk_key_invalid", "message": "The provided Clerk Secret Key is invalid."}]});
            return answer(401, &[], &error.to_string());
        }
        match request.target.as_str() {
            "/v1/jwks" => answer(200, &[], &key_set),
            "/v1/users/user_2q7orchard" => answer(200, &[], &user()),
            "/api_keys/verify"
            | "/m2m_tokens/verify"
            | "/oauth_applications/access_tokens/verify" => checked(&request.body),
            "/v1/clients/handshake_payload?nonce=of_eve" => answer(200, &[], &handed),
            _ => answer(
                404,
                &[],
                &json!({"errors": [{"code": "resource_not_found", "message": "not found"}]})
                    .to_string(),
            ),
        }
    })
}

/// Echoes what the proxy sent; the right secret key shows as words only.
pub fn upstream(strangers_key_set: String, secret: &str) -> Server {
    let secret = secret.to_owned();
    serve(move |request, own| match request.target.as_str() {
        "/v1/cookies" => answer(
            200,
            &[
                "set-cookie: __client=abc; Path=/; HttpOnly",
                "set-cookie: __client_uat=1; Path=/",
            ],
            "{}",
        ),
        "/v1/redirect" => answer(307, &[&format!("location: {own}/v1/elsewhere")], ""),
        "/v1/teapot" => answer(418, &[], "short and stout"),
        "/.well-known/jwks.json" => answer(200, &[], &strangers_key_set),
        _ => {
            let headers: String = request
                .headers
                .iter()
                .map(|(name, value)| format!("{name}: {value}\n"))
                .collect();
            let headers = headers.replace(&secret, "[the secret key]");
            answer(
                200,
                &[],
                &format!("{}\n{headers}\n{}", request.line, request.body),
            )
        }
    })
}

/// What Clerk says of a token of a program.
fn checked(body: &str) -> String {
    let body: serde_json::Value = serde_json::from_str(body).unwrap_or_default();
    let token = ["secret", "token", "access_token"].map(|name| body[name].as_str());
    let token = token.into_iter().flatten().next().unwrap_or_default();
    let (subject, scope) = match token {
        "ak_reader" | "ak_revoked" => ("user_2q7orchard", "reports:read"),
        "ak_plain" => ("org_2q7orchard", "other"),
        "ak_of_machine" => ("mch_2q7orchard", "reports:read"),
        "mt_for_us" => ("mch_2q7sender", "mch_2q7orchard"),
        "mt_for_another" => ("mch_2q7sender", "mch_2q7other"),
        "oat_client" => ("user_2q7orchard", "profile"),
        "ak_limited" => return answer(429, &["retry-after: 7"], r#"{"errors":[]}"#),
        _ => return answer(404, &[], r#"{"errors":[]}"#),
    };
    let is_revoked = token == "ak_revoked";
    let found = json!({"id": "x", "subject": subject, "scopes": [scope], "revoked": is_revoked});
    answer(200, &[], &found.to_string())
}

fn user() -> String {
    json!({
        "id": "user_2q7orchard", "object": "user", "first_name": "Pomona", "last_name": null,
        "primary_email_address_id": "idn_1", "email_addresses": [{"id": "idn_1", "email_address": "pomona@orchard.example"}],
        "public_metadata": {}, "a_member_of_next_year": {"kind": "unheard_of"},
    })
    .to_string()
}

fn answer(status: u16, headers: &[&str], body: &str) -> String {
    let headers: String = headers.iter().map(|line| format!("{line}\r\n")).collect();
    let kind = if body.starts_with('{') {
        "application/json"
    } else {
        "text/plain"
    };
    let length = body.len();
    format!(
        "HTTP/1.1 {status} Some\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\nconnection: close\r\n{headers}\r\n{body}"
    )
}

fn serve(respond: impl Fn(&Received, &str) -> String + Send + Sync + 'static) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let origin = format!("http://{}", listener.local_addr().unwrap());
    let respond = Arc::new(respond);
    let own = origin.clone();
    std::thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            let (respond, own) = (Arc::clone(&respond), own.clone());
            std::thread::spawn(move || {
                let _ = one(stream, |request| respond(request, &own));
            });
        }
    });
    Server { origin }
}

fn one(mut stream: TcpStream, respond: impl Fn(&Received) -> String) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut headers = Vec::new();
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let Some((name, value)) = header.trim_end().split_once(':') else {
            break;
        };
        headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    let target = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut request = Received {
        line: line.trim_end().to_owned(),
        target,
        headers,
        body: String::new(),
    };
    request.body = if request.header("transfer-encoding") == "chunked" {
        chunks(&mut reader)?
    } else {
        let mut body = vec![0; request.header("content-length").parse().unwrap_or(0)];
        reader.read_exact(&mut body)?;
        String::from_utf8_lossy(&body).into_owned()
    };
    stream.write_all(respond(&request).as_bytes())
}

fn chunks(reader: &mut BufReader<TcpStream>) -> std::io::Result<String> {
    let mut body = Vec::new();
    loop {
        let mut size = String::new();
        reader.read_line(&mut size)?;
        let size = usize::from_str_radix(size.trim(), 16).unwrap_or(0);
        let mut chunk = vec![0; size + 2];
        reader.read_exact(&mut chunk)?;
        if size == 0 {
            return Ok(String::from_utf8_lossy(&body).into_owned());
        }
        body.extend_from_slice(&chunk[..size]);
    }
}
