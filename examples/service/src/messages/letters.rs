//! Letters to print: one file of HTML with a page for each customer, or a PDF of it.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use maud::{DOCTYPE, Markup, html};
use serde::Deserialize;
use tokio::process::Command;

/// So long Chromium may take, for a thousand letters on a slow machine.
const PDF_TIMEOUT: Duration = Duration::from_secs(180);

/// An A4 page whose address is seen through the window of an envelope. Lengths are from the margins of the page.
const STYLE: &str = "\
@page { size: A4; margin: 20mm 20mm 20mm 25mm }
body { margin: 0; font: 11pt/1.4 'Liberation Sans', Arial, Helvetica, sans-serif; color: #000; background: #fff }
section { position: relative; break-after: page; page-break-after: always; overflow-wrap: anywhere }
section:last-child { break-after: auto; page-break-after: auto }
address { position: absolute; width: 75mm; font-style: normal }
.from { top: 0; left: 0; font-size: 9pt }
.to { top: 30mm; left: 85mm }
.left .from { left: 90mm }
.left .to { left: 0 }
.date { margin: 0; padding-top: 82mm }
p { margin: 0 0 1em; orphans: 2; widows: 2 }
.date + p { margin-top: 2em }
@media screen { section { width: 165mm; margin: 0 auto; padding: 20mm 0; border-bottom: 1px dashed #888 } .from { top: 20mm } .to \
{ top: 50mm } }
";

/// The file may show itself and load nothing, also when it is opened from a disk.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// The entries of `[recalls.letter]`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LetterSettings {
    /// Name and address of the sender, a line each.
    pub from: Vec<String>,
    /// Where the envelope has its window.
    #[serde(default)]
    pub window: Window,
    /// The program that makes a PDF. Default: the Chromium or Chrome that the PATH leads to, if there is one.
    #[serde(default)]
    pub chromium: Option<PathBuf>,
}

/// Where an envelope has its window.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// 110 mm from the left and 50 mm from the top.
    #[default]
    Right,
    /// 25 mm from the left and 50 mm from the top.
    Left,
}

/// A letter to a customer.
#[derive(Clone, Copy)]
pub struct Letter<'a> {
    /// The language of the text, such as `nl`.
    pub language: &'a str,
    /// Name and address of the customer, a line each; blank ones are left out.
    pub address: &'a [String],
    /// Place and date, as the customer reads them.
    pub date: &'a str,
    /// The text; a blank line ends a paragraph.
    pub text: &'a str,
}

/// Makes letters.
#[derive(Clone, Debug)]
pub struct Letters {
    from: Vec<String>,
    window: Window,
    chromium: Option<PathBuf>,
}

impl Letters {
    /// # Errors
    /// The entry that is wrong, and what to do.
    pub fn new(settings: &LetterSettings) -> Result<Self, String> {
        if settings.from.iter().all(|line| line.trim().is_empty()) {
            return Err(
                "`recalls.letter.from` is empty: write your name and address, a line each".into(),
            );
        }
        let chromium = match &settings.chromium {
            Some(path) if !path.is_file() => {
                return Err("`recalls.letter.chromium` is no file: write where Chromium is, or remove the entry".into());
            }
            Some(path) => Some(path.clone()),
            None => chromium_on_path(),
        };
        Ok(Self {
            from: settings.from.clone(),
            window: settings.window,
            chromium,
        })
    }

    /// The program that makes a PDF; without one the HTML is printed by a browser.
    #[must_use]
    pub fn chromium(&self) -> Option<&Path> {
        self.chromium.as_deref()
    }

    /// One file with all letters, each on pages of its own. It has a style in it, so it is a file to download, not a page of
    /// the service.
    #[must_use]
    pub fn html(&self, letters: &[Letter<'_>]) -> String {
        let title = self.from.first().map(String::as_str).unwrap_or_default();
        let page = html! {
            (DOCTYPE)
            html {
                head {
                    meta charset="utf-8";
                    meta http-equiv="Content-Security-Policy" content=(POLICY);
                    title { (title) }
                    // Its quotes would be escaped.
                    style { (maud::PreEscaped(STYLE)) }
                }
                body class=[(self.window == Window::Left).then_some("left")] {
                    @for letter in letters { (self.letter(letter)) }
                }
            }
        };
        page.into_string()
    }

    fn letter(&self, letter: &Letter<'_>) -> Markup {
        let text = letter.text.replace("\r\n", "\n");
        let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
        let paragraphs = lines.split(|line| line.is_empty());
        html! {
            section lang=(letter.language) {
                address class="from" { (broken(&self.from)) }
                address class="to" { (broken(letter.address)) }
                p class="date" { (letter.date) }
                @for paragraph in paragraphs.filter(|lines| !lines.is_empty()) { p { (broken(paragraph)) } }
            }
        }
    }
}

/// Lines below each other, without blank ones.
fn broken<Line: AsRef<str>>(lines: &[Line]) -> Markup {
    let lines = lines.iter().map(AsRef::as_ref);
    let lines = lines.filter(|line| !line.trim().is_empty());
    html! {
        @for (nth, line) in lines.enumerate() {
            @if nth > 0 { br; }
            (line)
        }
    }
}

/// A PDF of such a file, by this program.
///
/// # Errors
/// Why there is none, in one line: Chromium does not start, ends with an error, or takes more than three minutes, after which
/// it is killed.
pub async fn pdf(html: &str, chromium: &Path) -> Result<Vec<u8>, String> {
    let failed = |what: &str, error: std::io::Error| format!("no PDF: {what}: {}", error.kind());
    // Names and addresses are in it, so nobody else may enter, and it goes when this function ends or is dropped.
    let mut folder = tempfile::Builder::new();
    folder.prefix("letters-");
    #[cfg(unix)]
    folder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    let folder = folder
        .tempdir()
        .map_err(|error| failed("no folder for temporary files", error))?;
    let page = folder.path().join("letters.html");
    let file = folder.path().join("letters.pdf");
    tokio::fs::write(&page, html)
        .await
        .map_err(|error| failed("the letters cannot be written", error))?;
    let mut profile = std::ffi::OsString::from("--user-data-dir=");
    profile.push(folder.path().join("profile"));
    let mut output = std::ffi::OsString::from("--print-to-pdf=");
    output.push(&file);
    let mut command = Command::new(chromium);
    command
        // It needs no secret of this program.
        .env_clear()
        .envs(
            ["PATH", "LANG", "LD_LIBRARY_PATH"]
                .into_iter()
                .filter_map(|name| Some((name, env::var_os(name)?))),
        )
        .env("HOME", folder.path())
        .env("TMPDIR", folder.path())
        .args([
            "--headless",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-extensions",
            "--disable-sync",
            "--no-first-run",
            "--no-pdf-header-footer",
        ])
        .arg(profile)
        .arg(output);
    if is_root(folder.path()) {
        // Chromium does not start for root otherwise.
        command.arg("--no-sandbox");
    }
    command
        .arg(&page)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let mut child = command.kill_on_drop(true).spawn().map_err(|error| {
        failed(
            "Chromium does not start, check `recalls.letter.chromium`",
            error,
        )
    })?;
    let result = match tokio::time::timeout(PDF_TIMEOUT, child.wait()).await {
        Ok(Ok(status)) if status.success() => match tokio::fs::read(&file).await {
            Ok(bytes) if bytes.starts_with(b"%PDF") => Ok(bytes),
            _ => Err("no PDF: Chromium has written none".to_owned()),
        },
        Ok(Ok(status)) => Err(format!("no PDF: Chromium has ended with {status}")),
        Ok(Err(error)) => Err(failed("Chromium is lost", error)),
        Err(_) => {
            // That it has ended already is no harm.
            let _ = child.kill().await;
            let minutes = PDF_TIMEOUT.as_secs() / 60;
            Err(format!(
                "no PDF: Chromium took more than {minutes} minutes, and is killed: print the HTML instead"
            ))
        }
    };
    // The letters first: a helper of Chromium that still ends may write to the profile.
    let _ = tokio::fs::remove_file(&page).await;
    let _ = tokio::fs::remove_file(&file).await;
    if let Err(error) = folder.close() {
        tracing::warn!(kind = %error.kind(), "the folder of Chromium cannot be removed");
    }
    result
}

/// Whether this program, which has made this folder, runs as root.
#[cfg(unix)]
fn is_root(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;

    std::fs::metadata(folder).is_ok_and(|folder| folder.uid() == 0)
}

#[cfg(not(unix))]
fn is_root(_: &Path) -> bool {
    false
}

fn chromium_on_path() -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    let names = ["chromium", "chromium-browser", "google-chrome"];
    let mut found = names
        .iter()
        .flat_map(|name| env::split_paths(&path).map(move |folder| folder.join(name)));
    found.find(|file| file.is_file())
}
