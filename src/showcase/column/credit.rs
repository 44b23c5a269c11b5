//! The last line of a column: who made its works, and who signed them.

use super::item::Item;
use crate::present::messages::column as words;

/// Returns the line for all works; of one work its own. `None` where the office wants no such lines.
pub fn of_all(items: &[Item]) -> Option<String> {
    if let [one] = items {
        return one.credit.clone();
    }
    if items.iter().all(|item| item.credit.is_none()) {
        return None;
    }
    let made_by = |item: &Item| match &item.department {
        Some(department) => vec![department.clone()],
        None => item.authors.clone(),
    };
    let makers = unique(items.iter().flat_map(made_by));
    let signers = unique(items.iter().flat_map(|item| item.signed.clone()));
    Some(words::credit(&makers.join("、"), &signers.join("、")))
}

/// Returns each name once, in the order of its first place.
fn unique(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut kept: Vec<String> = Vec::new();
    for name in names.filter(|name| !name.is_empty()) {
        if !kept.contains(&name) {
            kept.push(name);
        }
    }
    kept
}
