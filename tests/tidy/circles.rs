//! Files that import each other in a circle: strongly connected components over what each file names.

use std::collections::{BTreeMap, BTreeSet};

/// A module by its path below the crate: `["media", "ffi"]`.
type Module = Vec<String>;

/// Returns each circle as the sorted paths of its files, the largest first. `sources` are the files of `src` by path, without
/// their tests.
pub fn find(sources: &BTreeMap<String, String>) -> Vec<Vec<String>> {
    let files: BTreeMap<Module, (&String, String)> =
        sources.iter().map(|(path, text)| (module_of(path), (path, without_comments(text)))).collect();
    let names = Names::of(&files);
    let imports: BTreeMap<&Module, BTreeSet<Module>> = files
        .iter()
        .filter(|(module, _)| !module.is_empty())
        .map(|(module, (_, text))| (module, names.named_in(module, text)))
        .collect();
    let mut circles: Vec<Vec<String>> = components(&imports)
        .into_iter()
        .filter(|circle| circle.len() > 1)
        .map(|circle| circle.into_iter().map(|module| files[module].0.clone()).collect())
        .collect();
    circles.sort_by_key(|circle| std::cmp::Reverse(circle.len()));
    circles
}

/// `src/media/ffi.rs` and `src/media/ffi/mod.rs` are `media::ffi`; `src/lib.rs` is the crate itself.
fn module_of(path: &str) -> Module {
    let path = path.trim_start_matches("src/").trim_end_matches(".rs").trim_end_matches("/mod");
    if path == "lib" { Vec::new() } else { path.split('/').map(str::to_owned).collect() }
}

/// Cuts comments and the test module, which the house rules put last.
fn without_comments(text: &str) -> String {
    let end = text.find("#[cfg(test)]\nmod ").unwrap_or(text.len());
    let code = text[..end].lines().map(|line| line.split("//").next().unwrap_or(""));
    code.collect::<Vec<_>>().join("\n")
}

/// All files, and what each hands on by `pub use`: whoever imports that imports the file that defines it.
struct Names<'a> {
    files: &'a BTreeMap<Module, (&'a String, String)>,
    handed_on: BTreeMap<Module, BTreeMap<String, Module>>,
}

impl<'a> Names<'a> {
    fn of(files: &'a BTreeMap<Module, (&'a String, String)>) -> Self {
        let mut names = Self { files, handed_on: BTreeMap::new() };
        for (module, (_, text)) in files {
            let mut handed_on = BTreeMap::new();
            for path in uses(text).into_iter().filter(|(is_public, _)| *is_public).map(|(_, path)| path) {
                let target =
                    names.absolute(module, &path).unwrap_or_else(|| [module.clone(), path.clone()].concat());
                handed_on.extend(path.last().map(|name| (name.clone(), target)));
            }
            names.handed_on.insert(module.clone(), handed_on);
        }
        names
    }

    /// The files that a file names in `use` and in paths.
    fn named_in(&self, module: &Module, text: &str) -> BTreeSet<Module> {
        let used = uses(text).into_iter().filter(|(is_public, _)| !is_public).map(|(_, path)| path);
        let inline = ["crate::", "super::"].into_iter().flat_map(|root| {
            let after = text.split(root).skip(1).map(move |rest| format!("{root}{}", leading_path(rest)));
            after.map(|path| path.split("::").map(str::to_owned).collect::<Module>()).collect::<Vec<_>>()
        });
        let mut named: BTreeSet<Module> =
            used.chain(inline).filter_map(|path| self.defined_in(self.absolute(module, &path)?, 0)).collect();
        named.remove(module);
        named.remove(&Module::new());
        named
    }

    /// `None` for a path into another crate.
    fn absolute(&self, module: &Module, path: &[String]) -> Option<Module> {
        let first = path.first()?.as_str();
        if first == "crate" {
            return Some(path[1..].to_vec());
        }
        if first == "self" {
            return Some([module, &path[1..]].concat());
        }
        if self.files.contains_key(&[module, &path[..1]].concat()) {
            return Some([module, path].concat());
        }
        let ups = path.iter().take_while(|part| *part == "super").count();
        (ups > 0 && ups <= module.len()).then(|| [&module[..module.len() - ups], &path[ups..]].concat())
    }

    /// The file in which what a path names is defined.
    fn defined_in(&self, path: Module, steps: usize) -> Option<Module> {
        for end in (0..=path.len()).rev() {
            let (module, rest) = path.split_at(end);
            let Some(handed_on) = self.handed_on.get(module) else { continue };
            return match rest.first().and_then(|name| handed_on.get(name)) {
                Some(target) if steps < 6 => self.defined_in([target, &rest[1..]].concat(), steps + 1),
                _ => Some(module.to_vec()),
            };
        }
        None
    }
}

/// Every path of every `use` of a text, and whether it is public.
fn uses(text: &str) -> Vec<(bool, Module)> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices("use ") {
        let before = text[..at].rsplit('\n').next().unwrap_or("").trim();
        let is_public = before.starts_with("pub");
        if !(before.is_empty() || is_public) {
            continue;
        }
        let Some(tree) = text[at + 4..].split(';').next() else { continue };
        let mut paths = Vec::new();
        expand("", tree, &mut paths);
        found.extend(paths.into_iter().map(|path| (is_public, path)));
    }
    found
}

/// `a::{b, c::{self, d}}` is `a::b`, `a::c` and `a::c::d`.
fn expand(head: &str, tree: &str, paths: &mut Vec<Module>) {
    let tree = tree.trim();
    let Some((inner, rest)) = tree.split_once('{') else {
        let name = tree.split(" as ").next().unwrap_or(tree).trim();
        let whole = format!("{head}{name}");
        let whole = whole.trim_end_matches("::self");
        paths.push(whole.split("::").map(|part| part.trim().to_owned()).collect());
        return;
    };
    let head = format!("{head}{}", inner.trim());
    let (mut depth, mut begin) = (0, 0);
    let body = rest.rsplit_once('}').map_or(rest, |(body, _)| body);
    for (at, letter) in body.char_indices().chain([(body.len(), ',')]) {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                if !body[begin..at].trim().is_empty() {
                    expand(&head, &body[begin..at], paths);
                }
                begin = (at + 1).min(body.len());
            }
            _ => {}
        }
    }
}

fn leading_path(text: &str) -> &str {
    let end = text.find(|letter: char| !(letter.is_alphanumeric() || letter == '_' || letter == ':'));
    text[..end.unwrap_or(text.len())].trim_end_matches(':')
}

/// Strongly connected components after Tarjan (1972).
fn components<'a>(imports: &BTreeMap<&'a Module, BTreeSet<Module>>) -> Vec<Vec<&'a Module>> {
    let mut search = Search {
        imports,
        index: BTreeMap::new(),
        low: BTreeMap::new(),
        stack: Vec::new(),
        found: Vec::new(),
    };
    for module in imports.keys() {
        if !search.index.contains_key(module) {
            search.visit(module);
        }
    }
    search.found
}

struct Search<'s, 'a> {
    imports: &'s BTreeMap<&'a Module, BTreeSet<Module>>,
    index: BTreeMap<&'a Module, usize>,
    low: BTreeMap<&'a Module, usize>,
    stack: Vec<&'a Module>,
    found: Vec<Vec<&'a Module>>,
}

impl<'a> Search<'_, 'a> {
    fn visit(&mut self, module: &'a Module) {
        let number = self.index.len();
        self.index.insert(module, number);
        self.low.insert(module, number);
        self.stack.push(module);
        for named in &self.imports[module] {
            let Some((named, _)) = self.imports.get_key_value(named) else { continue };
            if !self.index.contains_key(named) {
                self.visit(named);
                self.low.insert(module, self.low[module].min(self.low[named]));
            } else if self.stack.contains(named) {
                self.low.insert(module, self.low[module].min(self.index[named]));
            }
        }
        if self.low[module] == number {
            let begin = self.stack.iter().position(|other| *other == module).unwrap_or(0);
            let mut component = self.stack.split_off(begin);
            component.sort();
            self.found.push(component);
        }
    }
}

#[test]
fn a_circle_is_found_through_faces_and_inline_paths() {
    let sources = |files: &[(&str, &str)]| -> BTreeMap<String, String> {
        files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
    };
    let face = ("src/a/mod.rs", "mod b;\npub use b::B;\n");
    let through_face =
        [face, ("src/a/b.rs", "fn f() { crate::c::g() }\n"), ("src/c.rs", "use crate::a::{B, X};\n")];
    let expected = [["src/a/b.rs".to_owned(), "src/c.rs".to_owned()]];
    assert_eq!(find(&sources(&through_face)), expected);
    let by_super =
        [face, ("src/a/b.rs", "use super::d::{self, D};\n"), ("src/a/d.rs", "fn f(b: super::b::B) {}\n")];
    assert_eq!(find(&sources(&by_super)).len(), 1);
    // In a comment, in tests, and one way only.
    let none = [
        face,
        ("src/a/b.rs", "// crate::c\nuse std::fmt;\n#[cfg(test)]\nmod tests { use crate::c::C; }"),
        through_face[2],
    ];
    assert_eq!(find(&sources(&none)), Vec::<Vec<String>>::new());
}
