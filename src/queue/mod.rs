//! Whose turn it is: departments one after the other, in each first come, first served.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::Hash;

/// Things waiting, each once.
#[derive(Debug)]
pub struct Queue<T> {
    /// By department; one that has nothing waiting is not in it.
    waiting: BTreeMap<String, VecDeque<T>>,
    /// Departments with something waiting, the next one first.
    turns: VecDeque<String>,
    department_of: HashMap<T, String>,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self { waiting: BTreeMap::new(), turns: VecDeque::new(), department_of: HashMap::new() }
    }
}

impl<T: Clone + Eq + Hash> Queue<T> {
    /// Adds `item` at the end of its department's line; false when it already waits.
    pub fn push(&mut self, department: &str, item: T) -> bool {
        self.insert(department, item, false)
    }

    /// Adds `item` before all others, for one that was taken and could not be dealt with.
    pub fn push_front(&mut self, department: &str, item: T) -> bool {
        self.insert(department, item, true)
    }

    fn insert(&mut self, department: &str, item: T, first: bool) -> bool {
        if self.department_of.contains_key(&item) {
            return false;
        }
        self.department_of.insert(item.clone(), department.to_owned());
        let line = self.waiting.entry(department.to_owned()).or_default();
        match first {
            true => line.push_front(item),
            false => line.push_back(item),
        }
        if first {
            self.turns.retain(|turn| turn != department);
            self.turns.push_front(department.to_owned());
        } else if line.len() == 1 {
            self.turns.push_back(department.to_owned());
        }
        true
    }

    /// Takes the next; its department goes to the end of the turns.
    pub fn pop(&mut self) -> Option<T> {
        let department = self.turns.pop_front()?;
        let line = self.waiting.get_mut(&department)?;
        let item = line.pop_front()?;
        if line.is_empty() {
            self.waiting.remove(&department);
        } else {
            self.turns.push_back(department);
        }
        self.department_of.remove(&item);
        Some(item)
    }

    /// Takes `item` out of the line; false when it does not wait.
    pub fn remove(&mut self, item: &T) -> bool {
        let Some(department) = self.department_of.remove(item) else { return false };
        if let Some(line) = self.waiting.get_mut(&department) {
            line.retain(|other| other != item);
            if line.is_empty() {
                self.waiting.remove(&department);
                self.turns.retain(|turn| *turn != department);
            }
        }
        true
    }

    pub fn contains(&self, item: &T) -> bool {
        self.department_of.contains_key(item)
    }

    pub fn len(&self) -> usize {
        self.department_of.len()
    }

    pub fn is_empty(&self) -> bool {
        self.department_of.is_empty()
    }

    /// Everything in the order in which it would be popped: an item's place is how many are ahead of it.
    pub fn order(&self) -> Vec<&T> {
        let lines: Vec<&VecDeque<T>> = self.turns.iter().filter_map(|turn| self.waiting.get(turn)).collect();
        let longest = lines.iter().map(|line| line.len()).max().unwrap_or(0);
        (0..longest).flat_map(|round| lines.iter().filter_map(move |line| line.get(round))).collect()
    }

    /// How many go before `item`.
    pub fn ahead(&self, item: &T) -> Option<usize> {
        self.order().iter().position(|other| *other == item)
    }
}

#[cfg(test)]
mod tests;
