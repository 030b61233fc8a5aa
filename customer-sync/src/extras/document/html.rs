//! The HTML page: self-contained, without network access.

use std::fmt::{self, Display, Write as _};
use std::io::{self, BufWriter, Write};

use super::page::{POLICY, SCRIPT, STYLE};
use super::{Document, MISSING_REASON, Row, RowField};
use crate::core::report::OutcomeKind;

impl Document<'_> {
    /// The page: counts and warnings, then every customer with its fields before and after, their policies and the reasons; with
    /// search and filters if the browser runs scripts. It is written customer by customer and loads nothing. All values
    /// are escaped.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn html(&self, out: impl Write) -> io::Result<()> {
        let mut page = Page {
            out: BufWriter::new(out),
        };
        page.head(&self.title)?;
        page.filters(self)?;
        page.markup("<main>\n")?;
        for warning in self.source.warnings() {
            page.markup("<p><span class=\"skipped\">warning</span>: ")?;
            page.text(warning)?;
            page.markup("</p>\n")?;
        }
        for row in self.rows() {
            page.customer(&row)?;
        }
        for missing_from_source in self.source.missing_from_source() {
            page.markup("<article data-outcome=\"missing\">\n<h2>")?;
            page.text(&missing_from_source.key)?;
            page.markup("</h2>\n<p><span class=\"skipped\">missing</span>, party ")?;
            page.text(missing_from_source.party)?;
            page.markup(": ")?;
            page.markup(MISSING_REASON)?;
            page.markup("</p>\n</article>\n")?;
        }
        page.markup("</main>\n<script>")?;
        page.markup(SCRIPT)?;
        page.markup("</script>\n</body>\n</html>\n")?;
        page.out.flush()
    }
}

/// Markup is only what is literal in this program; everything else is escaped.
struct Page<W: Write> {
    out: BufWriter<W>,
}

impl<W: Write> Page<W> {
    fn markup(&mut self, markup: &'static str) -> io::Result<()> {
        self.out.write_all(markup.as_bytes())
    }

    /// An escaped text, between tags or in a quoted attribute.
    fn text(&mut self, text: impl Display) -> io::Result<()> {
        let mut escaped = Escaped {
            out: &mut self.out,
            failure: None,
        };
        match write!(escaped, "{text}") {
            Ok(()) => Ok(()),
            Err(_) => Err(escaped
                .failure
                .unwrap_or_else(|| io::Error::other("a text could not be written"))),
        }
    }

    fn head(&mut self, title: &str) -> io::Result<()> {
        self.markup("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n")?;
        self.markup("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")?;
        self.markup("<meta name=\"robots\" content=\"noindex\">\n")?;
        self.markup("<meta http-equiv=\"Content-Security-Policy\" content=\"")?;
        self.markup(POLICY)?;
        self.markup("\">\n<title>")?;
        self.text(title)?;
        self.markup("</title>\n<style>")?;
        self.markup(STYLE)?;
        self.markup("</style>\n</head>\n<body>\n<header>\n<h1>")?;
        self.text(title)?;
        self.markup("</h1>\n")
    }

    /// The counts, which also show or hide their customers.
    fn filters(&mut self, document: &Document<'_>) -> io::Result<()> {
        let counts = document.source.counts();
        self.markup("<form id=\"filters\">\n<p class=\"counts\">\n")?;
        for kind in OutcomeKind::ALL {
            self.count(kind.name(), kind.name(), counts.of(kind))?;
        }
        self.count(
            "missing",
            "skipped",
            document.source.missing_from_source().len(),
        )?;
        self.markup("</p>\n<p class=\"search\"><input type=\"search\" id=\"search\" placeholder=\"Search\" ")?;
        self.markup("aria-label=\"Search\">\n<select id=\"field\" aria-label=\"Field\"><option value=\"\">any field</option>")?;
        for field in document.source.fields() {
            self.markup("<option value=\"")?;
            self.text(&field)?;
            self.markup("\">")?;
            self.text(&field)?;
            self.markup("</option>")?;
        }
        self.markup("</select>\n<output id=\"shown\">")?;
        self.text(counts.total() + document.source.missing_from_source().len())?;
        self.markup(" customers</output></p>\n</form>\n</header>\n")
    }

    fn count(&mut self, name: &'static str, class: &'static str, count: usize) -> io::Result<()> {
        if count == 0 {
            return Ok(());
        }
        self.markup("<label class=\"")?;
        self.markup(class)?;
        self.markup("\"><input type=\"checkbox\" name=\"outcome\" checked value=\"")?;
        self.markup(name)?;
        self.markup("\"> <b>")?;
        self.text(count)?;
        self.markup("</b> ")?;
        self.markup(name)?;
        self.markup("</label>\n")
    }

    fn customer(&mut self, row: &Row) -> io::Result<()> {
        self.markup("<article data-outcome=\"")?;
        self.markup(row.kind.name())?;
        self.markup("\">\n<h2>")?;
        let name = if row.name.is_empty() {
            "(no name)"
        } else {
            &row.name
        };
        self.text(name)?;
        self.markup("</h2>\n<p><span class=\"")?;
        self.markup(row.kind.name())?;
        self.markup("\">")?;
        self.markup(row.kind.name())?;
        self.markup("</span> ")?;
        self.text(&row.key)?;
        if let Some(party) = row.party {
            self.markup(", party ")?;
            self.text(party)?;
        }
        self.markup(": ")?;
        self.text(&row.reason)?;
        self.markup("</p>\n")?;
        if let Some(detail) = &row.detail {
            self.markup("<p class=\"detail\">Billit: ")?;
            self.text(detail)?;
            self.markup("</p>\n")?;
        }
        if let Some(hint) = &row.hint {
            self.markup("<p>")?;
            self.text(hint)?;
            self.markup("</p>\n")?;
        }
        if !row.fields.is_empty() {
            self.markup("<table>\n")?;
            for field in &row.fields {
                self.field(field)?;
            }
            self.markup("</table>\n")?;
        }
        self.markup("</article>\n")
    }

    fn field(&mut self, field: &RowField) -> io::Result<()> {
        self.markup("<tr data-field=\"")?;
        self.text(&field.field)?;
        self.markup("\"><th>")?;
        self.text(&field.field)?;
        self.markup("</th>")?;
        self.markup("<td>")?;
        let written = field.kept.is_none();
        if let Some(before) = field.before.as_ref().filter(|_| written) {
            self.markup("<del>")?;
            self.text(before)?;
            self.markup("</del> →")?;
        }
        self.markup("</td><td>")?;
        if let Some(after) = &field.after {
            self.text(after)?;
        }
        self.markup("</td>")?;
        self.markup("<td class=\"policy\">")?;
        self.markup(field.policy.name())?;
        self.markup("</td><td class=\"why\">")?;
        self.text(field.why())?;
        if let Some(source) = &field.source {
            self.markup("; the source says ")?;
            self.text(source)?;
        }
        self.markup("</td></tr>\n")
    }
}

/// Escapes text.
struct Escaped<'a, W> {
    out: &'a mut W,
    failure: Option<io::Error>,
}

impl<W: Write> fmt::Write for Escaped<'_, W> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let special = |c: char| matches!(c, '&' | '<' | '>' | '"' | '\'') || c.is_control();
        let written = text.split_inclusive(special).try_for_each(|part| {
            let last = part.chars().next_back().filter(|c| special(*c));
            let plain = last
                .and_then(|last| part.strip_suffix(last))
                .unwrap_or(part);
            self.out.write_all(plain.as_bytes())?;
            self.out.write_all(match last {
                None => b"",
                Some('&') => b"&amp;",
                Some('<') => b"&lt;",
                Some('>') => b"&gt;",
                Some('"') => b"&quot;",
                Some('\'') => b"&#39;",
                // A control character cannot be escaped.
                Some(_) => b" ",
            })
        });
        written.map_err(|error| {
            self.failure = Some(error);
            fmt::Error
        })
    }
}
