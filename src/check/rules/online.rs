//! Checks that keys belong together. An instance signs with one key, so the key set that the secret key gets, the one
//! that the publishable key's host serves, and the JWT key must be the same (`backend-api.md` section 5).

use clerk_auth::keys::PublishableKey;
use clerk_auth::public_key::{JwkSet, PublicKey};
use url::Url;

use crate::finding::{Finding, Id, Verdict};
use crate::keyring::answer::{Call, Told, short, told};
use crate::keyring::answers::Answers;
use crate::keyring::problem::Problem;
use crate::keyring::sources::Sources;

/// Findings about those who were not asked, and the answers of the others.
pub fn asked(answers: &Answers) -> Vec<Finding> {
    let obstacles = answers.obstacles.iter().map(obstacle);
    let told = key_server(answers).into_iter().chain(instance(answers));
    obstacles.chain(told).collect()
}

fn obstacle(problem: &Problem) -> Finding {
    let (verdict, subject) = match &*problem.code {
        "not-asked" => (Verdict::Skipped, "online"),
        _ if problem.is_certain => (Verdict::No, "address"),
        _ => (Verdict::Unknown, "address"),
    };
    let mut finding = Finding::new(id("", &problem.code), verdict, subject, &*problem.message);
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

/// The finding about a usable secret key, corrected by what Clerk says.
pub fn acceptance(answers: &Answers, finding: Finding) -> Finding {
    match &answers.own_keys {
        None => finding,
        // The key works, so it no longer matters if it looked odd.
        Some(Ok(_)) => Finding {
            id: Id::SecretKeyAccepted,
            verdict: Verdict::Ok,
            detail: format!("accepted by {}", answers.api_host),
            help: None,
            fault: None,
            ..finding
        },
        Some(Err(error)) => {
            let told = told(error, Call::Backend, &answers.api_host);
            Finding {
                id: id("secret-key-", told.id),
                verdict: verdict(&told),
                detail: told.detail,
                help: Some(told.help),
                fault: None,
                ..finding
            }
        }
    }
}

/// Every word of an answer is in the list; a test holds the two together.
fn id(family: &str, word: &str) -> Id {
    Id::within(family, word).unwrap_or(Id::NotAsked)
}

fn key_server(answers: &Answers) -> Option<Finding> {
    const SUBJECT: &str = "key server";
    let host = &answers.key_server_host;
    Some(match answers.public_keys.as_ref()? {
        Ok(_) => Finding::new(
            Id::KeyServer,
            Verdict::Ok,
            SUBJECT,
            format!("{host} answers"),
        ),
        Err(error) => {
            let told = told(error, Call::KeySet, host);
            Finding::new(
                id("key-server-", told.id),
                verdict(&told),
                SUBJECT,
                told.detail,
            )
            .help(told.help)
        }
    })
}

/// The instance of the secret key.
fn instance(answers: &Answers) -> Option<Finding> {
    let own = answers.own_keys.as_ref()?.as_ref().ok()?;
    let answer = answers.instance.as_ref();
    let text = |name: &str| answer.and_then(|answer| answer[name].as_str());
    let id = text("id").map(short).or_else(|| first_id(own))?;
    let mut parts = vec![id];
    parts.extend(text("environment_type").map(short));
    parts.extend(hosts(answers).into_iter().take(3));
    Some(Finding::new(
        Id::Instance,
        Verdict::Ok,
        "instance",
        parts.join(", "),
    ))
}

/// Says if two keys that fit each other are from one instance.
pub fn pair(answers: &Answers, sources: &Sources, publishable: &PublishableKey) -> Finding {
    compared(answers, sources, publishable).unwrap_or_else(|| {
        let detail = "not compared: one of the two sides gave no answer";
        Finding::new(Id::PairNotCompared, Verdict::Skipped, "pair", detail)
    })
}

fn compared(answers: &Answers, sources: &Sources, publishable: &PublishableKey) -> Option<Finding> {
    let Some(Ok(own)) = &answers.own_keys else {
        return None;
    };
    let right = |detail: String| Finding::new(Id::Pair, Verdict::Ok, "pair", detail);
    let hosts = hosts(answers);
    let host = publishable.frontend_api_host();
    match &answers.public_keys {
        Some(Ok(public)) => Some(match comparison(own, public) {
            Comparison::Same(id) => right(format!("both keys are of {id}")),
            Comparison::OtherKey(id) => Finding::new(
                Id::PairOtherKey,
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
        _ if hosts.iter().any(|known| known == host) => {
            Some(right(format!("{host} is a domain of the secret key's instance")))
        }
        _ => Some(different(host.to_owned(), short(&hosts.join(", ")), sources)),
    }
}

fn different(publishable: String, secret: String, sources: &Sources) -> Finding {
    let mut help = "copy both from one page: Clerk's dashboard, API keys".to_owned();
    if let (Some(used), [hidden, ..]) = (&sources.secret, &*sources.hidden_secrets) {
        help.push_str(&format!("; {} wins over {}", used.origin, hidden.origin));
    }
    Finding::new(
        Id::PairOfTwoInstances,
        Verdict::No,
        "pair",
        format!("the two keys belong to different instances\npublishable: {publishable}   secret: {secret}"),
    )
    .help(help)
}

/// The finding about a readable JWT key, compared with the key sets.
pub fn jwt(answers: &Answers, key: &PublicKey, finding: Finding) -> Finding {
    let sets = [&answers.public_keys, &answers.own_keys];
    let Some(set) = sets.into_iter().flatten().find_map(|set| set.as_ref().ok()) else {
        return finding;
    };
    match set.keys.iter().find(|(_, other)| is_same(key, other)) {
        Some((id, _)) => Finding {
            detail: format!("that of {}", short(id)),
            ..finding
        },
        None => Finding {
            id: Id::JwtKeyOfAnotherInstance,
            verdict: Verdict::No,
            detail: format!(
                "it is not the key that {} signs with",
                first_id(set).unwrap_or_default()
            ),
            ..finding
        }
        .help("copy it again from the page where the other keys are: Clerk's dashboard, API keys; or remove it"),
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

/// The instance's id, because Clerk names signing keys by it.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_of_an_answer_is_a_finding() {
        let network = [
            "name-not-resolved",
            "connection-refused",
            "no-connection",
            "timed-out",
            "tls-failed",
            "no-ca-certificates",
            "proxy-failed",
            "answer-too-large",
            "answer-broken",
            "bad-address",
        ];
        let answers = [
            "not-clerk",
            "not-sent",
            "captive-portal",
            "redirected",
            "not-found",
            "gone",
            "unprocessable",
            "rate-limited",
            "clerk-fault",
            "unexpected-answer",
        ];
        for word in network.into_iter().chain(answers) {
            for family in ["secret-key-", "key-server-"] {
                assert!(Id::within(family, word).is_some(), "{family}{word}");
            }
        }
        for word in [
            "secret-key-refused",
            "secret-key-forbidden",
            "key-server-host-unknown",
            "api-url-bad",
            "api-url-missing",
            "api-url-not-local",
            "address-composed",
            "api-url-not-trusted",
            "api-version-bad",
            "fapi-url-bad",
            "fapi-url-missing",
            "not-asked",
        ] {
            assert!(Id::within("", word).is_some(), "{word}");
        }
    }
}
