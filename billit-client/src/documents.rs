//! Documents other than orders, such as contracts.
//!
//! Facts: the paths are documented, and that the listing takes OData. The model, and what a create answers, come from
//! the generated types of Billit's swagger ([how sure](crate#how-sure-the-facts-are)).

use std::fmt;

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

use crate::credentials::CompanyId;
use crate::draft::Fields;
use crate::endpoint::{Endpoint, Method, Request};
use crate::files::{File, FileDraft};
use crate::macros::{call, create_call, full_text, id, listing, odata, setters};
use crate::wire::{self, Identified, Record};

const PATH: [&str; 2] = ["v1", "documents"];

id! {
    /// The id of a document.
    DocumentId
}

/// A document; every field but the id may be missing. `Debug` shows the id alone.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Document {
    /// The id. `DocumentId`, as the model of a bank transaction spells it, is read too.
    #[serde(rename = "DocumentID", alias = "DocumentId")]
    pub id: DocumentId,
    /// Your company whose document it is.
    #[serde(default, rename = "CompanyID", deserialize_with = "wire::maybe_id")]
    pub company_id: Option<CompanyId>,
    /// The document itself. A listing may leave its content out: [`GetFile`](crate::files::GetFile) reads it.
    #[serde(default, deserialize_with = "wire::object")]
    pub file: Option<File>,
    /// Name.
    #[serde(default, deserialize_with = "wire::text")]
    pub name: Option<String>,
    /// What it is.
    #[serde(default, deserialize_with = "wire::text")]
    pub description: Option<String>,
    /// Its own date.
    #[serde(default, deserialize_with = "wire::time")]
    pub document_date: Option<NaiveDateTime>,
    /// When it was created; the zone is unknown.
    #[serde(default, deserialize_with = "wire::time")]
    pub creation_date: Option<NaiveDateTime>,
    /// Tags.
    #[serde(default, deserialize_with = "wire::texts")]
    pub tags: Vec<String>,
}

impl Identified for Document {
    const ID_FIELD: &'static str = "DocumentID";

    fn id(&self) -> i64 {
        self.id.get()
    }
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document")
            .field("id", &self.id.get())
            .finish_non_exhaustive()
    }
}

listing! {
    /// `GET /v1/documents`: the documents, page by page.
    ///
    /// That it takes OData is documented, which properties it takes is not.
    ListDocuments: "list_documents", PATH => Document
}

impl ListDocuments {
    odata!(Document);
    full_text!();
}

/// Properties of a document for `$filter` and `$orderby`. Billit publishes no list of them: they are a guess from the
/// names of its fields.
pub mod property {
    use chrono::NaiveDateTime;

    use super::{Document, DocumentId};
    use crate::odata::Property;

    /// The id.
    pub const DOCUMENT_ID: Property<Document, DocumentId> = Property::new("DocumentID");
    /// Name.
    pub const NAME: Property<Document, String> = Property::new("Name");
    /// What it is.
    pub const DESCRIPTION: Property<Document, String> = Property::new("Description");
    /// Its own date.
    pub const DOCUMENT_DATE: Property<Document, NaiveDateTime> = Property::new("DocumentDate");
    /// Time of the creation, without a zone.
    pub const CREATION_DATE: Property<Document, NaiveDateTime> = Property::new("CreationDate");
}

/// `GET /v1/documents/{documentID}`: one document.
#[derive(Clone, Copy, Debug)]
pub struct GetDocument {
    id: DocumentId,
}

impl GetDocument {
    /// The document with this id.
    #[must_use]
    pub fn new(id: impl Into<DocumentId>) -> Self {
        Self { id: id.into() }
    }
}

impl Endpoint for GetDocument {
    call!("get_document", Read -> Record<Document>, wire::record);

    fn request(&self) -> serde_json::Result<Request> {
        let id = self.id.to_string();
        let [version, documents] = PATH;
        Ok(Request::new(Method::Get, [version, documents, &id]))
    }
}

create_call! {
    /// `POST /v1/documents`: saves a document, and returns a number, which is taken for its id (a guess: the other
    /// creates answer so).
    ///
    /// An answer without a readable id is [`ErrorKind::OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown).
    CreateDocument { document: DocumentDraft }
    /// This document.
    ;
    "create_document" -> DocumentId, wire::new_id;
    ["v1", "documents"] json document
}

/// A document that is to be created. What is not set is not sent. `Debug` shows names, never values.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DocumentDraft {
    #[serde(flatten)]
    fields: Fields,
    file: FileDraft,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<String>,
}

impl DocumentDraft {
    /// A document with this name and content. Billit marks no field as required.
    #[must_use]
    pub fn new(name: impl Into<String>, file: FileDraft) -> Self {
        let mut fields = Fields::default();
        fields.set("Name", name.into());
        Self {
            fields,
            file,
            tags: Vec::new(),
        }
    }

    /// Adds a tag.
    #[must_use]
    pub fn tag(mut self, tag: impl Into<String>) -> Self {
        self.tags.push(tag.into());
        self
    }

    setters! {
        /// What it is.
        description: String => "Description";
        /// Its own date.
        document_date: NaiveDate => "DocumentDate";
    }
}

impl fmt::Debug for DocumentDraft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DocumentDraft")
            .field("fields", &self.fields)
            .field("file", &self.file)
            .finish_non_exhaustive()
    }
}
