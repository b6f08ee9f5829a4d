//! Compares an answer with its row, and with what holds for every answer.

use std::collections::BTreeMap;

use url::Url;

use super::answer::Answer;
use super::http::Request;
use super::table::Row;

/// The app a row runs against.
pub struct Context {
    pub origin: String,
    pub host: String,
    pub frontend_api: String,
    pub suffix: String,
    pub proxied: bool,
    pub development: bool,
    pub secrets: Vec<String>,
}

impl Context {
    /// The cookies of a browser that signed in at `signed_in_at` and holds this session token.
    pub fn session_cookies(&self, token: &str, signed_in_at: i64) -> String {
        let suffix = &self.suffix;
        let browser = if self.development {
            format!("; __clerk_db_jwt_{suffix}=dvb_2q7")
        } else {
            String::new()
        };
        format!("__session_{suffix}={token}; __client_uat_{suffix}={signed_in_at}{browser}")
    }

    pub fn leaks(&self, text: &str) -> bool {
        self.secrets
            .iter()
            .any(|secret| !secret.is_empty() && text.contains(secret))
    }
}

type Checked = Result<(), String>;

pub fn check(
    row: &Row,
    request: &Request,
    answer: &Answer,
    context: &Context,
    fill: &dyn Fn(&str) -> String,
) -> Checked {
    if answer.status == 0 {
        return Ok(());
    }
    let origin = fill(row.origin.as_deref().unwrap_or("{origin}"));
    status(row, answer)?;
    further(row, answer)?;
    redirects(row, request, answer, context, &origin)?;
    body(row, answer, fill)?;
    headers(row, answer, fill)?;
    let everything: String = answer
        .headers
        .iter()
        .map(|(_, value)| value.as_str())
        .chain([answer.body.as_str()])
        .collect();
    if context.leaks(&everything) {
        return Err("a secret is in the answer".to_owned());
    }
    Ok(())
}

fn status(row: &Row, answer: &Answer) -> Checked {
    let wanted: &[u16] = match &row.status {
        Some(list) => list.all(),
        None => &[307],
    };
    wanted
        .contains(&answer.status)
        .then_some(())
        .ok_or(format!("status {}, wanted {wanted:?}", answer.status))
}

/// One request, one answer: another one means that somebody's body was taken for a request.
fn further(row: &Row, answer: &Answer) -> Checked {
    let is_right = answer.further.len() == row.then.len()
        && answer
            .further
            .iter()
            .zip(&row.then)
            .all(|(status, wanted)| wanted.all().contains(status));
    is_right
        .then_some(())
        .ok_or_else(|| format!("further answers: {:?}", answer.further))
}

fn redirects(
    row: &Row,
    request: &Request,
    answer: &Answer,
    context: &Context,
    origin: &str,
) -> Checked {
    // A browser resolves against the address it asked for; the odd targets of some rows are none.
    let base = Url::parse(&format!("{origin}{}", request.target))
        .or_else(|_| Url::parse(origin))
        .map_err(|error| error.to_string())?;
    let resolve = |text: &str| {
        base.join(text)
            .map_err(|error| format!("'{text}' is no address: {error}"))
    };
    let own = Url::parse(origin)
        .map_err(|error| error.to_string())?
        .origin();
    for elsewhere in answer.all("hx-redirect") {
        if resolve(elsewhere)?.origin() != own {
            return Err(format!("HX-Redirect leads off the app: {elsewhere}"));
        }
    }
    let location = answer.all("location").next().map(resolve).transpose()?;
    if let Some(reason) = &row.handshake {
        return handshake(
            &location.ok_or("no Location")?,
            reason,
            request,
            context,
            origin,
        );
    }
    if let Some(location) = location
        .as_ref()
        .filter(|location| location.origin() != own)
    {
        return Err(format!("Location leads off the app: {location}"));
    }
    for (page, wanted) in [("/sign-in", &row.sign_in), ("/sign-in/tasks", &row.task)] {
        let Some(wanted) = wanted else { continue };
        let location = location.as_ref().ok_or("no Location")?;
        let back = query(location)
            .remove("redirect_url")
            .ok_or(format!("no redirect_url in {location}"))?;
        let back = resolve(&back)?;
        same("the sign-in page", location.path(), page)?;
        same(
            "redirect_url's origin",
            &back.origin().ascii_serialization(),
            &own.ascii_serialization(),
        )?;
        same("redirect_url", &back[url::Position::BeforePath..], wanted)?;
    }
    match &row.location {
        Some(wanted) => {
            let location = location.as_ref().ok_or("no Location")?;
            same("Location", &location[url::Position::BeforePath..], wanted)
        }
        None => Ok(()),
    }
}

fn handshake(
    location: &Url,
    reason: &str,
    request: &Request,
    context: &Context,
    origin: &str,
) -> Checked {
    let base = if context.proxied {
        format!("{origin}/__clerk")
    } else {
        format!("https://{}", context.frontend_api)
    };
    same(
        "the handshake's address",
        location.as_str().split('?').next().unwrap_or(""),
        &format!("{base}/v1/client/handshake"),
    )?;
    let query = query(location);
    let member = |name: &str| {
        query
            .get(name)
            .cloned()
            .ok_or(format!("the handshake lacks {name}"))
    };
    same("the reason", &member("__clerk_hs_reason")?, reason)?;
    member("__clerk_api_version")?;
    member("suffixed_cookies")?;
    let target = request.target.split("?__clerk_handshake_nonce=").next();
    let (back, here) = (
        member("redirect_url")?,
        format!("{origin}{}", target.unwrap_or_default()),
    );
    let parse =
        |text: &str| Url::parse(text).map_err(|error| format!("'{text}' is no address: {error}"));
    let (back, here) = (parse(&back)?, parse(&here)?);
    same(
        "the way back",
        &back[..url::Position::AfterPath],
        &here[..url::Position::AfterPath],
    )?;
    if self::query(&back) != self::query(&here) {
        return Err(format!("the way back has another query: {back}"));
    }
    Ok(())
}

fn query(url: &Url) -> BTreeMap<String, String> {
    url.query_pairs().into_owned().collect()
}

fn body(row: &Row, answer: &Answer, fill: &dyn Fn(&str) -> String) -> Checked {
    if let Some(wanted) = &row.body_is {
        same("the body", answer.body.trim_end(), wanted)?;
    }
    for words in row.has.iter().map(|words| fill(words)) {
        if !answer.body.contains(&words) {
            return Err(format!("the body lacks '{words}'"));
        }
    }
    for words in row.lacks.iter().map(|words| fill(words)) {
        if answer.body.contains(&words) {
            return Err(format!("the body contains '{words}'"));
        }
    }
    if row.json.is_empty() {
        return Ok(());
    }
    let json: serde_json::Value =
        serde_json::from_str(&answer.body).map_err(|error| format!("no JSON: {error}"))?;
    for (name, wanted) in &row.json {
        same(name, json[name].as_str().unwrap_or("(no text)"), wanted)?;
    }
    Ok(())
}

fn headers(row: &Row, answer: &Answer, fill: &dyn Fn(&str) -> String) -> Checked {
    for (name, words) in &row.header {
        if answer.all(name).next().is_none() {
            return Err(format!("no {name}"));
        }
        for words in words.all().iter().map(|words| fill(words)) {
            if !answer.all(name).any(|value| value.contains(&words)) {
                let values: Vec<_> = answer.all(name).collect();
                return Err(format!("{name} lacks '{words}': {values:?}"));
            }
        }
    }
    match row
        .header_lacks
        .iter()
        .find(|name| answer.all(name).next().is_some())
    {
        Some(name) => Err(format!("there is a {name}")),
        None => Ok(()),
    }
}

fn same(what: &str, got: &str, wanted: &str) -> Checked {
    (got == wanted)
        .then_some(())
        .ok_or_else(|| format!("{what} is '{got}', wanted '{wanted}'"))
}
