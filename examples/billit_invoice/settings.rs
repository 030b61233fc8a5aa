//! Settings from the command line and the environment.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::RangeInclusive;

use billit_client::Client as Billit;
use billit_client::orders::OrderLineDraft;
use customer_sync::normalize::vat;
use rust_decimal::Decimal;

use crate::customer::Wish;
use crate::environment::Settings;
use crate::text;

pub(crate) const HELP: &str = "\
An invoice in Billit: its customer is found or created and looked up in Peppol, the invoice is created and read back.

cargo run --example billit_invoice [-- OPTIONS]

  --customer KEY       your own key of the customer (ExternalProviderID), such as planyo:838802
  --name NAME          the customer's name
  --vat-number NUMBER  the customer's VAT number
  --email ADDRESS      the customer's e-mail address
  --description TEXT   what is sold
  --quantity NUMBER    how many; default: 1
  --price NUMBER       what one costs without VAT, in euros
  --vat-percent NUMBER the VAT
  --reference KEY      your own key of the invoice: there is only one invoice for it, however often you run this
  --send               SEND THE INVOICE to the customer, by Peppol or else by e-mail. It cannot be undone, and
                       Billit's sandbox sends real e-mails too
  --apply              write to the real service (without it nothing is written there)
  --help               this text

Options that are not given have sample values, but never with --apply. The customer is looked up by key, then VAT number, then name;
if the match is ambiguous, nothing is written, and the exit code is 1.

Without settings it runs on a sandbox in this process. With these it works on the real service:

  BILLIT_API_KEY       required
  BILLIT_PARTY_ID      required: the id of your own company in Billit
  BILLIT_BASE_URL      default https://api.billit.be";

const SETTINGS: [&str; 3] = ["BILLIT_API_KEY", "BILLIT_PARTY_ID", "BILLIT_BASE_URL"];

/// The options with a value, and their samples; empty for none.
const SAMPLES: [(&str, &str); 9] = [
    ("--customer", ""),
    ("--name", "Fietsenmaker Voorbeeld BV"),
    ("--vat-number", "BE0118000005"),
    ("--email", "facturen@fietsenmaker.example.be"),
    ("--description", "Fietsverhuur, een weekend"),
    ("--quantity", "1"),
    ("--price", "91.00"),
    ("--vat-percent", "21"),
    ("--reference", "example-1"),
];

/// The options about the customer: either all have the sample value, or none.
const CUSTOMER: [&str; 4] = ["--customer", "--name", "--vat-number", "--email"];

/// Required to write to the real service.
const NEEDED: [&str; 5] = [
    "--name",
    "--description",
    "--price",
    "--vat-percent",
    "--reference",
];

/// The Peppol address of the sample customer on the sandbox.
pub(crate) const SAMPLE_PEPPOL_ADDRESS: &str = "0208:0118000005";

/// What to do.
pub(crate) enum Wanted {
    Help,
    /// On the sandbox.
    Demo(Job),
    /// Only print what would be done on the real service.
    Plan(Billit, Job),
    /// Do it there.
    Apply(Billit, Job),
}

/// An invoice of one line, and its customer.
pub(crate) struct Job {
    pub(crate) customer: Wish,
    pub(crate) line: Line,
    /// The order's `ExternalProviderID`.
    pub(crate) reference: String,
    pub(crate) send: bool,
}

/// A quantity at a price each without VAT.
pub(crate) struct Line {
    pub(crate) description: String,
    pub(crate) quantity: Decimal,
    pub(crate) price: Decimal,
    pub(crate) vat_percent: Decimal,
}

impl Line {
    pub(crate) fn draft(&self) -> OrderLineDraft {
        OrderLineDraft::excl(&self.description, self.quantity, self.price)
            .vat_percentage(self.vat_percent)
    }
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            description,
            quantity,
            price,
            vat_percent,
        } = self;
        write!(
            f,
            "{quantity} x {price} + {vat_percent} % VAT: {description}"
        )
    }
}

/// What the arguments and the environment ask for, or one line that says what is wrong with them.
pub(crate) fn read(
    mut arguments: impl Iterator<Item = String>,
    environment: impl Fn(&str) -> Option<String>,
) -> Result<Wanted, String> {
    let mut given = BTreeMap::new();
    let (mut send, mut apply) = (false, false);
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--send" => send = true,
            "--apply" => apply = true,
            "--help" | "-h" => return Ok(Wanted::Help),
            name if SAMPLES.iter().any(|(known, _)| *known == name) => {
                let value = arguments.next().map(|value| text::one_line(&value));
                // Another option in its place: the value is missing.
                let value = value.filter(|value| !value.is_empty() && !value.starts_with("--"));
                let value = value.ok_or_else(|| format!("{name} needs a value; --help says which"));
                given.insert(name.to_owned(), value?);
            }
            _ => {
                return Err(format!(
                    "unknown argument `{argument}`; --help names the known ones"
                ));
            }
        }
    }
    let job = job(&given, send)?;
    let settings = Settings::new(&SETTINGS, environment);
    if settings.are_blank() {
        if apply {
            let real = "--apply is for the real service; set BILLIT_API_KEY and BILLIT_PARTY_ID";
            return Err(real.to_owned());
        }
        return Ok(Wanted::Demo(job));
    }
    let billit = settings.billit()?;
    if !apply {
        return Ok(Wanted::Plan(billit, job));
    }
    let missing: Vec<_> = NEEDED
        .into_iter()
        .filter(|name| !given.contains_key(*name))
        .collect();
    if missing.is_empty() {
        return Ok(Wanted::Apply(billit, job));
    }
    let missing = text::list(missing);
    Err(format!(
        "--apply needs {missing}: a sample is for the sandbox"
    ))
}

fn job(given: &BTreeMap<String, String>, send: bool) -> Result<Job, String> {
    let has_customer = CUSTOMER.iter().any(|name| given.contains_key(*name));
    if has_customer && !given.contains_key("--name") {
        return Err("--name is missing: the customer's name".to_owned());
    }
    let value = |name: &str| {
        let sample = SAMPLES.iter().find(|(known, _)| *known == name);
        let sample = sample.filter(|_| !(has_customer && CUSTOMER.contains(&name)));
        let sample = sample.map(|(_, sample)| (*sample).to_owned());
        let value = given.get(name).cloned().or(sample);
        value.filter(|value| !value.is_empty())
    };
    let text = |name: &str| value(name).unwrap_or_default();
    let number = |name: &str, range: RangeInclusive<i64>| {
        let (from, to) = (Decimal::from(*range.start()), Decimal::from(*range.end()));
        let number = text(name).parse::<Decimal>();
        let number = number.ok().filter(|number| (from..=to).contains(number));
        number.ok_or_else(|| {
            let (from, to) = (range.start(), range.end());
            format!("{name} takes a number from {from} to {to}, such as 12.50")
        })
    };
    let vat_number = value("--vat-number").map(|number| vat::normalized(&number, None));
    Ok(Job {
        customer: Wish {
            key: value("--customer"),
            name: text("--name"),
            vat_number: vat_number
                .transpose()
                .map_err(|why| format!("--vat-number is none: {why}"))?,
            email: value("--email"),
        },
        line: Line {
            description: text("--description"),
            quantity: number("--quantity", 0..=1_000_000)?,
            price: number("--price", 0..=1_000_000_000)?,
            vat_percent: number("--vat-percent", 0..=100)?,
        },
        reference: text("--reference"),
        send,
    })
}
