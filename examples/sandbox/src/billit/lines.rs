//! Order lines, and the totals the server computes from them.

use serde_json::{Value, json};

use super::{
    answers::{Outcome, generic},
    money::{ONE, cents, less, percent, times, units, value, with_vat, without_vat},
    record::{
        Kind::{Decimal, Flag, Integer, List, Object, Text},
        Model, Record, text,
    },
};

pub(super) const MODEL: Model = Model {
    type_name: "Domain.Order.OrderLine",
    fields: &[
        ("Quantity", Decimal),
        ("UnitPriceExcl", Decimal),
        ("AccountCode", Integer),
        ("Reference", Text),
        ("Description", Text),
        ("TotalExcl", Decimal),
        ("TotalVAT", Decimal),
        ("VATPercentage", Decimal),
        ("VentilationCode", Text),
        ("ProductID", Integer),
        ("Unit", Text),
        ("CustomFields", Object),
        ("ExternalProviderReferences", List),
        ("InclLeading", Flag),
        ("UnitPriceIncl", Decimal),
        ("TotalIncl", Decimal),
        ("AnalyticCostBearer", Text),
        ("AnalyticCostCenter", Text),
        ("ReductionPercentage", Decimal),
        ("DescriptionExtended", Text),
    ],
    server_owned: &["TotalExcl", "TotalVAT", "TotalIncl"],
};

/// The longest description of a line.
const LONGEST: usize = 512;

/// Lines as printed, and what they come to.
pub(super) struct Lines {
    pub(super) printed: Vec<Value>,
    pub(super) groups: Vec<Value>,
    pub(super) excl: i128,
    pub(super) vat: i128,
    /// Every VAT percentage that occurs.
    pub(super) percentages: Vec<i128>,
}

/// The lines of one VAT percentage.
struct Group {
    percentage: i128,
    code: String,
    excl: i128,
    /// The sum over the lines; it counts where a price with VAT leads.
    vat: i128,
    incl_leads: bool,
}

impl Lines {
    /// Each line's total without VAT is rounded to the cent; VAT is taken once of the sum per percentage, as EN 16931
    /// has it. How Billit itself rounds is not documented.
    pub(super) fn read(sent: &[Value]) -> Outcome<Self> {
        let mut lines = Self {
            printed: Vec::new(),
            groups: Vec::new(),
            excl: 0,
            vat: 0,
            percentages: Vec::new(),
        };
        let mut groups: Vec<Group> = Vec::new();
        for line in sent {
            let line = line
                .as_object()
                .ok_or_else(|| generic("A line is an object."))?;
            let mut line = MODEL.bind(line).map_err(|text| generic(&text))?;
            line.retain(|_, value| !value.is_null());
            let too_long = ["Description", "DescriptionExtended"]
                .into_iter()
                .find(|name| text(&line, name).chars().count() > LONGEST);
            if let Some(name) = too_long {
                return Err(generic(&format!(
                    "{name} is longer than {LONGEST} characters."
                )));
            }
            total(&mut line, &mut groups);
            lines.printed.push(Value::Object(line));
        }
        for group in groups {
            let vat = if group.incl_leads {
                group.vat
            } else {
                cents(percent(group.excl, group.percentage))
            };
            lines.excl += group.excl;
            lines.vat += vat;
            lines.percentages.push(group.percentage);
            let mut printed = json!({
                "VATPercentage": value(group.percentage),
                "TotalExcl": value(group.excl),
                "TotalVAT": value(vat),
                "TotalIncl": value(group.excl + vat),
            });
            if let Some(printed) = printed.as_object_mut().filter(|_| !group.code.is_empty()) {
                printed.insert(String::from("VentilationCode"), json!(group.code));
            }
            lines.groups.push(printed);
        }
        Ok(lines)
    }
}

/// Fills in a line's amounts and adds them to its group.
fn total(line: &mut Record, groups: &mut Vec<Group>) {
    let amount = |name: &str| line.get(name).map(units);
    let quantity = amount("Quantity").unwrap_or(ONE);
    let percentage = amount("VATPercentage").unwrap_or_default();
    let reduction = amount("ReductionPercentage").unwrap_or_default();
    let (excl, incl) = (amount("UnitPriceExcl"), amount("UnitPriceIncl"));
    let leads = line.get("InclLeading") == Some(&json!(true));
    let incl_leads = incl.is_some() && (leads || excl.is_none());

    let price = if incl_leads { incl } else { excl }.unwrap_or_default();
    let whole = cents(less(times(quantity, price), reduction));
    let (unit_excl, unit_incl, total_excl, total_incl) = if incl_leads {
        let total_excl = cents(without_vat(whole, percentage));
        (without_vat(price, percentage), price, total_excl, whole)
    } else {
        let total_incl = cents(with_vat(whole, percentage));
        (price, with_vat(price, percentage), whole, total_incl)
    };
    for (name, amount) in [
        ("Quantity", quantity),
        ("VATPercentage", percentage),
        ("UnitPriceExcl", unit_excl),
        ("UnitPriceIncl", unit_incl),
        ("TotalExcl", total_excl),
        ("TotalVAT", total_incl - total_excl),
        ("TotalIncl", total_incl),
    ] {
        line.insert(name.to_owned(), value(amount));
    }
    let known = groups
        .iter_mut()
        .find(|group| group.percentage == percentage);
    if let Some(group) = known {
        group.excl += total_excl;
        group.vat += total_incl - total_excl;
        group.incl_leads |= incl_leads;
    } else {
        groups.push(Group {
            percentage,
            code: text(line, "VentilationCode").to_owned(),
            excl: total_excl,
            vat: total_incl - total_excl,
            incl_leads,
        });
    }
}
