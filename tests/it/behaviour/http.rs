//! An HTTP/1.1 client that sends what it is told, also what no library would let through.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use super::answer::Answer;

/// How long an attack that a server need not answer is given.
const GLANCE: Duration = Duration::from_millis(200);

/// Longer than any answer of an app, the three tries of a key fetch included.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Default)]
pub struct Request {
    pub method: String,
    pub target: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
    /// All of it as it goes over the wire, in place of what the others make.
    pub raw: Option<Vec<u8>>,
    /// A server may wait for more of it, or hang up.
    pub may_be_silent: bool,
}

impl Request {
    fn as_bytes(&self) -> Vec<u8> {
        match &self.raw {
            Some(raw) => raw.clone(),
            None => self.as_text().into_bytes(),
        }
    }

    fn as_text(&self) -> String {
        let mut text = format!("{} {} HTTP/1.1\r\n", self.method, self.target);
        let mut connection = false;
        for (name, value) in &self.headers {
            connection |= name == "connection";
            text += &format!("{name}: {value}\r\n");
        }
        if !connection {
            text += "connection: close\r\n";
        }
        if !self.body.is_empty() || self.method == "POST" {
            text += &format!("content-length: {}\r\n", self.body.len());
        }
        text + "\r\n" + &self.body
    }
}

/// Sends one request on a connection of its own and reads the whole answer.
pub fn send(address: &str, request: &Request) -> Result<Answer, String> {
    let mut stream =
        TcpStream::connect(address).map_err(|error| format!("no connection: {error}"))?;
    stream
        .set_read_timeout(Some(if request.may_be_silent {
            GLANCE
        } else {
            PATIENCE
        }))
        .map_err(|error| error.to_string())?;
    exchange(&mut stream, request)
}

/// The same on a connection that is there.
pub fn exchange(stream: &mut (impl Read + Write), request: &Request) -> Result<Answer, String> {
    // A server may answer and close before it read a request it dislikes: the answer counts.
    let written = stream.write_all(&request.as_bytes());
    let mut bytes = Vec::new();
    let read = stream.read_to_end(&mut bytes);
    if bytes.is_empty() && request.may_be_silent {
        return Ok(Answer::SILENCE);
    }
    if bytes.is_empty() {
        return Err(format!("no answer (sent: {written:?}, received: {read:?})"));
    }
    match request.raw {
        None => Answer::parse(&bytes, request.method == "HEAD"),
        Some(_) => Answer::first_of(&bytes),
    }
}
