//! The client against a server that was written from the API's reference alone.
#![allow(clippy::unwrap_used)] // As in tests.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{self, Receiver};
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use billit_client::files::{FileDraft, GetFile};
use billit_client::incoming::{EInvoiceFlowState, EntityDetail, Event, Rejected, Verifier};
use billit_client::oauth::{
    ExchangeCode, MemoryTokenStore, OAuth, OAuthApp, RevokeTokens, TokenStore, Tokens,
};
use billit_client::odata::Property;
use billit_client::orders::{
    AddPayment, ApprovalStatus, CreateOrder, DeleteOrder, GetOrder, ListDeletedOrders, ListOrders,
    Order, OrderDraft, OrderField, OrderId, OrderLineDraft, OrderParty, OrderPatch, OrderStatus,
    PatchOrder, SendOrders, TransportType, property as order_property,
};
use billit_client::parties::{
    CreateParty, GetParty, ListParties, PartyDraft, PartyId, PartyType, property,
};
use billit_client::retry::RetryPolicy;
use billit_client::transport::{BoxError, BoxFuture};
use billit_client::webhooks::{
    CreateWebhook, DeleteWebhook, EntityType, EntityUpdateType, ListWebhooks, RefreshWebhookSecret,
};
use billit_client::{Client, ErrorKind, IdempotencyKey, Record};
use chrono::{Days, NaiveDate};
use rust_decimal::Decimal;
use sandbox::billit::{BillitServer, OAUTH_CLIENT_ID, OAUTH_CLIENT_SECRET};
use sandbox::{Fault, billit};

/// A server with the seed, and a client that does not wait long.
async fn start() -> (BillitServer, Client) {
    let server = BillitServer::start(0, billit::seed::parties())
        .await
        .unwrap();
    let client = client(&server, RetryPolicy::default());
    (server, client)
}

fn client(server: &BillitServer, retry: RetryPolicy) -> Client {
    let at_once = Duration::from_millis(1);
    let builder = Client::builder(server.api_key(), server.company_id());
    let builder = builder.base_url(server.base_url());
    let retry = retry.delay(at_once).rate_limit_delay(at_once);
    builder.retry(retry).build().unwrap()
}

fn count(server: &BillitServer, operation: &str) -> usize {
    let requests = server.requests();
    let of_kind = requests.iter().filter(|one| one.operation == operation);
    of_kind.count()
}

fn acme() -> PartyDraft {
    PartyDraft::new("Acme Évènements BV")
        .vat_number("BE0118000005")
        .email("facturen@acme.example.be")
        .country_code("BE")
        .external_provider_id("crm-42")
}

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 2, 28).unwrap()
}

/// 3 x 45.505 is 136.515 and so 136.52, with 28.67 VAT; 0.5 x 0.2 is 0.10, with 0.01 VAT.
fn invoice(customer: impl Into<OrderParty>, key: &str) -> OrderDraft {
    OrderDraft::invoice(customer, today(), today() + Days::new(30))
        .line(OrderLineDraft::excl("Tent", 3, amount("45.505")).vat_percentage(21))
        .line(OrderLineDraft::excl("Kaart", amount("0.5"), amount("0.2")).vat_percentage(6))
        .external_provider_id(key)
}

fn amount(text: &str) -> Decimal {
    text.parse().unwrap()
}

async fn made(billit: &Client, draft: OrderDraft) -> OrderId {
    billit.send(CreateOrder::new(draft)).await.unwrap()
}

/// The orders with this key of ours.
async fn by_key(billit: &Client, key: &str) -> Vec<Record<Order>> {
    let mine = ListOrders::new().filter(order_property::EXTERNAL_PROVIDER_ID.eq(key));
    billit.pages(mine).all().await.unwrap().records
}

#[tokio::test]
async fn an_order_for_a_customer_by_id_and_by_fields() {
    let (server, billit) = start().await;
    let customer = billit.send(CreateParty::new(acme())).await.unwrap();
    let read = billit.send(GetParty::new(customer)).await.unwrap();
    assert_eq!(read.name.as_deref(), Some("Acme Évènements BV"));
    assert_eq!(read.party_type, Some(PartyType::Customer));
    assert_eq!(read.external_provider_id.as_deref(), Some("crm-42"));

    let by_id = made(&billit, invoice(customer, "a")).await;
    // Billit takes it for the one it has, and updates that.
    let by_fields = made(&billit, invoice(acme().city("Gent"), "b")).await;
    let nobody_yet = PartyDraft::new("Jean Deboeuf").email("jean@example.be");
    let with_new = made(&billit, invoice(nobody_yet, "c")).await;

    for (id, is_acme) in [(by_id, true), (by_fields, true), (with_new, false)] {
        let order = billit.send(GetOrder::new(id)).await.unwrap();
        assert_eq!(order.total_excl, Some(amount("136.62")));
        assert_eq!(order.total_vat, Some(amount("28.68")));
        assert_eq!(order.total_incl, Some(amount("165.30")));
        assert_eq!(order.to_pay, order.total_incl);
        assert_eq!(order.order_status, Some(OrderStatus::ToSend));
        assert_eq!(order.order_date, Some(today().into()));
        assert_eq!(order.expiry_date, Some((today() + Days::new(30)).into()));
        let lines: Vec<_> = order
            .order_lines
            .iter()
            .map(|line| {
                let amounts = (line.quantity.unwrap(), line.unit_price_excl.unwrap());
                (amounts, line.total_excl.unwrap())
            })
            .collect();
        let tents = ((amount("3"), amount("45.505")), amount("136.52"));
        let cards = ((amount("0.5"), amount("0.2")), amount("0.10"));
        assert_eq!(lines, [tents, cards]);

        assert_eq!(order.customer_id == Some(customer), is_acme);
        assert_eq!(order.counter_party_id, order.customer_id);
        let copy = order.customer.as_ref().unwrap();
        let city = is_acme.then_some("Gent");
        assert_eq!(
            (Some(copy.id), copy.city.as_deref()),
            (order.customer_id, city)
        );
    }
    assert_eq!(server.orders().len(), 3);
    assert_eq!(server.parties().len(), 27);

    // A price with VAT leads, and both hold to the cent.
    let line = OrderLineDraft::incl("Massage", 3, amount("19.99")).vat_percentage(21);
    let draft = OrderDraft::invoice(customer, today(), today()).line(line);
    let order = billit.send(GetOrder::new(made(&billit, draft).await)).await;
    let order = order.unwrap();
    let totals = [order.total_excl, order.total_vat, order.total_incl];
    assert_eq!(
        totals,
        ["49.56", "10.41", "59.97"].map(|text| Some(amount(text)))
    );
    assert_eq!(order.order_lines[0].incl_leading, Some(true));
}

#[tokio::test]
async fn a_key_that_was_used_leads_to_the_order_it_made() {
    let (server, billit) = start().await;
    let draft = invoice(879_101, "booking-7");
    let key = IdempotencyKey::of_record("booking-7", &draft).unwrap();
    let create = |generation| CreateOrder::new(draft.clone()).key(key.generation(generation));
    let id = billit.send(create(0)).await.unwrap();

    let again = billit.send(create(0)).await.unwrap_err();
    assert!(again.is_already_done() && !again.is_outcome_unknown());
    assert_eq!((again.status(), again.attempts()), (Some(409), 1));
    let found = by_key(&billit, "booking-7").await;
    assert_eq!(found.iter().map(|order| order.id).collect::<Vec<_>>(), [id]);

    // Deleted, and its key is used up: the next generation makes it anew.
    billit.send(DeleteOrder::new(id)).await.unwrap();
    assert!(billit.send(create(0)).await.unwrap_err().is_already_done());
    assert!(by_key(&billit, "booking-7").await.is_empty());
    assert_ne!(billit.send(create(1)).await.unwrap(), id);
    assert_eq!(server.orders().len(), 1);

    // Without the header of the key nothing is known of it.
    server.configure(|settings| settings.idempotency_header = billit::IdempotencyHeader::Token);
    billit.send(create(1)).await.unwrap();
    assert_eq!(server.orders().len(), 2);
}

#[tokio::test]
async fn a_create_that_takes_effect_late_leaves_one_record() {
    let (server, billit) = start().await;
    let late = Fault::CommitsLate { millis: 300 };
    let until = async |there: &dyn Fn() -> bool| {
        while !there() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };

    // An order is retried at once with its key. The retry makes it, and what comes late is refused.
    server.faults().on("POST /v1/orders", 0, late);
    let id = made(&billit, invoice(879_101, "a")).await;
    assert_eq!(count(&server, "POST /v1/orders"), 2);
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(server.orders().len(), 1);
    assert_eq!(by_key(&billit, "a").await[0].id, id);

    // A caller that gives up sees nothing at first, and is told later that it was done.
    let once = client(&server, RetryPolicy::never());
    let create = CreateOrder::new(invoice(879_101, "b"));
    server.faults().on("POST /v1/orders", 0, late);
    let lost = once.send(&create).await.unwrap_err();
    assert_eq!(lost.kind(), ErrorKind::ServerError);
    assert!(lost.is_outcome_unknown());
    assert!(by_key(&billit, "b").await.is_empty());
    until(&|| server.orders().len() == 2).await;
    assert!(once.send(&create).await.unwrap_err().is_already_done());
    assert_eq!(by_key(&billit, "b").await.len(), 1);

    // Of parties it is not known whether keys count: nothing is retried, unless the caller asks for it.
    let parties = server.parties().len();
    let create = CreateParty::new(PartyDraft::new("Late"));
    server.faults().on("POST /v1/parties", 0, late);
    let lost = billit.send(&create).await.unwrap_err();
    assert!(lost.is_outcome_unknown());
    assert_eq!(lost.attempts(), 1);
    until(&|| server.parties().len() == parties + 1).await;
    assert!(billit.send(&create).await.unwrap_err().is_already_done());
    server.faults().on("POST /v1/parties", 0, late);
    let create = CreateParty::new(PartyDraft::new("Later")).retry_with_key();
    billit.send(&create).await.unwrap();
    tokio::time::sleep(Duration::from_millis(600)).await;
    assert_eq!(server.parties().len(), parties + 2);
}

#[tokio::test]
async fn an_order_is_patched_paid_and_deleted() {
    let (server, billit) = start().await;
    // A field that Billit does not patch would be refused.
    server.configure(|settings| settings.strict_patch = true);
    let id = made(&billit, invoice(879_101, "a")).await;
    let read = async || billit.send(GetOrder::new(id)).await.unwrap();

    let patch = OrderPatch::new()
        .internal_info("call first")
        .approval_status(ApprovalStatus::Approved)
        .account_code(700_000)
        .is_sent(true)
        .invoiced(true)
        .accountant_verification_needed(true);
    billit.send(PatchOrder::new(id, patch)).await.unwrap();
    let order = read().await;
    assert_eq!(order.internal_info.as_deref(), Some("call first"));
    assert_eq!(order.approval_status, Some(ApprovalStatus::Approved));
    assert_eq!(order.account_code, Some(700_000));
    assert_eq!(order.order_status, Some(OrderStatus::ToPay));

    let part = AddPayment::new(id, amount("65.29")).date(today());
    billit.send(part.description("by card")).await.unwrap();
    let order = read().await;
    assert_eq!(
        (order.to_pay, order.paid),
        (Some(amount("100.01")), Some(false))
    );
    let rest = AddPayment::new(id, amount("100.01")).date(today());
    billit.send(rest).await.unwrap();
    let order = read().await;
    assert_eq!(
        (order.to_pay, order.paid),
        (Some(Decimal::ZERO), Some(true))
    );
    assert_eq!(order.paid_date, Some(today().into()));
    assert_eq!(order.order_status, Some(OrderStatus::Paid));
    assert_eq!(server.payments(id.get()).len(), 2);

    let unpaid = OrderPatch::new().paid(false).clear(OrderField::PaidDate);
    billit.send(PatchOrder::new(id, unpaid)).await.unwrap();
    let order = read().await;
    assert_eq!((order.paid, order.paid_date), (Some(false), None));

    let answer = billit.send(DeleteOrder::new(id)).await.unwrap();
    assert_eq!(answer, Some(true));
    assert!(
        billit
            .send(GetOrder::new(id))
            .await
            .unwrap_err()
            .is_not_found()
    );
    assert!(
        billit
            .send(DeleteOrder::new(id))
            .await
            .unwrap_err()
            .is_not_found()
    );
    let deleted = billit.pages(ListDeletedOrders::new()).all().await.unwrap();
    assert_eq!(deleted.records[0].id, id);
    assert_eq!((deleted.records.len(), deleted.invalid.len()), (1, 0));
    assert!(by_key(&billit, "a").await.is_empty());
}

#[tokio::test]
async fn what_billit_refuses_to_filter_is_filtered_here() {
    let (server, billit) = start().await;
    server.configure(|settings| {
        settings.forbidden_properties.insert("Nr".to_owned());
        settings.page_size = 7;
    });
    let by_nr = || ListParties::new().filter(property::NR.eq("K-0013"));
    let refused = billit.pages(by_nr()).all().await.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::PropertyRefused);
    assert_eq!(refused.refused_property(), Some("Nr"));

    let is_it = |nr: Option<&str>| nr == Some("K-0013");
    let mut pages = billit
        .pages(by_nr())
        .or_filter_locally(move |party| is_it(party.nr.as_deref()));
    let page = pages.next_page().await.unwrap().unwrap();
    let found: Vec<_> = page.into_iter().map(|party| party.unwrap().id).collect();
    assert_eq!(found, [PartyId::from(879_122)]);
    assert!(pages.filters_locally());
    assert!(pages.next_page().await.unwrap().is_none());

    // Of orders the list of properties is published, and this is none of them.
    let title = Property::<Order, String>::new("OrderTitle");
    for text in ["one", "two"] {
        made(&billit, invoice(879_101, text).order_title(text)).await;
    }
    let by_title = ListOrders::new().filter(title.eq("two"));
    let pages = billit.pages(by_title);
    let pages = pages.or_filter_locally(|order| order.order_title.as_deref() == Some("two"));
    let found = pages.all().await.unwrap().records;
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].external_provider_id.as_deref(), Some("two"));
}

#[tokio::test]
async fn files_come_as_they_went() {
    let (_server, billit) = start().await;
    let bytes: Vec<u8> = (0..=255).collect();
    let attachment = FileDraft::new("bytes.bin", bytes.clone()).mime_type("application/x-bytes");
    let draft = invoice(879_101, "a")
        .order_number("2026-7")
        .attachment(attachment);
    let order = billit.send(GetOrder::new(made(&billit, draft).await)).await;
    let order = order.unwrap();
    let content = async |file: &billit_client::files::File| {
        let id = file.id.clone().unwrap();
        let file = billit.send(GetFile::new(id)).await.unwrap();
        let content = file.file_content.as_ref().unwrap();
        (file.file_name.clone().unwrap(), content.bytes().unwrap())
    };
    let (name, pdf) = content(order.order_pdf.as_ref().unwrap()).await;
    assert_eq!(name, "Invoice-2026-7.pdf");
    assert!(pdf.starts_with(b"%PDF-"));
    // The request itself is the first.
    let [json, own] = &order.attachments[..] else {
        panic!("two attachments");
    };
    let (_, json) = content(json).await;
    let json: serde_json::Value = serde_json::from_slice(&json).unwrap();
    assert_eq!(json["OrderNumber"], "2026-7");
    assert_eq!(content(own).await, ("bytes.bin".to_owned(), bytes));

    let nowhere = GetFile::new("00000000-0000-0000-0000-000000000000");
    assert!(billit.send(nowhere).await.unwrap_err().is_not_found());
}

/// An event as it arrived: the signature and the body.
type Arrived = (String, Vec<u8>);

/// Somewhere that Billit can post to.
fn receiver() -> (String, Receiver<Arrived>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/billit", listener.local_addr().unwrap());
    let (sender, arrived) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            let (mut signature, mut length) = (String::new(), 0);
            loop {
                let mut line = String::new();
                stream.read_line(&mut line).unwrap();
                let Some((name, value)) = line.trim_end().split_once(": ") else {
                    // The request line has none either.
                    if line == "\r\n" {
                        break;
                    }
                    continue;
                };
                match name {
                    "Billit-Signature" => value.clone_into(&mut signature),
                    "Content-Length" => length = value.parse().unwrap(),
                    _ => {}
                }
            }
            let mut body = vec![0; length];
            stream.read_exact(&mut body).unwrap();
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
            stream.get_mut().write_all(answer).unwrap();
            if sender.send((signature, body)).is_err() {
                break;
            }
        }
    });
    (url, arrived)
}

#[tokio::test]
async fn a_webhook_tells_of_a_change_and_its_secret_is_rotated() {
    let (server, billit) = start().await;
    let (url, arrived) = receiver();
    let next = async || -> Arrived {
        server.settled().await;
        arrived.recv_timeout(Duration::from_secs(5)).unwrap()
    };
    let read = |verifier: &Verifier, (signature, body): &Arrived| -> Record<Event> {
        verifier.verify_now(Some(signature), body).unwrap()
    };

    let create = CreateWebhook::new(&url, EntityType::Order, EntityUpdateType::Update);
    let webhook = billit.send(create).await.unwrap();
    assert_eq!(webhook.webhook_url.as_ref(), Some(&url));
    let old = Verifier::new(webhook.secret.clone().unwrap());
    // No secret is shown again.
    let listed = billit.send(ListWebhooks::new()).await.unwrap();
    assert_eq!(listed[0].as_ref().unwrap().id, webhook.id);
    assert!(listed[0].as_ref().unwrap().secret.is_none());

    let id = made(&billit, invoice(879_102, "a")).await;
    let patch = || PatchOrder::new(id, OrderPatch::new().internal_info("changed"));
    billit.send(patch()).await.unwrap();
    // Of the change alone: the creation is another webhook's.
    let first = next().await;
    let event = read(&old, &first);
    assert_eq!(event.order_id(), Some(id));
    assert_eq!(event.entity_type, Some(EntityType::Order));
    assert_eq!(event.update_type, Some(EntityUpdateType::Update));
    assert!(matches!(event.detail, EntityDetail::Empty));

    let (signature, mut body) = first.clone();
    body[1] ^= 1;
    let forged = old.verify_now(Some(&signature), &body).unwrap_err();
    assert_eq!(forged, Rejected::WrongSignature);
    assert_eq!(
        old.verify_now(None, &body).unwrap_err(),
        Rejected::NoSignature
    );
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let later = i64::try_from(now.unwrap().as_secs()).unwrap() + 600;
    let replayed = old.verify(Some(&signature), &first.1, later).unwrap_err();
    assert_eq!(replayed, Rejected::TooOld);

    // Both secrets count while one takes over from the other.
    let refresh = RefreshWebhookSecret::new(webhook.id);
    let secret = billit.send(refresh).await.unwrap();
    let both = old.clone().or_secret(secret.clone());
    billit.send(patch()).await.unwrap();
    let second = next().await;
    for event in [&first, &second] {
        assert_eq!(read(&both, event).order_id(), Some(id));
    }
    let (signature, body) = &second;
    let with_old = old.verify_now(Some(signature), body).unwrap_err();
    assert_eq!(with_old, Rejected::WrongSignature);
    read(&Verifier::new(secret.clone()), &second);

    // A message of its own kind, whose webhook has a secret of its own.
    let gone = billit.send(DeleteWebhook::new(webhook.id)).await.unwrap();
    assert_eq!(gone, Some(true));
    let mut verifier = Verifier::new(secret);
    for update in [EntityUpdateType::Insert, EntityUpdateType::Update] {
        let create = CreateWebhook::new(&url, EntityType::Message, update);
        let webhook = billit.send(create).await.unwrap();
        verifier = verifier.or_secret(webhook.secret.unwrap());
    }
    let send = SendOrders::new([id]).transport_type(TransportType::Peppol);
    billit.send(send.strict_transport_type()).await.unwrap();
    server.report_delivery(id.get(), "Delivered");
    for state in [EInvoiceFlowState::Sent, EInvoiceFlowState::Delivered] {
        let event = read(&verifier, &next().await);
        assert_eq!(event.order_id(), Some(id));
        let EntityDetail::Message(detail) = &event.detail else {
            panic!("a message");
        };
        assert_eq!(detail.flow_state, Some(state));
        assert_eq!(detail.message.transport_type, Some(TransportType::Peppol));
    }
    assert!(arrived.try_recv().is_err());
}

/// A store that notes what the server had seen when it was asked to save.
#[derive(Clone)]
struct Watching {
    tokens: MemoryTokenStore,
    server: Arc<BillitServer>,
    saved: Arc<Mutex<Vec<(String, bool)>>>,
}

impl TokenStore for Watching {
    fn load(&self) -> BoxFuture<'_, Result<Option<Tokens>, BoxError>> {
        self.tokens.load()
    }

    fn save<'a>(&'a self, tokens: &'a Tokens) -> BoxFuture<'a, Result<(), BoxError>> {
        let requests = self.server.requests();
        let last = requests.last().map(|one| one.operation.clone());
        let bearer = format!("Bearer {}", tokens.access_token.expose());
        let mut used = requests.iter().map(|one| one.header("authorization"));
        let is_used = used.any(|header| header == Some(bearer.as_str()));
        let saved = (last.unwrap_or_default(), is_used);
        self.saved.lock().unwrap().push(saved);
        self.tokens.save(tokens)
    }
}

#[tokio::test]
async fn a_token_expires_between_two_pages_and_is_refreshed_once() {
    let (server, _) = start().await;
    let server = Arc::new(server);
    server.configure(|settings| {
        settings.access_token_calls = Some(2);
        settings.page_size = 10;
        settings.redirect_uri = Some("https://shop.example/billit".to_owned());
    });
    let redirect = "https://shop.example/billit";
    let app = OAuthApp::new(OAUTH_CLIENT_ID, OAUTH_CLIENT_SECRET, redirect);
    let store = Watching {
        tokens: MemoryTokenStore::default(),
        server: Arc::clone(&server),
        saved: Arc::default(),
    };
    let oauth = OAuth::new(app.clone(), store.clone());
    let billit = Client::oauth(oauth, server.company_id()).base_url(server.base_url());
    let billit = billit.build().unwrap();

    // Nobody has logged in yet, and the server hears nothing of it.
    let nobody = billit.pages(ListParties::new()).all().await.unwrap_err();
    assert!(nobody.is_auth() && server.requests().is_empty());

    let code = server.authorization_code();
    let exchange = ExchangeCode::new(&app, code);
    let tokens = billit.send(&exchange).await.unwrap();
    store.save(&tokens).await.unwrap();
    assert!(billit.send(&exchange).await.unwrap_err().is_auth());

    // Three pages, and a token that is good for two.
    server.clear_requests();
    let listed = billit.pages(ListParties::new()).all().await.unwrap();
    assert_eq!(listed.records.len(), 25);
    let operations: Vec<_> = server
        .requests()
        .iter()
        .map(|one| (one.operation.clone(), one.status))
        .collect();
    let page = |status| ("GET /v1/parties".to_owned(), Some(status));
    let refresh = ("POST /OAuth2/token".to_owned(), Some(200));
    assert_eq!(
        operations,
        [page(200), page(200), page(401), refresh, page(200)]
    );

    let saved = store.saved.lock().unwrap().clone();
    let before_use = ("POST /OAuth2/token".to_owned(), false);
    assert_eq!(saved, [before_use.clone(), before_use]);
    let stored = store.load().await.unwrap().unwrap();
    assert_ne!(stored.refresh_token.expose(), tokens.refresh_token.expose());

    // Logged out: the user has to log in again, and nothing else helps.
    server.configure(|settings| settings.access_token_calls = None);
    billit.send(RevokeTokens::new()).await.unwrap();
    server.clear_requests();
    let revoked = billit.send(GetParty::new(879_101)).await.unwrap_err();
    assert!(revoked.is_auth() && !revoked.is_retryable());
    assert_eq!(revoked.api_code(), Some("AccessTokenRevoked"));
    assert_eq!(count(&server, "POST /OAuth2/token"), 0);
    assert_eq!(count(&server, "GET /v1/parties/{id}"), 1);
}
