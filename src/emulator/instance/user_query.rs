//! The choice of users for a list, and their order.

use std::borrow::Cow;

use clerk_auth::time::UnixMillis;

use super::contact::ContactKind;
use super::{Instance, Refusal, User};

/// A question about users. An empty list of names asks for nobody in particular; several names ask for any of them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UserQuery {
    pub email_address: Vec<String>,
    pub phone_number: Vec<String>,
    pub username: Vec<String>,
    pub external_id: Vec<String>,
    pub user_id: Vec<String>,
    /// Members of one of these; of none with `-` before it.
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
#[derive(Clone, Copy, Debug, Default, PartialEq)]
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

/// The field that a list is sorted by.
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

/// The order of a list: the field, and the direction.
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

    fn sort(self, users: &mut [&User]) {
        let primary = |user: &User, kind| user.primary(kind).map(|c| c.address.clone());
        let time = |at: Option<UnixMillis>| at.map(|at| at.0);
        match self.by {
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
            // The order of the table already, or nobody has one.
            OrderBy::CreatedAt | OrderBy::Web3Wallet => {}
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

    /// True for a user in whose text `query` is, if the rest fits as well.
    fn matches(&self, user: &User) -> bool {
        let emails = || addresses(user, ContactKind::Email);
        let phones = || addresses(user, ContactKind::Phone);
        let username = || user.username.as_deref().into_iter();
        any_of(&self.email_address, emails())
            && any_of(&self.phone_number, phones())
            && any_of(&self.username, username())
            && any_of(&self.external_id, user.external_id.as_deref().into_iter())
            && any_of(&self.user_id, [user.id.as_str()].into_iter())
            && part(self.email_address_query.as_deref(), emails())
            && part(self.phone_number_query.as_deref(), phones())
            && part(self.username_query.as_deref(), username())
            && self
                .name_query
                .as_ref()
                .is_none_or(|wanted| holds(&user.full_name(), wanted))
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

    /// Texts of which whoever is asked for has one in theirs; none if all are to be looked at. Nothing but `query` is
    /// decided by that.
    fn texts(&self) -> Vec<Cow<'_, str>> {
        let parts = [
            &self.query,
            &self.email_address_query,
            &self.phone_number_query,
            &self.username_query,
            &self.name_query,
        ];
        if let Some(part) = parts.into_iter().flatten().next() {
            return vec![Cow::Borrowed(part)];
        }
        let names = [
            &self.email_address,
            &self.phone_number,
            &self.username,
            &self.external_id,
            &self.user_id,
        ];
        let names = names.into_iter().find(|names| !names.is_empty());
        let names = names.into_iter().flatten();
        names.map(|name| Cow::Owned(name.to_lowercase())).collect()
    }
}

impl Instance {
    /// The number of users whom a question is about.
    pub fn count_users(&self, query: &UserQuery) -> usize {
        if *query == UserQuery::default() {
            return self.users.len();
        }
        self.asked(query).count()
    }

    /// The users whom a question is about, oldest first by the order in which they came.
    fn asked<'a>(
        &'a self,
        query: &'a UserQuery,
    ) -> impl DoubleEndedIterator<Item = &'a User> + use<'a> {
        let texts = query.texts();
        let texts: Vec<&str> = texts.iter().map(|text| &**text).collect();
        let near: Box<dyn DoubleEndedIterator<Item = &User>> = if texts.is_empty() {
            Box::new(self.users.values())
        } else {
            self.users.search(&texts)
        };
        near.filter(|user| {
            query.matches(user)
                && is_among(&query.organization_id, |id| {
                    self.membership(id, &user.id).is_some()
                })
        })
    }

    /// A part of the users whom a question is about.
    pub fn list_users<'a>(
        &'a self,
        query: &'a UserQuery,
        order: Order,
        offset: usize,
        limit: usize,
    ) -> Vec<&'a User> {
        let found = self.asked(query);
        let sorted: Box<dyn DoubleEndedIterator<Item = &User>> = match order.by {
            // Then those behind the last one that is shown need no look.
            OrderBy::CreatedAt => self.users.by_moment(found),
            _ => {
                let mut found: Vec<_> = found.collect();
                order.sort(&mut found);
                Box::new(found.into_iter())
            }
        };
        if order.falling {
            sorted.rev().skip(offset).take(limit).collect()
        } else {
            sorted.skip(offset).take(limit).collect()
        }
    }
}
