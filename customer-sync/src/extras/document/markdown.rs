//! Markdown for a message or a ticket.

use std::io::{self, BufWriter, Write};

use super::{Document, MISSING_REASON, Row, without_control_characters};

impl Document<'_> {
    /// Counts, then each customer except unchanged ones of which all was understood, with a table of its fields. All values are escaped: none
    /// becomes a link, an image or a table.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn markdown(&self, out: impl Write) -> io::Result<()> {
        let mut out = BufWriter::new(out);
        let counts = self.source.counts();
        writeln!(out, "# {}\n\n{counts}", escaped(&self.title))?;
        for row in self.rows().filter(Row::tells_something) {
            let name = if row.name.is_empty() {
                "(no name)"
            } else {
                &row.name
            };
            writeln!(
                out,
                "\n## {} ({})\n",
                escaped(name),
                escaped(&row.key.to_string())
            )?;
            let party = row
                .party
                .map(|party| format!(", party {party}"))
                .unwrap_or_default();
            writeln!(out, "{}{party}: {}", row.kind.name(), escaped(&row.reason))?;
            if let Some(detail) = &row.detail {
                writeln!(out, "\nBillit: {}", escaped(detail))?;
            }
            if let Some(hint) = &row.hint {
                writeln!(out, "\n{}", escaped(hint))?;
            }
            if !row.fields.is_empty() {
                writeln!(
                    out,
                    "\n| field | before | after | policy | why |\n|---|---|---|---|---|"
                )?;
            }
            for field in &row.fields {
                let cells = [
                    &*field.field.to_string(),
                    field.before.as_deref().unwrap_or_default(),
                    field.after.as_deref().unwrap_or_default(),
                    field.policy.name(),
                    &match &field.source {
                        Some(source) => format!("{}; the source says {source}", field.why()),
                        None => field.why().to_owned(),
                    },
                ];
                writeln!(out, "| {} |", cells.map(escaped).join(" | "))?;
            }
        }
        for missing_from_source in self.source.missing_from_source() {
            let key = escaped(&missing_from_source.key.to_string());
            writeln!(
                out,
                "\n## {key}\n\nmissing, party {}: {MISSING_REASON}",
                missing_from_source.party
            )?;
        }
        out.flush()
    }
}

/// A text with Markdown escaped, so that web addresses do not become links either. (Some programs make links of e-mail
/// addresses, `@names` and `#12` after rendering, which cannot be prevented here.)
fn escaped(text: &str) -> String {
    const TEXT: &str = " ,;'\"()/%?-=";
    let text = without_control_characters(text);
    let mut escaped = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        let next = rest.peek();
        let is_text = match c {
            // `www.example.com` and `https://` become links; a dot or colon at the end of a word does not.
            '.' => next.is_none_or(|next| next.is_whitespace()),
            ':' => next != Some(&'/'),
            c => !c.is_ascii_punctuation() || TEXT.contains(c),
        };
        if !is_text {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}
