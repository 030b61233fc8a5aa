#![allow(clippy::too_many_lines)] // Tables of fields.

use billit_client::files::FileDraft;
use billit_client::odata::Order as Sorting;
use billit_client::orders::*;
use billit_client::parties::PartyDraft;
use billit_client::{Cursor, Endpoint, Method, Paged};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde::de::DeserializeOwned;

use crate::{Sample, key, read, sample};

fn day(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 5, day).unwrap()
}

fn cents(cents: i64) -> Decimal {
    Decimal::new(cents, 2)
}

/// With every setter.
fn draft() -> OrderDraft {
    let line = OrderLineDraft::excl("Massage", Decimal::new(15, 1), cents(4550))
        .description_extended("60 minutes")
        .reference("M-60")
        .product_id(12)
        .unit("hour")
        .reduction_percentage(Decimal::new(125, 1))
        .vat_percentage(21)
        .ventilation_code("4")
        .account_code(700_000)
        .analytic_cost_bearer("north")
        .analytic_cost_center("spa")
        .custom_field("Colour", "red");
    OrderDraft::invoice(879_263, day(6), day(31))
        .supplier(574_991)
        .line(line)
        .lines([OrderLineDraft::incl("Towel", 1, cents(550)).vat_percentage(6)])
        .payment_method(PaymentMethod::Wired)
        .custom_field("cbc:AccountingCost", "4025:123:4343")
        .tag("spa")
        .contract("C-9")
        .order_pdf(FileDraft::new("invoice.pdf", "%PDF").mime_type("application/pdf"))
        .attachment(FileDraft::new("terms.txt", "Hello"))
        .order_number("2026-0042")
        .delivery_date(day(5))
        .period_from(day(1))
        .period_till(day(5))
        .tax_point_date(day(5))
        .currency("EUR")
        .reference("PO-1")
        .order_title("For Ann")
        .payment_reference("+++090/9337/55493+++")
        .payment_terms("30 days")
        .payment_discount_percentage(2)
        .payment_discount_amount(cents(137))
        .payment_discount_date(day(14))
        .payment_reduction_days(8)
        .fx_rate_to_foreign(Decimal::new(10_825, 4))
        .journal("SALES")
        .accounting_cost_type_tc("Service")
        .vat_deduction(100)
        .mixed_use_professional_percentage(80)
        .accountant_verification_needed(true)
        .about_invoice_number("2026-0041")
        .paid(true)
        .paid_date(day(7))
        .is_sent(false)
        .comments("Thank you")
        .internal_info("Regular")
        .external_provider_id("booking-7")
        .external_provider("Planner")
        .ventilation_code("4")
        .account_code(700_000)
        .cost_category_code(3)
        .analytic_cost_bearer("north")
        .analytic_cost_center("spa")
        .department_id(4)
        .project_id(5)
        .template_id(6)
        .message_template_id(7)
        .iban("BE68539007547034")
        .bic("KREDBEBB")
}

pub(crate) fn requests() -> Vec<Sample> {
    let filter = property::ORDER_TYPE
        .eq(OrderType::Invoice)
        .and(property::COUNTER_PARTY_ID.eq(879_263))
        .and(property::ORDER_DATE.ge(day(1)))
        .and(property::PAID.eq(false));
    let listing = ListOrders::new()
        .filter(filter)
        .order_by(Sorting::asc(property::LAST_MODIFIED).then_desc(property::TOTAL_INCL))
        .full_text("Acme")
        .top(50);
    let by_fields = PartyDraft::new("Acme BV").vat_number("BE0563846944");
    let credit_note = OrderDraft::credit_note(7, day(6), day(6)).customer(by_fields);
    let cost = OrderDraft::new(OrderType::Invoice, OrderDirection::Cost, day(6), day(6));
    let patch = OrderPatch::new()
        .paid(true)
        .paid_date(day(7))
        .is_sent(true)
        .approval_status(ApprovalStatus::Approved)
        .account_code(700_000)
        .internal_info("Regular")
        .invoiced(true)
        .accountant_verification_needed(false);
    let entry = BookingEntryDraft::new(700_000, cents(4550), "C")
        .id(3)
        .vat1(1)
        .vat2(2)
        .vat3(3);
    let payment = AddPayment::new(7, cents(6825))
        .date(day(7))
        .description("By card")
        .key(key());
    let e_sign = ESignOrder::new(7).method(Method::Put);
    let send = SendOrders::new([7, 8])
        .transport_type(TransportType::Peppol)
        .print_type("Colour")
        .strict_transport_type();
    vec![
        sample(&listing),
        sample(&listing.page(&Cursor::Skip(120))),
        sample(&listing.page(&Cursor::Link("?$skip=120".to_owned()))),
        sample(&ListDeletedOrders::new()),
        sample(&GetOrder::new(7).document_type("UBL")),
        sample(&CreateOrder::new(draft()).key(key())),
        sample(&CreateOrder::new(credit_note).key(key())),
        sample(&CreateOrder::new(cost.supplier(7)).key(key())),
        sample(&PatchOrder::new(7, patch)),
        sample(&PatchOrder::new(
            7,
            OrderPatch::new().clear(OrderField::PaidDate),
        )),
        sample(&DeleteOrder::new(7)),
        sample(&payment),
        sample(&PutBookingEntries::new(7, [entry])),
        sample(&send),
        sample(&SendOrders::new([7])),
        sample(&e_sign),
        sample(&ESignOrder::new(7)),
    ]
}

#[test]
fn a_second_party_replaces_the_first_whole() {
    let by_fields = || PartyDraft::new("Acme BV");
    let one = OrderDraft::invoice(7, day(6), day(6)).customer(by_fields());
    assert_eq!(one, OrderDraft::invoice(by_fields(), day(6), day(6)));
    let one = one.customer(7);
    assert_eq!(one, OrderDraft::invoice(7, day(6), day(6)));
}

#[test]
fn a_draft_shows_no_value() {
    let text = format!("{:?} {:?}", CreateOrder::new(draft()), draft());
    for value in [
        "Massage",
        "Ann",
        "45.50",
        "BE68",
        "PO-1",
        "booking-7",
        "red",
    ] {
        assert!(!text.contains(value), "{value} in {text}");
    }
    assert!(text.contains("PaymentReference"), "{text}");
}

/// The documented example, cut: amounts with five digits, times with two, empty texts, absent fields.
#[test]
fn an_order_keeps_every_digit() {
    let json = r#"{"OrderID": 1149206, "CompanyID": 574991, "OrderNumber": "INV-1", "CustomerID": 588708,
        "CounterParty": {"PartyID": 588708, "Addresses": [], "Contact": "", "DisplayName": "Billit",
            "Identifiers": [{"IdentifierType": "GLN", "Identifier": "5430003732007", "Preferred": false}]},
        "OrderDate": "2024-01-01T00:00:00", "LastModified": "2024-03-10T15:00:49.72", "OrderType": "Invoice",
        "OrderDirection": "Income", "TotalExcl": 10.00000, "TotalVAT": 2.10000, "TotalIncl": 12.10,
        "OrderLines": [{"Quantity": 1.000, "UnitPriceExcl": 10.00000, "Description": "Box", "CustomFields": {}}],
        "VatGroups": [{"VATPercentage": 21.00, "TotalExcl": 9007199254740993.07}], "Attachments": [],
        "CustomFields": {"Colour": "red"}, "OrderStatus": "SomethingNew", "Comments": "",
        "OrderPDF": {"FileID": "bc99-1", "FileName": "INV-1.pdf", "MimeType": "application/pdf"},
        "CurrentDocumentDeliveryDetails": {"IsDocumentDelivered": true, "DocumentDeliveryStatus": "Delivered"}}"#;
    let order = read(&GetOrder::new(1_149_206), json);
    let digits = |amount: Option<Decimal>| amount.unwrap().to_string();
    assert_eq!(digits(order.total_excl), "10.00000");
    assert_eq!(digits(order.order_lines[0].unit_price_excl), "10.00000");
    assert_eq!(digits(order.order_lines[0].quantity), "1.000");
    assert_eq!(
        digits(order.vat_groups[0].total_excl),
        "9007199254740993.07"
    );
    assert_eq!(order.counter_party.as_ref().unwrap().id.get(), 588_708);
    assert_eq!(order.custom_fields["Colour"], "red");
    assert_eq!(
        order.order_status,
        Some(OrderStatus::Other("SomethingNew".to_owned()))
    );
    assert_eq!(order.comments, None);
    assert!(order.has("Comments") && !order.has("Reference"));
    let delivery = order.current_document_delivery_details.as_ref().unwrap();
    assert_eq!(
        delivery.document_delivery_status,
        Some(DeliveryStatus::Delivered)
    );
    assert_eq!(format!("{order:?}"), "Order { id: 1149206, .. }");
}

#[test]
fn parts_show_ids_and_codes_alone() {
    let json = r#"{"OrderID": 7, "OrderLines": [{"Description": "canary"}], "PaymentLinks": [{"ClickUrl": "canary"}],
        "CurrentDocumentDeliveryDetails": {"DocumentDeliveryInfo": "canary", "DocumentRefusedInfo": "canary"},
        "Messages": [{"Destination": "canary", "Description": "canary", "TransportType": "Peppol"}],
        "ExternalProviderReferences": [{"Value": "canary"}], "ContractDocumentReference": [{"ID": "canary"}],
        "AdditionalDocumentReference": [{"DocumentDescription": "canary", "Attachment": {"FileName": "canary"}}],
        "CategoryFieldItems": [{"Value": "canary"}]}"#;
    let order = read(&GetOrder::new(7), json);
    let text = format!(
        "{order:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?} {:?}",
        order.order_lines,
        order.payment_links,
        order.current_document_delivery_details,
        order.messages,
        order.external_provider_references,
        order.contract_document_reference,
        order.additional_document_reference,
        order.category_field_items,
    );
    assert!(!text.contains("canary"), "{text}");
    assert!(text.contains("Peppol"), "{text}");
}

/// A part that cannot be read costs itself alone.
#[test]
fn a_strange_part_harms_no_order() {
    let json = r#"{"OrderID": "7", "Customer": {"Name": "no id"}, "OrderPDF": [], "OrderLines": {}, "Tags": "x",
        "CustomFields": [{"Key": "a"}], "CurrentDocumentDeliveryDetails": "", "TotalIncl": "12.10",
        "VatGroups": [{"VATPercentage": {}}, 5], "CompanyID": 0, "Messages": null}"#;
    let order = read(&GetOrder::new(7), json);
    assert!(order.customer.is_none() && order.order_pdf.is_none() && order.order_lines.is_empty());
    assert!(order.tags.is_empty() && order.custom_fields.is_empty() && order.company_id.is_none());
    assert_eq!(order.vat_groups.len(), 1);
    assert_eq!(order.total_incl, Some(cents(1210)));
}

#[test]
fn a_page_of_orders_keeps_what_it_cannot_read() {
    let page = read(
        &ListOrders::new(),
        r#"{"Items": [{"OrderID": 7}, {"OrderID": "x"}], "NextPageLink": "https://api.billit.be/v1/orders?$skip=120"}"#,
    );
    assert_eq!(page.records()[0].as_ref().unwrap().id.get(), 7);
    assert_eq!(page.records()[1].as_ref().unwrap_err().id(), Some("x"));
    let deleted = read(&ListDeletedOrders::new(), r#"{"Items": []}"#);
    assert!(deleted.is_empty() && deleted.next_page_link().is_none());
}

#[test]
fn answers_to_writes_are_not_lost() {
    let create = CreateOrder::new(draft());
    for body in ["2615999", "\"2615999\"", " 2615999\n"] {
        assert_eq!(read(&create, body).get(), 2_615_999);
    }
    for body in ["", "null", "0", "{}"] {
        assert!(create.parse(body.as_bytes()).is_err(), "{body}");
    }
    let delete = DeleteOrder::new(7);
    for (body, deleted) in [
        ("true", Some(true)),
        ("\"false\"", Some(false)),
        ("", None),
        ("<html>", None),
        ("{}", None),
    ] {
        assert_eq!(read(&delete, body), deleted, "{body}");
    }
    for body in ["", "null", "<html>"] {
        read(&AddPayment::new(7, 1), body);
        read(&SendOrders::new([7]), body);
        read(&PatchOrder::new(7, OrderPatch::new()), body);
        read(&PutBookingEntries::new(7, []), body);
    }
    assert_eq!(read(&ESignOrder::new(7), "true"), Some(true));
    assert_eq!(read(&ESignOrder::new(7), "done"), None);
}

/// A field of the documented model, a value for it, and whether it was read.
pub(crate) type Field<T> = (&'static str, &'static str, fn(&T) -> bool);

/// Each field fills its place and no other one: with it alone, one place is full; with all, every one.
pub(crate) fn each_field_is_read<T: DeserializeOwned>(required: &str, fields: &[Field<T>]) {
    let parse = |fields: &[String]| {
        let required = Some(required.to_owned()).filter(|required| !required.is_empty());
        let fields: Vec<_> = required.into_iter().chain(fields.to_vec()).collect();
        serde_json::from_str::<T>(&format!("{{{}}}", fields.join(", "))).unwrap()
    };
    let json: Vec<_> = fields
        .iter()
        .map(|(name, value, _)| format!(r#""{name}": {value}"#))
        .collect();
    for (this, field) in json.iter().enumerate() {
        let record = parse(std::slice::from_ref(field));
        for (place, (name, _, is_read)) in fields.iter().enumerate() {
            assert_eq!(is_read(&record), place == this, "{name} by {field}");
        }
    }
    let record = parse(&json);
    assert!(fields.iter().all(|(_, _, is_read)| is_read(&record)));
}

#[test]
fn every_field_of_an_order_is_read() {
    each_field_is_read::<Order>(
        r#""OrderID": 7"#,
        &[
            ("CompanyID", "7", |x| x.company_id.is_some()),
            ("OrderNumber", r#""a""#, |x| x.order_number.is_some()),
            ("OrderType", r#""a""#, |x| x.order_type.is_some()),
            ("OrderDirection", r#""a""#, |x| x.order_direction.is_some()),
            ("OrderDate", r#""2024-03-10T15:00:49.72""#, |x| {
                x.order_date.is_some()
            }),
            ("ExpiryDate", r#""2024-03-10T15:00:49.72""#, |x| {
                x.expiry_date.is_some()
            }),
            ("DeliveryDate", r#""2024-03-10T15:00:49.72""#, |x| {
                x.delivery_date.is_some()
            }),
            ("PeriodFrom", r#""2024-03-10T15:00:49.72""#, |x| {
                x.period_from.is_some()
            }),
            ("PeriodTill", r#""2024-03-10T15:00:49.72""#, |x| {
                x.period_till.is_some()
            }),
            ("TaxPointDate", r#""2024-03-10T15:00:49.72""#, |x| {
                x.tax_point_date.is_some()
            }),
            ("CustomerID", "7", |x| x.customer_id.is_some()),
            ("SupplierID", "7", |x| x.supplier_id.is_some()),
            ("CounterPartyID", "7", |x| x.counter_party_id.is_some()),
            ("Customer", r#"{"PartyID": 7}"#, |x| x.customer.is_some()),
            ("Supplier", r#"{"PartyID": 7}"#, |x| x.supplier.is_some()),
            ("CounterParty", r#"{"PartyID": 7}"#, |x| {
                x.counter_party.is_some()
            }),
            ("OrderLines", "[{}]", |x| !x.order_lines.is_empty()),
            ("TotalExcl", "10.00000", |x| x.total_excl.is_some()),
            ("TotalVAT", "10.00000", |x| x.total_vat.is_some()),
            ("TotalIncl", "10.00000", |x| x.total_incl.is_some()),
            ("ToPay", "10.00000", |x| x.to_pay.is_some()),
            ("Currency", r#""a""#, |x| x.currency.is_some()),
            ("FXRateToForeign", "10.00000", |x| {
                x.fx_rate_to_foreign.is_some()
            }),
            ("VatGroups", "[{}]", |x| !x.vat_groups.is_empty()),
            ("VentilationCode", r#""a""#, |x| {
                x.ventilation_code.is_some()
            }),
            ("VatDeduction", "10.00000", |x| x.vat_deduction.is_some()),
            ("MixedUseProfessionalPercentage", "10.00000", |x| {
                x.mixed_use_professional_percentage.is_some()
            }),
            ("PaymentDiscountPercentage", "10.00000", |x| {
                x.payment_discount_percentage.is_some()
            }),
            ("PaymentDiscountAmount", "10.00000", |x| {
                x.payment_discount_amount.is_some()
            }),
            ("PaymentReductionDays", "7", |x| {
                x.payment_reduction_days.is_some()
            }),
            ("PaymentDiscountDate", r#""2024-03-10T15:00:49.72""#, |x| {
                x.payment_discount_date.is_some()
            }),
            ("Reference", r#""a""#, |x| x.reference.is_some()),
            ("OrderTitle", r#""a""#, |x| x.order_title.is_some()),
            ("PaymentReference", r#""a""#, |x| {
                x.payment_reference.is_some()
            }),
            ("PaymentTerms", r#""a""#, |x| x.payment_terms.is_some()),
            ("PaymentMethod", r#""a""#, |x| x.payment_method.is_some()),
            ("PaymentLinks", "[{}]", |x| !x.payment_links.is_empty()),
            ("AboutInvoiceNumber", r#""a""#, |x| {
                x.about_invoice_number.is_some()
            }),
            ("Paid", "true", |x| x.paid.is_some()),
            ("PaidDate", r#""2024-03-10T15:00:49.72""#, |x| {
                x.paid_date.is_some()
            }),
            ("IsSent", "true", |x| x.is_sent.is_some()),
            ("Invoiced", "true", |x| x.invoiced.is_some()),
            ("OrderStatus", r#""a""#, |x| x.order_status.is_some()),
            ("ApprovalStatus", r#""a""#, |x| x.approval_status.is_some()),
            ("Overdue", "true", |x| x.overdue.is_some()),
            ("DaysOverdue", "7", |x| x.days_overdue.is_some()),
            ("LastReminder", r#""2024-03-10T15:00:49.72""#, |x| {
                x.last_reminder.is_some()
            }),
            ("RemindersSent", "7", |x| x.reminders_sent.is_some()),
            ("Comments", r#""a""#, |x| x.comments.is_some()),
            ("InternalInfo", r#""a""#, |x| x.internal_info.is_some()),
            ("Tags", r#"["a"]"#, |x| !x.tags.is_empty()),
            ("CustomFields", r#"{"a": "b"}"#, |x| {
                !x.custom_fields.is_empty()
            }),
            ("ExternalProvider", r#""a""#, |x| {
                x.external_provider.is_some()
            }),
            ("ExternalProviderID", r#""a""#, |x| {
                x.external_provider_id.is_some()
            }),
            ("ExternalProviderReferences", "[{}]", |x| {
                !x.external_provider_references.is_empty()
            }),
            ("ExportedToConnector", "true", |x| {
                x.exported_to_connector.is_some()
            }),
            ("OrderPDF", "{}", |x| x.order_pdf.is_some()),
            ("Attachments", "[{}]", |x| !x.attachments.is_empty()),
            ("AdditionalDocumentReference", "[{}]", |x| {
                !x.additional_document_reference.is_empty()
            }),
            ("ContractDocumentReference", "[{}]", |x| {
                !x.contract_document_reference.is_empty()
            }),
            ("CurrentDocumentDeliveryDetails", "{}", |x| {
                x.current_document_delivery_details.is_some()
            }),
            ("Messages", "[{}]", |x| !x.messages.is_empty()),
            ("TemplateID", "7", |x| x.template_id.is_some()),
            ("MessageTemplateID", "7", |x| {
                x.message_template_id.is_some()
            }),
            ("BookingEntries", "[{}]", |x| !x.booking_entries.is_empty()),
            ("Journal", r#""a""#, |x| x.journal.is_some()),
            ("AccountCode", "7", |x| x.account_code.is_some()),
            ("AccountingCostTypeTC", r#""a""#, |x| {
                x.accounting_cost_type_tc.is_some()
            }),
            ("CostCategoryCode", "7", |x| x.cost_category_code.is_some()),
            ("AnalyticCostBearer", r#""a""#, |x| {
                x.analytic_cost_bearer.is_some()
            }),
            ("AnalyticCostCenter", r#""a""#, |x| {
                x.analytic_cost_center.is_some()
            }),
            ("DepartmentID", "7", |x| x.department_id.is_some()),
            ("ProjectID", "7", |x| x.project_id.is_some()),
            ("ProjectName", r#""a""#, |x| x.project_name.is_some()),
            ("CategoryFieldItems", "[{}]", |x| {
                !x.category_field_items.is_empty()
            }),
            ("AccountantVerificationNeeded", "true", |x| {
                x.accountant_verification_needed.is_some()
            }),
            ("OCRRawText", r#""a""#, |x| x.ocr_raw_text.is_some()),
            ("OCRMetaPages", r#"[{"a": 1}]"#, |x| {
                !x.ocr_meta_pages.is_empty()
            }),
            ("Signature", r#"{"a": 1}"#, |x| x.signature.is_some()),
            ("LastModified", r#""2024-03-10T15:00:49.72""#, |x| {
                x.last_modified.is_some()
            }),
            ("Created", r#""2024-03-10T15:00:49.72""#, |x| {
                x.created.is_some()
            }),
        ],
    );
}

#[test]
fn every_field_of_a_line_is_read() {
    each_field_is_read::<OrderLine>(
        "",
        &[
            ("Description", r#""a""#, |x| x.description.is_some()),
            ("DescriptionExtended", r#""a""#, |x| {
                x.description_extended.is_some()
            }),
            ("Reference", r#""a""#, |x| x.reference.is_some()),
            ("ProductID", "7", |x| x.product_id.is_some()),
            ("Quantity", "10.00000", |x| x.quantity.is_some()),
            ("Unit", r#""a""#, |x| x.unit.is_some()),
            ("UnitPriceExcl", "10.00000", |x| x.unit_price_excl.is_some()),
            ("UnitPriceIncl", "10.00000", |x| x.unit_price_incl.is_some()),
            ("InclLeading", "true", |x| x.incl_leading.is_some()),
            ("ReductionPercentage", "10.00000", |x| {
                x.reduction_percentage.is_some()
            }),
            ("VATPercentage", "10.00000", |x| x.vat_percentage.is_some()),
            ("VentilationCode", r#""a""#, |x| {
                x.ventilation_code.is_some()
            }),
            ("TotalExcl", "10.00000", |x| x.total_excl.is_some()),
            ("TotalVAT", "10.00000", |x| x.total_vat.is_some()),
            ("TotalIncl", "10.00000", |x| x.total_incl.is_some()),
            ("AccountCode", "7", |x| x.account_code.is_some()),
            ("AnalyticCostBearer", r#""a""#, |x| {
                x.analytic_cost_bearer.is_some()
            }),
            ("AnalyticCostCenter", r#""a""#, |x| {
                x.analytic_cost_center.is_some()
            }),
            ("CustomFields", r#"{"a": "b"}"#, |x| {
                !x.custom_fields.is_empty()
            }),
            ("ExternalProviderReferences", "[{}]", |x| {
                !x.external_provider_references.is_empty()
            }),
        ],
    );
}

#[test]
fn every_field_of_a_vat_group_is_read() {
    each_field_is_read::<VatGroup>(
        "",
        &[
            ("VATPercentage", "10.00000", |x| x.vat_percentage.is_some()),
            ("VentilationCode", r#""a""#, |x| {
                x.ventilation_code.is_some()
            }),
            ("TotalExcl", "10.00000", |x| x.total_excl.is_some()),
            ("TotalVAT", "10.00000", |x| x.total_vat.is_some()),
            ("TotalIncl", "10.00000", |x| x.total_incl.is_some()),
            ("Mtvh", "10.00000", |x| x.mtvh.is_some()),
            ("FinancialReductionAmount", "10.00000", |x| {
                x.financial_reduction_amount.is_some()
            }),
        ],
    );
}

#[test]
fn every_field_of_a_payment_link_is_read() {
    each_field_is_read::<PaymentLink>(
        "",
        &[
            ("ExternalProvider", r#""a""#, |x| {
                x.external_provider.is_some()
            }),
            ("ClickUrl", r#""a""#, |x| x.click_url.is_some()),
            ("QRImageUrl", r#""a""#, |x| x.qr_image_url.is_some()),
        ],
    );
}

#[test]
fn every_field_of_a_delivery_is_read() {
    each_field_is_read::<DocumentDeliveryDetails>(
        "",
        &[
            ("IsDocumentDelivered", "true", |x| {
                x.is_document_delivered.is_some()
            }),
            ("DocumentDeliveryStatus", r#""a""#, |x| {
                x.document_delivery_status.is_some()
            }),
            ("DocumentDeliveryDate", r#""2024-03-10T15:00:49.72""#, |x| {
                x.document_delivery_date.is_some()
            }),
            ("DocumentDeliveryInfo", r#""a""#, |x| {
                x.document_delivery_info.is_some()
            }),
            ("DocumentRefusedDate", r#""2024-03-10T15:00:49.72""#, |x| {
                x.document_refused_date.is_some()
            }),
            ("DocumentRefusedReasonTC", r#""a""#, |x| {
                x.document_refused_reason_tc.is_some()
            }),
            ("DocumentRefusedInfo", r#""a""#, |x| {
                x.document_refused_info.is_some()
            }),
        ],
    );
}

#[test]
fn every_field_of_a_message_is_read() {
    each_field_is_read::<OrderMessage>(
        "",
        &[
            ("OrderID", "7", |x| x.order_id.is_some()),
            ("FileID", r#""a""#, |x| x.file_id.is_some()),
            ("MessageDirection", r#""a""#, |x| {
                x.message_direction.is_some()
            }),
            ("TransportType", r#""a""#, |x| x.transport_type.is_some()),
            ("Destination", r#""a""#, |x| x.destination.is_some()),
            ("Success", "true", |x| x.success.is_some()),
            ("Trials", "7", |x| x.trials.is_some()),
            ("CreationDate", r#""2024-03-10T15:00:49.72""#, |x| {
                x.creation_date.is_some()
            }),
            ("Description", r#""a""#, |x| x.description.is_some()),
        ],
    );
}

#[test]
fn every_field_of_a_reference_is_read() {
    each_field_is_read::<ExternalProviderReference>(
        "",
        &[
            ("ExternalProvider", r#""a""#, |x| {
                x.external_provider.is_some()
            }),
            ("Category", r#""a""#, |x| x.category.is_some()),
            ("Value", r#""a""#, |x| x.value.is_some()),
            ("EntityType", r#""a""#, |x| x.entity_type.is_some()),
            ("EntityID", "7", |x| x.entity_id.is_some()),
        ],
    );
}

#[test]
fn every_field_of_a_document_is_read() {
    each_field_is_read::<AdditionalDocument>(
        "",
        &[
            ("ID", r#""a""#, |x| x.id.is_some()),
            ("DocumentType", r#""a""#, |x| x.document_type.is_some()),
            ("DocumentDescription", r#""a""#, |x| {
                x.document_description.is_some()
            }),
            ("Attachment", "{}", |x| x.attachment.is_some()),
            ("CustomFields", r#"{"a": "b"}"#, |x| {
                !x.custom_fields.is_empty()
            }),
        ],
    );
}

#[test]
fn every_field_of_a_contract_is_read() {
    each_field_is_read::<ContractDocumentReference>("", &[("ID", r#""a""#, |x| x.id.is_some())]);
}

#[test]
fn every_field_of_an_item_is_read() {
    each_field_is_read::<CategoryFieldItem>(
        "",
        &[
            ("Name", r#""a""#, |x| x.name.is_some()),
            ("Value", r#""a""#, |x| x.value.is_some()),
        ],
    );
}

#[test]
fn every_field_of_an_entry_is_read() {
    each_field_is_read::<BookingEntry>(
        "",
        &[
            ("BookingEntryID", "7", |x| x.id.is_some()),
            ("OrderID", "7", |x| x.order_id.is_some()),
            ("AccountCode", "7", |x| x.account_code.is_some()),
            ("Amount", "10.00000", |x| x.amount.is_some()),
            ("DebetOrCredit", r#""a""#, |x| x.debet_or_credit.is_some()),
            ("VAT1", "7", |x| x.vat1.is_some()),
            ("VAT2", "7", |x| x.vat2.is_some()),
            ("VAT3", "7", |x| x.vat3.is_some()),
        ],
    );
}
