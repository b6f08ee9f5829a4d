//! The request that a row stands for.

use std::collections::BTreeMap;

use super::WEBHOOK_SECRET;
use super::expect::Context;
use super::http::Request;
use super::table::Case;
use super::tokens::{Mint, Recipe, sign_webhook};

impl Case {
    pub fn request(
        &self,
        context: &Context,
        mint: &Mint,
        tokens: &BTreeMap<String, Recipe>,
        fill: &dyn Fn(&str) -> String,
    ) -> Result<Request, String> {
        let send = fill(&self.send);
        let (method, target) = send
            .split_once(' ')
            .ok_or("'send' wants METHOD and target")?;
        let mut headers = who_headers(&self.who, context)?;
        let token = |name: &String| mint.token(&tokens[name], &context.frontend_api, fill);
        if let Some(name) = &self.row.cookie {
            headers.push((
                "cookie".to_owned(),
                context.session_cookies(&token(name), mint.signed_in_at()),
            ));
        }
        if let Some(name) = &self.row.bearer {
            headers.push((
                "authorization".to_owned(),
                format!("Bearer {}", token(name)),
            ));
        }
        for (name, values) in &self.row.headers {
            headers.retain(|(other, _)| other != name);
            for value in values.all().iter().filter(|value| !value.is_empty()) {
                headers.push((name.clone(), fill(value)));
            }
        }
        if let Some(how) = &self.row.sign {
            headers.extend(sign_webhook(how, WEBHOOK_SECRET, &self.row.body)?);
        }
        Ok(Request {
            method: method.to_owned(),
            target: target.to_owned(),
            headers,
            body: fill(&self.row.body),
            raw: self.raw.as_deref().map(|raw| bytes_of(&fill(raw))),
            may_be_silent: self.row.silent,
        })
    }
}

/// One byte for each character, so that a table can say any byte.
fn bytes_of(text: &str) -> Vec<u8> {
    let byte = |character| u8::try_from(u32::from(character)).unwrap_or(b'?');
    text.chars().map(byte).collect()
}

/// What each kind of visitor sends by itself.
fn who_headers(who: &str, context: &Context) -> Result<Vec<(String, String)>, String> {
    const HTML: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    let current = format!("{}/", context.origin);
    let list: Vec<(&str, &str)> = match who {
        "document" => vec![
            ("accept", HTML),
            ("sec-fetch-dest", "document"),
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-site", "none"),
        ],
        "frame" => vec![
            ("accept", HTML),
            ("sec-fetch-dest", "iframe"),
            ("sec-fetch-mode", "navigate"),
            ("sec-fetch-site", "same-origin"),
        ],
        "old" => vec![("accept", HTML)],
        "fetch" => vec![
            ("accept", "*/*"),
            ("sec-fetch-dest", "empty"),
            ("sec-fetch-mode", "cors"),
            ("sec-fetch-site", "same-origin"),
        ],
        "htmx" => vec![
            ("accept", "*/*"),
            ("sec-fetch-dest", "empty"),
            ("sec-fetch-mode", "cors"),
            ("hx-request", "true"),
            ("hx-current-url", &current),
        ],
        "plain" => vec![],
        other => return Err(format!("no visitor is called '{other}'")),
    };
    let host = ("host".to_owned(), context.host.clone());
    Ok(std::iter::once(host)
        .chain(
            list.into_iter()
                .map(|(name, value)| (name.to_owned(), value.to_owned())),
        )
        .collect())
}
