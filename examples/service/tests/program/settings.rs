//! Mistakes in the settings: one line that says where, and nothing secret.

use std::fs;
use std::path::Path;

use crate::place::{Printed, hash, program};

const PLANYO: &str = "planyo-secret-41d8";
const BILLIT: &str = "billit-secret-93c2";
const TOKEN: &str = "token-secret-5b77-0123456789";
const DATABASE: &str = "postgres://sync:database-secret@localhost/sync";

fn good() -> String {
    format!(
        "[planyo]\nsite = 7\n\n[billit]\ncompany = 5\n\n[[login.users]]\nname = \"ann\"\npassword = \"{}\"\n",
        hash()
    )
}

const KEYS: [(&str, &str); 2] = [("PLANYO_API_KEY", PLANYO), ("BILLIT_API_KEY", BILLIT)];

/// What the program says of this file and these variables. It is the end of it, in one line, without a secret.
fn said(folder: &Path, text: &str, variables: &[(&str, &str)]) -> String {
    fs::write(folder.join("service.toml"), text).unwrap();
    let output = program()
        .arg("check")
        .current_dir(folder)
        .envs(variables.iter().copied())
        .output();
    let printed = Printed::of(&output.unwrap());
    assert_eq!(printed.code, Some(2), "{text}\n{}", printed.stderr);
    // Clients, which look at the keys themselves, are made after the settings are read.
    assert!(
        ["", "service.toml: read\n"].contains(&printed.stdout.as_str()),
        "{}",
        printed.stdout
    );
    let line = printed.stderr.strip_suffix('\n').unwrap();
    assert!(!line.contains('\n'), "{line}");
    for secret in ["-secret", "argon2id", "hunter"] {
        assert!(!line.contains(secret), "{line}");
    }
    line.to_owned()
}

#[test]
fn a_mistake_in_the_file_is_one_line_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let with = |more: &str| good() + more;
    let cases = [
        (
            with("[serverr]\n"),
            "service.toml, line 10, column 2: unknown field `serverr`, expected one of",
        ),
        (
            with("[server]\nlisten = 8080\n"),
            "service.toml, line 11, column 10: invalid type: integer `8080`, expected socket address",
        ),
        (
            with("[sync]\nconcurrency = \"four\"\n"),
            "service.toml, line 11, column 15: invalid type: string \"four\", expected usize",
        ),
        (
            with("[sync]\nlease_seconds = 0\n"),
            "service.toml, line 11, column 17: invalid value: integer `0`, expected a nonzero u32",
        ),
        (
            with("[schedule]\nfull_pass = \"25:00\"\n"),
            "service.toml, line 11, column 13: write a time of the day, such as \"02:30\"",
        ),
        (
            with("[schedule]\npeppol = \"someday\"\n"),
            "service.toml, line 11, column 10: write a day of the week, such as \"sunday\", or \"never\"",
        ),
        (
            with("[schedule]\nevents = [\"two days before\"]\n"),
            "service.toml: schedule.events: two days before: ",
        ),
        (
            good().replace("company = 5\n", ""),
            "service.toml: billit.company is missing: the id of your own company, which Billit shows in its settings",
        ),
        (
            "[billit]\ncompany = 5\n".to_owned(),
            "service.toml: nobody may look: add `[[login.users]]` with name and password",
        ),
        (
            good().replace(hash(), "hunter2 hunter2"),
            "service.toml: the password of ann in login.users is no hash: make it with `service hash-password`",
        ),
        (
            good().replace(&format!("\"{}\"", hash()), "\"\"\"hunter2"),
            "service.toml, line ",
        ),
        (
            with("[server]\nurl = \"https://sync.example.com\"\n"),
            "service.toml: with server.url Planyo posts its notifications: set SYNC_TOKEN",
        ),
        (
            with("[rules.properties]\nVAT = 5\n"),
            "service.toml, line 11, column ",
        ),
        (
            with("[rules.filter]\nreservation = true\n"),
            "service.toml, line 11, column ",
        ),
        (with("[billit]\n"), "service.toml, line 10, column "),
        (with("company = \n"), "service.toml, line 10, column "),
    ];
    for (text, expected) in cases {
        let line = said(folder.path(), &text, &KEYS);
        assert!(line.starts_with(expected), "{text}\n{line}\n{expected}");
    }
}

#[test]
fn a_password_of_digits_is_not_shown() {
    let folder = tempfile::tempdir().unwrap();
    let text = good().replace(&format!("\"{}\"", hash()), "123443211234");
    let line = said(folder.path(), &text, &KEYS);
    assert!(
        line.starts_with("service.toml, line 9, column 12: "),
        "{line}"
    );
    assert!(!line.contains("1234"), "{line}");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let output = program()
        .args(["run", "--settings", "nowhere.toml"])
        .current_dir(folder.path())
        .output();
    let printed = Printed::of(&output.unwrap());
    assert_eq!(printed.code, Some(2));
    assert!(
        printed.stderr.starts_with("nowhere.toml: "),
        "{}",
        printed.stderr
    );
    assert_eq!(printed.stderr.lines().count(), 1);
}

#[test]
fn a_mistake_in_a_key_is_one_line_with_its_variable() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("key"), "billit-secret-93c2\n").unwrap();
    fs::write(folder.path().join("empty"), " \n").unwrap();
    let [planyo, billit] = KEYS;
    let cases: [(&[(&str, &str)], &str); 8] = [
        (
            &[billit],
            "PLANYO_API_KEY is not set: set it, or PLANYO_API_KEY_FILE to a file that holds it",
        ),
        (
            &[("PLANYO_API_KEY", " "), billit],
            "PLANYO_API_KEY is not set: ",
        ),
        (
            &[planyo, ("PLANYO_API_KEY_FILE", "key"), billit],
            "PLANYO_API_KEY and PLANYO_API_KEY_FILE are both set: unset one",
        ),
        (
            &[planyo, ("BILLIT_API_KEY_FILE", "nowhere")],
            "BILLIT_API_KEY_FILE: nowhere: No such file",
        ),
        (
            &[planyo, ("BILLIT_API_KEY_FILE", "empty")],
            "BILLIT_API_KEY_FILE: empty is empty",
        ),
        (
            &[planyo, billit, ("SYNC_TOKEN", "a-secret")],
            "SYNC_TOKEN: a callback token must have 16 to 256 letters",
        ),
        (
            &[("PLANYO_API_KEY", "a-secret\u{e9}\na-secret"), billit],
            "PLANYO_API_KEY: ",
        ),
        (
            &[planyo, ("BILLIT_API_KEY", "a-secret\u{e9}\na-secret")],
            "BILLIT_API_KEY: ",
        ),
    ];
    for (variables, expected) in cases {
        let line = said(folder.path(), &good(), variables);
        assert!(line.starts_with(expected), "{line}\n{expected}");
    }
    let with_mail = |alerts: &str, recalls: &str| {
        let server = "server = \"mail.example.org\"\nfrom = \"ann@example.org\"\n";
        let alerts = format!("[alerts.email]\n{server}to = [\"ann@example.org\"]\n{alerts}");
        format!("{}{alerts}[recalls.email]\n{server}{recalls}", good())
    };
    let user = "user = \"ann\"\n";
    let [ours, elsewhere, other] = [
        with_mail("", ""),
        with_mail(user, user).replacen("mail.example.org", "elsewhere.example.org", 1),
        with_mail(user, "user = \"bob\"\n"),
    ];
    let differ = "service.toml: `alerts.email.server` and `alerts.email.user` are not those of `recalls.email`, and \
                  SMTP_PASSWORD is one: ";
    for (text, expected) in [
        (
            good(),
            "service.toml: SMTP_PASSWORD is set, and no user logs in with it: ",
        ),
        (
            ours,
            "service.toml: SMTP_PASSWORD is set, and no user logs in with it: ",
        ),
        (elsewhere, differ),
        (other, differ),
    ] {
        let password = ("SMTP_PASSWORD", "mail-secret-77");
        let line = said(folder.path(), &text, &[planyo, billit, password]);
        assert!(line.starts_with(expected), "{line}\n{expected}");
    }
    let line = said(
        folder.path(),
        &good(),
        &[planyo, billit, ("SMS_KEY", "sms-secret-12")],
    );
    let expected = "SMS_KEY is set and `[recalls.sms]` is missing: ";
    assert!(line.starts_with(expected), "{line}");
    let two_stores = format!("store = \"a.sqlite\"\n{}", good());
    let line = said(
        folder.path(),
        &two_stores,
        &[
            planyo,
            billit,
            ("SYNC_TOKEN", TOKEN),
            ("DATABASE_URL", DATABASE),
        ],
    );
    assert_eq!(
        line,
        "service.toml: there are two stores: remove `store` from the file, or unset DATABASE_URL"
    );
}
