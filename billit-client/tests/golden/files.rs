use billit_client::files::{FileDraft, FileId, GetFile};

use crate::{Sample, read, sample};

const ID: &str = "bc99d8a4-1b2c-4d5e-8f90-0123456789ab";

pub(crate) fn requests() -> Vec<Sample> {
    vec![sample(&GetFile::new(ID))]
}

#[test]
fn a_file_is_decoded() {
    let body = format!(
        r#"{{"FileID": "{ID}", "FileName": "a.pdf", "MimeType": "application/pdf", "FileContent": "JVBERi0x"}}"#
    );
    let file = read(&GetFile::new(ID), &body);
    assert_eq!(file.id, Some(FileId::from(ID)));
    assert_eq!(file.file_name.as_deref(), Some("a.pdf"));
    let content = file.file_content.as_ref().unwrap();
    assert_eq!(content.bytes().unwrap(), b"%PDF-1");
    assert_eq!(content.as_base64(), "JVBERi0x");
    let text = format!("{file:?} {content:?}");
    assert!(!text.contains("a.pdf") && !text.contains("JVBE"), "{text}");
}

#[test]
fn lines_and_padding_do_no_harm() {
    for base64 in ["SGVsbG8=", "SGVsbG8", "SGVs\\r\\nbG8=", " SGVsbG8= "] {
        let file = read(
            &GetFile::new(ID),
            &format!(r#"{{"FileContent": "{base64}"}}"#),
        );
        let content = file.file_content.as_ref().unwrap();
        assert_eq!(content.bytes().unwrap(), b"Hello", "{base64}");
    }
}

#[test]
fn what_is_no_base64_names_its_field_and_stays() {
    let file = read(&GetFile::new(ID), r#"{"FileContent": "no base64!"}"#);
    let content = file.file_content.as_ref().unwrap();
    let error = content.bytes().unwrap_err().to_string();
    assert!(error.starts_with("FileContent is no base64"), "{error}");
    assert_eq!(content.as_base64(), "no base64!");
    assert_eq!(file.extra("FileContent"), Some("no base64!".into()));
    let empty = read(&GetFile::new(ID), r#"{"FileContent": ""}"#);
    assert!(empty.file_content.is_none());
}

#[test]
fn a_draft_shows_its_size_alone() {
    let draft = FileDraft::new("secret.txt", "Hello");
    assert_eq!(format!("{draft:?}"), "FileDraft { bytes: 5, .. }");
}
