//! Uploads for Billit to read: bills and receipts.
//!
//! Facts: paths and answers are documented; the body comes from the [generated types](crate#how-sure-the-facts-are).

use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::Serialize;

use crate::draft::Fields;
use crate::endpoint::{Endpoint, Method, Request};
use crate::files::FileDraft;
use crate::macros::{call, id, path_call, setters, unproven_key};
use crate::unproven_key::UnprovenKey;
use crate::wire;

id! {
    /// The id of an upload.
    UploadId
}

/// `POST /v1/toProcess`: uploads a bill or receipt, which Billit makes an order of, and returns the id of the upload.
///
/// ```no_run
/// # async fn run(billit: billit_client::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use billit_client::files::FileDraft;
/// use billit_client::to_process::UploadToProcess;
///
/// let file = FileDraft::new("bill.pdf", std::fs::read("bill.pdf")?).mime_type("application/pdf");
/// let upload = billit.send(UploadToProcess::new(file)).await?;
/// println!("upload {upload}");
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct UploadToProcess {
    upload: Upload,
    key: UnprovenKey,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Upload {
    #[serde(skip_serializing_if = "Option::is_none")]
    split: Option<bool>,
    file: FileDraft,
    #[serde(skip_serializing_if = "Option::is_none")]
    file_source: Option<FileDraft>,
    #[serde(skip_serializing_if = "Option::is_none")]
    meta_data: Option<UploadMetadata>,
}

impl UploadToProcess {
    /// This file.
    #[must_use]
    pub fn new(file: FileDraft) -> Self {
        Self {
            upload: Upload {
                split: None,
                file,
                file_source: None,
                meta_data: None,
            },
            key: UnprovenKey::random(),
        }
    }

    /// Splits the file into several documents; how is undocumented.
    #[must_use]
    pub fn split(mut self) -> Self {
        self.upload.split = Some(true);
        self
    }

    /// The file that it was made from; what Billit does with it is undocumented.
    #[must_use]
    pub fn file_source(mut self, source: FileDraft) -> Self {
        self.upload.file_source = Some(source);
        self
    }

    /// What is known of it.
    #[must_use]
    pub fn metadata(mut self, metadata: UploadMetadata) -> Self {
        self.upload.meta_data = Some(metadata);
        self
    }

    unproven_key!();
}

impl Endpoint for UploadToProcess {
    call!("upload_to_process", |call| call.key.safety() => UploadId, wire::new_id);

    fn request(&self) -> serde_json::Result<Request> {
        Request::new(Method::Post, ["v1", "toProcess"])
            .with_idempotency_key(&self.key.key)
            .with_json(&self.upload)
    }
}

/// What is known of a bill that is uploaded. What is not set is not sent. `Debug` shows names, never values.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct UploadMetadata {
    fields: Fields,
}

impl UploadMetadata {
    /// Nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    setters! {
        /// The total with VAT.
        total_incl: Decimal => "TotalIncl";
        /// What kind of cost; values undocumented.
        cost_type: String => "CostType";
        /// How it was paid, such as `Visa`.
        payment_method: String => "PaymentMethod";
        /// What it is.
        description: String => "Description";
        /// ISO 4217.
        currency_tc: String => "CurrencyTC";
        /// Its date.
        order_date: NaiveDate => "OrderDate";
    }
}

path_call! {
    /// `DELETE /v1/toProcess/{uploadID}`: deletes an upload. A retry may say that there is none.
    DeleteUpload { id: UploadId }
    /// The upload with this id.
    ;
    "delete_upload", Idempotent -> (), wire::nothing;
    Delete ["v1", "toProcess", id]
}
