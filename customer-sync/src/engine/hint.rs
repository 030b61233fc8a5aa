//! Hints for a customer whose values Billit rejects.

use billit_client::parties::TextField;

use crate::core::change::Change;
use crate::core::field::{Field, VAT_NUMBER};
use crate::core::report::Rejection;
use crate::normalize::vat;

/// The beginning of the reason of a text that Billit has refused in this run.
pub(super) const REFUSED: &str = "left out, since Billit refused it";

/// The rejection, if the error says that Billit rejected these values.
pub(super) fn rejection(error: &billit_client::Error, changes: &[Change]) -> Option<Rejection> {
    let is_word = |code: &&str| code.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    (error.kind() == billit_client::ErrorKind::Rejected).then(|| Rejection {
        code: error.api_code().filter(is_word).map(str::to_owned),
        hint: hint(error.api_message().unwrap_or_default(), changes),
    })
}

/// Billit publishes no list of error codes for parties, and its messages are in the user's language. So the hint is
/// chosen by the values that were sent, and by field names in the message.
fn hint(text: &str, changes: &[Change]) -> String {
    let sent = |field: &Field| {
        let change = changes.iter().find(|change| change.field == *field)?;
        change.after.as_deref()
    };
    let country = sent(&Field::Text(TextField::CountryCode));
    let vat = sent(&VAT_NUMBER).and_then(|number| vat::normalized(number, country).ok());
    if let (Some(vat), Some(country)) = (vat, country)
        && let Some(prefix) = vat.get(..2)
        && !vat::is_of(&vat, country)
    {
        return format!(
            "the VAT number begins with {prefix}, the address is in {country}, which Billit reportedly rejects; create \
             this customer in Billit's web application with the number's country, change the address there, and the \
             next run links it"
        );
    }
    let named = changes.iter().map(|change| &change.field);
    let mut named = named.filter(|field| text.contains(field.wire_name()));
    if let Some(field) = named.next() {
        return format!("Billit names {field}: correct that value in the source");
    }
    if text.to_lowercase().contains("required") {
        return "a required value is missing: fill it in in the source, or set a default in the rules"
            .to_owned();
    }
    "see Billit's message, correct the record in the source, or create this customer in Billit's web application"
        .to_owned()
}
