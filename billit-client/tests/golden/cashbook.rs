use billit_client::Method;
use billit_client::cashbook::{
    AddCashbookEntry, CloseCashbook, GetCashbook, InitializeCashbook, ListCashbookEntries,
    ListClosedCashbooks,
};
use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::{Sample, key, read, sample};

pub(crate) fn requests() -> Vec<Sample> {
    let entry = AddCashbookEntry::new(day(), Decimal::new(1050, 2))
        .entry_type("Sale")
        .direction("In")
        .note("Coffee")
        .internal_information("till 2")
        .key(key());
    vec![
        sample(&GetCashbook::new()),
        sample(&ListClosedCashbooks::new()),
        sample(&ListCashbookEntries::new()),
        sample(
            &ListCashbookEntries::of_closed(3)
                .full_text("coffee")
                .top(10)
                .skip(20),
        ),
        sample(&entry),
        sample(
            &InitializeCashbook::new(day(), Decimal::new(10_000, 2))
                .method(Method::Put)
                .key(key()),
        ),
        sample(&CloseCashbook::new()),
    ]
}

fn day() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 5, 6).unwrap()
}

#[test]
fn books_and_their_entries() {
    let book = r#"{"CashbookID":3,"Name":"Till","Saldo":10.50,"Currency":"EUR","LastEntryDate":"2026-05-06T10:00:00"}"#;
    let saldo = read(&GetCashbook::new(), book).saldo.unwrap();
    assert_eq!(saldo.to_string(), "10.50");
    let closed = read(&ListClosedCashbooks::new(), &format!("[{book}]"));
    assert_eq!(closed[0].as_ref().unwrap().id.get(), 3);
    let entries = read(
        &ListCashbookEntries::new(),
        r#"{"Items":[{"TransactionDate":"2026-05-06T10:00:00","Amount":10.50,"Direction":"In"}],"NextPageLink":"x"}"#,
    );
    assert_eq!(entries[0].amount.unwrap().to_string(), "10.50");
    assert_eq!(entries[0].direction.as_deref(), Some("In"));
    let start = InitializeCashbook::new(day(), 0);
    assert_eq!(read(&start, "3").get(), 3);
    read(&AddCashbookEntry::new(day(), 1), "<html>");
}
