//! How often something may still be asked: names may stand for each other in any number of ways.

use std::cell::Cell;
use std::rc::Rc;

/// More questions about one function than that nobody has, nor more about all of them.
const MOST: usize = 10_000;
const MOST_IN_ALL: usize = 300_000;

/// The steps that are left for a function, and for all together.
pub struct Steps {
    own: Cell<usize>,
    in_all: Rc<Cell<usize>>,
}

impl Default for Steps {
    fn default() -> Self {
        Self {
            own: Cell::new(MOST),
            in_all: Rc::new(Cell::new(MOST_IN_ALL)),
        }
    }
}

impl Steps {
    /// Those of a function.
    pub fn of_one(&self) -> Self {
        Self {
            own: Cell::new(MOST),
            in_all: Rc::clone(&self.in_all),
        }
    }

    /// Takes some. False if there were not enough.
    pub fn take(&self, cost: usize) -> bool {
        for steps in [&self.own, &*self.in_all] {
            steps.set(steps.get().saturating_sub(cost));
        }
        !self.are_spent()
    }

    pub fn are_spent(&self) -> bool {
        self.own.get() == 0 || self.in_all.get() == 0
    }
}
