//! Recognises a variable by its name: one of the table, with or without a prefix, one that another kit reads, or
//! neither.

mod elsewhere;
mod near;
mod table;

pub use elsewhere::Elsewhere;
pub use near::{are_near, distance, suggestion};
pub use table::{Kind, Known, OF_APPS, TABLE};

/// A prefix that sends a variable to browsers, and the tool that reads it.
#[derive(Debug, Eq, PartialEq)]
pub struct Prefix {
    /// Such as `VITE_`.
    pub text: &'static str,
    /// The tool that reads variables with it.
    pub reader: &'static str,
}

const fn prefix(text: &'static str, reader: &'static str) -> Prefix {
    Prefix { text, reader }
}

/// The prefixes that Clerk's kits read; each makes a value public. Longer ones stand before those they start with.
pub const PREFIXES: [Prefix; 5] = [
    prefix("NEXT_PUBLIC_", "Next.js"),
    prefix("VITE_", "Vite"),
    prefix("NUXT_PUBLIC_", "Nuxt"),
    prefix("EXPO_PUBLIC_", "Expo"),
    prefix("PUBLIC_", "Astro"),
];

/// Nuxt's own for its server; not public.
const NUXT: Prefix = prefix("NUXT_", "Nuxt");

/// Prefixes of other tools that bring variables into browsers, where the pages' own code reads them.
pub const OTHER_PREFIXES: [Prefix; 7] = [
    prefix("REACT_APP_", "pages built with Create React App"),
    prefix("VUE_APP_", "pages built with Vue CLI"),
    prefix("GATSBY_", "pages built with Gatsby"),
    prefix("NG_APP_", "pages built with Angular"),
    prefix("WXT_PUBLIC_", "browser extensions built with WXT"),
    prefix("PLASMO_PUBLIC_", "browser extensions built with Plasmo"),
    prefix("STORYBOOK_", "Storybook"),
];

/// The kind of a name.
#[derive(Debug)]
pub enum Reading {
    /// One of the table, perhaps with a prefix.
    Known {
        known: &'static Known,
        /// Its prefix, if it has one.
        prefix: Option<&'static Prefix>,
    },
    /// Other kits and templates for Clerk read it.
    Elsewhere(Elsewhere),
    /// It mentions Clerk, but nothing we know reads it.
    Unknown,
    /// Nothing of Clerk's.
    Foreign,
}

impl Reading {
    /// True if only servers may have the value of such a variable.
    pub fn is_secret(&self) -> bool {
        match self {
            Self::Known { known, .. } => known.kind == Kind::Secret,
            Self::Elsewhere(elsewhere) => elsewhere.is_secret,
            Self::Unknown | Self::Foreign => false,
        }
    }
}

/// Looks a name up.
pub fn read(name: &str) -> Reading {
    if let Some(known) = OF_APPS.iter().find(|known| known.name == name) {
        let prefix = None;
        return Reading::Known { known, prefix };
    }
    let (prefix, base) = split(name);
    if let Some(known) = find(base) {
        return Reading::Known { known, prefix };
    }
    if let Some(elsewhere) = elsewhere::find(name, base) {
        return Reading::Elsewhere(elsewhere);
    }
    let speaks_of_clerk = name.to_ascii_uppercase().contains("CLERK_");
    if speaks_of_clerk || near::is_near(name) {
        Reading::Unknown
    } else {
        Reading::Foreign
    }
}

/// The variable of that name, without a prefix.
pub fn find(base: &str) -> Option<&'static Known> {
    TABLE.iter().find(|known| known.name == base)
}

/// True if everybody can see the value of such a variable, because of its prefix.
pub fn is_sent_to_browsers(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let mut prefixes = PREFIXES.iter().chain(&OTHER_PREFIXES);
    prefixes.any(|prefix| name.starts_with(prefix.text))
}

fn split(name: &str) -> (Option<&'static Prefix>, &str) {
    let found = PREFIXES
        .iter()
        .find_map(|prefix| Some((prefix, name.strip_prefix(prefix.text)?)));
    let found = found.or_else(|| Some((&NUXT, name.strip_prefix(NUXT.text)?)));
    found.map_or((None, name), |(prefix, base)| (Some(prefix), base))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_is_known_with_each_prefix() {
        for known in TABLE {
            for prefix in PREFIXES
                .iter()
                .map(|prefix| prefix.text)
                .chain(["", "NUXT_"])
            {
                let name = format!("{prefix}{}", known.name);
                let Reading::Known {
                    known: found,
                    prefix: with,
                } = read(&name)
                else {
                    panic!("{name} is not known");
                };
                assert_eq!(found.name, known.name);
                assert_eq!(with.map_or("", |with| with.text), prefix);
            }
            let instead = known.instead.is_none_or(|instead| find(instead).is_some());
            assert!(instead, "{}", known.name);
        }
    }

    #[test]
    fn names_of_other_kits_are_known() {
        for name in [
            "CLERK_JWKS_URL",
            "CLERK_ISSUER",
            "CLERK_JWT_ISSUER_DOMAIN",
            "CLERK_FRONTEND_API_URL",
            "CLERK_AUDIENCE",
            "CLERK_WEBHOOK_SECRET",
            "NEXT_PUBLIC_CLERK_FRONTEND_API_URL",
            "VITE_CLERK_JWT_TEMPLATE",
            "REACT_APP_CLERK_PUBLISHABLE_KEY",
            "PLASMO_PUBLIC_CLERK_PUBLISHABLE_KEY",
            "E2E_CLERK_USER_PASSWORD",
        ] {
            assert!(matches!(read(name), Reading::Elsewhere(_)), "{name}");
        }
        assert!(read("CLERK_WEBHOOK_SECRET").is_secret());
        assert!(!read("CLERK_JWKS_URL").is_secret());
    }

    #[test]
    fn other_names_are_left_in_peace() {
        for name in [
            "VITE_PORT",
            "DATABASE_URL",
            "CLICK_SECRET_KEY",
            "STRIPE_SECRET_KEY",
            "SECRET_KEY",
            "",
            "_",
        ] {
            assert!(matches!(read(name), Reading::Foreign), "{name}");
        }
        for name in ["CLERK_WEBHOOK_PATH", "CLERK_TEAM", "MY_CLERK_THING"] {
            assert!(matches!(read(name), Reading::Unknown), "{name}");
        }
    }

    #[test]
    fn what_browsers_get_is_told_by_the_prefix() {
        assert!(is_sent_to_browsers("VITE_X") && is_sent_to_browsers("REACT_APP_CLERK_SECRET_KEY"));
        assert!(
            !is_sent_to_browsers("NUXT_CLERK_SECRET_KEY")
                && !is_sent_to_browsers("CLERK_SECRET_KEY")
        );
    }
}
