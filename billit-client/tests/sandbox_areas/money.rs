use billit_client::cashbook::{
    AddCashbookEntry, CloseCashbook, GetCashbook, InitializeCashbook, ListCashbookEntries,
    ListClosedCashbooks,
};
use billit_client::files::FileDraft;
use billit_client::financial::{
    ImportTransactionFile, ImportTransactions, ListTransactions, TransactionDraft, property,
};

use crate::{amount, day, start, status};

const IBAN: &str = "BE68539007547034";

#[tokio::test]
async fn transactions_are_imported_and_listed() {
    let (_server, billit) = start().await;
    let draft = |total: &str, date: &str, key: &str| {
        TransactionDraft::new(IBAN, amount(total), day(date))
            .name_counter_party("Jean Deboeuf")
            .free_message("+++090/9337/55493+++")
            .external_provider_id(key)
    };
    let some = [
        draft("121.00", "2026-02-01", "bank-1"),
        draft("-20.50", "2026-02-03", "bank-2"),
    ];
    billit.send(ImportTransactions::new(some)).await.unwrap();

    let all = billit.pages(ListTransactions::new()).all().await.unwrap();
    assert_eq!(all.records.len(), 2);
    let one = &all.records[0];
    assert_eq!(one.total_amount, Some(amount("121")));
    assert_eq!(one.value_date.unwrap().date(), day("2026-02-01"));
    assert_eq!(one.currency.as_deref(), Some("EUR"));
    assert!(one.assigned_entities.is_empty());
    let late = ListTransactions::new().filter(property::VALUE_DATE.ge(day("2026-02-02")));
    let late = billit.pages(late).all().await.unwrap();
    let keys = late
        .records
        .iter()
        .map(|one| one.external_provider_id.clone().unwrap());
    assert_eq!(keys.collect::<Vec<_>>(), ["bank-2"]);
    let found = ListTransactions::new().full_text("deboeuf");
    assert_eq!(billit.pages(found).all().await.unwrap().records.len(), 2);

    let statement = FileDraft::new("statement.cod", b"0000001022612005".to_vec());
    billit
        .send(ImportTransactionFile::new(statement))
        .await
        .unwrap();
    let none = ImportTransactions::new([]);
    assert_eq!(status(&billit.send(none).await.unwrap_err()), Some(400));
}

#[tokio::test]
async fn a_cashbook_is_opened_filled_and_closed() {
    let (_server, billit) = start().await;
    let missing = billit.send(GetCashbook::new()).await;
    assert_eq!(status(&missing.unwrap_err()), Some(404));
    let open = InitializeCashbook::new(day("2026-01-01"), amount("100"));
    let id = billit.send(open.clone()).await.unwrap();
    assert_eq!(status(&billit.send(open).await.unwrap_err()), Some(400));

    let sale = AddCashbookEntry::new(day("2026-01-05"), amount("25.50")).note("Firewood");
    billit.send(sale.direction("In")).await.unwrap();
    let bought = AddCashbookEntry::new(day("2026-01-06"), amount("10")).note("Stamps");
    billit.send(bought.direction("Out")).await.unwrap();
    let book = billit.send(GetCashbook::new()).await.unwrap();
    assert_eq!(book.id, id);
    assert_eq!(book.saldo, Some(amount("115.50")));
    assert_eq!(book.last_entry_date.unwrap().date(), day("2026-01-06"));
    let entries = billit.send(ListCashbookEntries::new()).await.unwrap();
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[0].amount, Some(amount("25.5")));
    let found = ListCashbookEntries::new().full_text("stamps").top(5);
    assert_eq!(billit.send(found).await.unwrap().len(), 1);

    billit.send(CloseCashbook::new()).await.unwrap();
    let again = billit.send(CloseCashbook::new()).await;
    assert_eq!(status(&again.unwrap_err()), Some(404));
    let closed = billit.send(ListClosedCashbooks::new()).await.unwrap();
    assert_eq!(closed[0].as_ref().unwrap().id, id);
    let entries = billit
        .send(ListCashbookEntries::of_closed(id))
        .await
        .unwrap();
    assert_eq!(entries.len(), 2);
    let unknown = billit.send(ListCashbookEntries::of_closed(1)).await;
    assert_eq!(status(&unknown.unwrap_err()), Some(404));
}
