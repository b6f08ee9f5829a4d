//! Features: what one of them switches on has to be there.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use toml::de::DeTable;

use super::form::{Entry, Fault, entries, texts, wrong};

/// What cargo refuses of a package's own features.
pub fn faults(manifest: &DeTable<'_>, entries: &[Entry<'_>]) -> Vec<Fault> {
    let Some(all) = manifest.get("features") else {
        return Vec::new();
    };
    let Some(features) = all.get_ref().as_table() else {
        return vec![wrong(
            all.span().start,
            "`features`",
            all.get_ref(),
            "a table",
        )];
    };
    let mut faults = Vec::new();
    // Whether each dependency may be left out.
    let mut known: BTreeMap<&str, bool> = BTreeMap::new();
    for entry in entries {
        *known.entry(entry.name).or_default() |= entry.is_optional();
    }
    let lists = features.iter().map(|(name, list)| {
        let switched = list
            .get_ref()
            .as_array()
            .into_iter()
            .flat_map(|list| list.iter());
        let switched = switched.filter_map(|one| Some((one.span().start, one.get_ref().as_str()?)));
        (name, list, switched.collect::<Vec<_>>())
    });
    let lists: Vec<_> = lists.collect();
    let used: BTreeSet<&str> = lists
        .iter()
        .flat_map(|(_, _, switched)| switched.iter())
        .filter_map(|(_, one)| one.strip_prefix("dep:"))
        .collect();
    let is_feature = |name: &str| {
        let is_implied = known.get(name) == Some(&true) && !used.contains(name);
        features.contains_key(name) || is_implied
    };
    for (name, list, switched) in &lists {
        let name = name.get_ref();
        faults.extend(texts(list, &format!("the feature `{name}`")));
        for (at, one) in switched {
            let why = match (one.strip_prefix("dep:"), one.split_once('/')) {
                (Some(_), Some(_)) => "which is both `dep:` and a feature of it".to_owned(),
                (Some(of), None) => match known.get(of) {
                    None => format!("and `{of}` is no dependency"),
                    Some(false) => format!("and `{of}` is not optional"),
                    Some(true) => continue,
                },
                (None, Some((of, _))) => {
                    match (of.strip_suffix('?'), known.get(of.trim_end_matches('?'))) {
                        (of_weak, None) => {
                            format!("and `{}` is no dependency", of_weak.unwrap_or(of))
                        }
                        (Some(of), Some(false)) => {
                            format!("with a `?`, and `{of}` is not optional")
                        }
                        _ => continue,
                    }
                }
                (None, None) if is_feature(one) => continue,
                (None, None) => match known.get(one) {
                    None => "which is neither a feature nor a dependency".to_owned(),
                    Some(false) => "a dependency that is not optional".to_owned(),
                    Some(true) => format!("which has to be `dep:{one}` here"),
                },
            };
            let why = format!("the feature `{name}` switches on `{one}`, {why}");
            faults.push(Fault::new(*at, why));
        }
    }
    // One of the same name stands for another thing, so nothing would switch the dependency on.
    let all = lists.iter().flat_map(|(_, _, switched)| switched.iter());
    let below = all.filter_map(|(_, one)| Some(one.split_once('/')?.0.trim_end_matches('?')));
    let switched: HashSet<&str> = below.chain(used.iter().copied()).collect();
    let is_switched = |name: &str| switched.contains(name);
    let hidden = entries.iter().filter(|entry| {
        entry.is_optional() && features.contains_key(entry.name) && !is_switched(entry.name)
    });
    faults.extend(hidden.map(|entry| {
        let why = format!(
            "the dependency `{}` is optional, and no feature switches it on: the one of its name does not",
            entry.name
        );
        Fault::new(entry.at, why)
    }));
    faults
}

/// The features of a package, and of others as far as it switches them on.
#[derive(Default)]
pub struct Offered {
    features: HashSet<String>,
    /// What it may do without, which is a feature too.
    optional: HashSet<String>,
}

impl Offered {
    pub fn of(manifest: &DeTable<'_>) -> Self {
        let features = manifest.get("features");
        let features = features.and_then(|all| all.get_ref().as_table());
        let names = features.into_iter().flat_map(|all| all.keys());
        let optional = entries(manifest).into_iter();
        let optional = optional.filter(Entry::is_optional);
        Self {
            features: names.map(|name| name.get_ref().to_string()).collect(),
            optional: optional.map(|one| one.name.to_owned()).collect(),
        }
    }

    fn has(&self, feature: &str) -> bool {
        feature == "default" || self.features.contains(feature) || self.optional.contains(feature)
    }
}

/// What the features of a package switch on in others: by the name of the dependency the places, and the features there.
pub type Switched<'a> = HashMap<&'a str, Vec<(usize, &'a str)>>;

pub fn switched<'a>(own: &'a DeTable<'a>) -> Switched<'a> {
    let lists = own.get("features").and_then(|all| all.get_ref().as_table());
    let lists = lists.into_iter().flat_map(|all| all.values());
    let all = lists.flat_map(|list| {
        list.get_ref()
            .as_array()
            .into_iter()
            .flat_map(|all| all.iter())
    });
    let mut found = Switched::new();
    for one in all {
        let below = one.get_ref().as_str().and_then(|one| one.split_once('/'));
        if let Some((of, feature)) = below {
            found
                .entry(of)
                .or_default()
                .push((one.span().start, feature));
        }
    }
    found
}

/// Features that a package asks of one beside it, and that this does not have.
pub fn asked(entry: &Entry<'_>, own: &Switched<'_>, other: &Offered) -> Vec<Fault> {
    let list = entry
        .value
        .get("features")
        .and_then(|list| list.get_ref().as_array());
    let named = list.into_iter().flat_map(|list| list.iter());
    let named = named.filter_map(|one| Some((one.span().start, one.get_ref().as_str()?)));
    let switched = own.get(entry.name).into_iter().flatten().copied();
    let all = named.chain(switched);
    let missing = all.filter(|(_, feature)| !feature.contains(['/', ':']) && !other.has(feature));
    missing
        .map(|(at, feature)| {
            let why = format!("`{}` has no feature `{feature}`", entry.name);
            Fault::new(at, why)
        })
        .collect()
}
