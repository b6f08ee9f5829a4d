//! Whether keys belong together: an instance signs with one key, so what the secret key gets, what the publishable
//! key's host serves and what stands in the JWT key must be the same (`backend-api.md` section 5).

use clerk_auth::public_key::{JwkSet, PublicKey};
use url::Url;

use crate::finding::{Finding, Verdict};
use crate::keyring::answer::{Call, Told, short, told};
use crate::keyring::answers::Answers;
use crate::keyring::keys::Keys;
use crate::keyring::problem::Problem;
use crate::keyring::sources::Sources;

/// Puts what the answers say into the findings, and in front of it why somebody was not asked.
pub fn tell(answers: &Answers, sources: &Sources, keys: &Keys, findings: &mut Vec<Finding>) {
    let mut told: Vec<_> = answers.obstacles.iter().map(obstacle).collect();
    acceptance(answers, findings);
    told.extend(key_server(answers));
    told.extend(instance(answers));
    let pair = pair(answers, sources, keys);
    let place = findings
        .iter()
        .position(|finding| finding.subject == "pair");
    if let Some(finding) = place.map(|place| &mut findings[place])
        && finding.verdict != Verdict::No
    {
        match pair {
            Some(pair) => *finding = pair,
            None => {
                "not compared: one of the two sides gave no answer".clone_into(&mut finding.detail)
            }
        }
    }
    let place = place.unwrap_or(findings.len());
    findings.splice(place..place, told);
    jwt(answers, keys, findings);
}

fn obstacle(problem: &Problem) -> Finding {
    let (verdict, subject) = match &*problem.code {
        "not-asked" => (Verdict::Skipped, "online"),
        _ if problem.is_certain => (Verdict::No, "address"),
        _ => (Verdict::Unknown, "address"),
    };
    let mut finding = Finding::new(problem.code.clone(), verdict, subject, &*problem.message);
    finding.place.clone_from(&problem.place);
    finding.help.clone_from(&problem.help);
    finding
}

const fn verdict(told: &Told) -> Verdict {
    if told.is_no {
        Verdict::No
    } else {
        Verdict::Unknown
    }
}

/// What Clerk says of the secret key.
fn acceptance(answers: &Answers, findings: &mut [Finding]) {
    let own = findings.iter_mut().rfind(|finding| {
        finding.subject == "secret" && matches!(finding.verdict, Verdict::Ok | Verdict::Warn)
    });
    let (Some(finding), Some(asked)) = (own, &answers.own_keys) else {
        return;
    };
    match asked {
        Ok(_) => {
            let first = format!("accepted by {}", answers.api_host);
            // What was odd about it no longer matters: it works.
            finding.id = "secret-key-accepted".into();
            finding.verdict = Verdict::Ok;
            finding.detail = first;
            finding.help = None;
        }
        Err(error) => {
            let told = told(error, Call::Backend, &answers.api_host);
            finding.id = format!("secret-key-{}", told.id).into();
            finding.verdict = verdict(&told);
            finding.detail = told.detail;
            finding.help = Some(told.help);
        }
    }
}

fn key_server(answers: &Answers) -> Option<Finding> {
    const SUBJECT: &str = "key server";
    let host = &answers.key_server_host;
    Some(match answers.public_keys.as_ref()? {
        Ok(_) => Finding::new(
            "key-server",
            Verdict::Ok,
            SUBJECT,
            format!("{host} answers"),
        ),
        Err(error) => {
            let told = told(error, Call::KeySet, host);
            Finding::new(
                format!("key-server-{}", told.id),
                verdict(&told),
                SUBJECT,
                told.detail,
            )
            .help(told.help)
        }
    })
}

/// Which instance the secret key is of.
fn instance(answers: &Answers) -> Option<Finding> {
    let own = answers.own_keys.as_ref()?.as_ref().ok()?;
    let answer = answers.instance.as_ref();
    let text = |name: &str| answer.and_then(|answer| answer[name].as_str());
    let id = text("id").map(short).or_else(|| first_id(own))?;
    let mut parts = vec![id];
    parts.extend(text("environment_type").map(short));
    parts.extend(hosts(answers).into_iter().take(3));
    Some(Finding::new(
        "instance",
        Verdict::Ok,
        "instance",
        parts.join(", "),
    ))
}

fn pair(answers: &Answers, sources: &Sources, keys: &Keys) -> Option<Finding> {
    let publishable = keys.publishable.as_ref()?;
    let Some(Ok(own)) = &answers.own_keys else {
        return None;
    };
    let hosts = hosts(answers);
    let host = publishable.frontend_api_host();
    match &answers.public_keys {
        Some(Ok(public)) => Some(match comparison(own, public) {
            Comparison::Same(id) => {
                Finding::new("pair", Verdict::Ok, "pair", format!("both keys are of {id}"))
            }
            Comparison::OtherKey(id) => Finding::new(
                "pair-other-key",
                Verdict::No,
                "pair",
                format!("both keys name {id}, but the key server has another signing key under that name than Clerk"),
            )
            .help("something answers in Clerk's place: check CLERK_FAPI_URL, CLERK_API_URL and the proxy"),
            Comparison::Other => different(
                first_id(public).unwrap_or_default(),
                first_id(own).unwrap_or_default(),
                sources,
            ),
        }),
        // The key server did not answer, but Clerk names the hosts of the secret key's instance.
        _ if hosts.is_empty() => None,
        _ if hosts.iter().any(|known| known == host) => Some(Finding::new(
            "pair",
            Verdict::Ok,
            "pair",
            format!("{host} is a domain of the secret key's instance"),
        )),
        _ => Some(different(host.to_owned(), short(&hosts.join(", ")), sources)),
    }
}

fn different(publishable: String, secret: String, sources: &Sources) -> Finding {
    let mut help = "copy both from one page: Clerk's dashboard, API keys".to_owned();
    if let (Some(used), [hidden, ..]) = (&sources.secret, &*sources.hidden_secrets) {
        help.push_str(&format!("; {} wins over {}", used.origin, hidden.origin));
    }
    Finding::new(
        "pair-of-two-instances",
        Verdict::No,
        "pair",
        format!("the two keys belong to different instances\npublishable: {publishable}   secret: {secret}"),
    )
    .help(help)
}

/// The JWT key beside the key sets.
fn jwt(answers: &Answers, keys: &Keys, findings: &mut [Finding]) {
    let Some(key) = &keys.jwt else {
        return;
    };
    let sets = [&answers.public_keys, &answers.own_keys];
    let set = sets.into_iter().flatten().find_map(|set| set.as_ref().ok());
    let own = findings.iter_mut().find(|finding| finding.id == "jwt-key");
    let (Some(set), Some(finding)) = (set, own) else {
        return;
    };
    let found = set.keys.iter().find(|(_, other)| is_same(key, other));
    match found {
        Some((id, _)) => finding.detail = format!("that of {}", short(id)),
        None => {
            finding.id = "jwt-key-of-another-instance".into();
            finding.verdict = Verdict::No;
            finding.detail = format!(
                "it is not the key that {} signs with",
                first_id(set).unwrap_or_default()
            );
            finding.help = Some(
                "copy it again from the page where the other keys are: Clerk's dashboard, API keys; or remove it"
                    .to_owned(),
            );
        }
    }
}

enum Comparison {
    Same(String),
    OtherKey(String),
    Other,
}

fn comparison(own: &JwkSet, public: &JwkSet) -> Comparison {
    let pairs = || {
        own.keys
            .iter()
            .flat_map(|one| public.keys.iter().map(move |other| (one, other)))
    };
    if let Some(((id, _), _)) =
        pairs().find(|((id, key), (other_id, other))| id == other_id && is_same(key, other))
    {
        return Comparison::Same(short(id));
    }
    match pairs().find(|((id, _), (other_id, _))| id == other_id) {
        Some(((id, _), _)) => Comparison::OtherKey(short(id)),
        None => Comparison::Other,
    }
}

fn is_same(one: &PublicKey, other: &PublicKey) -> bool {
    one.modulus() == other.modulus()
}

/// The instance's id: Clerk names signing keys so.
fn first_id(set: &JwkSet) -> Option<String> {
    set.keys.first().map(|(id, _)| short(id))
}

/// The hosts of the Frontend API of the secret key's instance.
fn hosts(answers: &Answers) -> Vec<String> {
    let domains = answers
        .domains
        .as_ref()
        .and_then(|answer| answer["data"].as_array());
    let addresses = domains
        .into_iter()
        .flatten()
        .filter_map(|domain| domain["frontend_api_url"].as_str());
    let hosts = addresses.filter_map(|address: &str| {
        let host = Url::parse(address).ok()?;
        Some(short(host.host_str()?))
    });
    hosts.collect()
}
