//! The customer: looked up, and created only if none matches.

use billit_client::odata::Property;
use billit_client::parties::{
    CreateParty, GetParty, ListParties, Party, PartyDraft, PartyId, PartyType, property,
};
use billit_client::{Client as Billit, IdempotencyKey, Record};
use customer_sync::normalize::vat;
use examples::Failure;

use crate::text;

/// A customer to find or create.
pub(crate) struct Wish {
    /// Its `ExternalProviderID`.
    pub(crate) key: Option<String>,
    pub(crate) name: String,
    /// In Billit's format.
    pub(crate) vat_number: Option<String>,
    pub(crate) email: Option<String>,
}

impl Wish {
    fn draft(&self) -> PartyDraft {
        let mut draft = PartyDraft::new(&self.name);
        if let Some(key) = &self.key {
            draft = draft.external_provider_id(key);
        }
        if let Some(number) = &self.vat_number {
            draft = draft.vat_number(number);
        }
        if let Some(email) = &self.email {
            draft = draft.email(email);
        }
        draft
    }

    /// Whether both have a VAT number, and these differ.
    fn has_another_vat_number(&self, party: &Party) -> bool {
        let ours = self.vat_number.as_deref();
        ours.is_some_and(|ours| party.vat_number.is_some() && !has_vat_number(party, ours))
    }

    /// Whether both have e-mail addresses, and none in common.
    fn has_another_email(&self, party: &Party) -> bool {
        let ours = self.email.as_deref();
        ours.is_some_and(|ours| party.email.is_some() && !has_email(party, ours))
    }
}

/// A customer that Billit has.
pub(crate) struct Found {
    pub(crate) party: Record<Party>,
    /// What it was matched by.
    pub(crate) by: &'static str,
}

/// The matching party, or `None`. An ambiguous match is an error.
pub(crate) async fn find(billit: &Billit, wish: &Wish) -> Result<Option<Found>, Failure> {
    if let Some(key) = &wish.key {
        let found = search(billit, property::EXTERNAL_PROVIDER_ID, key, has_key).await?;
        if let Some(party) = only(found, "this key")? {
            if wish.has_another_vat_number(&party) {
                let why = "has this key and another VAT number";
                return Err(format!("party {} {why}", party.id).into());
            }
            let by = "its key";
            return Ok(Some(Found { party, by }));
        }
    }
    if let Some(number) = &wish.vat_number {
        let found = search(billit, property::VAT_NUMBER, number, has_vat_number).await?;
        if let Some(party) = only(found, "this VAT number")? {
            let by = "its VAT number";
            return Ok(Some(Found { party, by }));
        }
    }
    let mut found = search(billit, property::NAME, &wish.name, has_name).await?;
    // The same name with another VAT number is another customer.
    found.retain(|party| !wish.has_another_vat_number(party));
    if let Some(party) = only(found, "this name")? {
        if wish.has_another_email(&party) {
            let why = "has this name and another e-mail address: ambiguous";
            return Err(format!("party {} {why}", party.id).into());
        }
        let by = "its name";
        return Ok(Some(Found { party, by }));
    }
    if let Some(email) = &wish.email {
        let found = search(billit, property::EMAIL, email, has_email).await?;
        if let Some(party) = found.first() {
            let why = "has this e-mail address and another name: Billit might write the new customer over it";
            return Err(format!("party {} {why}", party.id).into());
        }
    }
    Ok(None)
}

/// Creates the customer, and reads it back.
pub(crate) async fn create(billit: &Billit, wish: &Wish) -> Result<Record<Party>, Failure> {
    let draft = wish.draft();
    let source = wish.key.as_ref().unwrap_or(&wish.name);
    // The same key each time this customer is created. Whether Billit honours it for parties is unknown.
    let key = IdempotencyKey::of_record(source, &draft)?;
    match billit.send(CreateParty::new(draft).key(key)).await {
        Ok(id) => read(billit, id).await,
        Err(error) if error.is_already_done() || error.is_outcome_unknown() => {
            let found = find(billit, wish).await?;
            found.map(|found| found.party).ok_or_else(|| error.into())
        }
        Err(error) => Err(error.into()),
    }
}

async fn read(billit: &Billit, id: PartyId) -> Result<Record<Party>, Failure> {
    Ok(billit.send(GetParty::new(id)).await?)
}

/// The customers with this text in this property, each read in full.
///
/// If Billit refuses to filter by the property, its customers are filtered here. That needs the property in the list,
/// whose items may be summaries: `customer_sync` detects that.
async fn search(
    billit: &Billit,
    property: Property<Party, String>,
    wanted: &str,
    is_meant: fn(&Party, &str) -> bool,
) -> Result<Vec<Record<Party>>, Failure> {
    let text = if property.name() == property::EMAIL.name() {
        // The field may hold several addresses.
        property.contains(wanted)
    } else {
        property.eq(wanted)
    };
    let is_customer = property::PARTY_TYPE.eq(PartyType::Customer);
    let listing = ListParties::new().filter(text.and(is_customer));
    let here = wanted.to_owned();
    let pages = billit.pages(listing).or_filter_locally(move |party| {
        party.party_type == Some(PartyType::Customer) && is_meant(party, &here)
    });
    let listed = pages.all().await?;
    if let Some(invalid) = listed.invalid.first() {
        let id = invalid.id().unwrap_or("without an id");
        return Err(format!("party {id} cannot be read").into());
    }
    let mut found = Vec::new();
    for party in listed.records {
        let party = read(billit, party.id).await?;
        // Billit's comparison may be less strict.
        if is_meant(&party, wanted) {
            found.push(party);
        }
    }
    Ok(found)
}

fn only(mut found: Vec<Record<Party>>, what: &str) -> Result<Option<Record<Party>>, Failure> {
    if found.len() > 1 {
        let ids = text::list(found.iter().map(|party| party.id));
        let why = "ambiguous";
        return Err(format!("parties {ids} have {what}: {why}").into());
    }
    Ok(found.pop())
}

fn has_key(party: &Party, key: &str) -> bool {
    party.external_provider_id.as_deref() == Some(key)
}

fn has_name(party: &Party, name: &str) -> bool {
    party.name.as_deref().map(text::one_line).as_deref() == Some(name)
}

fn has_vat_number(party: &Party, number: &str) -> bool {
    let theirs = party.vat_number.as_deref();
    theirs.is_some_and(|theirs| {
        // In any spelling.
        theirs == number || vat::normalized(theirs, None).as_deref() == Ok(number)
    })
}

fn has_email(party: &Party, email: &str) -> bool {
    let theirs = party.email.as_deref().unwrap_or_default().split(';');
    theirs
        .map(str::trim)
        .any(|theirs| theirs.eq_ignore_ascii_case(email))
}
