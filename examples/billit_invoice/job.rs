//! What the command line asks for.

use std::fmt;

use billit_client::orders::OrderLineDraft;
use customer_sync::normalize::vat;
use examples::Usage;
use rust_decimal::Decimal;

use crate::customer::Wish;
use crate::text;

/// An invoice in Billit: its customer is found or created and looked up in Peppol, the invoice is created and read back.
///
/// Options that are not given have sample values, but never with --apply. The customer is looked up by key, then VAT number, then
/// name; if the match is ambiguous, nothing is written, and the exit code is 1.
#[derive(clap::Parser)]
pub(crate) struct Arguments {
    /// Your own key of the customer (`ExternalProviderID`), such as planyo:838802
    #[arg(long, value_name = "KEY", value_parser = line)]
    customer: Option<String>,
    /// The customer's name
    #[arg(long, value_parser = line)]
    name: Option<String>,
    /// The customer's VAT number
    #[arg(long, value_name = "NUMBER", value_parser = vat_number)]
    vat_number: Option<String>,
    /// The customer's e-mail address
    #[arg(long, value_name = "ADDRESS", value_parser = line)]
    email: Option<String>,
    /// What is sold
    #[arg(long, value_name = "TEXT", value_parser = line)]
    description: Option<String>,
    /// How many
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true, value_parser = number::<1_000_000>, default_value = "1")]
    quantity: Decimal,
    /// What one costs without VAT, in euros
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true, value_parser = number::<1_000_000_000>)]
    price: Option<Decimal>,
    /// The VAT
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true, value_parser = number::<100>)]
    vat_percent: Option<Decimal>,
    /// Your own key of the invoice: there is only one invoice for it, however often you run this
    #[arg(long, value_name = "KEY", value_parser = line)]
    reference: Option<String>,
    /// SEND THE INVOICE to the customer, by Peppol or else by e-mail. It cannot be undone, and Billit's sandbox sends real
    /// e-mails too
    #[arg(long)]
    send: bool,
    /// Write to the real service (without it nothing is written there)
    #[arg(long)]
    pub(crate) apply: bool,
}

/// The Peppol address of the sample customer on the sandbox.
pub(crate) const SAMPLE_PEPPOL_ADDRESS: &str = "0208:0118000005";

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

impl Arguments {
    /// An error if a sample would be written to the real service.
    pub(crate) fn has_no_sample(&self) -> Result<(), Usage> {
        let needed = [
            ("--name", self.name.is_none()),
            ("--description", self.description.is_none()),
            ("--price", self.price.is_none()),
            ("--vat-percent", self.vat_percent.is_none()),
            ("--reference", self.reference.is_none()),
        ];
        let missing = needed.into_iter().filter(|(_, is_missing)| *is_missing);
        let missing: Vec<&str> = missing.map(|(name, _)| name).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let missing = text::list(missing);
        Err(Usage(format!(
            "--apply needs {missing}: a sample is for the sandbox"
        )))
    }

    pub(crate) fn job(&self) -> Result<Job, Usage> {
        Ok(Job {
            customer: self.customer()?,
            line: Line {
                description: text(self.description.as_ref(), "Fietsverhuur, een weekend"),
                quantity: self.quantity,
                price: self.price.unwrap_or(Decimal::new(91_00, 2)),
                vat_percent: self.vat_percent.unwrap_or(Decimal::from(21)),
            },
            reference: text(self.reference.as_ref(), "example-1"),
            send: self.send,
        })
    }

    /// Either all of the customer is the sample, or nothing.
    fn customer(&self) -> Result<Wish, Usage> {
        let others = [&self.customer, &self.vat_number, &self.email];
        match &self.name {
            Some(name) => Ok(Wish {
                key: self.customer.clone(),
                name: name.clone(),
                vat_number: self.vat_number.clone(),
                email: self.email.clone(),
            }),
            None if others.into_iter().any(Option::is_some) => {
                Err(Usage("--name is missing: the customer's name".to_owned()))
            }
            None => Ok(Wish {
                key: None,
                name: "Fietsenmaker Voorbeeld BV".to_owned(),
                vat_number: Some("BE0118000005".to_owned()),
                email: Some("facturen@fietsenmaker.example.be".to_owned()),
            }),
        }
    }
}

fn text(given: Option<&String>, sample: &str) -> String {
    given.map_or(sample, String::as_str).to_owned()
}

fn line(typed: &str) -> Result<String, String> {
    let line = text::one_line(typed);
    if line.is_empty() {
        return Err("it is blank".to_owned());
    }
    Ok(line)
}

fn vat_number(typed: &str) -> Result<String, String> {
    vat::normalized(typed, None)
}

/// A number from 0 to this one.
fn number<const MOST: i64>(typed: &str) -> Result<Decimal, String> {
    let number = typed.parse::<Decimal>().ok();
    let number = number.filter(|number| (Decimal::ZERO..=Decimal::from(MOST)).contains(number));
    number.ok_or_else(|| format!("a number from 0 to {MOST}, such as 12.50, is needed"))
}
