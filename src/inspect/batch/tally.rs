//! Results, counted by verdict and reason.

use super::result::{Answer, Verdict};

/// The number of results of each kind. There are few kinds, so a list is the fastest map.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally(Vec<(Answer, u64)>);

impl Tally {
    /// Adds results of this kind.
    pub fn count(&mut self, answer: Answer, more: u64) {
        match self.0.iter_mut().find(|(kind, _)| *kind == answer) {
            Some((_, count)) => *count += more,
            None => self.0.push((answer, more)),
        }
    }

    /// Adds another tally and empties it.
    pub fn take(&mut self, other: &mut Self) {
        for (answer, count) in other.0.drain(..) {
            self.count(answer, count);
        }
    }

    /// All kinds, by verdict, the most frequent first.
    pub fn kinds(&self) -> Vec<(Answer, u64)> {
        let mut kinds = self.0.clone();
        let rank =
            |(answer, count): &(Answer, u64)| (answer.verdict, u64::MAX - count, answer.word);
        kinds.sort_by_key(rank);
        kinds
    }

    /// The number of results.
    pub fn results(&self) -> u64 {
        self.0.iter().map(|(_, count)| count).sum()
    }

    /// The number of results with this verdict.
    pub fn of(&self, verdict: Verdict) -> u64 {
        let counted = self
            .0
            .iter()
            .filter(|(answer, _)| answer.verdict == verdict);
        counted.map(|(_, count)| count).sum()
    }

    /// True if there was a token and all passed. Absent tokens do not count.
    pub fn is_all_yes(&self) -> bool {
        let is_no = |answer: &Answer| !answer.verdict.is_ok() && !answer.is_absence();
        self.0.iter().any(|(answer, _)| answer.verdict.is_ok())
            && !self.0.iter().any(|(answer, _)| is_no(answer))
    }
}
