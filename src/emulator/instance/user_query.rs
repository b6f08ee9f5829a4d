//! Which users a list shows, and in which order.

use clerk_auth::time::UnixMillis;

use super::contact::ContactKind;
use super::{Instance, Refusal, User};

/// A question about users. An empty list of names asks for nobody in particular; several names ask for any of them.
#[derive(Clone, Debug, Default)]
pub struct UserQuery {
    pub email_address: Vec<String>,
    pub phone_number: Vec<String>,
    pub username: Vec<String>,
    pub external_id: Vec<String>,
    pub user_id: Vec<String>,
    /// Whoever belongs to one of these; to none with `-` before it.
    pub organization_id: Vec<String>,
    /// Part of an id, a name, an address or a number.
    pub query: Option<String>,
    pub email_address_query: Option<String>,
    pub phone_number_query: Option<String>,
    pub username_query: Option<String>,
    pub name_query: Option<String>,
    pub banned: Option<bool>,
    /// Not before and not after, for each moment.
    pub created_at: Span,
    pub last_active_at: Span,
    pub last_sign_in_at: Span,
    /// Such as `google`; with a name or several, whoever has one of them there.
    pub provider: Option<String>,
    pub provider_user_id: Vec<String>,
}

/// A time between two moments, each of which may be open.
#[derive(Clone, Copy, Debug, Default)]
pub struct Span {
    pub after: Option<UnixMillis>,
    pub before: Option<UnixMillis>,
}

impl Span {
    fn holds(self, at: Option<UnixMillis>) -> bool {
        let after = self
            .after
            .is_none_or(|after| at.is_some_and(|at| at > after));
        after
            && self
                .before
                .is_none_or(|before| at.is_some_and(|at| at < before))
    }
}

/// What a list is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderBy {
    CreatedAt,
    UpdatedAt,
    EmailAddress,
    Web3Wallet,
    FirstName,
    LastName,
    PhoneNumber,
    Username,
    LastActiveAt,
    LastSignInAt,
}

/// What a list is sorted by, and which way.
#[derive(Clone, Copy, Debug)]
pub struct Order {
    pub by: OrderBy,
    pub falling: bool,
}

impl Order {
    /// `-created_at` and its like.
    ///
    /// # Errors
    /// [`Refusal::ParamValue`].
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let (falling, name) = match text.strip_prefix('-') {
            Some(name) => (true, name),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let by = match name {
            "created_at" => OrderBy::CreatedAt,
            "updated_at" => OrderBy::UpdatedAt,
            "email_address" => OrderBy::EmailAddress,
            "web3wallet" => OrderBy::Web3Wallet,
            "first_name" => OrderBy::FirstName,
            "last_name" => OrderBy::LastName,
            "phone_number" => OrderBy::PhoneNumber,
            "username" => OrderBy::Username,
            "last_active_at" => OrderBy::LastActiveAt,
            "last_sign_in_at" => OrderBy::LastSignInAt,
            _ => return Err(Refusal::ParamValue("order_by")),
        };
        Ok(Self { by, falling })
    }

    fn sort(self, users: &mut Vec<&User>) {
        let primary = |user: &User, kind| user.primary(kind).map(|c| c.address.clone());
        let time = |at: Option<UnixMillis>| at.map(|at| at.0);
        match self.by {
            // The order of the table already.
            OrderBy::CreatedAt => users.sort_by_key(|user| user.created_at.0),
            OrderBy::UpdatedAt => users.sort_by_key(|user| user.updated_at.0),
            OrderBy::EmailAddress => {
                users.sort_by_cached_key(|user| primary(user, ContactKind::Email));
            }
            OrderBy::PhoneNumber => {
                users.sort_by_cached_key(|user| primary(user, ContactKind::Phone));
            }
            OrderBy::FirstName => users.sort_by(|a, b| a.first_name.cmp(&b.first_name)),
            OrderBy::LastName => users.sort_by(|a, b| a.last_name.cmp(&b.last_name)),
            OrderBy::Username => users.sort_by(|a, b| a.username.cmp(&b.username)),
            OrderBy::LastActiveAt => users.sort_by_key(|user| time(user.last_active_at)),
            OrderBy::LastSignInAt => users.sort_by_key(|user| time(user.last_sign_in_at)),
            OrderBy::Web3Wallet => {}
        }
        if self.falling {
            users.reverse();
        }
    }
}

fn any_of<'a>(wanted: &[String], mut has: impl Iterator<Item = &'a str>) -> bool {
    wanted.is_empty() || has.any(|has| wanted.iter().any(|wanted| wanted == has))
}

/// True if one of these holds the text, whatever its case.
fn part<'a>(wanted: Option<&str>, mut of: impl Iterator<Item = &'a str>) -> bool {
    wanted.is_none_or(|wanted| of.any(|text| holds(text, wanted)))
}

/// True if `text` holds `wanted`, which is in lower case.
fn holds(text: &str, wanted: &str) -> bool {
    if wanted.is_ascii() && text.is_ascii() {
        let mut places = text.as_bytes().windows(wanted.len().max(1));
        return wanted.is_empty()
            || places.any(|place| place.eq_ignore_ascii_case(wanted.as_bytes()));
    }
    text.to_lowercase().contains(wanted)
}

/// Ids with `+` or nothing before them are wanted, those with `-` are not.
pub fn is_among(ids: &[impl AsRef<str>], has: impl Fn(&str) -> bool) -> bool {
    let ids = ids.iter().map(AsRef::as_ref);
    let (others, wanted): (Vec<&str>, Vec<&str>) = ids.partition(|id| id.starts_with('-'));
    let plain = |id: &str| has(id.trim_start_matches(['+', ' ']));
    let is_wanted = wanted.is_empty() || wanted.into_iter().any(plain);
    let mut others = others.into_iter().filter_map(|id| id.strip_prefix('-'));
    is_wanted && !others.any(has)
}

fn addresses(user: &User, kind: ContactKind) -> impl Iterator<Item = &str> {
    user.contacts(kind).iter().map(|c| c.address.as_str())
}

impl UserQuery {
    /// Texts in the form in which they are compared.
    pub fn normalize(&mut self) {
        let texts = [
            &mut self.query,
            &mut self.email_address_query,
            &mut self.phone_number_query,
            &mut self.username_query,
            &mut self.name_query,
        ];
        for text in texts.into_iter().flatten() {
            *text = text.to_lowercase();
        }
        let names = self.email_address.iter_mut().chain(&mut self.username);
        for name in names {
            *name = name.to_lowercase();
        }
    }

    fn matches(&self, user: &User) -> bool {
        let one = |name: &'_ Option<String>| name.clone();
        let names = || {
            let names = [&user.first_name, &user.last_name];
            names.into_iter().flatten().map(String::as_str)
        };
        let full = [one(&user.first_name), one(&user.last_name)];
        let full = full.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let emails = || addresses(user, ContactKind::Email);
        let phones = || addresses(user, ContactKind::Phone);
        let username = || user.username.as_deref().into_iter();
        let ids = [Some(user.id.as_str()), user.external_id.as_deref()];
        let everything = emails().chain(phones()).chain(username()).chain(names());
        let everything = everything
            .chain(ids.into_iter().flatten())
            .chain([full.as_str()]);
        any_of(&self.email_address, emails())
            && any_of(&self.phone_number, phones())
            && any_of(&self.username, username())
            && any_of(&self.external_id, user.external_id.as_deref().into_iter())
            && any_of(&self.user_id, [user.id.as_str()].into_iter())
            && part(self.query.as_deref(), everything)
            && part(self.email_address_query.as_deref(), emails())
            && part(self.phone_number_query.as_deref(), phones())
            && part(self.username_query.as_deref(), username())
            && part(self.name_query.as_deref(), names().chain([full.as_str()]))
            && self
                .banned
                .is_none_or(|banned| user.standing.banned == banned)
            && self.created_at.holds(Some(user.created_at))
            && self.last_active_at.holds(user.last_active_at)
            && self.last_sign_in_at.holds(user.last_sign_in_at)
            && self.has_account(user)
    }

    fn has_account(&self, user: &User) -> bool {
        let Some(provider) = &self.provider else {
            return true;
        };
        let provider = provider.strip_prefix("oauth_").unwrap_or(provider);
        let mut accounts = user.external_accounts.iter();
        let ids = &self.provider_user_id;
        accounts.any(|account| {
            account.is_verified()
                && account.provider == provider
                && (ids.is_empty() || ids.contains(&account.provider_user_id))
        })
    }

    /// True if nothing is asked but for everybody.
    fn is_for_all(&self) -> bool {
        let names = [
            &self.email_address,
            &self.phone_number,
            &self.username,
            &self.external_id,
            &self.user_id,
            &self.organization_id,
        ];
        let parts = [
            &self.query,
            &self.email_address_query,
            &self.phone_number_query,
            &self.username_query,
            &self.name_query,
            &self.provider,
        ];
        let spans = [self.created_at, self.last_active_at, self.last_sign_in_at];
        names.iter().all(|names| names.is_empty())
            && parts.iter().all(|part| part.is_none())
            && self.banned.is_none()
            && spans
                .iter()
                .all(|span| span.after.is_none() && span.before.is_none())
    }
}

impl Instance {
    /// The number of users whom a question is about.
    pub fn count_users(&self, query: &UserQuery) -> usize {
        if query.is_for_all() {
            return self.users.len();
        }
        let mut found = self.users.values();
        found
            .by_ref()
            .filter(|user| self.is_asked(query, user))
            .count()
    }

    fn is_asked(&self, query: &UserQuery, user: &User) -> bool {
        query.matches(user)
            && is_among(&query.organization_id, |id| {
                self.membership(id, &user.id).is_some()
            })
    }

    /// A part of the users whom a question is about.
    pub fn list_users(
        &self,
        query: &UserQuery,
        order: Order,
        offset: usize,
        limit: usize,
    ) -> Vec<&User> {
        let found = self.users.values();
        let found = found.filter(|user| query.is_for_all() || self.is_asked(query, user));
        let mut found: Vec<&User> = found.collect();
        order.sort(&mut found);
        found.into_iter().skip(offset).take(limit).collect()
    }
}
