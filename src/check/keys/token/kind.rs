//! Which kind of machine token a text is, by its form alone.

use clerk_auth::token::Unverified;
use clerk_auth::token_type::TokenType;

use super::Refusal;

/// Which of the three kinds it is, or why it is none of them.
pub(super) fn kind(token: &str, decoded: Option<&Unverified>) -> Result<TokenType, Refusal> {
    let no = |detail: &str| Refusal::no("not-a-machine-token", detail);
    if let Some(decoded) = decoded {
        return TokenType::of_machine_jwt(decoded).ok_or_else(|| {
            no("it is a JWT of no machine: neither is its subject one (mch_) nor its type at+jwt")
                .with_help("`clerk-rs token verify` checks the tokens of sessions")
        });
    }
    if token.is_empty() {
        return Err(no("it is empty"));
    }
    for (prefix, what) in [("sk_", "the secret key"), ("pk_", "the publishable key")] {
        if token.starts_with(prefix) {
            return Err(no(&format!("it is {what} of an instance, not a token"))
                .with_help("`clerk-rs keys check` checks the keys of a project"));
        }
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-.".contains(c);
    if let Some(index) = token.chars().position(|c| !is_plain(c)) {
        return Err(no(&format!(
            "position {}: this character is in no token",
            index + 1
        ))
        .with_help("paste the whole token, and nothing else"));
    }
    let kind = TokenType::by_prefix(token)
        .ok_or_else(|| no("it begins with none of ak_, mt_ and oat_, and is no JWT"))?;
    let id = token.split_once('_').map_or("", |(_, id)| id);
    if id.len() == 32 && id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let detail = format!("it is the id of the {0}, not the {0} itself", noun(kind));
        return Err(
            Refusal::no("token-id", detail).with_help("the token was shown once, when it was made")
        );
    }
    Ok(kind)
}

/// What people call it.
pub fn noun(kind: TokenType) -> &'static str {
    match kind {
        TokenType::ApiKey => "API key",
        TokenType::M2m => "machine-to-machine token",
        TokenType::OAuth => "OAuth access token",
        TokenType::Session => "session token",
    }
}
