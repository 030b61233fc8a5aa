use billit_client::files::FileDraft;
use billit_client::to_process::{DeleteUpload, UploadMetadata, UploadToProcess};
use billit_client::{ErrorKind, Response};
use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::{Sample, key, read, sample};

pub(crate) fn requests() -> Vec<Sample> {
    let metadata = UploadMetadata::new()
        .total_incl(Decimal::new(12_100, 2))
        .cost_type("Meal")
        .payment_method("Visa")
        .description("Lunch")
        .currency_tc("EUR")
        .order_date(NaiveDate::from_ymd_opt(2026, 5, 6).unwrap());
    let full = upload()
        .split()
        .file_source(FileDraft::new("bill.xml", "<x/>"))
        .metadata(metadata);
    vec![
        sample(&upload()),
        sample(&full),
        sample(&DeleteUpload::new(31)),
    ]
}

fn upload() -> UploadToProcess {
    let file = FileDraft::new("bill.pdf", "Hello").mime_type("application/pdf");
    UploadToProcess::new(file).key(key())
}

#[test]
fn an_upload_has_an_id() {
    assert_eq!(read(&upload(), "31").get(), 31);
    let lost = Response::new(200, "{}").read(&upload()).unwrap_err();
    assert_eq!(lost.kind(), ErrorKind::OutcomeUnknown);
    read(&DeleteUpload::new(31), "");
}
