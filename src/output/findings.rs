//! Findings as text: a symbol, the subject, values and places in columns, and below them what is wrong and what to do.

use std::borrow::Cow;
use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use super::DIM;
use super::fold::{WIDTH, fold};
use crate::finding::{Finding, Verdict};

/// Right.
pub const GREEN: Style = AnsiColor::Green.on_default();
/// Wrong.
pub const RED: Style = AnsiColor::Red.on_default().bold();
/// To be looked at.
pub const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
const CYAN: Style = AnsiColor::Cyan.on_default();

/// Room for the subject; a longer one pushes its own line only.
const SUBJECT: usize = 14;

/// One line of a list: a finding, or a check of a token.
#[derive(Debug)]
pub struct Row<'a> {
    /// What came of it.
    pub verdict: Verdict,
    /// What was looked at.
    pub subject: &'a str,
    /// Its value.
    pub value: Option<&'a str>,
    /// Where it stands.
    pub place: Option<&'a str>,
    /// What was seen; lines are kept.
    pub detail: Cow<'a, str>,
    /// What to do.
    pub help: Option<&'a str>,
}

impl<'a> From<&'a Finding> for Row<'a> {
    fn from(finding: &'a Finding) -> Self {
        Self {
            verdict: finding.verdict,
            subject: &finding.subject,
            value: finding.value.as_deref(),
            place: finding.place.as_deref().or(finding.package.as_deref()),
            detail: Cow::Borrowed(&finding.detail),
            help: finding.help.as_deref(),
        }
    }
}

/// Findings as text.
pub fn text(findings: &[Finding]) -> String {
    rows(&findings.iter().map(Row::from).collect::<Vec<_>>())
}

/// Lines as text, values and places in columns.
pub fn rows(rows: &[Row<'_>]) -> String {
    let width = |column: for<'r> fn(&'r Row<'_>) -> Option<&'r str>| {
        let lengths = rows.iter().filter_map(column);
        let longest = lengths.map(|text| text.chars().count()).max();
        longest.map_or(0, |longest| longest + 3)
    };
    let columns = [width(|row| row.value), width(|row| row.place)];
    let mut text = String::new();
    for row in rows {
        write_one(&mut text, row, columns);
    }
    text
}

fn write_one(text: &mut String, row: &Row<'_>, columns: [usize; 2]) {
    let (style, symbol) = match row.verdict {
        Verdict::Ok => (GREEN, '\u{2713}'),
        Verdict::No => (RED, '\u{2717}'),
        Verdict::Warn => (YELLOW, '!'),
        Verdict::Unknown => (YELLOW, '?'),
        Verdict::Skipped => (DIM, '\u{2013}'),
    };
    let mut head = head(row, columns);
    let is_short = row.detail.chars().count() + head.chars().count() + 4 <= WIDTH;
    let is_told_at_once = !row.detail.contains('\n') && (is_short || head.len() == SUBJECT);
    let mut lines = row.detail.lines();
    if is_told_at_once || (row.value.is_none() && row.place.is_none()) {
        // The first line of the detail stands behind the head, folded under itself.
        let first = lines.next().unwrap_or_default();
        let column = 4 + head.chars().count();
        head.push_str(&folded(first, column));
    }
    let _ = writeln!(text, "  {style}{symbol}{style:#} {}", head.trim_end());
    for line in lines {
        let _ = writeln!(text, "{:1$}{2}", "", 4 + SUBJECT, folded(line, 4 + SUBJECT));
    }
    if let Some(help) = row.help {
        let help = folded(help, 4 + SUBJECT + 6);
        let _ = writeln!(text, "{:1$}{CYAN}help:{CYAN:#} {help}", "", 4 + SUBJECT);
    }
}

/// Subject, value and place, in columns; behind a subject that is longer than its column, one after the other.
fn head(row: &Row<'_>, widths: [usize; 2]) -> String {
    let parts = [row.value, row.place];
    if row.subject.chars().count() >= SUBJECT {
        let parts = parts.into_iter().flatten();
        return parts.fold(format!("{}   ", row.subject), |head, part| {
            head + part + "   "
        });
    }
    let mut head = format!("{:SUBJECT$}", row.subject);
    if parts.iter().any(Option::is_some) {
        for (part, width) in parts.into_iter().zip(widths) {
            let _ = write!(head, "{:width$}", part.unwrap_or_default());
        }
    }
    head
}

/// The line broken between words, so that it ends before the screen does; further lines begin at `column`.
pub fn folded(line: &str, column: usize) -> String {
    let mut folded = String::new();
    fold(&mut folded, line, column, column, WIDTH);
    folded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Id;

    fn plain(findings: &[Finding]) -> String {
        anstream::adapter::strip_str(&text(findings)).to_string()
    }

    #[test]
    fn values_and_places_stand_in_columns() {
        let findings = [
            Finding::new(
                Id::SecretKey,
                Verdict::Ok,
                "publishable",
                "development, host",
            )
            .value("pk_test_\u{2026}YXYk")
            .place(".env:3"),
            Finding::new(Id::SecretKey, Verdict::Ok, "secret", "accepted")
                .value("sk_test_\u{2026}x9Qf")
                .place("environment"),
            Finding::new(
                Id::SecretKey,
                Verdict::Skipped,
                "JWT key",
                "not set (fine: keys are fetched)",
            ),
        ];
        assert_eq!(
            plain(&findings),
            "  \u{2713} publishable   pk_test_\u{2026}YXYk   .env:3        development, host\n\
             \u{20} \u{2713} secret        sk_test_\u{2026}x9Qf   environment   accepted\n\
             \u{20} \u{2013} JWT key       not set (fine: keys are fetched)\n"
        );
    }

    #[test]
    fn a_long_subject_leaves_the_columns() {
        let findings = [
            Finding::new(Id::SecretKey, Verdict::Ok, "secret", "").value("sk_test_\u{2026}x9Qf"),
            Finding::new(Id::SecretKey, Verdict::Warn, "CLERK_SIGN_IN_URL", "short")
                .place(".env:3"),
        ];
        assert_eq!(
            plain(&findings),
            "  \u{2713} secret        sk_test_\u{2026}x9Qf\n\
             \u{20} ! CLERK_SIGN_IN_URL   .env:3   short\n"
        );
    }

    #[test]
    fn what_is_wrong_stands_below_with_what_to_do() {
        let findings = [
            Finding::new(Id::SecretKey, Verdict::No, "publishable", "position 21: a space\nthree lines\nof it")
                .value("pk_test_\u{2026}")
                .place(".env:3")
                .help("paste it again; the whole key has no spaces, and it is folded where the screen ends"),
            Finding::new(Id::SecretKey, Verdict::No, "pair", "the two keys are\nnot of one instance"),
        ];
        assert_eq!(
            plain(&findings),
            "  \u{2717} publishable   pk_test_\u{2026}   .env:3\n\
             \u{20}                 position 21: a space\n\
             \u{20}                 three lines\n\
             \u{20}                 of it\n\
             \u{20}                 help: paste it again; the whole key has no spaces, and it is\n\
             \u{20}                       folded where the screen ends\n\
             \u{20} \u{2717} pair          the two keys are\n\
             \u{20}                 not of one instance\n"
        );
    }
}
