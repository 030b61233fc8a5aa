//! The example as a program, from outside.

#![allow(clippy::unwrap_used)] // As in tests.

mod common;

use std::process::Output;

use billit_client::Client;
use billit_client::orders::DeleteOrder;
use sandbox::{Fault, Sandbox};
use serde_json::json;

use common::{problems, program};

fn run(arguments: &[&str], settings: &[(&str, &str)]) -> Output {
    program("billit_invoice")
        .args(arguments)
        .envs(settings.iter().copied())
        .output()
        .unwrap()
}

/// The required settings.
const LINE: [&str; 8] = [
    "--description",
    "Tent",
    "--price",
    "45.50",
    "--vat-percent",
    "21",
    "--quantity",
    "3",
];

/// On this sandbox, on the test's threads, as if it were the real service.
async fn real(sandbox: &Sandbox, more: &[&'static str]) -> Output {
    let (key, url) = (sandbox.billit.api_key(), sandbox.billit.base_url());
    let company = sandbox.billit.company_id().to_string();
    let arguments = [&LINE, more].concat();
    let run = move || {
        let settings = [
            ("BILLIT_API_KEY", key.as_str()),
            ("BILLIT_PARTY_ID", &company),
            ("BILLIT_BASE_URL", &url),
        ];
        run(&arguments, &settings)
    };
    tokio::task::spawn_blocking(run).await.unwrap()
}

/// Its output on success.
async fn done(sandbox: &Sandbox, more: &[&'static str]) -> String {
    let output = real(sandbox, more).await;
    assert!(output.status.success(), "{}", text(&output.stderr));
    text(&output.stdout).to_owned()
}

/// Its error line.
async fn refusal(sandbox: &Sandbox, more: &[&'static str]) -> String {
    let output = real(sandbox, more).await;
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stdout));
    let problems = problems(&output.stderr);
    let line = problems.strip_suffix('\n').unwrap();
    assert_eq!(line.lines().count(), 1, "{line}");
    line.to_owned()
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn without_settings_it_makes_one_invoice_on_the_sandbox() {
    let output = run(&["--send"], &[]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    insta::assert_snapshot!(text(&output.stdout));

    let help = run(&["--help"], &[]);
    assert!(help.status.success() && text(&help.stdout).contains("BILLIT_API_KEY"));
}

#[tokio::test]
async fn nothing_is_written_until_it_is_told_to_and_then_once() {
    let sandbox = Sandbox::start().await.unwrap();
    let billit = &sandbox.billit;
    let wanted = [
        "--customer",
        "crm-7",
        "--name",
        "Tentenbouw BV",
        "--vat-number",
        "BE 0118.000.005",
        "--reference",
        "booking-7",
        "--send",
        "--email",
        "tenten@example.be",
    ];
    let apply = &[&wanted[..], &["--apply"]].concat();
    let before = billit.parties().len();

    let mut printed = vec![done(&sandbox, &wanted).await];
    assert_eq!(billit.counts().writes, 0);

    // Both are created, and both answers are lost: the customer and the order are looked up, and sending the order
    // again is refused as done before.
    billit.faults().on("POST /v1/parties", 0, Fault::ResetAfter);
    billit.faults().on("POST /v1/orders", 0, Fault::ResetAfter);
    printed.push(done(&sandbox, apply).await);
    let writes = billit.counts().writes;
    printed.push(done(&sandbox, apply).await);
    printed.push(done(&sandbox, &wanted).await);
    assert_eq!(billit.counts().writes, writes);
    insta::assert_snapshot!(printed.join("\n* * *\n"));

    assert_eq!(billit.parties().len(), before + 1);
    let [order] = &billit.orders()[..] else {
        panic!("one order");
    };
    assert_eq!(order["ExternalProviderID"], "booking-7");
    assert_eq!(order["TotalIncl"], json!(165.17));
    assert_eq!(order["Messages"].as_array().unwrap().len(), 1);
    let party = billit.party(order["CustomerID"].as_i64().unwrap()).unwrap();
    assert_eq!(party["ExternalProviderID"], "crm-7");
    assert_eq!(party["VATNumber"], "BE0118000005");
}

#[tokio::test]
async fn a_customer_is_found_by_key_then_vat_number_then_name() {
    let sandbox = Sandbox::start().await.unwrap();
    let find = async |wanted: &[&'static str]| {
        let wanted = [wanted, &["--reference", "x"]].concat();
        let found = done(&sandbox, &wanted).await;
        found.lines().next().unwrap().to_owned()
    };
    for refused in [None, Some("VATNumber"), Some("Name")] {
        sandbox.billit.configure(|settings| {
            settings
                .forbidden_properties
                .extend(refused.map(str::to_owned));
        });
        let by_key = ["--customer", "planyo:838802", "--name", "Another name"];
        assert_eq!(
            find(&by_key).await,
            "customer: party 879102, found by its key"
        );
        let by_number = ["--name", "Another", "--vat-number", "be 0102.030.439"];
        assert_eq!(
            find(&by_number).await,
            "customer: party 879104, found by its VAT number"
        );
        let by_name = ["--name", "Pieter Jacobs"];
        assert_eq!(
            find(&by_name).await,
            "customer: party 879105, found by its name"
        );
        // A supplier with this number and name is not a customer.
        let nobody = ["--name", "Garage Smets BV", "--vat-number", "BE0106172834"];
        assert_eq!(find(&nobody).await, "customer: would be created");
        // Another company of the same name.
        let namesake = ["--name", "Maes Events NV", "--vat-number", "BE0118000005"];
        assert_eq!(find(&namesake).await, "customer: would be created");
    }
    assert_eq!(sandbox.billit.counts().writes, 0);
}

#[tokio::test]
async fn it_never_guesses() {
    let sandbox = Sandbox::start().await.unwrap();
    let refused = async |wanted: &[&'static str]| {
        refusal(
            &sandbox,
            &[wanted, &["--reference", "x", "--apply"]].concat(),
        )
        .await
    };
    assert_eq!(
        refused(&["--name", "Tom De Smet"]).await,
        "parties 879109 and 879110 have this name: ambiguous"
    );
    let by_key = [
        "--customer",
        "planyo:838802",
        "--name",
        "A",
        "--vat-number",
        "BE0118000005",
    ];
    assert_eq!(
        refused(&by_key).await,
        "party 879102 has this key and another VAT number"
    );
    let by_name = ["--name", "Pieter Jacobs", "--email", "pj@example.com"];
    assert_eq!(
        refused(&by_name).await,
        "party 879105 has this name and another e-mail address: ambiguous"
    );
    // Billit would merge the new customer into this one.
    let by_email = ["--name", "Nobody", "--email", "boekhouding@example.com"];
    assert_eq!(
        refused(&by_email).await,
        "party 879116 has this e-mail address and another name: Billit might write the new customer over it"
    );
    let no_way = ["--name", "Paul Janssens", "--send"];
    assert_eq!(
        refused(&no_way).await,
        "the invoice cannot be sent: the customer is not in Peppol and has no e-mail address"
    );
    assert_eq!(sandbox.billit.counts().writes, 0);

    let known = ["--name", "Pieter Jacobs", "--reference", "x", "--apply"];
    done(&sandbox, &known).await;
    let id = sandbox.billit.orders()[0]["OrderID"].as_i64().unwrap();
    assert_eq!(
        refused(&["--name", "Paul Janssens"]).await,
        format!("order {id} has the reference x and another customer")
    );
    assert_eq!(
        refused(&["--name", "Pieter Jacobs", "--price", "46"]).await,
        format!("order {id} has the reference x and another line")
    );
    assert_eq!(sandbox.billit.orders().len(), 1);

    // Its key is used up for today.
    let billit = Client::builder(sandbox.billit.api_key(), sandbox.billit.company_id());
    let billit = billit.base_url(sandbox.billit.base_url()).build().unwrap();
    billit.send(DeleteOrder::new(id)).await.unwrap();
    assert_eq!(
        refused(&["--name", "Pieter Jacobs"]).await,
        "an invoice with the reference x was created before and deleted since; give another --reference"
    );
}

#[tokio::test]
async fn a_failure_is_one_line_and_code_1() {
    let sandbox = Sandbox::start().await.unwrap();
    let more = [
        "--name",
        "Pieter Jacobs",
        "--reference",
        "x",
        "--apply",
        "--vat-percent",
        "20",
    ];
    assert_eq!(
        refusal(&sandbox, &more).await,
        "Billit create_order: rejected (HTTP 400, InvalidVAtPercentageForTaxCountry_0_)"
    );
    let url = sandbox.billit.base_url();
    let run = move || {
        let settings = [
            ("BILLIT_API_KEY", "wrong"),
            ("BILLIT_PARTY_ID", "1"),
            ("BILLIT_BASE_URL", &url),
        ];
        run(&[], &settings)
    };
    let output = tokio::task::spawn_blocking(run).await.unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(
        problems(&output.stderr),
        "Billit list_parties: the key or token was refused; check whether it is for production or sandbox, and the \
         company; with OAuth the user may have to log in again (HTTP 401, ApiKeyNotValid)\n"
    );
    assert!(output.stdout.is_empty());
}

#[test]
fn wrong_settings_end_with_one_line_and_code_2() {
    let none: &[&str] = &[];
    let key = ("BILLIT_API_KEY", "secret-key");
    let both = vec![key, ("BILLIT_PARTY_ID", "574991")];
    let cases = [
        (
            &["--aply"][..],
            vec![],
            "unexpected argument '--aply' found; tip: a similar argument exists: '--apply'; --help says more",
        ),
        (
            &["--name", "--apply"],
            vec![],
            "a value is required for '--name <NAME>' but none was supplied; --help says more",
        ),
        (
            &["--email", "a@example.be"],
            vec![],
            "--name is missing: the customer's name",
        ),
        (
            &["--price", "12,50"],
            vec![],
            "invalid value '12,50' for '--price <NUMBER>': a number from 0 to 1000000000, such as 12.50, is needed; --help says more",
        ),
        (
            &["--vat-percent", "-1"],
            vec![],
            "invalid value '-1' for '--vat-percent <NUMBER>': a number from 0 to 100, such as 12.50, is needed; --help says more",
        ),
        (
            &["--name", "A", "--vat-number", "BE0118000006"],
            vec![],
            "invalid value 'BE0118000006' for '--vat-number <NUMBER>': its check digits are wrong; --help says more",
        ),
        (
            &["--apply"],
            vec![],
            "--apply is for the real service; set BILLIT_API_KEY and BILLIT_PARTY_ID",
        ),
        (
            &["--apply", "--price", "1", "--name", "A"],
            both.clone(),
            "--apply needs --description, --vat-percent and --reference: a sample is for the sandbox",
        ),
        (
            none,
            vec![key],
            "BILLIT_PARTY_ID is not set; set it, or unset BILLIT_API_KEY to run on look-alikes",
        ),
        (
            none,
            [both, vec![("BILLIT_BASE_URL", "http://api.billit.be")]].concat(),
            "BILLIT_BASE_URL: Billit: the base URL must begin with https, as https://api.billit.be: http sends the key in the clear, and has to be allowed",
        ),
    ];
    for (arguments, settings, line) in cases {
        let output = run(arguments, &settings);
        assert_eq!(output.status.code(), Some(2), "{line}");
        assert_eq!(text(&output.stderr).trim_end(), line);
        assert!(output.stdout.is_empty());
    }
}
