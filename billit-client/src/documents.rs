//! Documents other than orders.
//!
//! Facts: the paths are documented, and that the listing takes OData. The model is not: nothing of a document is read
//! but its id.

use std::fmt;

use serde::Deserialize;
use serde_json::Value;

use crate::endpoint::{Endpoint, Method, Request, Safety, call};
use crate::idempotency::{UnprovenKey, unproven_key};
use crate::listing::{listing, odata};
use crate::pager::Identified;
use crate::wire::{self, id};

const PATH: [&str; 2] = ["v1", "documents"];

id! {
    /// The id of a document: a number in Billit's model of a bank transaction, which refers to one.
    DocumentId
}

/// A document of a listing. Its other fields are in the JSON of the [`Record`](crate::Record).
#[derive(Clone, Deserialize)]
#[non_exhaustive]
pub struct Document {
    /// The id, read from `DocumentID` or `DocumentId` (a guess).
    #[serde(rename = "DocumentID", alias = "DocumentId")]
    pub id: DocumentId,
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
    /// That the listing has the shape of the others and takes OData is documented; what its records hold is not. Should
    /// the id have another name than [`Document`] reads, every record comes as an
    /// [`InvalidRecord`](crate::InvalidRecord) with its JSON, and none is lost. Properties for a condition are yours to
    /// name: `Property::<Document, String>::new(..)`.
    ListDocuments: "list_documents", PATH => Document
}

impl ListDocuments {
    odata!(Document);
}

/// `GET /v1/documents/{id}`: one document, as JSON: its model is undocumented.
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
    call!("get_document", Read -> Value, wire::any);

    fn request(&self) -> serde_json::Result<Request> {
        let id = self.id.to_string();
        let [version, documents] = PATH;
        Ok(Request::new(Method::Get, [version, documents, &id]))
    }
}

/// `POST /v1/documents`: creates a document from JSON of your own, and returns the answer as JSON: neither is
/// documented.
///
/// The call carries an idempotency key, a random one unless [`key`](Self::key) sets it. Whether Billit honours it here
/// is unknown, so that the call is repeated only when the first certainly was not processed;
/// [`repeat_with_key`](Self::repeat_with_key) relies on the key for the rest.
#[derive(Clone)]
pub struct CreateDocument {
    body: Value,
    key: UnprovenKey,
}

impl CreateDocument {
    /// With a random idempotency key, which is the same in every attempt, and in every sending of this value.
    #[must_use]
    pub fn new(body: Value) -> Self {
        Self {
            body,
            key: UnprovenKey::random(),
        }
    }

    unproven_key!();
}

impl Endpoint for CreateDocument {
    type Output = Value;

    fn operation(&self) -> &'static str {
        "create_document"
    }

    fn safety(&self) -> Safety {
        self.key.safety()
    }

    fn request(&self) -> serde_json::Result<Request> {
        Request::new(Method::Post, PATH)
            .with_idempotency_key(&self.key.key)
            .with_json(&self.body)
    }

    fn parse(&self, body: &[u8]) -> serde_json::Result<Value> {
        wire::any(body)
    }
}

impl fmt::Debug for CreateDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CreateDocument")
            .field("key", &self.key)
            .finish_non_exhaustive()
    }
}
