//! What may help where Billit does not take a customer's values.

use billit_client::parties::TextField;

use crate::core::change::Change;
use crate::core::field::{Field, VAT_NUMBER};
use crate::core::report::Rejection;

/// Billit's refusal of these values, if that is what the error is.
pub(super) fn rejection(error: &billit_client::Error, changes: &[Change]) -> Option<Rejection> {
    let is_word = |code: &&str| code.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (error.kind() == billit_client::ErrorKind::Rejected).then(|| Rejection {
        code: error.api_code().filter(is_word).map(str::to_owned),
        hint: hint(error.api_message().unwrap_or_default(), changes),
    })
}

/// Billit publishes no list of the codes by which it refuses a party, and its texts come in the user's language: so the
/// hint goes by what was sent, and by names of fields in the text.
fn hint(text: &str, changes: &[Change]) -> String {
    let sent = |field: &Field| {
        let change = changes.iter().find(|change| change.field == *field)?;
        change.after.as_deref()
    };
    let country = sent(&Field::Text(TextField::CountryCode));
    if let (Some(vat), Some(country)) = (sent(&VAT_NUMBER), country)
        && !vat.starts_with(country)
    {
        return format!(
            "the VAT number begins with {}, the address is in {country}: Billit is said to refuse that; make this customer \
             at Billit's screen with the number's country, change the address there, and the next run links it",
            vat.chars().take(2).collect::<String>()
        );
    }
    let named = changes.iter().map(|change| &change.field);
    let mut named = named.filter(|field| text.contains(field.wire_name()));
    if let Some(field) = named.next() {
        return format!("Billit names {field}: mend that value in the source");
    }
    if text.to_lowercase().contains("required") {
        return "Billit misses a value: fill it in the source, or give it a default in the rules"
            .to_owned();
    }
    "see Billit's words, mend the record in the source, or make this customer at Billit's screen"
        .to_owned()
}
