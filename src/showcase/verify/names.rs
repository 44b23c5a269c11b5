//! Whether every system can carry the names of a package.

use std::collections::BTreeMap;

use crate::model::showcase::contents::Contents;
use crate::model::showcase::fault::Fault;
use crate::showcase::naming::{PATH_MAX_UNITS, units};
use crate::text::{name_key, portable_name};

/// Checks files and folders; `package` is the name of the folder that holds them.
pub(super) fn check(contents: &Contents, package: &str, faults: &mut Vec<Fault>) {
    let mut keys: BTreeMap<String, &str> = BTreeMap::new();
    for path in contents.files.keys().chain(&contents.folders) {
        let own = path.rsplit('/').next().unwrap_or(path);
        if portable_name(own) != own {
            faults.push(Fault::OddName { file: path.clone() });
        }
        let length = units(path) + units(package) + 1;
        if length > PATH_MAX_UNITS {
            faults.push(Fault::PathTooLong { file: path.clone(), units: length });
        }
        if let Some(other) = keys.insert(name_key(path), path)
            && !is_same_folder(contents, path, other)
        {
            faults.push(Fault::NamesCollide { file: path.clone(), other: other.to_owned() });
        }
    }
}

fn is_same_folder(contents: &Contents, path: &str, other: &str) -> bool {
    path == other && !contents.files.contains_key(path)
}
