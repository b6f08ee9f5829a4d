//! The origin that the app calls its own, to Clerk and to clients. It is read from the request, so a stranger's `Host`
//! must not pass for it.

use std::net::IpAddr;

use url::Url;

use super::Gate;
use crate::head::Head;
use crate::public_url::{Address, Connection, names_odd_host};

impl Gate {
    /// The origin under which the app was asked, if it may be believed. With live keys a `Host` that is in none of
    /// `CLERK_AUTHORIZED_PARTIES` does not count, if there are any; nor does the scheme that a proxy in front may hide.
    /// With those of a local emulator only this machine's own names do.
    pub(crate) fn own_origin(&self, head: &dyn Head, connection: Connection<'_>) -> Option<String> {
        let config = self.clerk().config();
        self.is_own_host(head, connection).then_some(())?;
        let url = self.public_url(head, connection)?;
        let is_live = !config.is_development() && !config.has_local_keys();
        if !is_live || config.authorized_parties.is_empty() {
            return Some(url.origin());
        }
        let host = url.as_url().host_str();
        let listed = config.authorized_parties.iter().find(|party| {
            let party = Url::parse(party).ok();
            party.is_some_and(|party| {
                party.host_str() == host && party.port() == url.as_url().port()
            })
        });
        listed.cloned()
    }

    /// With local keys the emulator stands behind the app. A page under another name that resolves to this machine (DNS
    /// rebinding) must not talk to it through the app.
    pub(crate) fn is_own_host(&self, head: &dyn Head, connection: Connection<'_>) -> bool {
        let config = self.clerk().config();
        // Else it would count as none, and none as this machine.
        if names_odd_host(head, config.trust_proxy_headers) {
            return false;
        }
        if !config.has_local_keys() {
            return true;
        }
        let address = Address::of(head, connection, config.trust_proxy_headers);
        let host = address.host;
        let name = match host.rsplit_once(':') {
            Some((name, _)) if !host.ends_with(']') => name,
            _ => host,
        };
        let is_local = name == "localhost" || name.ends_with(".localhost");
        let bare = name.trim_start_matches('[').trim_end_matches(']');
        let is_number = bare.parse::<IpAddr>().is_ok();
        let origin = format!("{}://{host}", address.scheme);
        is_local || is_number || config.authorized_parties.contains(&origin)
    }
}
