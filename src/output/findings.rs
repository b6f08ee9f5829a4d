//! Findings as text: a symbol, the subject, values and places in columns, and below them what is wrong and what to do.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};

use super::DIM;
use crate::finding::{Finding, Verdict};

/// Right.
pub const GREEN: Style = AnsiColor::Green.on_default();
/// Wrong.
pub const RED: Style = AnsiColor::Red.on_default().bold();
/// To be looked at.
pub const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
const CYAN: Style = AnsiColor::Cyan.on_default();

/// Where lines end that a terminal would wrap in the middle of a word.
const WIDTH: usize = 80;
/// Room for the subject; a longer one pushes its own line only.
const SUBJECT: usize = 14;

/// Findings as text, values and places in columns.
pub fn text(findings: &[Finding]) -> String {
    let width = |column: fn(&Finding) -> Option<&String>| {
        let lengths = findings
            .iter()
            .filter_map(column)
            .map(|text| text.chars().count());
        lengths.max().map_or(0, |longest| longest + 3)
    };
    let columns = [
        width(|finding| finding.value.as_ref()),
        width(|finding| finding.place.as_ref()),
    ];
    let mut text = String::new();
    for finding in findings {
        write_one(&mut text, finding, columns);
    }
    text
}

fn write_one(text: &mut String, finding: &Finding, [value, place]: [usize; 2]) {
    let (style, symbol) = match finding.verdict {
        Verdict::Ok => (GREEN, '\u{2713}'),
        Verdict::No => (RED, '\u{2717}'),
        Verdict::Warn => (YELLOW, '!'),
        Verdict::Unknown => (YELLOW, '?'),
        Verdict::Skipped => (DIM, '\u{2013}'),
    };
    let mut head = head(finding, [value, place]);
    let is_short = finding.detail.chars().count() + head.chars().count() + 4 <= WIDTH;
    let is_told_at_once = !finding.detail.contains('\n') && (is_short || head.len() == SUBJECT);
    let mut lines = finding.detail.lines();
    if is_told_at_once || (finding.value.is_none() && finding.place.is_none()) {
        // The first line of the detail stands behind the head, folded under itself.
        let first = lines.next().unwrap_or_default();
        let column = 4 + head.chars().count();
        head.push_str(&folded(first, column));
    }
    let _ = writeln!(text, "  {style}{symbol}{style:#} {}", head.trim_end());
    for line in lines {
        let _ = writeln!(text, "{:1$}{2}", "", 4 + SUBJECT, folded(line, 4 + SUBJECT));
    }
    if let Some(help) = &finding.help {
        let help = folded(help, 4 + SUBJECT + 6);
        let _ = writeln!(text, "{:1$}{CYAN}help:{CYAN:#} {help}", "", 4 + SUBJECT);
    }
}

/// Subject, value and place, in columns; behind a subject that is longer than its column, one after the other.
fn head(finding: &Finding, widths: [usize; 2]) -> String {
    let parts = [&finding.value, &finding.place];
    if finding.subject.chars().count() >= SUBJECT {
        let parts = parts.into_iter().flatten();
        return parts.fold(format!("{}   ", finding.subject), |head, part| {
            head + part + "   "
        });
    }
    let mut head = format!("{:SUBJECT$}", finding.subject);
    if parts.iter().any(|part| part.is_some()) {
        for (part, width) in parts.into_iter().zip(widths) {
            let _ = write!(head, "{:width$}", part.as_deref().unwrap_or_default());
        }
    }
    head
}

/// The line broken between words, so that it ends before the screen does; further lines begin at `column`.
pub fn folded(line: &str, column: usize) -> String {
    let mut folded = String::new();
    let mut used = column;
    for word in line.split(' ') {
        let length = word.chars().count();
        if !folded.is_empty() {
            if used + 1 + length > WIDTH {
                let _ = write!(folded, "\n{:column$}", "");
                used = column;
            } else {
                folded.push(' ');
                used += 1;
            }
        }
        folded.push_str(word);
        used += length;
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(findings: &[Finding]) -> String {
        anstream::adapter::strip_str(&text(findings)).to_string()
    }

    #[test]
    fn values_and_places_stand_in_columns() {
        let findings = [
            Finding::new("a", Verdict::Ok, "publishable", "development, host")
                .value("pk_test_\u{2026}YXYk")
                .place(".env:3"),
            Finding::new("b", Verdict::Ok, "secret", "accepted")
                .value("sk_test_\u{2026}x9Qf")
                .place("environment"),
            Finding::new(
                "c",
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
            Finding::new("a", Verdict::Ok, "secret", "").value("sk_test_\u{2026}x9Qf"),
            Finding::new("b", Verdict::Warn, "CLERK_SIGN_IN_URL", "short").place(".env:3"),
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
            Finding::new("a", Verdict::No, "publishable", "position 21: a space\nthree lines\nof it")
                .value("pk_test_\u{2026}")
                .place(".env:3")
                .help("paste it again; the whole key has no spaces, and it is folded where the screen ends"),
            Finding::new("b", Verdict::No, "pair", "the two keys are\nnot of one instance"),
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
