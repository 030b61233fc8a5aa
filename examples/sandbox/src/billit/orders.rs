//! `/v1/orders`: invoices, credit notes, offers and so on.

use serde_json::{Map, Value, json};

use super::{
    COMPANY_ID, State,
    answers::{Outcome, done, error, generic, ok, silent},
    api::Call,
    files::{SentFile, pdf},
    lines::Lines,
    listing::{Listing, NOTHING},
    money,
    record::{
        Kind::{self, Decimal, Flag, Integer, List, Object, Text, Time},
        Model, Record, parse_time, print_time, sent, set, set_all, text,
    },
    webhooks::{Entity, Update},
};

pub(super) const TYPES: &[&str] = &[
    "Invoice",
    "CreditNote",
    "Offer",
    "DeliveryNote",
    "OrderForm",
];
pub(super) const DIRECTIONS: &[&str] = &["Income", "Cost"];

const TYPE_NAME: &str = "Domain.Order.OrderPartyPerformanceSafeColumns";

/// What a body can set. Totals, state and everything about sending are the server's.
const BODY: Model = Model {
    type_name: TYPE_NAME,
    fields: &[
        ("OrderType", Text),
        ("OrderDirection", Text),
        ("OrderNumber", Text),
        ("OrderDate", Time),
        ("ExpiryDate", Time),
        ("DeliveryDate", Time),
        ("PeriodFrom", Time),
        ("PeriodTill", Time),
        ("TaxPointDate", Time),
        ("CustomerID", Integer),
        ("SupplierID", Integer),
        ("OrderTitle", Text),
        ("Journal", Text),
        ("Reference", Text),
        ("PaymentReference", Text),
        ("PaymentMethod", Text),
        ("PaymentTerms", Text),
        ("PaymentDiscountPercentage", Decimal),
        ("PaymentDiscountAmount", Decimal),
        ("PaymentDiscountDate", Time),
        ("PaymentReductionDays", Integer),
        ("AboutInvoiceNumber", Text),
        ("VentilationCode", Text),
        ("Comments", Text),
        ("InternalInfo", Text),
        ("Tags", List),
        ("Currency", Text),
        ("FXRateToForeign", Decimal),
        ("CustomFields", Object),
        ("ExternalProvider", Text),
        ("ExternalProviderID", Text),
        ("ExternalProviderReferences", List),
        ("ProjectID", Integer),
        ("ProjectName", Text),
        ("DepartmentID", Integer),
        ("CostCategoryCode", Integer),
        ("AccountCode", Integer),
        ("AccountingCostTypeTC", Text),
        ("AnalyticCostBearer", Text),
        ("AnalyticCostCenter", Text),
        ("TemplateID", Integer),
        ("MessageTemplateID", Integer),
        ("AdditionalDocumentReference", List),
        ("ContractDocumentReference", List),
        ("CategoryFieldItems", List),
        ("Paid", Flag),
        ("PaidDate", Time),
        ("IsSent", Flag),
        ("Invoiced", Flag),
        ("ApprovalStatus", Text),
        ("AccountantVerificationNeeded", Flag),
        ("IBAN", Text),
        ("BIC", Text),
    ],
    server_owned: &[],
};

/// The white-list of properties that `$filter` takes, published on 17/03/2026.
pub(super) const FILTERABLE: Model = Model {
    type_name: TYPE_NAME,
    fields: &[
        ("OrderID", Integer),
        ("CounterParty/PartyID", Integer),
        ("CompanyID", Integer),
        ("OrderDirection", Text),
        ("OrderType", Text),
        ("OrderDate", Time),
        ("OrderNumber", Text),
        ("ExpiryDate", Time),
        ("ExportedToConnector", Flag),
        ("AccountantVerificationNeeded", Flag),
        ("TotalExcl", Decimal),
        ("TotalVAT", Decimal),
        ("TotalIncl", Decimal),
        ("FXRateToForeign", Decimal),
        ("Paid", Flag),
        ("OrderStatus", Text),
        ("ExternalProviderID", Text),
        ("Currency", Text),
        ("PaymentReference", Text),
        ("LastModified", Time),
        ("Created", Time),
        ("ApprovalStatus", Text),
        ("PaidDate", Time),
        ("PaymentMethod", Text),
        ("Reference", Text),
        ("RemindersSent", Integer),
        ("ExternalProvider", Text),
        ("IsSent", Flag),
    ],
    server_owned: &[],
};

/// The eight fields PATCH takes.
const PATCHABLE: [&str; 8] = [
    "Paid",
    "PaidDate",
    "IsSent",
    "ApprovalStatus",
    "AccountCode",
    "InternalInfo",
    "Invoiced",
    "AccountantVerificationNeeded",
];

/// What GET by id prints and a listing does not.
const WHOLE_ONLY: [&str; 11] = [
    "OrderLines",
    "VatGroups",
    "BookingEntries",
    "Attachments",
    "Messages",
    "CurrentDocumentDeliveryDetails",
    "AdditionalDocumentReference",
    "ContractDocumentReference",
    "CategoryFieldItems",
    "ExternalProviderReferences",
    "CustomFields",
];

/// What a listing prints of the party.
const PARTY_SUMMARY: [&str; 12] = [
    "PartyID",
    "Street",
    "StreetNumber",
    "Box",
    "Zipcode",
    "City",
    "CountryCode",
    "VATNumber",
    "PartyType",
    "VATLiable",
    "DisplayName",
    "VATDeductable",
];

const SEARCHED: &[&str] = &["OrderNumber", "Reference", "OrderTitle", "PaymentReference"];

impl State {
    pub(super) fn list_orders(&mut self, call: &Call) -> Outcome {
        let orders: Vec<_> = self
            .orders
            .values()
            .map(|order| self.summary(order))
            .collect();
        self.order_page(call, "/v1/orders", &orders)
    }

    pub(super) fn list_deleted_orders(&mut self, call: &Call) -> Outcome {
        let deleted = self.deleted_orders.values();
        let orders: Vec<_> = deleted.map(|order| self.summary(order)).collect();
        self.order_page(call, "/v1/orders/deleted", &orders)
    }

    fn order_page(&self, call: &Call, path: &'static str, orders: &[Record]) -> Outcome {
        let listing = Listing {
            path,
            model: &FILTERABLE,
            forbidden: &NOTHING,
            searched: SEARCHED,
        };
        self.page(call, &listing, orders.iter(), |order| json!(order))
    }

    pub(super) fn read_order(&mut self, call: &Call) -> Outcome {
        let order = self.order(call.id()?)?;
        Ok(ok(&json!(self.whole_order(order))))
    }

    pub(super) fn order(&self, id: i64) -> Outcome<&Record> {
        self.orders.get(&id).ok_or_else(|| self.not_there("order"))
    }

    /// An order as GET by id prints it: with the parties as they are now.
    pub(super) fn whole_order(&self, order: &Record) -> Record {
        let mut printed = order.clone();
        if let Some(party) = self.party_of(order) {
            let role = role(order);
            printed.insert(role.to_owned(), json!(party));
            let mut copy = party.clone();
            // Seen in the samples: this copy does not say what it is.
            copy.remove("PartyType");
            printed.insert(String::from("CounterParty"), json!(copy));
        }
        printed
    }

    fn summary(&self, order: &Record) -> Record {
        let mut printed = order.clone();
        printed.retain(|name, _| !WHOLE_ONLY.contains(&name.as_str()));
        if let Some(party) = self.party_of(order) {
            let fields = party
                .iter()
                .filter(|(name, _)| PARTY_SUMMARY.contains(&name.as_str()));
            let mut summary: Record = fields
                .map(|(name, value)| (name.clone(), value.clone()))
                .collect();
            summary.insert(String::from("Addresses"), json!([]));
            let identifiers = party.get("Identifiers").cloned();
            summary.insert(
                String::from("Identifiers"),
                identifiers.unwrap_or(json!([])),
            );
            printed.insert(String::from("CounterParty"), Value::Object(summary));
        }
        printed
    }

    pub(super) fn party_of(&self, order: &Record) -> Option<&Record> {
        self.parties.get(&order.get("CounterPartyID")?.as_i64()?)
    }

    pub(super) fn create_order(&mut self, call: &Call) -> Outcome {
        let key = self.fresh_key(call)?;
        let body = self.body(call)?;
        let id = self.new_order(&body, &call.request.body)?;
        self.idempotency_keys.extend(key);
        Ok(done(&self.printed_id(id)))
    }

    /// Everything is checked before the first write: a refused order creates no customer.
    pub(super) fn new_order(&mut self, body: &Record, original: &str) -> Outcome<i64> {
        let mut fields = BODY.bind(body).map_err(|text| generic(&text))?;
        check(&fields)?;
        print_times(&mut fields)?;
        let lines = sent(body, "OrderLines").and_then(Value::as_array);
        let lines = lines.filter(|lines| !lines.is_empty());
        let lines = Lines::read(lines.ok_or_else(|| generic("OrderLines is Required"))?)?;
        let about = text(&fields, "AboutInvoiceNumber");
        let mut invoices = self.orders.values();
        if !about.is_empty() && !invoices.any(|order| text(order, "OrderNumber") == about) {
            return Err(error(400, "TheAboutInvoiceNumberCouldNotBeFound", None));
        }
        let own_pdf = sent(body, "OrderPDF").filter(|file| !file.is_null());
        let own_pdf = own_pdf.map(SentFile::read).transpose()?;
        let attachments = sent(body, "Attachments").and_then(Value::as_array);
        let attachments = attachments.into_iter().flatten().map(SentFile::read);
        let attachments = attachments.collect::<Outcome<Vec<_>>>()?;
        let party = self.order_party(body, &fields, &lines)?;

        let id = 2_615_900 + self.number();
        let now = json!(print_time(self.tick()));
        let (role, other) = if role(&fields) == "Customer" {
            ("CustomerID", "SupplierID")
        } else {
            ("SupplierID", "CustomerID")
        };
        fields.retain(|_, value| !value.is_null());
        let mut order = super::record::fields(json!({
            "OrderID": id, "CompanyID": COMPANY_ID, "Currency": "EUR", "FXRateToForeign": 1.0,
            "Paid": false, "IsSent": false, "Invoiced": false, "RemindersSent": 0, "ExportedToConnector": false,
            "AccountantVerificationNeeded": false, "ExternalProvider": "APIFeed", "CustomFields": {},
            "BookingEntries": [], "Messages": [], "PaymentLinks": [],
        }));
        set_all(&mut order, fields);
        order.insert(role.to_owned(), json!(party));
        order.insert(other.to_owned(), json!(COMPANY_ID));
        order.insert(String::from("CounterPartyID"), json!(party));
        order.insert(String::from("OrderLines"), Value::Array(lines.printed));
        order.insert(String::from("VatGroups"), Value::Array(lines.groups));
        for (name, amount) in [
            ("TotalExcl", lines.excl),
            ("TotalVAT", lines.vat),
            ("TotalIncl", lines.excl + lines.vat),
            ("ToPay", lines.excl + lines.vat),
        ] {
            order.insert(name.to_owned(), money::value(amount));
        }
        let pdf_name = format!(
            "{} {}.pdf",
            text(&order, "OrderType"),
            text(&order, "OrderNumber")
        );
        let pdf = match own_pdf {
            Some(file) => self.keep_file(&file.name, &file.mime_type, &file.content),
            None => self.keep_file(
                &pdf_name.replace(' ', "-"),
                "application/pdf",
                &pdf(&pdf_name),
            ),
        };
        order.insert(String::from("OrderPDF"), pdf);
        // The request itself is stored too.
        let mut kept = vec![self.keep_file("order.json", "application/json", original.as_bytes())];
        for file in attachments {
            kept.push(self.keep_file(&file.name, &file.mime_type, &file.content));
        }
        order.insert(String::from("Attachments"), Value::Array(kept));
        order.insert(String::from("Created"), now);
        self.settle_payment(&mut order, None);
        self.put_order(id, order, Update::Made);
        Ok(id)
    }

    /// The party by its id, or by the embedded object, which is written as `POST /v1/parties` would.
    fn order_party(&mut self, body: &Record, fields: &Record, lines: &Lines) -> Outcome<i64> {
        let role = role(fields);
        let embedded = sent(body, role).filter(|party| !party.is_null());
        let id = sent(fields, &format!("{role}ID"))
            .and_then(Value::as_i64)
            .filter(|id| *id != 0);
        let country = match (id, embedded) {
            (Some(id), _) => text(self.party(id)?.1, "CountryCode").to_owned(),
            (None, Some(Value::Object(party))) => country(party),
            (None, Some(_)) => return Err(generic(&format!("The value of {role} is not valid."))),
            (None, None) => return Err(generic(&format!("{role} is Required"))),
        };
        let is_belgian = country.is_empty() || country == "BE";
        let belgian = [0, 6, 12, 21].map(|rate| rate * money::ONE);
        let income = text(fields, "OrderDirection") == "Income";
        let is_known = |rate: &i128| belgian.contains(rate);
        if income && is_belgian && !lines.percentages.iter().all(is_known) {
            return Err(error(400, "InvalidVAtPercentageForTaxCountry_0_", None));
        }
        match (id, embedded) {
            (None, Some(Value::Object(party))) => {
                let mut party = party.clone();
                if sent(&party, "PartyType").is_none() {
                    party.insert(String::from("PartyType"), json!(role));
                }
                self.upsert_party(&party)
            }
            (id, _) => Ok(id.unwrap_or_default()),
        }
    }

    pub(super) fn patch_order(&mut self, call: &Call) -> Outcome {
        let id = call.id()?;
        let mut order = self.order(id)?.clone();
        let mut fields = self.patched(call, &BODY, &PATCHABLE)?;
        print_times(&mut fields)?;
        if fields.is_empty() {
            return Ok(silent(false));
        }
        let paid = fields.get("Paid").map(|paid| *paid == json!(true));
        set_all(&mut order, fields);
        self.settle_payment(&mut order, paid);
        self.tick();
        self.put_order(id, order, Update::Changed);
        Ok(silent(true))
    }

    /// `Paid`, `PaidDate`, `ToPay` say the same. `paid` when the caller has just said which.
    fn settle_payment(&self, order: &mut Record, paid: Option<bool>) {
        let total = order.get("TotalIncl").map(money::units).unwrap_or_default();
        let is_paid = paid.unwrap_or_else(|| order.get("Paid") == Some(&json!(true)));
        order.insert(String::from("Paid"), json!(is_paid));
        if is_paid {
            order.insert(String::from("ToPay"), money::value(0));
            let now = json!(print_time(self.clock));
            order.entry("PaidDate").or_insert(now);
        } else if paid == Some(false) {
            order.insert(String::from("ToPay"), money::value(total));
            order.remove("PaidDate");
        }
    }

    /// A soft delete: the order moves to the deleted ones, and its idempotency key stays used.
    pub(super) fn delete_order(&mut self, call: &Call) -> Outcome {
        let id = call.id()?;
        let messages = self.order(id)?.get("Messages").and_then(Value::as_array);
        let by_peppol = |message: &Value| message.get("TransportType") == Some(&json!("Peppol"));
        if messages.is_some_and(|messages| messages.iter().any(by_peppol)) {
            return Err(generic(
                "An order that was sent by Peppol cannot be deleted.",
            ));
        }
        if let Some(mut order) = self.orders.remove(&id) {
            let now = print_time(self.tick());
            order.insert(String::from("LastModified"), json!(now));
            self.deleted_orders.insert(id, order);
            if self.settings.webhooks_on_delete {
                self.tell(Entity::Order, id, Update::Deleted, &json!({}));
            }
        }
        Ok(done(&json!(true)))
    }

    /// Sent twice, paid twice: `ToPay` may fall below zero.
    pub(super) fn add_payment(&mut self, call: &Call) -> Outcome {
        let id = call.id()?;
        let mut order = self.order(id)?.clone();
        let body = self.body(call)?;
        let amount = sent(&body, "Amount").filter(|amount| amount.is_number());
        let amount = money::units(amount.ok_or_else(|| generic("Amount is Required"))?);
        let date = sent(&body, "Date").and_then(Value::as_str);
        let date = date.map(|date| printed_time("Date", date)).transpose()?;
        let now = print_time(self.tick());
        let left = order.get("ToPay").map(money::units).unwrap_or_default() - amount;
        order.insert(String::from("ToPay"), money::value(left));
        if left <= 0 {
            order.insert(String::from("Paid"), json!(true));
            set(&mut order, "PaidDate", json!(date.unwrap_or(now)));
        }
        self.payments.push((id, body));
        self.put_order(id, order, Update::Changed);
        Ok(silent(true))
    }

    /// The documentation says "added": what is sent twice exists twice.
    pub(super) fn add_booking_entries(&mut self, call: &Call) -> Outcome {
        let id = call.id()?;
        let mut order = self.order(id)?.clone();
        let sent: Vec<Map<String, Value>> =
            serde_json::from_str(&call.request.body).map_err(|_| generic("Data is Required"))?;
        let mut entries = match order.remove("BookingEntries") {
            Some(Value::Array(entries)) => entries,
            _ => Vec::new(),
        };
        for mut entry in sent {
            entry.insert(String::from("BookingEntryID"), json!(7_100 + self.number()));
            entry.insert(String::from("OrderID"), json!(id));
            entries.push(Value::Object(entry));
        }
        order.insert(String::from("BookingEntries"), Value::Array(entries));
        self.tick();
        self.put_order(id, order, Update::Changed);
        Ok(silent(true))
    }

    /// Every write to an order ends here: it updates the state and calls the webhooks.
    pub(super) fn put_order(&mut self, id: i64, mut order: Record, update: Update) {
        order.insert(String::from("OrderStatus"), json!(status(&order)));
        order.insert(String::from("LastModified"), json!(print_time(self.clock)));
        self.orders.insert(id, order);
        self.tell(Entity::Order, id, update, &json!({}));
    }
}

/// Whether the other side buys or sells.
fn role(order: &Record) -> &'static str {
    if text(order, "OrderDirection") == "Cost" {
        "Supplier"
    } else {
        "Customer"
    }
}

/// Of an embedded party: flat, or of its invoice address.
fn country(party: &Map<String, Value>) -> String {
    let addresses = sent(party, "Addresses").and_then(Value::as_array);
    let in_addresses = addresses.into_iter().flatten().filter_map(Value::as_object);
    let country = [party]
        .into_iter()
        .chain(in_addresses)
        .find_map(|place| sent(place, "CountryCode"));
    country
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned()
}

fn check(fields: &Record) -> Outcome<()> {
    for name in ["OrderType", "OrderDirection", "OrderDate", "ExpiryDate"] {
        if text(fields, name).is_empty() {
            return Err(generic(&format!("{name} is Required")));
        }
    }
    for (name, known) in [("OrderType", TYPES), ("OrderDirection", DIRECTIONS)] {
        if !known.contains(&text(fields, name)) {
            return Err(generic(&format!("The value of {name} is not valid.")));
        }
    }
    Ok(())
}

/// A date is printed with its midnight.
fn print_times(fields: &mut Record) -> Outcome<()> {
    let times = BODY.fields.iter().filter(|(_, kind)| *kind == Kind::Time);
    for (name, _) in times {
        if let Some(Value::String(text)) = fields.get_mut(*name) {
            *text = printed_time(name, text)?;
        }
    }
    Ok(())
}

fn printed_time(name: &str, text: &str) -> Outcome<String> {
    let time = parse_time(text).map(print_time);
    time.ok_or_else(|| generic(&format!("The value of {name} is not valid.")))
}

fn status(order: &Record) -> &'static str {
    let is = |name: &str| order.get(name) == Some(&json!(true));
    let is_bill = ["Invoice", "CreditNote"].contains(&text(order, "OrderType"));
    match (is_bill, is("IsSent")) {
        (true, _) if is("Paid") => "Paid",
        (true, _) if role(order) == "Supplier" => "ToPay",
        (true, true) => "ToPay",
        (false, _) if is("Invoiced") => "Invoiced",
        (false, true) => "Sent",
        (_, false) => "ToSend",
    }
}
