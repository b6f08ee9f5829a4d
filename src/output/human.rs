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
