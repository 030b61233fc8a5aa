use billit_client::documents::*;
use billit_client::odata::{Order as Sorting, Property};
use serde_json::{Value, json};

use crate::{Sample, key, read, sample};

const NAME: Property<Document, String> = Property::new("Name");

pub(crate) fn requests() -> Vec<Sample> {
    let listing = ListDocuments::new()
        .filter(NAME.eq("Lease"))
        .order_by(Sorting::asc(NAME))
        .top(10);
    vec![
        sample(&listing),
        sample(&GetDocument::new(3)),
        sample(&CreateDocument::new(json!({"a": 1})).key(key())),
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
    assert_eq!(
        (first.id.get(), first.extra("Name")),
        (3, Some("Lease".into()))
    );
    assert_eq!(second.as_ref().unwrap().id.get(), 4);
    assert_eq!(third.as_ref().unwrap_err().raw().get(), r#"{"Key": 5}"#);
}

#[test]
fn any_answer_is_read() {
    assert_eq!(read(&GetDocument::new(3), r#"{"a": 1}"#), json!({"a": 1}));
    let create = CreateDocument::new(json!({}));
    assert_eq!(read(&create, "3"), json!(3));
    assert_eq!(read(&create, ""), Value::Null);
}
