use billit_client::files::FileDraft;
use billit_client::financial::{
    ImportTransactionFile, ImportTransactions, ListTransactions, TransactionDraft, property,
};
use billit_client::odata::Order;
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde_json::Value;

use crate::{Sample, key, read, sample};

pub(crate) fn requests() -> Vec<Sample> {
    let day = NaiveDate::from_ymd_opt(2026, 5, 6).unwrap();
    let listing = ListTransactions::new()
        .filter(property::VALUE_DATE.ge(day.and_hms_opt(0, 0, 0).unwrap()))
        .order_by(Order::asc(property::VALUE_DATE))
        .full_text("Acme")
        .top(50);
    let full = TransactionDraft::new("BE71096123456769", Decimal::new(12_340, 2), day)
        .bank_name("KBC")
        .bic("GKCCBEBB")
        .iban_counter_party("BE43068999999501")
        .bic_counter_party("GKCCBEBB")
        .name_counter_party("Acme BV")
        .transaction_type("Transfer")
        .currency("EUR")
        .description("Payment")
        .free_message("+++090/9337/55493+++")
        .external_provider_id("tx-1")
        .external_provider_tc("Bank")
        .bank_reference("ref")
        .client_reference("client")
        .note("paid")
        .proprietary_bank_transaction_code("05")
        .bank_transaction_code("PMNT");
    let plain = TransactionDraft::new("BE71096123456769", -7, day);
    let file = FileDraft::new("statement.cod", "0000").mime_type("text/plain");
    vec![
        sample(&ListTransactions::new()),
        sample(&listing),
        sample(&ImportTransactions::new([full, plain]).key(key())),
        sample(&ImportTransactionFile::new(file).key(key())),
    ]
}

#[test]
fn a_transaction_keeps_every_cent() {
    let page = read(
        &ListTransactions::new(),
        r#"{"Items":[{"BankAccountTransactionID":9,"TotalAmount":-1234567890.10,"IBAN":"canary","CodaFileID":"bc99",
            "ValueDate":"2026-05-06T00:00:00","AssignedEntities":[{"AssignedAmount":"12.5","EntityType":"Order",
            "EntityID":2615999}]},{}]}"#,
    );
    let transaction = page.records()[0].as_ref().unwrap();
    assert_eq!(
        transaction.total_amount.unwrap().to_string(),
        "-1234567890.10"
    );
    let paid = &transaction.assigned_entities[0];
    assert_eq!(paid.assigned_amount, Some(Decimal::new(125, 1)));
    assert_eq!(paid.entity_id, Some(2_615_999));
    assert!(!format!("{transaction:?}").contains("canary"));
    assert!(page.records()[1].is_err());
    assert_eq!(read(&ImportTransactions::new([]), ""), Value::Null);
}
