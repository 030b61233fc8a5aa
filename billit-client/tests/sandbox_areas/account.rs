use billit_client::account::{GetSsoToken, NextNumber, SequenceType};
use billit_client::reports::{GetReport, ListReports};

use crate::{invoiced, start, status};

#[tokio::test]
async fn a_token_is_given_each_time() {
    let (_server, billit) = start().await;
    let tokens = [
        billit.send(GetSsoToken::new()).await.unwrap(),
        billit.send(GetSsoToken::new()).await.unwrap(),
    ];
    let [one, other] = tokens.map(|token| token.expose().to_owned());
    assert!(one.contains("Token"));
    assert_ne!(one, other);
}

#[tokio::test]
async fn a_number_is_given_again_until_it_is_consumed() {
    let (_server, billit) = start().await;
    let look = NextNumber::new(SequenceType::IncomeInvoice);
    let first = billit.send(look.clone()).await.unwrap();
    assert_eq!(billit.send(look.clone()).await.unwrap(), first);
    assert_eq!(billit.send(look.clone().consume()).await.unwrap(), first);
    assert_ne!(billit.send(look).await.unwrap(), first);
    let credit_note = NextNumber::new(SequenceType::IncomeCreditNote);
    assert!(billit.send(credit_note).await.unwrap().ends_with("0001"));
    let unknown = NextNumber::new("Cost-Invoice".to_owned());
    assert_eq!(status(&billit.send(unknown).await.unwrap_err()), Some(400));
}

#[tokio::test]
async fn reports_show_what_there_is() {
    let (server, billit) = start().await;
    let all = billit.send(ListReports::new()).await.unwrap();
    let all: Vec<_> = all.into_iter().map(Result::unwrap).collect();
    let id_of = |name: &str| {
        let mut reports = all.iter();
        let report = reports.find(|report| report.report_name.as_deref() == Some(name));
        report.unwrap().id
    };
    let customers = billit
        .send(GetReport::new(id_of("Customers")))
        .await
        .unwrap();
    assert_eq!(
        customers.csvs[0].lines().count(),
        server.parties().len() + 1
    );

    let orders = GetReport::new(id_of("Orders"));
    let before = billit.send(orders.clone()).await.unwrap();
    let id = invoiced(&billit).await;
    let after = billit.send(orders).await.unwrap();
    assert_eq!(
        before.csvs[0].lines().count() + 1,
        after.csvs[0].lines().count()
    );
    assert!(after.csvs[0].contains(&id.to_string()));
    let none = billit.send(GetReport::new(99)).await;
    assert_eq!(status(&none.unwrap_err()), Some(400));
}
