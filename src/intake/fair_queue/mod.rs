//! A fair queue: departments take turns, and within a department it is first come, first served.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::Hash;

/// Waiting items by department; an item waits at most once.
#[derive(Debug)]
pub struct Queue<T> {
    /// Items by department and position; a department without items is absent.
    waiting: BTreeMap<String, BTreeMap<i64, T>>,
    /// Departments with waiting items, the next one first.
    turns: VecDeque<String>,
    /// Each item's department and position there, so that removing one needs no search.
    place_of: HashMap<T, (String, i64)>,
}

impl<T> Default for Queue<T> {
    fn default() -> Self {
        Self { waiting: BTreeMap::new(), turns: VecDeque::new(), place_of: HashMap::new() }
    }
}

impl<T: Clone + Eq + Hash> Queue<T> {
    /// Adds `item` at the end of its department's line; returns false if it is already waiting.
    pub fn push(&mut self, department: &str, item: T) -> bool {
        self.insert(department, item, false)
    }

    /// Adds `item` before all others, for one that was popped and could not be processed; returns false if it is already
    /// waiting.
    pub fn push_front(&mut self, department: &str, item: T) -> bool {
        self.insert(department, item, true)
    }

    fn insert(&mut self, department: &str, item: T, first: bool) -> bool {
        if self.place_of.contains_key(&item) {
            return false;
        }
        let line = self.waiting.entry(department.to_owned()).or_default();
        let place = match first {
            true => line.first_key_value().map_or(0, |(place, _)| place - 1),
            false => line.last_key_value().map_or(0, |(place, _)| place + 1),
        };
        self.place_of.insert(item.clone(), (department.to_owned(), place));
        line.insert(place, item);
        if first {
            self.turns.retain(|turn| turn != department);
            self.turns.push_front(department.to_owned());
        } else if line.len() == 1 {
            self.turns.push_back(department.to_owned());
        }
        true
    }

    /// Removes and returns the next item; its department goes to the end of the turns.
    pub fn pop(&mut self) -> Option<T> {
        self.pop_where(|_| true)
    }

    /// Removes and returns the next item of the departments for which `fits` is true; the others keep their turns.
    pub fn pop_where(&mut self, fits: impl Fn(&str) -> bool) -> Option<T> {
        let place = self.turns.iter().position(|department| fits(department))?;
        let department = self.turns.remove(place)?;
        let line = self.waiting.get_mut(&department)?;
        let (_, item) = line.pop_first()?;
        if line.is_empty() {
            self.waiting.remove(&department);
        } else {
            self.turns.push_back(department);
        }
        self.place_of.remove(&item);
        Some(item)
    }

    /// Removes `item`; returns false if it is not waiting.
    pub fn remove(&mut self, item: &T) -> bool {
        let Some((department, place)) = self.place_of.remove(item) else { return false };
        if let Some(line) = self.waiting.get_mut(&department) {
            line.remove(&place);
            if line.is_empty() {
                self.waiting.remove(&department);
                self.turns.retain(|turn| *turn != department);
            }
        }
        true
    }

    /// Returns the number of waiting items.
    pub fn len(&self) -> usize {
        self.place_of.len()
    }

    /// Returns true if nothing is waiting.
    pub fn is_empty(&self) -> bool {
        self.place_of.is_empty()
    }

    /// Returns all items in the order in which they would be popped, so an item's index is the number ahead of it.
    pub fn order(&self) -> Vec<&T> {
        let line = |turn| Some(self.waiting.get(turn)?.values().collect::<Vec<&T>>());
        let mut lines: Vec<Vec<&T>> = self.turns.iter().filter_map(line).collect();
        let mut order = Vec::with_capacity(self.len());
        for round in 0.. {
            lines.retain(|line| line.len() > round);
            if lines.is_empty() {
                break;
            }
            order.extend(lines.iter().map(|line| line[round]));
        }
        order
    }
}

#[cfg(test)]
mod tests;
