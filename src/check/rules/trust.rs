//! Calls that believe what nobody checked, or show what nobody should see.

use super::logged::logged;
use super::{Looked, Rule};
use crate::check::code::{Call, Chain, Code};
use crate::check::facts::Facts;
use crate::escape::visible;
use crate::finding::{Finding, Id, Verdict};

pub const RULE: Rule = Rule {
    checks: &[
        &[Id::SignatureNotChecked],
        &[Id::CertificatesNotChecked],
        &[Id::HeadersLogged],
        &[Id::UserFromRequest],
        &[Id::FolderServed],
    ],
    check,
};

fn check(facts: &Facts<'_>) -> Looked {
    if facts.sources().is_empty() {
        return Looked::not("there are no Rust sources here");
    }
    // Marked so, they are not written out.
    let is_marked = |text: &str| text.contains("SetSensitive") || text.contains("set_sensitive");
    let are_marked = facts.own_sources().any(|source| is_marked(&source.text));
    let mut findings = Vec::new();
    for code in facts.code() {
        findings.extend(by_hand(code));
        let macros = code.macros.iter().filter(|_| !are_marked);
        findings.extend(macros.filter_map(|call| {
            let detail = format!(
                "the log gets `{}`, and with it what others can sign in by",
                visible(&logged(call)?)
            );
            let finding = Finding::new(Id::HeadersLogged, Verdict::Warn, "log", detail).guess();
            Some(
                finding
                    .place(code.at(call.line))
                    .help("take it out, or write the names of headers and none of their values"),
            )
        }));
    }
    let called = facts.code().iter().flat_map(|code| {
        let chains = code.chains.iter();
        chains.flat_map(move |chain| {
            let calls = chain.calls.iter();
            let findings =
                calls.filter_map(move |call| of(chain, call).map(|finding| (call, finding)));
            findings.map(|(call, finding)| finding.place(code.at(call.line)))
        })
    });
    findings.extend(called);
    Looked::At(findings)
}

/// So many lines behind the parts of a token one of them is decoded.
const NEAR: usize = 30;

/// A token that is taken apart at its dots, and whose part is read without a look at the signature anywhere in the file.
fn by_hand(code: &Code) -> Option<Finding> {
    let calls = || {
        let chains = code.chains.iter();
        chains.flat_map(|chain| chain.calls.iter().map(move |call| (chain, call)))
    };
    let name = |call: &Call| call.name.rsplit("::").next().unwrap_or_default().to_owned();
    let splits = calls().filter(|(_, call)| {
        let is_at_dot = ["'.'", "\".\""]
            .iter()
            .any(|dot| call.arguments.contains(dot));
        is_at_dot && name(call).contains("split")
    });
    let splits: Vec<_> = splits.map(|(_, call)| call.line).collect();
    let checks = ["verify", "hmac", "signature"];
    let is_checked = || {
        calls().any(|(_, call)| {
            let name = call.name.to_ascii_lowercase();
            checks.iter().any(|word| name.contains(word))
        })
    };
    let (_, decoded) = calls().find(|(chain, call)| {
        let whole = format!("{} {}", chain.start(), call.name).to_ascii_lowercase();
        let is_base64 = whole.contains("base64") || whole.contains("url_safe");
        let is_near = |split: &usize| (*split..=split + NEAR).contains(&call.line);
        is_base64 && name(call).starts_with("decode") && splits.iter().any(is_near)
    })?;
    let detail = "a part of something with dots is decoded by hand: if it is a token, it is believed without its signature";
    let finding = Finding::new(Id::SignatureNotChecked, Verdict::Warn, "token", detail).guess();
    let finding = finding
        .place(code.at(decoded.line))
        .help("let the gate check it, and ask with `SignedIn` or `Auth` who it is");
    (!is_checked()).then_some(finding)
}

fn of(chain: &Chain, call: &Call) -> Option<Finding> {
    let name = call.name.rsplit("::").next().unwrap_or_default();
    let finding = match name {
        "insecure_disable_signature_validation"
        | "insecure_decode"
        | "dangerous_insecure_decode"
        | "dangerous_unsafe_decode"
        | "parse_unverified" => {
            let detail = "the token is believed without its signature: anybody can write one";
            Finding::new(Id::SignatureNotChecked, Verdict::No, "token", detail)
                .help("let the gate check it, and ask with `SignedIn` or `Auth` who it is")
        }
        "danger_accept_invalid_certs" | "danger_accept_invalid_hostnames"
            if call.arguments == "true" =>
        {
            let detail = "whoever answers is believed to be the one who was asked, and gets what is sent, keys included";
            Finding::new(Id::CertificatesNotChecked, Verdict::No, "TLS", detail)
                .help("take it out; a certificate of your own is added with `add_root_certificate`")
        }
        "include_headers" if call.arguments == "true" => {
            let detail = "the log gets each request's headers, and with them cookies and tokens by which others can sign in";
            Finding::new(Id::HeadersLogged, Verdict::Warn, "log", detail)
                .help("take it out, or put `SetSensitiveRequestHeadersLayer` for Cookie and Authorization before it")
        }
        "get" if is_user(&call.arguments) && is_of_headers(chain) => {
            let detail = format!(
                "who it is comes from the header {}, which anybody can write",
                call.arguments
            );
            Finding::new(Id::UserFromRequest, Verdict::Warn, "user", detail)
                .guess()
                .help("take it from the session: `SignedIn` has the user's id")
        }
        "new" | "from" if is_server_of_files(&call.name) && is_own_folder(&call.arguments) => {
            let detail = "the project's own folder is served: whoever asks gets its .env";
            Finding::new(Id::FolderServed, Verdict::No, "files", detail)
                .help("serve a folder of its own, such as static/")
        }
        _ => return None,
    };
    Some(finding)
}

fn is_user(arguments: &str) -> bool {
    let name = arguments.trim_matches('"').to_ascii_lowercase();
    let names = [
        "x-user-id",
        "x-user",
        "x-userid",
        "x-clerk-user-id",
        "x-auth-user",
        "x-auth-user-id",
        "x-authenticated-user",
    ];
    arguments.starts_with('"') && names.contains(&&*name)
}

fn is_of_headers(chain: &Chain) -> bool {
    chain.calls.iter().any(|call| {
        call.name
            .rsplit("::")
            .next()
            .is_some_and(|name| name.contains("headers"))
    })
}

fn is_server_of_files(path: &str) -> bool {
    let parts: Vec<_> = path.split("::").collect();
    let [.., of, _] = parts.as_slice() else {
        return false;
    };
    [
        "ServeDir",
        "Files",
        "FileServer",
        "StaticFilesEndpoint",
        "StaticDir",
    ]
    .contains(of)
}

/// `"."` and what else means the folder in which the app is started, or its package's.
fn is_own_folder(arguments: &str) -> bool {
    let last = arguments.rsplit(',').next().unwrap_or_default();
    let last = last.trim_matches(['[', ']', '&']);
    [
        "\".\"",
        "\"./\"",
        "\"..\"",
        "\"\"",
        "env!(\"CARGO_MANIFEST_DIR\")",
    ]
    .contains(&last)
}
