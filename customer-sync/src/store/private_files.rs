//! Files and folders that only their owner may read: stores, plans, reports, decisions and exports have personal data.
//!
//! On Unix a file has the mode 0600 and a folder 0700 from the moment it is there, whatever the umask. Elsewhere they have
//! the rights that the system gives.

use std::ffi::OsString;
use std::fmt;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// Creates an empty file that only its owner may read and write.
///
/// # Errors
/// When it is there already ([`io::ErrorKind::AlreadyExists`]), or cannot be created.
pub fn create(path: impl AsRef<Path>) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Creates a folder that only its owner may enter, and the folders above it that are not there. A folder that is there
/// stays as it is.
///
/// # Errors
/// When it cannot be created.
pub fn create_folder(path: impl AsRef<Path>) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Writes a whole file that only its owner may read and write. It replaces a file with this name; whoever reads at the same
/// time sees the old text or the new one.
///
/// ```
/// # fn main() -> std::io::Result<()> {
/// # let folder = tempfile::tempdir()?;
/// # let path = folder.path().join("plan.json");
/// use customer_sync::private_files;
///
/// private_files::write(&path, "{}")?;
/// assert!(private_files::wide_rights(&path).is_none());
/// # Ok(()) }
/// ```
///
/// # Errors
/// When it cannot be written. Then the old file is as it was.
pub fn write(path: impl AsRef<Path>, text: impl AsRef<[u8]>) -> io::Result<()> {
    let path = path.as_ref();
    let (beside, mut file) = create_beside(path)?;
    let written = file
        .write_all(text.as_ref())
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

/// A new file in the same folder.
fn create_beside(path: &Path) -> io::Result<(PathBuf, File)> {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let Some(name) = path.file_name() else {
        return Err(io::Error::new(
            io::ErrorKind::InvalidInput,
            "the path has no name of a file",
        ));
    };
    loop {
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let mut beside = OsString::from(".");
        beside.push(name);
        beside.push(format!(".{}-{number}.tmp", std::process::id()));
        let beside = path.with_file_name(beside);
        match create(&beside) {
            // A program with the same number has crashed.
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            file => return file.map(|file| (beside, file)),
        }
    }
}

/// A file or folder that others than its owner may use. `Display` says how to change that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WideRights {
    path: PathBuf,
    mode: u32,
    is_folder: bool,
}

impl WideRights {
    /// Which file or folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Its mode, such as `0o644`.
    #[must_use]
    pub fn mode(&self) -> u32 {
        self.mode
    }
}

impl fmt::Display for WideRights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (path, mode) = (self.path.display(), self.mode);
        let wanted = if self.is_folder { 700 } else { 600 };
        write!(
            f,
            "{path} has the mode {mode:04o}, so that others than its owner can use it: chmod {wanted} '{path}'"
        )
    }
}

/// What is to be warned of before this file or folder is used; `None` if only its owner may use it, if it is not there, and
/// on systems other than Unix. The file is not opened.
#[must_use]
pub fn wide_rights(path: impl AsRef<Path>) -> Option<WideRights> {
    #[cfg(unix)]
    {
        let path = path.as_ref();
        let metadata = fs::metadata(path).ok()?;
        let mode = std::os::unix::fs::PermissionsExt::mode(&metadata.permissions()) & 0o7777;
        (mode & 0o077 != 0).then(|| WideRights {
            path: path.to_owned(),
            mode,
            is_folder: metadata.is_dir(),
        })
    }
    #[cfg(not(unix))]
    {
        let _ = path;
        None
    }
}
