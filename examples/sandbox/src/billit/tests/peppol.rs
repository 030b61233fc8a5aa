use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::seeded;
use crate::{BillitServer, test_client::send};

/// Without any credentials.
async fn look(server: &BillitServer, number: &str) -> Value {
    let target = format!("/v1/peppol/participantInformation/{number}");
    let reply = send(&server.base_url(), "GET", &target, &[], "").await;
    reply.expect("an answer").json()
}

#[tokio::test]
async fn one_participant_in_three_spellings() {
    let server = seeded().await;
    for number in [
        "BE0101000160",
        "0101000160",
        "0208:0101000160",
        "9925:BE0101000160",
    ] {
        let found = look(&server, number).await;
        assert_eq!(
            (
                &found["Registered"],
                &found["Identifier"],
                &found["DocumentTypes"]
            ),
            (
                &json!(true),
                &json!("0208:0101000160"),
                &json!(["BISv3CreditNote", "BISv3Invoice"])
            ),
            "{number}"
        );
        assert_eq!(found["ServiceDetails"].as_array().map(Vec::len), Some(2));
    }
    let absent = look(&server, "BE0563846944").await;
    let expected = json!({"Registered": false, "Identifier": "9925:BE0563846944", "DocumentTypes": [], "ServiceDetails": []});
    assert_eq!(absent, expected);
    let dns = look(&server, "0101000160?OnlyCheckDNS=true").await;
    assert_eq!(
        (&dns["Registered"], &dns["DocumentTypes"]),
        (&json!(true), &json!([]))
    );

    server.configure(|settings| {
        let types = BTreeSet::from([String::from("BISv3Invoice")]);
        settings.peppol_participants.clear();
        settings
            .peppol_participants
            .insert(String::from("BE0563846944"), types);
    });
    let found = look(&server, "0208:0563846944").await;
    assert_eq!(
        (&found["Registered"], &found["DocumentTypes"]),
        (&json!(true), &json!(["BISv3Invoice"]))
    );
    assert_eq!(look(&server, "BE0101000160").await["Registered"], false);
}
