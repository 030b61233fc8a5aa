use billit_client::odata::Order;
use billit_client::orders::TransportType;
use billit_client::parties::{
    AddressDraft, AddressType, CreateParty, GetParty, Identifier, ListParties, PartyDraft,
    PartyPatch, PartyType, PatchParty, TextField, property,
};
use billit_client::{Cursor, Paged};
use chrono::NaiveDate;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use crate::{Sample, key, read, sample};

pub(crate) fn requests() -> Vec<Sample> {
    let since = NaiveDate::from_ymd_opt(2019, 1, 1).unwrap();
    let filter = property::PARTY_TYPE
        .eq(PartyType::Customer)
        .and(property::LAST_MODIFIED.ge(since));
    let listing = ListParties::new()
        .filter(filter)
        .order_by(Order::asc(property::LAST_MODIFIED))
        .full_text("Naos & Co")
        .top(100);
    let company = PartyDraft::new("Acme BV")
        .commercial_name("Acme")
        .vat_number("BE0563846944")
        .vat_liable(true)
        .nr("5624871")
        .external_provider_id("crm-42")
        .external_provider_tc("CRM")
        .email("billing@acme.example")
        .phone("+3292035699")
        .mobile("+32470000000")
        .fax("+3292035698")
        .website("https://acme.example")
        .language("NL")
        .iban("BE71096123456769")
        .bic("GKCCBEBB")
        .contact_first_name("Ann")
        .contact_last_name("Peeters")
        .identifier("GLN", "5430003732007")
        .identified_by(Identifier::cbe("0563846944").unwrap())
        .custom_field("Segment", "Schools")
        .street("Oktrooiplein")
        .street_number("1")
        .box_number("301")
        .zipcode("9000")
        .city("Gent")
        .country_code("BE")
        .contact("Ann Peeters")
        .display_name("Acme")
        .default_expiry_offset(30)
        .ventilation_code("4")
        .default_currency_tc("EUR")
        .default_transport_type_tc(TransportType::Peppol)
        .default_payment_method_tc("Wired")
        .default_paid(false)
        .default_reduction_percentage(Decimal::new(250, 2))
        .financial_reduction_percentage_default(1)
        .financial_reduction_days_default(8)
        .domiciliation_mandate_id("M-1")
        .domiciliation_mandate_signing_date(since)
        .accountant_code(7)
        .cost_category_code(3)
        .accounting_cost_type_name("Service")
        .book_category_tc("B")
        .regime("R")
        .sub_regime("S")
        .small_enterprise(true)
        .rpr("Gent")
        .peppol_identifier("0208:0563846944")
        .auto_send_invoice_reminders(true)
        .is_high_risk(false)
        .send_ubl(true)
        .send_pdf(false)
        .internal_info("Regular")
        .address(
            AddressDraft::new("DeliveryAddress")
                .tav("Ann")
                .name("Shop")
                .phone("+3292035697"),
        );
    let supplier = PartyDraft::new("x")
        .party_type(PartyType::Supplier)
        .vat_deductable(false)
        .set(TextField::Name, "Jean Deboeuf")
        .set(TextField::GlAccountCode, "440000");
    let patch = PartyPatch::new()
        .set(TextField::Email, "new@acme.example")
        .clear(TextField::Fax)
        .vat_liable(false);
    // The page of a link has no query of its own.
    let link = Cursor::Link("https://api.billit.be/v1/parties?$skip=120".into());
    vec![
        sample(&ListParties::new()),
        sample(&listing.page(&Cursor::Skip(120))),
        sample(
            &ListParties::new()
                .filter(property::NAME.eq("Acme"))
                .page(&link),
        ),
        sample(&GetParty::new(879_263)),
        sample(&CreateParty::new(company).key(key())),
        sample(&CreateParty::new(supplier).key(key())),
        sample(&PatchParty::new(7, patch)),
    ]
}

/// The bodies of Billit's examples: a company, a private person, a company without VAT number.
#[test]
fn the_documented_parties_can_be_written() {
    let address = AddressDraft::new(AddressType::Invoice)
        .name("Acme BV")
        .street("Oktrooiplein")
        .street_number("1")
        .box_number("301")
        .zipcode("9000")
        .city("Gent")
        .country_code("BE");
    assert!(!format!("{address:?}").contains("Oktrooiplein"));
    let company = PartyDraft::new("Acme BV")
        .commercial_name("Acme")
        .vat_number("BE0563846944")
        .vat_liable(true)
        .nr("5624871")
        .external_provider_id("crm-42")
        .email("billing@acme.example")
        .phone("+3292035699")
        .language("NL")
        .identifier("GLN", "5430003732007")
        .address(address);
    let person = PartyDraft::new("Jean Deboeuf2")
        .nr("449")
        .vat_liable(false)
        .vat_deductable(false)
        .language("NL")
        .street("Teststraat")
        .street_number("56")
        .box_number("301")
        .zipcode("9001")
        .city("Gent")
        .country_code("BE")
        .phone("+3224600999")
        .email("jean@example.be");
    let police = PartyDraft::new("Politie XYZ").identifier("CBE", "0793249999");
    let documented = [
        (
            company,
            json!({"Name":"Acme BV","CommercialName":"Acme","PartyType":"Customer","VATNumber":"BE0563846944",
                "VATLiable":true,"Nr":"5624871","ExternalProviderID":"crm-42","Email":"billing@acme.example",
                "Phone":"+3292035699","Language":"NL",
                "Identifiers":[{"IdentifierType":"GLN","Identifier":"5430003732007"}],
                "Addresses":[{"AddressType":"InvoiceAddress","Name":"Acme BV","Street":"Oktrooiplein",
                    "StreetNumber":"1","Box":"301","Zipcode":"9000","City":"Gent","CountryCode":"BE"}]}),
        ),
        (
            person,
            json!({"PartyType":"Customer","Nr":"449","Name":"Jean Deboeuf2","VATLiable":false,"VATDeductable":false,
                "Language":"NL","Street":"Teststraat","StreetNumber":"56","Box":"301","Zipcode":"9001","City":"Gent",
                "CountryCode":"BE","Phone":"+3224600999","Email":"jean@example.be"}),
        ),
        (
            police,
            json!({"Name":"Politie XYZ","PartyType":"Customer",
                "Identifiers":[{"IdentifierType":"CBE","Identifier":"0793249999"}]}),
        ),
    ];
    for (draft, body) in documented {
        assert_eq!(serde_json::to_value(&draft).unwrap(), body);
        // What was written is read back: Billit gives it the id.
        let mut answer = body;
        answer["PartyID"] = json!(879_263);
        let party = read(&GetParty::new(879_263), &answer.to_string());
        for &field in TextField::ALL {
            let written = answer.get(field.wire_name()).and_then(Value::as_str);
            assert_eq!(party.text(field), written, "{field}");
        }
        let identifiers = answer["Identifiers"].as_array().map_or(0, Vec::len);
        assert_eq!(party.identifiers.len(), identifiers);
    }
}
