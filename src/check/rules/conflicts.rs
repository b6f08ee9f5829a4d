//! Variables that are set twice and differ: in two places, under two names, in two packages.

use crate::check::facts::{Facts, Package, entries, line_of};
use crate::escape::visible;
use crate::finding::{Finding, Id, Verdict};
use crate::project::names::{self, Reading};
use crate::project::packages::Role;
use crate::project::variables::{Found, Variables};

/// Looks at each package, and compares them.
pub fn check(facts: &Facts<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut instances: Vec<(String, Found)> = Vec::new();
    for (package, variables) in facts.readable() {
        let own = places(package, variables)
            .into_iter()
            .chain(twins(package, variables))
            .chain(modes(package, variables));
        findings.extend(own.map(|finding| finding.of(&package.below())));
        let key = variables.publishable_keys().into_iter().next();
        let key = key.filter(|key| package.owns(&key.place));
        instances.extend(key.map(|key| (package.place(&key.place), key)));
    }
    findings.extend(packages(&instances));
    findings
}

fn is_clerks(name: &str) -> bool {
    !matches!(names::read(name), Reading::Foreign)
}

/// One name in two places of one package.
fn places(package: &Package<'_>, variables: &Variables<'_>) -> Vec<Finding> {
    let names = variables.names().into_iter().filter(|name| is_clerks(name));
    let conflict = |name: &str| {
        let all = variables.all(name);
        let (first, rest) = all.split_first()?;
        let others: Vec<_> = rest
            .iter()
            .filter(|found| found.value != first.value)
            .map(|found| package.place(&found.place))
            .collect();
        if others.is_empty() {
            return None;
        }
        let (what, more) = if first.value.is_empty() {
            ("is set to nothing, and that hides", "")
        } else {
            ("wins over", ", and they differ")
        };
        let finding = Finding::new(
            Id::ValueConflict,
            Verdict::Warn,
            name,
            format!(
                "{} {what} {}{more}",
                package.place(&first.place),
                others.join(" and ")
            ),
        )
        .help("set it in one place only, or to the same value in all");
        Some(finding.place(package.place(&first.place)))
    };
    names.filter_map(conflict).collect()
}

/// One variable under two names, for front end and server. The keys have a rule of their own.
fn twins(package: &Package<'_>, variables: &Variables<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for known in names::TABLE
        .iter()
        .filter(|known| known.kind == names::Kind::Public && known.name != "CLERK_PUBLISHABLE_KEY")
    {
        let all = std::iter::once(String::new())
            .chain(names::PREFIXES.iter().map(|prefix| prefix.text.to_owned()))
            .map(|prefix| format!("{prefix}{}", known.name));
        let set: Vec<_> = all.filter_map(|name| variables.get(&name)).collect();
        let Some((first, rest)) = set.split_first() else {
            continue;
        };
        for other in rest.iter().filter(|other| other.value != first.value) {
            let finding = Finding::new(
                Id::TwinsDiffer,
                Verdict::Warn,
                visible(&other.name),
                format!(
                    "differs from {} ({})",
                    first.name,
                    package.place(&first.place)
                ),
            );
            findings.push(
                finding
                    .place(package.place(&other.place))
                    .help("make both equal"),
            );
        }
    }
    findings
}

/// Files for one mode: JavaScript tools read them and prefer them, Rust never does.
fn modes(package: &Package<'_>, variables: &Variables<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in package
        .found
        .files
        .iter()
        .filter(|file| file.role == Role::OneMode)
    {
        let own = entries(file).iter().filter(|entry| is_clerks(&entry.name));
        if !package.found.has_javascript() {
            if let Some(entry) = own.into_iter().next() {
                findings.push(
                    Finding::new(
                        Id::FileNotRead,
                        Verdict::Warn,
                        "file",
                        "the app reads .env.local and .env only",
                    )
                    .place(line_of(file, entry.line)),
                );
            }
            continue;
        }
        for entry in own {
            let other = variables.get(&entry.name);
            let Some(other) = other.filter(|other| other.value != entry.value) else {
                continue;
            };
            findings.push(
                Finding::new(
                    Id::ModeDiffers,
                    Verdict::Warn,
                    visible(&entry.name),
                    format!(
                        "in its mode it takes the place of {}, and they differ",
                        package.place(&other.place)
                    ),
                )
                .place(line_of(file, entry.line)),
            );
        }
    }
    findings
}

/// The publishable keys of the packages.
fn packages(instances: &[(String, Found)]) -> Vec<Finding> {
    let Some(((first, key), rest)) = instances.split_first() else {
        return Vec::new();
    };
    let others = rest.iter().filter(|(_, other)| other.value != key.value);
    others
        .map(|(other, found)| {
            Finding::new(
                Id::PackagesDiffer,
                Verdict::Warn,
                visible(&found.name),
                format!(
                    "names another instance than {first}: sessions of one are unknown to the other"
                ),
            )
            .place(other.as_str())
        })
        .collect()
}
