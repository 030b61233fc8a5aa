use billit_client::odata::Order;
use billit_client::parties::{
    CreateParty, GetParty, Identifier, ListParties, PartyDraft, PartyPatch, PartyType, PatchParty,
    TextField, property,
};
use billit_client::{Cursor, Paged};
use chrono::NaiveDate;

use crate::{Sample, key, sample};

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
        .country_code("BE");
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
