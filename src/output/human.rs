//! Errors as text, and the few styles. Colour says nothing that the words do not.

use anstyle::{AnsiColor, Style};

use crate::error::Explain;

/// What the eye should find first.
pub const BOLD: Style = Style::new().bold();
/// What may be skipped.
pub const DIM: Style = Style::new().dimmed();
const RED: Style = AnsiColor::Red.on_default().bold();
const YELLOW: Style = AnsiColor::Yellow.on_default().bold();
const CYAN: Style = AnsiColor::Cyan.on_default();

/// The symbols of our texts for a terminal that knows ASCII alone.
pub fn ascii(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\u{2713}' => plain.push_str("ok"),
            '\u{2717}' => plain.push('x'),
            '\u{2013}' => plain.push('-'),
            '\u{2014}' => plain.push_str("--"),
            '\u{2026}' => plain.push_str("..."),
            '\u{2192}' => plain.push_str("->"),
            '\u{201c}' | '\u{201d}' => plain.push('"'),
            '\u{2018}' | '\u{2019}' => plain.push('\''),
            c => plain.push(c),
        }
    }
    plain
}

/// `error: …`, then the evidence, then the advice.
pub fn error(error: &dyn Explain) -> String {
    explained(RED, "error", error)
}

/// The same for what stops nothing.
pub fn warning(error: &dyn Explain) -> String {
    explained(YELLOW, "warning", error)
}

fn explained(style: Style, word: &str, error: &dyn Explain) -> String {
    let mut text = format!("{style}{word}:{style:#} {error}\n");
    if let Some(because) = error.because() {
        text.push_str(&format!("  because: {}\n", indent(&because)));
    }
    if let Some(help) = error.help() {
        text.push_str(&format!("  {CYAN}help:{CYAN:#} {}\n", indent(&help)));
    }
    text
}

/// Further lines stand under the first.
fn indent(text: &str) -> String {
    text.trim_end().replace('\n', "\n    ")
}
