use billit_client::daily_receipts::{
    CreateDailyReceipt, GetDailyReceipt, GetReceiptBook, ListReceiptBooks,
};
use billit_client::{ErrorKind, Response};
use chrono::NaiveDate;
use rust_decimal::Decimal;

use crate::{Sample, key, read, sample};

pub(crate) fn requests() -> Vec<Sample> {
    vec![
        sample(&create().description("Drinks").ventilation_code_tc("4")),
        sample(&GetDailyReceipt::new(8)),
        sample(&ListReceiptBooks::new()),
        sample(&GetReceiptBook::new(2)),
    ]
}

fn create() -> CreateDailyReceipt {
    let day = NaiveDate::from_ymd_opt(2026, 5, 6).unwrap();
    CreateDailyReceipt::new(day, Decimal::new(12_100, 2), 21).key(key())
}

#[test]
fn receipts_and_their_books() {
    let created = read(&create(), r#"{"CashbookId":2,"CashbookEntryId":8}"#);
    assert_eq!((created.id.get(), created.book_id.unwrap().get()), (8, 2));
    let lost = Response::new(200, "{}").read(&create()).unwrap_err();
    assert_eq!(lost.kind(), ErrorKind::OutcomeUnknown);

    let receipt = r#"{"CashbookEntryID":8,"CashbookID":2,"VAT":21.0,"TotalIncl":121.00,"TotalVAT":21.00,"Orderid":0}"#;
    let one = read(&GetDailyReceipt::new(8), receipt);
    assert_eq!(one.total_incl.unwrap().to_string(), "121.00");
    assert_eq!(one.order_id, None);
    let books = read(
        &ListReceiptBooks::new(),
        &format!(
            r#"{{"Cashbooks":[{{"CashbookID":2,"FromDate":"2026-05-01T00:00:00","Closed":false}}],
                "CashbookEntries":[{receipt},{{}}]}}"#
        ),
    );
    assert_eq!(books.cashbooks[0].closed, Some(false));
    assert_eq!(books.cashbook_entries.len(), 1);
    assert!(read(&GetReceiptBook::new(2), "{}").cashbooks.is_empty());
}
