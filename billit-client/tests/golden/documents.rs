use billit_client::documents::*;
use billit_client::files::FileDraft;
use billit_client::odata::Order as Sorting;
use billit_client::{ErrorKind, Response};
use chrono::NaiveDate;

use crate::orders::each_field_is_read;
use crate::{Sample, key, read, sample};

fn create() -> CreateDocument {
    let file = FileDraft::new("lease.pdf", "Hello").mime_type("application/pdf");
    let document = DocumentDraft::new("Lease", file)
        .description("Our room")
        .document_date(NaiveDate::from_ymd_opt(2026, 5, 6).unwrap())
        .tag("rooms");
    CreateDocument::new(document).key(key())
}

pub(crate) fn requests() -> Vec<Sample> {
    let listing = ListDocuments::new()
        .filter(property::NAME.eq("Lease"))
        .order_by(Sorting::asc(property::DOCUMENT_DATE))
        .full_text("room")
        .top(10);
    vec![
        sample(&listing),
        sample(&GetDocument::new(3)),
        sample(&create()),
    ]
}

#[test]
fn no_document_is_lost() {
    let body =
        r#"{"Items": [{"DocumentID": 3, "Name": "Lease"}, {"DocumentId": "4"}, {"Key": 5}]}"#;
    let page = read(&ListDocuments::new(), body);
    let [first, second, third] = page.records() else {
        panic!("three records")
    };
    let first = first.as_ref().unwrap();
    assert_eq!((first.id.get(), first.name.as_deref()), (3, Some("Lease")));
    assert_eq!(second.as_ref().unwrap().id.get(), 4);
    assert_eq!(third.as_ref().unwrap_err().raw().get(), r#"{"Key": 5}"#);
}

#[test]
fn every_field_of_a_document_is_read() {
    each_field_is_read::<Document>(
        r#""DocumentID": 3"#,
        &[
            ("CompanyID", "7", |x| x.company_id.is_some()),
            ("File", r#"{"FileID": "a"}"#, |x| x.file.is_some()),
            ("Name", r#""a""#, |x| x.name.is_some()),
            ("Description", r#""a""#, |x| x.description.is_some()),
            ("DocumentDate", r#""2026-05-06""#, |x| {
                x.document_date.is_some()
            }),
            ("CreationDate", r#""2026-05-06T10:00:00.1""#, |x| {
                x.creation_date.is_some()
            }),
            ("Tags", r#"["a"]"#, |x| !x.tags.is_empty()),
        ],
    );
}

#[test]
fn a_saved_document_has_an_id_or_is_lost_loudly() {
    assert_eq!(read(&create(), "3"), DocumentId::from(3));
    let lost = Response::new(200, "saved").read(&create()).unwrap_err();
    assert_eq!(lost.kind(), ErrorKind::OutcomeUnknown);
}
