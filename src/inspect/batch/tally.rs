//! Results, counted by verdict and reason.

use super::result::{Answer, Verdict};

/// So many results of each kind. There are few kinds, so that a list is the fastest map.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally(Vec<(Answer, u64)>);

impl Tally {
    /// So many more of this kind.
    pub fn count(&mut self, answer: Answer, more: u64) {
        match self.0.iter_mut().find(|(kind, _)| *kind == answer) {
            Some((_, count)) => *count += more,
            None => self.0.push((answer, more)),
        }
    }

    /// All of another tally besides; that is empty then.
    pub fn take(&mut self, other: &mut Self) {
        for (answer, count) in other.0.drain(..) {
            self.count(answer, count);
        }
    }

    /// All kinds: by verdict, in each the most frequent first.
    pub fn kinds(&self) -> Vec<(Answer, u64)> {
        let mut kinds = self.0.clone();
        let rank =
            |(answer, count): &(Answer, u64)| (answer.verdict, u64::MAX - count, answer.word);
        kinds.sort_by_key(rank);
        kinds
    }

    /// How many results there are.
    pub fn results(&self) -> u64 {
        self.0.iter().map(|(_, count)| count).sum()
    }

    /// How many results have this verdict.
    pub fn of(&self, verdict: Verdict) -> u64 {
        let counted = self
            .0
            .iter()
            .filter(|(answer, _)| answer.verdict == verdict);
        counted.map(|(_, count)| count).sum()
    }

    /// Whether there was a token and everything was one that passed; apart from where none was.
    pub fn is_all_yes(&self) -> bool {
        let is_no = |answer: &Answer| !answer.verdict.is_ok() && !answer.is_absence();
        self.0.iter().any(|(answer, _)| answer.verdict.is_ok())
            && !self.0.iter().any(|(answer, _)| is_no(answer))
    }
}
