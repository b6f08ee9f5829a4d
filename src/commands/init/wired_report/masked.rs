//! Lines of the owner's source as they may be shown: secrets may stand in them, and reports get into logs and issues.

use crate::project::secrets::without_secrets;
use crate::source::Unread;
use crate::wire::code::ByHand;
use crate::wire::migrate::{Migration, Step};

pub fn by_hand(of: &ByHand) -> ByHand {
    ByHand {
        why: without_secrets(&of.why).into_owned(),
        lines: lines(&of.lines),
        ..of.clone()
    }
}

pub fn unread(of: &Unread) -> Unread {
    Unread::new(&of.place, without_secrets(&of.why))
}

pub fn migration(of: &Migration) -> Migration {
    let step = |step: &Step| Step {
        why: without_secrets(&step.why).into_owned(),
        old: lines(&step.old),
        new: lines(&step.new),
        ..step.clone()
    };
    let mut shown = of.clone();
    shown.steps = of.steps.iter().map(step).collect();
    shown
}

fn lines(lines: &[String]) -> Vec<String> {
    let lines = lines.iter();
    lines
        .map(|line| without_secrets(line).into_owned())
        .collect()
}
