//! The floors of the crate: a file imports from its own floor and from those below it, never back up, and no files import
//! each other in a circle. See `ARCHITECTURE.md`.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod imports;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use imports::{Files, Import, imports, read};

/// From the lowest up.
const FLOORS: [&str; 8] = [
    "phone_rules",
    "normalize",
    "templates",
    "core",
    "source",
    "store",
    "engine",
    "extras",
];

fn sources() -> Files {
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"))
}

/// The floor of a file, and the front page above all of them.
fn floor(file: &str) -> usize {
    let folder = file.split('/').next().unwrap();
    let found = FLOORS.iter().position(|floor| *floor == folder);
    found.unwrap_or_else(|| {
        assert_eq!(file, "lib.rs", "{file} is on no floor");
        FLOORS.len()
    })
}

/// Every import that runs back up, in words.
fn upwards(imports: &BTreeSet<Import>) -> Vec<String> {
    let back = imports
        .iter()
        .filter(|import| floor(&import.to) > floor(&import.from));
    back.map(|import| format!("{} imports {}", import.from, import.to))
        .collect()
}

/// The circles: groups of files that import each other, directly or through others.
fn circles(imports: &BTreeSet<Import>) -> Vec<BTreeSet<&str>> {
    let mut direct: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for import in imports {
        direct.entry(&import.from).or_default().insert(&import.to);
    }
    let reached = |from: &str| {
        let mut reached = BTreeSet::new();
        let mut open: Vec<&str> = direct.get(from).into_iter().flatten().copied().collect();
        while let Some(file) = open.pop() {
            if reached.insert(file) {
                open.extend(direct.get(file).into_iter().flatten());
            }
        }
        reached
    };
    let all: BTreeMap<&str, BTreeSet<&str>> =
        direct.keys().map(|file| (*file, reached(file))).collect();
    let circle = |file: &&str| {
        let others = all[file].iter();
        let others = others.filter(|other| all.get(*other).is_some_and(|back| back.contains(file)));
        others.copied().collect::<BTreeSet<&str>>()
    };
    let found: BTreeSet<BTreeSet<&str>> = direct.keys().map(circle).collect();
    found
        .into_iter()
        .filter(|circle| !circle.is_empty())
        .collect()
}

/// Imports that run back up, and circles.
fn faults(files: &Files) -> Vec<String> {
    let imports = imports(files);
    let circles = circles(&imports);
    let circles = circles.iter().map(|circle| format!("a circle: {circle:?}"));
    upwards(&imports).into_iter().chain(circles).collect()
}

#[test]
fn no_import_runs_back_up() {
    let files = sources();
    let imports = imports(&files);
    for name in FLOORS {
        let on_it = |file: &str| floor(file) == floor(&format!("{name}/"));
        let lines = files.iter().filter(|(file, _)| on_it(file));
        let lines: usize = lines.map(|(_, text)| text.lines().count()).sum();
        let circles = circles(&imports);
        let circles = circles.iter().flatten().filter(|file| on_it(file));
        println!(
            "{name}: {lines} lines, {} files in circles",
            circles.count()
        );
    }
    for circle in circles(&imports) {
        println!(
            "circle: {}",
            circle.into_iter().collect::<Vec<_>>().join(", ")
        );
    }
    let faults = faults(&files);
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Enough imports are seen: that nothing runs back up is not because nothing is read.
#[test]
fn imports_are_seen() {
    let imports = imports(&sources());
    let has = |from: &str, to: &str| {
        imports.contains(&Import {
            from: from.to_owned(),
            to: to.to_owned(),
        })
    };
    assert!(has("core/planner.rs", "core/diff/mod.rs"));
    assert!(has("engine/summaries.rs", "core/planner.rs"));
    assert!(has("store/journal.rs", "core/field.rs"));
    assert!(has("core/rules/form.rs", "normalize/vat/mod.rs"));
    assert!(imports.len() > 300, "{}", imports.len());
}

/// An import back up is seen, however it is written.
#[test]
fn a_planted_import_is_seen() {
    let plant = |file: &str, code: &str| {
        let mut files = sources();
        let text = files.get_mut(file).unwrap();
        text.push_str(code);
        let faults = faults(&files);
        assert!(!faults.is_empty(), "{code}");
        faults.join("\n")
    };
    let field = "core/field.rs";
    for (code, to) in [
        ("use crate::store::Table;", "store/mod.rs"),
        (
            "use crate::{Field as F, engine::{self, read::list_parties}};",
            "engine/read.rs",
        ),
        (
            "use super::super::store::journal::Actor;",
            "store/journal.rs",
        ),
        // Through the front page, and through a floor that re-exports another.
        ("use crate::plan_undo;", "extras/undo.rs"),
        ("use crate::planfy::Reader;", "source/planfy/read.rs"),
        ("use crate::store::RunId;", "store/mod.rs"),
        // Inside code.
        (
            "fn f() { let _ = crate::engine::SyncOptions::default(); }",
            "engine/options.rs",
        ),
        (
            "fn f() { println!(\"{:?}\", crate::store::MemoryStore::new()); }",
            "store/memory.rs",
        ),
        ("fn f() { use crate::extras::*; }", "extras/mod.rs"),
    ] {
        let seen = plant(field, code);
        assert!(
            seen.contains(&format!("{field} imports {to}")),
            "{code}: {seen}"
        );
    }
    let circle = plant("core/field.rs", "use super::planner::Planner;");
    assert!(
        circle.contains("a circle") && circle.contains("core/planner.rs"),
        "{circle}"
    );
    plant("normalize/text.rs", "use crate::Field;");
}

/// The folders in a `src` of this workspace that are named as build output: tools that skip it skip them.
fn build_output_names(workspace: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![workspace.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            if !path.is_dir() || name.starts_with('.') {
                continue;
            }
            let inside = path.strip_prefix(workspace).unwrap();
            let is_in_src = inside.components().any(|part| part.as_os_str() == "src");
            match (["target", "build"].contains(&name.as_str()), is_in_src) {
                (true, true) => found.push(inside.to_path_buf()),
                (true, false) => {}
                (false, _) => folders.push(path),
            }
        }
    }
    found
}

#[test]
fn no_folder_is_named_as_build_output() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    assert_eq!(build_output_names(workspace), Vec::<PathBuf>::new());
    // Also where the workspace itself lies below a `src`, a planted folder is found, and it alone.
    let folder = tempfile::tempdir().unwrap();
    let workspace = folder.path().join("src");
    for path in ["target/debug", "sync/src/core", "sync/src/target"] {
        std::fs::create_dir_all(workspace.join(path)).unwrap();
    }
    assert_eq!(
        build_output_names(&workspace),
        [PathBuf::from("sync/src/target")]
    );
}
