//! The status page: what was received, synced, what waits, and which customers need a decision. It shows keys and no
//! personal data.

use std::fmt::Write;

use chrono::Utc;
use customer_sync::store::StateError;
use customer_sync::triggers::Inbox;

use super::stats::Stats;

/// The maximum number of customers in each list.
const SHOWN: usize = 50;

const HEAD: &str = "<!doctype html>
<html lang=\"en\">
<head>
<meta charset=\"utf-8\">
<meta http-equiv=\"refresh\" content=\"5\">
<meta name=\"viewport\" content=\"width=device-width\">
<title>Planyo to Billit</title>
<style>
body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
h1 { font-size: 1.4rem } h2 { font-size: 1.1rem; margin-top: 2rem }
table { border-collapse: collapse } td { padding: .1rem 1.5rem .1rem 0; vertical-align: top }
</style>
</head>
<body>
<h1>Planyo to Billit</h1>
";

pub(crate) async fn status(stats: &Stats, inbox: &Inbox) -> Result<String, StateError> {
    let snapshot = stats.snapshot();
    let mut page = Page(HEAD.to_owned());

    let received = snapshot
        .received
        .iter()
        .map(|(trigger, count)| [trigger.to_string(), count.to_string()]);
    page.table("came", "Came in since the start", received);
    let refused = snapshot
        .refused
        .iter()
        .map(|(why, count)| [why.clone(), count.to_string()]);
    page.table("refused", "Refused or ignored", refused);

    let counts = inbox.counts().await?;
    let title = format!(
        "Waiting: {}, being synced: {}, failing: {}",
        counts.waiting, counts.leased, counts.failing
    );
    let now = Utc::now();
    let waiting = inbox.pending(SHOWN).await?.into_iter().map(|pending| {
        let triggers: Vec<String> = pending.triggers.iter().map(ToString::to_string).collect();
        let seconds = (pending.ready_at - now).num_seconds().max(0);
        let when = match (pending.is_leased, pending.failures) {
            (true, _) => "now".to_owned(),
            (false, 0) => format!("in {seconds} s"),
            (false, failures) => format!("again in {seconds} s, failed {failures} times"),
        };
        [pending.customer.to_string(), triggers.join(", "), when]
    });
    page.table("waiting", &title, waiting);

    let kinds = snapshot
        .kinds
        .iter()
        .map(|(kind, count)| format!("{count} {kind}"));
    let kinds: Vec<String> = kinds.collect();
    let synced = snapshot
        .synced
        .iter()
        .map(|(at, text)| [at.format("%F %T UTC").to_string(), text.clone()]);
    page.table(
        "synced",
        &format!("Synced: {}", or_none(&kinds.join(", "))),
        synced,
    );
    let pass = snapshot
        .full_pass
        .iter()
        .map(|(at, text)| [at.format("%F %T UTC").to_string(), text.clone()]);
    page.table("pass", "Last full pass", pass);

    let title = format!("Need a decision: {}", snapshot.undecided.len());
    let undecided = snapshot.undecided.into_iter().take(SHOWN);
    let undecided = undecided.map(|(key, (kind, reason))| [key, kind.to_owned(), reason]);
    page.table("quarantined", &title, undecided);
    page.0.push_str("</body>\n</html>\n");
    Ok(page.0)
}

fn or_none(text: &str) -> &str {
    if text.is_empty() { "none" } else { text }
}

struct Page(String);

impl Page {
    fn table<const COLUMNS: usize>(
        &mut self,
        id: &str,
        title: &str,
        rows: impl IntoIterator<Item = [String; COLUMNS]>,
    ) {
        let title = escaped(title);
        self.push(format_args!("<h2>{title}</h2>\n<table id=\"{id}\">\n"));
        for row in rows {
            self.push(format_args!("<tr>"));
            for cell in row {
                self.push(format_args!("<td>{}</td>", escaped(&cell)));
            }
            self.push(format_args!("</tr>\n"));
        }
        self.push(format_args!("</table>\n"));
    }

    fn push(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a String does not fail.
        self.0.write_fmt(text).unwrap_or_default();
    }
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            other => safe.push(other),
        }
    }
    safe
}
