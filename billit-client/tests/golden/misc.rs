use billit_client::misc::{CompanySource, ListTypeCodes, SearchCompanies, TranslateTypeCode};

use crate::{Sample, read, sample};

pub(crate) fn requests() -> Vec<Sample> {
    vec![
        sample(&SearchCompanies::new("acme & co/gent")),
        sample(&ListTypeCodes::new("OrderStatus")),
        sample(&TranslateTypeCode::new("OrderStatus", "ToSend", "NL")),
    ]
}

#[test]
fn companies_come_from_two_registers() {
    let companies = read(
        &SearchCompanies::new("x"),
        r#"{"Items":[{"Source":"KBO","CompanyIdentification":"0563846944","Name":"canary","Number":1,"Box":"301",
            "StartDate":"2014-10-01T00:00:00"},{"Source":"VIES"},"x",{}]}"#,
    );
    assert_eq!(companies.len(), 3);
    assert_eq!(companies[0].source, Some(CompanySource::Kbo));
    assert_eq!(companies[0].number.as_deref(), Some("1"));
    assert!(companies[0].start_date.is_some());
    assert_eq!(companies[1].source, Some(CompanySource::Vies));
    assert!(!format!("{companies:?}").contains("canary"));
    assert!(read(&SearchCompanies::new("x"), "[]").is_empty());
}

#[test]
fn codes_have_words() {
    let list = r#"{"Items":[{"Key":"ToSend","Value":"Te verzenden"}]}"#;
    for codes in [
        read(&ListTypeCodes::new("x"), list),
        read(&TranslateTypeCode::new("x", "y", "NL"), list),
    ] {
        assert_eq!(codes[0].key.as_deref(), Some("ToSend"));
        assert_eq!(codes[0].value.as_deref(), Some("Te verzenden"));
    }
}
