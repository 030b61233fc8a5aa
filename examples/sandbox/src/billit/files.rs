//! `/v1/files`, the files inside other entities, and `/v1/documents`.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use serde_json::{Value, json};

use super::{
    State,
    answers::{Outcome, done, error, generic, message, ok},
    api::Call,
    listing::{Listing, NOTHING},
    record::{Kind, Model, Record, print_time, sent},
};

/// The entity is not documented: these are the properties that a listing can be filtered by here.
const DOCUMENT: Model = Model {
    type_name: "Domain.Document.Document",
    fields: &[
        ("DocumentID", Kind::Integer),
        ("Created", Kind::Time),
        ("LastModified", Kind::Time),
    ],
    server_owned: &[],
};

impl State {
    pub(super) fn read_file(&mut self, call: &Call) -> Outcome {
        let id = call.capture(0).to_ascii_lowercase();
        let is_uuid = id.len() == 36 && id.split('-').map(str::len).eq([8, 4, 4, 4, 12]);
        if !is_uuid {
            return Err(message(400, "The request is invalid."));
        }
        let file = self.files.get(&id);
        file.map(|file| ok(&json!(file)))
            .ok_or_else(|| self.not_there("file"))
    }

    /// Stores a file; the entity shows it without its content.
    pub(super) fn keep_file(&mut self, name: &str, mime_type: &str, content: &[u8]) -> Value {
        let id = self.uuid();
        let shown = json!({ "FileID": id, "FileName": name, "MimeType": mime_type });
        let mut file = super::record::fields(shown.clone());
        file.insert(String::from("FileContent"), json!(BASE64.encode(content)));
        self.files.insert(id, file);
        shown
    }

    /// `POST /v1/documents` is documented by its path alone: the body is kept as it came, the answer is the id.
    pub(super) fn create_document(&mut self, call: &Call) -> Outcome {
        let mut document = self.body(call)?;
        if document.is_empty() {
            return Err(generic("Data is Required"));
        }
        let id = 41_000 + self.number();
        let now = print_time(self.tick());
        document.insert(String::from("DocumentID"), json!(id));
        document.insert(String::from("Created"), json!(now));
        document.insert(String::from("LastModified"), json!(now));
        self.documents.insert(id, document);
        Ok(done(&self.printed_id(id)))
    }

    pub(super) fn list_documents(&mut self, call: &Call) -> Outcome {
        let listing = Listing {
            path: "/v1/documents",
            model: &DOCUMENT,
            forbidden: &NOTHING,
            searched: &["Description", "FileName"],
        };
        self.page(call, &listing, self.documents.values(), |document| {
            json!(document)
        })
    }

    pub(super) fn read_document(&mut self, call: &Call) -> Outcome {
        let document = self.documents.get(&call.id()?);
        document
            .map(|document| ok(&json!(document)))
            .ok_or_else(|| self.not_there("document"))
    }
}

/// A file inside a body, checked: its name, type and content.
pub(super) struct SentFile {
    pub(super) name: String,
    pub(super) mime_type: String,
    pub(super) content: Vec<u8>,
}

impl SentFile {
    pub(super) fn read(file: &Value) -> Outcome<Self> {
        let fields = file
            .as_object()
            .ok_or_else(|| generic("A file is an object."))?;
        let name = string(fields, "FileName");
        if name.is_empty() || name.contains(['/', '\\']) {
            let text = "Please change the file name to the correct format";
            return Err(error(400, "Invalid Filename", Some(text)));
        }
        let content = BASE64.decode(string(fields, "FileContent"));
        let content = content.map_err(|_| generic("The value of FileContent is not valid."))?;
        let mime_type = match string(fields, "MimeType") {
            "" => "application/octet-stream",
            given => given,
        };
        Ok(Self {
            name: name.to_owned(),
            mime_type: mime_type.to_owned(),
            content,
        })
    }
}

fn string<'a>(fields: &'a Record, name: &str) -> &'a str {
    sent(fields, name)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// A page with one line of text.
pub(super) fn pdf(line: &str) -> Vec<u8> {
    let plain = line
        .chars()
        .filter(|part| part.is_ascii_graphic() && !"()\\".contains(*part));
    let drawing = format!(
        "BT /F 18 Tf 72 770 Td ({}) Tj ET",
        plain.collect::<String>()
    );
    let objects = [
        String::from("<</Type/Catalog/Pages 2 0 R>>"),
        String::from("<</Type/Pages/Kids[3 0 R]/Count 1>>"),
        String::from(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>",
        ),
        format!("<</Length {}>>stream\n{drawing}\nendstream", drawing.len()),
        String::from("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"),
    ];
    let mut file = String::from("%PDF-1.4\n");
    let mut table = String::from("0000000000 65535 f \n");
    for (number, object) in (1..).zip(&objects) {
        table.push_str(&[format!("{:010}", file.len()).as_str(), " 00000 n \n"].concat());
        file.push_str(&[number.to_string().as_str(), " 0 obj", object, "endobj\n"].concat());
    }
    let (start, size) = (file.len(), objects.len() + 1);
    let end =
        format!("{size}\n{table}trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n");
    file.push_str("xref\n0 ");
    file.push_str(&end);
    file.into_bytes()
}
