//! Which file of a crate imports which, from its text: `use`, re-exports and paths inside code.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::str::FromStr;

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// The text of each file of a crate, by its path below `src`.
pub(crate) type Files = BTreeMap<String, String>;

/// The files of a folder.
pub(crate) fn read(src: &Path) -> Files {
    let mut files = Files::new();
    let mut folders = vec![src.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                let name = path.strip_prefix(src).unwrap().to_str().unwrap();
                let text = std::fs::read_to_string(&path).unwrap();
                files.insert(name.replace('\\', "/"), text);
            }
        }
    }
    files
}

/// A path of modules, from the root of the crate.
type Names = Vec<String>;

#[derive(Default)]
struct Module {
    file: String,
    /// The names that `use` brings in, with or without `pub`.
    imported: BTreeMap<String, Names>,
    /// `use path::*`.
    globs: Vec<Names>,
    /// The paths that begin with `crate`, `super` or `self`, and whether each is only re-exported.
    paths: Vec<(Names, bool)>,
    /// The other paths: each may begin with a child module.
    relative: Vec<(Names, bool)>,
    /// The words of its code, without those of `use`.
    words: BTreeSet<String>,
}

/// An import of one file by another.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Import {
    /// The file with the import.
    pub(crate) from: String,
    /// The file that has what is imported.
    pub(crate) to: String,
}

/// Every import between two files. A re-export counts for each file that uses the name, not for the file with the
/// re-export.
pub(crate) fn imports(files: &Files) -> BTreeSet<Import> {
    let mut modules = BTreeMap::new();
    for (file, text) in files {
        let path = file.trim_end_matches(".rs");
        let path = path.strip_suffix("/mod").unwrap_or(path);
        let path = if path == "lib" { "" } else { path };
        let names = path.split('/').filter(|name| !name.is_empty());
        let names: Names = names.map(str::to_owned).collect();
        let tokens = TokenStream::from_str(text).unwrap();
        read_module(file, names, tokens, &mut modules);
    }
    let mut found = BTreeSet::new();
    for (at, module) in &modules {
        let children = module.relative.iter().filter(|(path, _)| {
            let child = [at.as_slice(), &path[..1]].concat();
            modules.contains_key(&child)
        });
        let children = children.map(|(path, only)| ([at.as_slice(), path].concat(), *only));
        let absolute = module.paths.iter().cloned();
        for (path, is_only_exported) in absolute.chain(children) {
            if is_only_exported {
                continue;
            }
            for to in resolve(&modules, &path, 0) {
                if to != module.file {
                    let from = module.file.clone();
                    found.insert(Import { from, to });
                }
            }
        }
    }
    found
}

/// The files that have the item of a path: that of the module that defines it, and that of one that re-exports it,
/// unless it is the front page.
fn resolve(modules: &BTreeMap<Names, Module>, path: &[String], depth: usize) -> BTreeSet<String> {
    let mut at = Names::new();
    for (index, name) in path.iter().enumerate() {
        at.push(name.clone());
        if modules.contains_key(&at) {
            continue;
        }
        at.pop();
        let Some(module) = modules.get(&at) else {
            break;
        };
        let rest = &path[index + 1..];
        let named = module.imported.get(name);
        let named = named.map(|to| [to.as_slice(), rest].concat());
        let globs = module.globs.iter();
        let globs = globs.map(|to| [to.as_slice(), &path[index..]].concat());
        let targets: Vec<Names> = named.map_or_else(|| globs.collect(), |named| vec![named]);
        let is_front = module.file == "lib.rs";
        let mut files: BTreeSet<String> = targets
            .iter()
            .filter(|_| depth < 20)
            .flat_map(|target| resolve(modules, target, depth + 1))
            .collect();
        if files.is_empty() || !is_front {
            files.insert(module.file.clone());
        }
        return files;
    }
    let module = modules.get(&at).map(|module| module.file.clone());
    module.into_iter().collect()
}

fn read_module(file: &str, at: Names, tokens: TokenStream, modules: &mut BTreeMap<Names, Module>) {
    let mut module = Module {
        file: file.to_owned(),
        ..Module::default()
    };
    let mut uses = Vec::new();
    read_tokens(file, &at, tokens, &mut module, &mut uses, modules);
    for (is_public, names, alias) in uses {
        let path = absolute(&at, &names);
        let Some(name) = alias.or_else(|| names.last().cloned()) else {
            continue;
        };
        let is_glob = name == "*";
        let bare: Names = names.iter().filter(|name| *name != "*").cloned().collect();
        let is_only_exported = is_public && (is_glob || !module.words.contains(&name));
        if let Some(path) = path {
            let path: Names = path.into_iter().filter(|name| name != "*").collect();
            if is_glob {
                module.globs.push(path.clone());
            } else {
                module.imported.insert(name, path.clone());
            }
            module.paths.push((path, is_only_exported));
        } else {
            let here = [at.as_slice(), &bare].concat();
            if is_glob {
                module.globs.push(here);
            } else {
                module.imported.insert(name, here);
            }
            module.relative.push((bare, is_only_exported));
        }
    }
    modules.insert(at, module);
}

/// The path from the root, if it begins with `crate`, `super` or `self`.
fn absolute(at: &[String], names: &[String]) -> Option<Names> {
    let mut names = names.iter().peekable();
    let mut path = match names.next()?.as_str() {
        "crate" => Names::new(),
        "self" => at.to_vec(),
        "super" => {
            let mut path = at.to_vec();
            path.pop();
            while names.next_if(|name| *name == "super").is_some() {
                path.pop();
            }
            path
        }
        _ => return None,
    };
    path.extend(names.cloned());
    Some(path)
}

type Use = (bool, Names, Option<String>);

fn read_tokens(
    file: &str,
    at: &[String],
    tokens: TokenStream,
    module: &mut Module,
    uses: &mut Vec<Use>,
    modules: &mut BTreeMap<Names, Module>,
) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let (mut index, mut is_public, mut is_test) = (0, false, false);
    while let Some(token) = tokens.get(index) {
        index += 1;
        match token {
            TokenTree::Ident(word) if word == "pub" => {
                is_public = true;
                // `pub(crate)`: the words in it are no path.
                if let Some(TokenTree::Group(group)) = tokens.get(index)
                    && group.delimiter() == Delimiter::Parenthesis
                    && matches!(tokens.get(index + 1), Some(TokenTree::Ident(_)))
                {
                    index += 1;
                }
                continue;
            }
            TokenTree::Ident(word) if word == "use" => {
                let end = tokens[index..].iter().position(is_semicolon);
                let end = index + end.unwrap_or(0);
                read_use(&tokens[index..end], &Names::new(), is_public, uses);
                index = end;
            }
            TokenTree::Ident(word) if word == "mod" => {
                if let (Some(TokenTree::Ident(name)), Some(TokenTree::Group(body))) =
                    (tokens.get(index), tokens.get(index + 1))
                {
                    index += 2;
                    if !is_test {
                        let inner = [at, &[name.to_string()]].concat();
                        read_module(file, inner, body.stream(), modules);
                    }
                } else {
                    index += 1;
                }
            }
            TokenTree::Ident(word) => {
                let (path, next) = read_path(&tokens, index - 1);
                index = next;
                if path.len() == 1 {
                    module.words.insert(word.to_string());
                } else if let Some(path) = absolute(at, &path) {
                    module.paths.push((path, false));
                } else {
                    module.words.insert(word.to_string());
                    module.relative.push((path, false));
                }
            }
            TokenTree::Group(group) => {
                let text = group.stream().to_string();
                if group.delimiter() == Delimiter::Bracket && text.replace(' ', "") == "cfg(test)" {
                    is_test = true;
                    continue;
                }
                read_tokens(file, at, group.stream(), module, uses, modules);
            }
            TokenTree::Punct(_) => continue,
            TokenTree::Literal(_) => {}
        }
        (is_public, is_test) = (false, false);
    }
}

fn is_semicolon(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';')
}

fn is_colons(tokens: &[TokenTree], index: usize) -> bool {
    let is_colon = |index| matches!(tokens.get(index), Some(TokenTree::Punct(punct)) if punct.as_char() == ':');
    is_colon(index) && is_colon(index + 1)
}

/// The path that begins at a word, and where it ends.
fn read_path(tokens: &[TokenTree], mut index: usize) -> (Names, usize) {
    let mut path = Names::new();
    while let Some(TokenTree::Ident(word)) = tokens.get(index) {
        path.push(word.to_string());
        index += 1;
        if !is_colons(tokens, index) || !matches!(tokens.get(index + 2), Some(TokenTree::Ident(_)))
        {
            break;
        }
        index += 2;
    }
    (path, index)
}

fn read_use(tokens: &[TokenTree], before: &[String], is_public: bool, uses: &mut Vec<Use>) {
    let is_comma =
        |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ',');
    for tree in tokens.split(is_comma).filter(|tree| !tree.is_empty()) {
        let (mut path, mut index) = read_path(tree, 0);
        if is_colons(tree, index) {
            index += 2;
        }
        path = [before, &path].concat();
        match tree.get(index) {
            Some(TokenTree::Group(group)) => {
                let inner: Vec<TokenTree> = group.stream().into_iter().collect();
                read_use(&inner, &path, is_public, uses);
            }
            Some(TokenTree::Ident(word)) if word == "as" => {
                let alias = tree.get(index + 1).map(ToString::to_string);
                uses.push((is_public, path, alias));
            }
            Some(TokenTree::Punct(punct)) if punct.as_char() == '*' => {
                path.push("*".to_owned());
                uses.push((is_public, path, None));
            }
            _ => {
                // `{self, ..}` is the module itself.
                if !before.is_empty() {
                    path.pop_if(|last| last == "self");
                }
                uses.push((is_public, path, None));
            }
        }
    }
}
