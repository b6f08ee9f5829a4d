//! Findings as text: a symbol, the subject, values and places in columns, and below them observation and advice.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::{CYAN, DIM, GREEN, RED, YELLOW};
use crate::finding::{Finding, Verdict};
use crate::fold::fold;

/// Room for the subject; a longer one pushes its own line only.
const SUBJECT: usize = 14;
/// A longer value or place does not widen its column; it pushes its own line only.
const LONGEST: usize = 24;

/// One line of a list: a finding, or a check of a token.
#[derive(Debug)]
pub struct Row<'a> {
    /// The result.
    pub verdict: Verdict,
    /// The thing that was checked.
    pub subject: &'a str,
    /// Its value.
    pub value: Option<&'a str>,
    /// Its place.
    pub place: Option<&'a str>,
    /// The observation; line breaks are kept.
    pub detail: Cow<'a, str>,
    /// Advice.
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
pub fn text(findings: &[Finding], width: usize) -> String {
    rows(&findings.iter().map(Row::from).collect::<Vec<_>>(), width)
}

/// Lines as text, values and places in columns.
pub fn rows(rows: &[Row<'_>], screen: usize) -> String {
    let width = |column: for<'r> fn(&'r Row<'_>) -> Option<&'r str>| {
        let lengths = rows.iter().filter_map(column);
        let lengths = lengths.map(|text| text.chars().count());
        let longest = lengths.filter(|length| *length <= LONGEST).max();
        longest.map_or(0, |longest| longest + 3)
    };
    let columns = [width(|row| row.value), width(|row| row.place)];
    let mut text = String::new();
    for row in rows {
        write_one(&mut text, row, columns, screen);
    }
    text
}

fn write_one(text: &mut String, row: &Row<'_>, columns: [usize; 2], screen: usize) {
    let (style, symbol) = match row.verdict {
        Verdict::Ok => (GREEN, '\u{2713}'),
        Verdict::No => (RED, '\u{2717}'),
        Verdict::Warn => (YELLOW, '!'),
        Verdict::Unknown => (YELLOW, '?'),
        Verdict::Skipped => (DIM, '\u{2013}'),
    };
    let mut head = head(row, columns);
    let is_short = row.detail.chars().count() + head.chars().count() + 4 <= screen;
    let is_told_at_once = !row.detail.contains('\n') && (is_short || head.len() == SUBJECT);
    let mut lines = row.detail.lines();
    if is_told_at_once || (row.value.is_none() && row.place.is_none()) {
        // The first line of the detail follows the head and folds under itself.
        let first = lines.next().unwrap_or_default();
        let column = 4 + head.chars().count();
        head.push_str(&folded(first, column, screen));
    }
    let _ = writeln!(text, "  {style}{symbol}{style:#} {}", head.trim_end());
    for line in lines {
        let _ = writeln!(
            text,
            "{:1$}{2}",
            "",
            4 + SUBJECT,
            folded(line, 4 + SUBJECT, screen)
        );
    }
    if let Some(help) = row.help {
        let help = folded(help, 4 + SUBJECT + 6, screen);
        let _ = writeln!(text, "{:1$}{CYAN}help:{CYAN:#} {help}", "", 4 + SUBJECT);
    }
}

/// Subject, value and place in columns, or one after the other if the subject is too long for its column.
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
            let part = part.unwrap_or_default();
            let _ = write!(head, "{part:width$}");
            if part.chars().count() > LONGEST {
                head.push_str("   ");
            }
        }
    }
    head
}

/// The line, broken between words before the screen ends; further lines begin at `column`.
pub fn folded(line: &str, column: usize, width: usize) -> String {
    let mut folded = String::new();
    fold(&mut folded, line, column, column, width);
    folded
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::Id;

    fn plain(findings: &[Finding]) -> String {
        anstream::adapter::strip_str(&text(findings, 80)).to_string()
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

    /// One long value pushed the places of all others to the edge of the screen.
    #[test]
    fn a_long_value_or_place_pushes_its_own_line_only() {
        let finding = |subject: &str, value: &str, place: &str| {
            let finding = Finding::new(Id::SecretKey, Verdict::Ok, subject, "x");
            finding.value(value).place(place)
        };
        let long = "a".repeat(30);
        let findings = [
            finding("PORT", "4000", ".env:1"),
            finding("HOST", &long, ".env:2"),
            finding("NODE", "1", &long),
        ];
        assert_eq!(
            plain(&findings),
            format!(
                "  \u{2713} PORT          4000   .env:1   x\n\
                 \u{20} \u{2713} HOST          {long}   .env:2   x\n\
                 \u{20} \u{2713} NODE          1      {long}   x\n"
            )
        );
    }

    #[test]
    fn lines_end_before_a_narrow_screen_does_and_use_a_wide_one() {
        let finding = Finding::new(Id::SecretKey, Verdict::No, "PORT", "a word ".repeat(12));
        let finding = finding.help("another word ".repeat(8));
        for width in [40, 50, 120] {
            let text = anstream::adapter::strip_str(&text(std::slice::from_ref(&finding), width))
                .to_string();
            let longest = text
                .lines()
                .map(|line| line.chars().count())
                .max()
                .unwrap_or(0);
            assert!(longest <= width && longest > width - 14, "{width}: {text}");
        }
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
