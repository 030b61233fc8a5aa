//! Files: PDFs, UBL documents, attachments.
//!
//! Orders and messages name them by their [`FileId`]. The path and the model are documented; Billit sends and takes
//! the content as base64 within JSON.

use std::fmt;

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::endpoint::{Endpoint, Method, Request};
use crate::error::DecodeError;
use crate::macros::call;
use crate::wire::{self, Record};

/// The id of a file: a UUID by the documentation, and read as any text.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct FileId(String);

impl FileId {
    /// The text itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<String> for FileId {
    fn from(id: String) -> Self {
        Self(id)
    }
}

impl From<&str> for FileId {
    fn from(id: &str) -> Self {
        Self(id.to_owned())
    }
}

impl fmt::Display for FileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for FileId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}

/// `GET /v1/files/{fileID}`: a file with its content.
///
/// ```no_run
/// # async fn run(billit: billit_client::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use billit_client::files::GetFile;
/// use billit_client::orders::GetOrder;
///
/// let order = billit.send(GetOrder::new(2_615_999)).await?;
/// if let Some(id) = order.order_pdf.as_ref().and_then(|pdf| pdf.id.clone()) {
///     let pdf = billit.send(GetFile::new(id)).await?;
///     if let Some(content) = &pdf.file_content {
///         std::fs::write("invoice.pdf", content.bytes()?)?;
///     }
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct GetFile {
    id: FileId,
}

impl GetFile {
    /// The file with this id.
    #[must_use]
    pub fn new(id: impl Into<FileId>) -> Self {
        Self { id: id.into() }
    }
}

impl Endpoint for GetFile {
    call!("get_file", Read -> Record<File>, wire::record);

    fn request(&self) -> serde_json::Result<Request> {
        let path = ["v1", "files", self.id.as_str()];
        Ok(Request::new(Method::Get, path))
    }
}

/// A file. Within an order it may come without its content: [`GetFile`] reads it.
///
/// `Debug` shows its id and type alone.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct File {
    /// The id.
    #[serde(default, rename = "FileID", deserialize_with = "wire::code")]
    pub id: Option<FileId>,
    /// The name with its extension.
    #[serde(default, deserialize_with = "wire::text")]
    pub file_name: Option<String>,
    /// Such as `application/pdf`.
    #[serde(default, deserialize_with = "wire::text")]
    pub mime_type: Option<String>,
    /// The content.
    #[serde(default, deserialize_with = "wire::code")]
    pub file_content: Option<FileContent>,
}

impl fmt::Debug for File {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("File")
            .field("id", &self.id)
            .field("mime_type", &self.mime_type)
            .finish_non_exhaustive()
    }
}

/// The content of a file, as it came: base64. `Debug` shows none of it.
#[derive(Clone, PartialEq, Eq)]
pub struct FileContent(String);

impl FileContent {
    /// The content itself. Line breaks within the base64, and missing padding, are accepted.
    ///
    /// # Errors
    /// When it is no base64; [`as_base64`](Self::as_base64) still has what came.
    pub fn bytes(&self) -> Result<Vec<u8>, DecodeError> {
        let padding = DecodePaddingMode::Indifferent;
        let config = GeneralPurposeConfig::new().with_decode_padding_mode(padding);
        let engine = GeneralPurpose::new(&STANDARD, config);
        let decoded = if self.0.contains(char::is_whitespace) {
            engine.decode(self.0.split_whitespace().collect::<String>())
        } else {
            engine.decode(&self.0)
        };
        decoded.map_err(|error| {
            let sentence = format!("FileContent is no base64: {error}");
            DecodeError::new(&de::Error::custom(sentence))
        })
    }

    /// What Billit sent.
    #[must_use]
    pub fn as_base64(&self) -> &str {
        &self.0
    }
}

impl From<String> for FileContent {
    fn from(base64: String) -> Self {
        Self(base64)
    }
}

impl fmt::Debug for FileContent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileContent(…)")
    }
}

/// A file that is to be sent, such as an attachment of an order. `Debug` shows its size alone.
///
/// ```
/// use billit_client::files::FileDraft;
///
/// let draft = FileDraft::new("terms.txt", "Hello").mime_type("text/plain");
/// assert_eq!(
///     serde_json::to_string(&draft)?,
///     r#"{"FileName":"terms.txt","MimeType":"text/plain","FileContent":"SGVsbG8="}"#
/// );
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct FileDraft {
    file_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    mime_type: Option<String>,
    #[serde(serialize_with = "base64")]
    file_content: Vec<u8>,
}

impl FileDraft {
    /// A file with this name and content. Billit refuses a name in a wrong format as `Invalid Filename`; what a right
    /// one is, is undocumented.
    #[must_use]
    pub fn new(name: impl Into<String>, content: impl Into<Vec<u8>>) -> Self {
        Self {
            file_name: name.into(),
            mime_type: None,
            file_content: content.into(),
        }
    }

    /// Such as `application/pdf`.
    #[must_use]
    pub fn mime_type(mut self, mime_type: impl Into<String>) -> Self {
        self.mime_type = Some(mime_type.into());
        self
    }
}

fn base64<S: Serializer>(content: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    let engine = base64::engine::general_purpose::STANDARD;
    serializer.serialize_str(&engine.encode(content))
}

impl fmt::Debug for FileDraft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileDraft")
            .field("bytes", &self.file_content.len())
            .finish_non_exhaustive()
    }
}
