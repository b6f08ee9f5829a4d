//! What a variable's name says: one of the table, with or without a prefix, or what it was probably meant to be.

mod table;

pub use table::{Kind, Known, TABLE};

/// A prefix that sends a variable to browsers, and whose it is.
#[derive(Debug, Eq, PartialEq)]
pub struct Prefix {
    /// Such as `VITE_`.
    pub text: &'static str,
    /// Who reads variables with it.
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

/// Of tools that bring variables with them into browsers, but not Clerk's kits for them. Trunk, Dioxus and Leptos know
/// no prefix at all: what their programs name with `env!` is built in.
const UNREAD_PREFIXES: [&str; 10] = [
    "REACT_APP_",
    "VUE_APP_",
    "GATSBY_",
    "NEXT_",
    "NG_APP_",
    "TRUNK_",
    "DIOXUS_",
    "LEPTOS_",
    "APP_",
    "RUST_",
];

/// Names that people use and nobody reads, and what they mean.
const MISTAKEN: [(&str, &str); 12] = [
    ("CLERK_PK", "CLERK_PUBLISHABLE_KEY"),
    ("CLERK_PUBLISHABLE", "CLERK_PUBLISHABLE_KEY"),
    ("CLERK_PUBLIC_KEY", "CLERK_PUBLISHABLE_KEY"),
    ("CLERK_PUB_KEY", "CLERK_PUBLISHABLE_KEY"),
    ("CLERK_SK", "CLERK_SECRET_KEY"),
    ("CLERK_SECRET", "CLERK_SECRET_KEY"),
    ("CLERK_API_SECRET", "CLERK_SECRET_KEY"),
    ("CLERK_API_SECRET_KEY", "CLERK_SECRET_KEY"),
    ("CLERK_JWT_PUBLIC_KEY", "CLERK_JWT_KEY"),
    ("CLERK_PEM_PUBLIC_KEY", "CLERK_JWT_KEY"),
    ("CLERK_WEBHOOK_SECRET", "CLERK_WEBHOOK_SIGNING_SECRET"),
    ("CLERK_SIGNING_SECRET", "CLERK_WEBHOOK_SIGNING_SECRET"),
];

/// What a name turned out to be.
#[derive(Debug)]
pub enum Reading {
    /// One of the table, perhaps with a prefix.
    Known {
        /// Which.
        known: &'static Known,
        /// With which prefix.
        prefix: Option<&'static Prefix>,
    },
    /// None, but close to this one.
    Mistaken(String),
    /// It speaks of Clerk, and nothing known reads it.
    Unknown,
    /// Nothing of Clerk's.
    Foreign,
}

/// Looks a name up.
pub fn read(name: &str) -> Reading {
    let (prefix, base) = split(name);
    if let Some(known) = find(base) {
        return Reading::Known { known, prefix };
    }
    match suggestion(name) {
        Some(suggestion) => Reading::Mistaken(suggestion),
        None if name.to_ascii_uppercase().contains("CLERK_") => Reading::Unknown,
        None => Reading::Foreign,
    }
}

/// The variable of that name, without a prefix.
pub fn find(base: &str) -> Option<&'static Known> {
    TABLE.iter().find(|known| known.name == base)
}

/// Whether everybody may see what a variable of this name holds, because a prefix says so.
pub fn is_sent_to_browsers(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let public = PREFIXES.iter().map(|prefix| prefix.text);
    public
        .chain(["REACT_APP_", "VUE_APP_", "GATSBY_", "NG_APP_"])
        .any(|prefix| name.starts_with(prefix))
}

fn split(name: &str) -> (Option<&'static Prefix>, &str) {
    let found = PREFIXES
        .iter()
        .find_map(|prefix| Some((prefix, name.strip_prefix(prefix.text)?)));
    let found = found.or_else(|| Some((&NUXT, name.strip_prefix(NUXT.text)?)));
    found.map_or((None, name), |(prefix, base)| (Some(prefix), base))
}

/// What a name that is none was probably meant to be.
fn suggestion(name: &str) -> Option<String> {
    let upper = name.to_ascii_uppercase().replace('-', "_");
    let (prefix, base) = split(&upper);
    let base = UNREAD_PREFIXES
        .iter()
        .find_map(|unread| base.strip_prefix(unread))
        .unwrap_or(base);
    let meant = find(base).map(|known| known.name);
    let meant = meant.or_else(|| {
        let listed = MISTAKEN.iter().find(|(mistaken, _)| *mistaken == base);
        listed.map(|(_, meant)| *meant)
    });
    let meant = meant.or_else(|| nearest(base))?;
    let prefix = prefix.map_or("", |prefix| prefix.text);
    let is_public = find(meant).is_some_and(|known| known.kind == Kind::Public);
    Some(format!("{}{meant}", if is_public { prefix } else { "" }))
}

/// The nearest name that at most two slips away from `base`.
fn nearest(base: &str) -> Option<&'static str> {
    let speaks_of_clerk = base.contains("CLERK");
    let distances = TABLE.iter().filter_map(|known| {
        // Short names are close to too much.
        let limit = if known.name.len() < 12 || !speaks_of_clerk {
            1
        } else {
            2
        };
        if !speaks_of_clerk && known.name.len() < 14
            || known.name.len().abs_diff(base.len()) > limit
        {
            return None;
        }
        let distance = distance(known.name, base);
        (distance <= limit).then_some((distance, known.name))
    });
    distances
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// How many slips of the fingers lead from one name to the other: a letter more, less, wrong, or two swapped.
fn distance(one: &str, other: &str) -> usize {
    let (one, other) = (one.as_bytes(), other.as_bytes());
    let mut before: Vec<usize> = Vec::new();
    let mut above: Vec<usize> = (0..=other.len()).collect();
    for (row, &a) in one.iter().enumerate() {
        let mut line = vec![row + 1];
        for (column, &b) in other.iter().enumerate() {
            let mut least = (above[column] + usize::from(a != b))
                .min(above[column + 1] + 1)
                .min(line[column] + 1);
            let is_swap = row > 0 && column > 0 && a == other[column - 1] && b == one[row - 1];
            if is_swap {
                least = least.min(before[column - 1] + 1);
            }
            line.push(least);
        }
        before = std::mem::replace(&mut above, line);
    }
    above[other.len()]
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
        assert!(MISTAKEN.iter().all(|(_, meant)| find(meant).is_some()));
    }

    #[test]
    fn slips_are_recognised() {
        for (name, meant) in [
            ("CLERK_SECRET_KEI", "CLERK_SECRET_KEY"),
            ("CLERK_SERCET_KEY", "CLERK_SECRET_KEY"),
            ("CLRK_SECRET_KEY", "CLERK_SECRET_KEY"),
            ("clerk_secret_key", "CLERK_SECRET_KEY"),
            ("CLERK-SECRET-KEY", "CLERK_SECRET_KEY"),
            ("CLERK_PUBLISHABEL_KEY", "CLERK_PUBLISHABLE_KEY"),
            ("VITE_CLERK_PUBLISHABLE_KEYS", "VITE_CLERK_PUBLISHABLE_KEY"),
            ("NEXT_CLERK_PUBLISHABLE_KEY", "CLERK_PUBLISHABLE_KEY"),
            ("TRUNK_CLERK_PUBLISHABLE_KEY", "CLERK_PUBLISHABLE_KEY"),
            (
                "NEXT_PUBLIC_CLERK_WEBHOOK_SECRET",
                "CLERK_WEBHOOK_SIGNING_SECRET",
            ),
            ("CLERK_SIGN_IN_URI", "CLERK_SIGN_IN_URL"),
            ("CLERK_PK", "CLERK_PUBLISHABLE_KEY"),
        ] {
            match read(name) {
                Reading::Mistaken(found) => assert_eq!(found, meant, "{name}"),
                other => panic!("{name}: {other:?}"),
            }
        }
    }

    #[test]
    fn other_names_are_left_in_peace() {
        for name in [
            "PORT",
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
