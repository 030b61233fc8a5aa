//! Files and folders that only their owner may use.
#![cfg(unix)]
#![allow(missing_docs, clippy::unwrap_used)]

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use customer_sync::private_files;

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

/// Under the umask 0, in which a new file is open to all unless it is made otherwise.
#[test]
fn what_is_created_is_for_its_owner_alone() {
    if std::env::var_os("CUSTOMER_SYNC_UMASK").is_none() {
        let this = std::env::current_exe().unwrap();
        let test = "what_is_created_is_for_its_owner_alone";
        let status = Command::new("sh")
            .args(["-c", "umask 0; exec \"$0\" --exact \"$1\""])
            .arg(this)
            .arg(test)
            .env("CUSTOMER_SYNC_UMASK", "0")
            .status();
        assert!(status.unwrap().success());
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let open = folder.path().join("open");
    fs::write(&open, "").unwrap();
    assert_eq!(mode(&open), 0o666, "the umask is 0");

    let nested = folder.path().join("a/b");
    private_files::create_folder(&nested).unwrap();
    assert_eq!(mode(&nested), 0o700);
    assert_eq!(mode(&folder.path().join("a")), 0o700);
    private_files::create_folder(&nested).unwrap();

    let created = nested.join("created");
    private_files::create(&created).unwrap();
    assert_eq!(mode(&created), 0o600);
    let again = private_files::create(&created).unwrap_err();
    assert_eq!(again.kind(), std::io::ErrorKind::AlreadyExists);

    let written = nested.join("written");
    for text in ["one", "two"] {
        private_files::write(&written, text).unwrap();
        assert_eq!(fs::read_to_string(&written).unwrap(), text);
        assert_eq!(mode(&written), 0o600);
    }
    // Nothing else is left in the folder.
    assert_eq!(fs::read_dir(&nested).unwrap().count(), 2);
    for path in [&nested, &created, &written] {
        assert_eq!(private_files::wide_rights(path), None);
    }
}

#[test]
fn a_file_that_cannot_be_replaced_stays_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let taken = folder.path().join("taken");
    fs::create_dir(&taken).unwrap();
    assert!(private_files::write(&taken, "text").is_err());
    assert!(taken.is_dir());
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    assert!(private_files::write(folder.path().join("none/file"), "text").is_err());
    assert!(private_files::write("/", "text").is_err());
}

#[test]
fn wider_rights_are_told_with_the_remedy() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("plan.json");
    fs::write(&file, "{}").unwrap();
    for (path, mode, remedy) in [
        (file.as_path(), 0o640, "chmod 600"),
        (folder.path(), 0o701, "chmod 700"),
    ] {
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        let warning = private_files::wide_rights(path).unwrap();
        assert_eq!((warning.path(), warning.mode()), (path, mode));
        let text = warning.to_string();
        let shown = path.display().to_string();
        assert!(
            text.contains(&shown) && text.contains(&format!("{mode:04o}")),
            "{text}"
        );
        assert!(text.contains(&format!("{remedy} '{shown}'")), "{text}");
    }
    assert_eq!(private_files::wide_rights(folder.path().join("none")), None);
}
