//! Features: what one of them switches on has to be there.

use std::collections::{BTreeMap, BTreeSet};

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
    let is_switched = |name: &str| {
        let mut all = lists.iter().flat_map(|(_, _, switched)| switched.iter());
        let of = |one: &str| {
            one.split('/')
                .next()
                .map(|of| of.trim_end_matches('?').to_owned())
        };
        used.contains(name)
            || all.any(|(_, one)| one.contains('/') && of(one).as_deref() == Some(name))
    };
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

/// Features that a package asks of one beside it, and that this does not have.
pub fn asked(entry: &Entry<'_>, own: &DeTable<'_>, other: &DeTable<'_>) -> Vec<Fault> {
    let features = other
        .get("features")
        .and_then(|all| all.get_ref().as_table());
    let others = entries(other);
    let is_there = |feature: &str| {
        let is_optional = |one: &Entry<'_>| one.name == feature && one.is_optional();
        feature == "default"
            || features.is_some_and(|features| features.contains_key(feature))
            || others.iter().any(is_optional)
    };
    let list = entry
        .value
        .get("features")
        .and_then(|list| list.get_ref().as_array());
    let named = list.into_iter().flat_map(|list| list.iter());
    let named = named.filter_map(|one| Some((one.span().start, one.get_ref().as_str()?)));
    let switched = own.get("features").and_then(|all| all.get_ref().as_table());
    let switched = switched.into_iter().flat_map(|all| all.iter());
    let switched = switched.flat_map(|(_, list)| {
        let list = list.get_ref().as_array();
        list.into_iter().flat_map(|list| list.iter())
    });
    let switched = switched.filter_map(|one| {
        let feature = one.get_ref().as_str()?.strip_prefix(entry.name)?;
        Some((one.span().start, feature.strip_prefix('/')?))
    });
    let all = named.chain(switched);
    let missing = all.filter(|(_, feature)| !feature.contains(['/', ':']) && !is_there(feature));
    missing
        .map(|(at, feature)| {
            let why = format!("`{}` has no feature `{feature}`", entry.name);
            Fault::new(at, why)
        })
        .collect()
}
