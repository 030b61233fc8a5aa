//! What a filter prints, read back by a small reader of OData that shares nothing with the writer.
#![allow(clippy::unwrap_used)]

use billit_client::odata::{Filter, Property};
use billit_client::parties::{Party, PartyId};
use chrono::NaiveDateTime;
use proptest::collection::vec;
use proptest::prelude::*;
use rust_decimal::Decimal;

const TEXT: Property<Party, String> = Property::new("Name");
const NUMBER: Property<Party, i64> = Property::new("RemindersSent");
const ID: Property<Party, PartyId> = Property::new("CounterParty/PartyID");
const AMOUNT: Property<Party, Decimal> = Property::new("TotalIncl");
const FLAG: Property<Party, bool> = Property::new("Paid");
const TIME: Property<Party, NaiveDateTime> = Property::new("LastModified");

#[derive(Clone, Debug, PartialEq)]
enum Expression {
    /// Property, operator, value.
    Compare(String, String, Value),
    /// Function, property, text.
    Call(String, String, String),
    And(Vec<Expression>),
    Or(Vec<Expression>),
    Not(Box<Expression>),
}

#[derive(Clone, Debug, PartialEq)]
enum Value {
    Text(String),
    Number(Decimal),
    Flag(bool),
    Time(NaiveDateTime),
}

use Expression::{And, Call, Compare, Not, Or};

/// A filter and what it means.
type Both = (Filter<Party>, Expression);

fn compare(property: &str, operator: &str, value: Value) -> Expression {
    Compare(property.to_owned(), operator.to_owned(), value)
}

fn ordered<V: billit_client::odata::Ordered + Clone>(
    property: Property<Party, V>,
    (value, meaning): (V, Value),
) -> Vec<Both> {
    let name = property.name();
    [
        ("eq", property.eq(value.clone())),
        ("ne", property.ne(value.clone())),
        ("ge", property.ge(value.clone())),
        ("gt", property.gt(value.clone())),
        ("le", property.le(value.clone())),
        ("lt", property.lt(value)),
    ]
    .map(|(operator, filter)| (filter, compare(name, operator, meaning.clone())))
    .to_vec()
}

fn any_text() -> impl Strategy<Value = String> {
    let tricky = [
        "'",
        "''",
        " and ",
        " or Name eq 'x'",
        ")",
        "not (",
        "DateTime'",
        "é€",
    ];
    let tricky = proptest::sample::select(tricky.to_vec()).prop_map(str::to_owned);
    let mix = vec(
        prop_oneof![tricky, any::<char>().prop_map(String::from)],
        0..6,
    );
    mix.prop_map(|parts| parts.concat())
}

fn any_time() -> impl Strategy<Value = NaiveDateTime> {
    // Years of four digits, as .NET has them, to the millisecond.
    let millis = -62_135_596_800_000_i64..253_402_300_800_000;
    let millis = prop_oneof![
        millis.clone(),
        millis.prop_map(|millis| millis / 1000 * 1000)
    ];
    millis.prop_map(|millis| {
        let time = chrono::DateTime::from_timestamp_millis(millis);
        time.unwrap().naive_utc()
    })
}

fn any_amount() -> impl Strategy<Value = Decimal> {
    (any::<i64>(), 0..10_u32).prop_map(|(digits, scale)| Decimal::new(digits, scale))
}

fn leaf() -> impl Strategy<Value = Both> {
    let one = |cases: Vec<Both>| proptest::sample::select(cases);
    prop_oneof![
        any::<i64>().prop_flat_map(move |n| one(ordered(NUMBER, (n, Value::Number(n.into()))))),
        any::<i64>().prop_flat_map(move |n| {
            one(ordered(ID, (PartyId::from(n), Value::Number(n.into()))))
        }),
        any_amount().prop_flat_map(move |n| one(ordered(AMOUNT, (n, Value::Number(n))))),
        any_time().prop_flat_map(move |time| one(ordered(TIME, (time, Value::Time(time))))),
        any::<bool>().prop_flat_map(move |flag| one(vec![
            (FLAG.eq(flag), compare("Paid", "eq", Value::Flag(flag))),
            (FLAG.ne(flag), compare("Paid", "ne", Value::Flag(flag))),
        ])),
        any_text().prop_flat_map(move |text| {
            let call = |function: &str| Call(function.into(), "Name".into(), text.clone());
            one(vec![
                (
                    TEXT.eq(text.clone()),
                    compare("Name", "eq", Value::Text(text.clone())),
                ),
                (
                    TEXT.ne(text.clone()),
                    compare("Name", "ne", Value::Text(text.clone())),
                ),
                (TEXT.starts_with(&text), call("startswith")),
                (TEXT.ends_with(&text), call("endswith")),
                (TEXT.contains(&text), call("substringof")),
            ])
        }),
    ]
}

fn any_filter() -> impl Strategy<Value = Both> {
    leaf().prop_recursive(5, 24, 2, |inner| {
        let two = (inner.clone(), inner.clone());
        prop_oneof![
            two.clone()
                .prop_map(|((a, x), (b, y))| (a.and(b), And(vec![x, y]))),
            two.prop_map(|((a, x), (b, y))| (a.or(b), Or(vec![x, y]))),
            inner.prop_map(|(a, x)| (!a, Not(Box::new(x)))),
        ]
    })
}

/// `a and (b and c)` is `a and b and c`, and so with `or`.
fn flat(expression: Expression) -> Expression {
    let parts = |parts: Vec<Expression>, is_and: bool| {
        let parts = parts.into_iter().map(flat).flat_map(|part| match part {
            And(parts) if is_and => parts,
            Or(parts) if !is_and => parts,
            part => vec![part],
        });
        parts.collect::<Vec<_>>()
    };
    match expression {
        And(all) => And(parts(all, true)),
        Or(any) => Or(parts(any, false)),
        Not(inner) => Not(Box::new(flat(*inner))),
        leaf => leaf,
    }
}

/// Reads OData 3: `or` binds less than `and`, `and` less than `not`.
struct Reader<'a>(&'a str);

impl Reader<'_> {
    fn read(text: &str) -> Option<Expression> {
        let mut reader = Reader(text);
        let expression = reader.either()?;
        reader.0.is_empty().then_some(flat(expression))
    }

    fn takes(&mut self, text: &str) -> bool {
        let rest = self.0.strip_prefix(text);
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn either(&mut self) -> Option<Expression> {
        let mut parts = vec![self.both()?];
        while self.takes(" or ") {
            parts.push(self.both()?);
        }
        Some(if parts.len() == 1 {
            parts.remove(0)
        } else {
            Or(parts)
        })
    }

    fn both(&mut self) -> Option<Expression> {
        let mut parts = vec![self.one()?];
        while self.takes(" and ") {
            parts.push(self.one()?);
        }
        Some(if parts.len() == 1 {
            parts.remove(0)
        } else {
            And(parts)
        })
    }

    fn one(&mut self) -> Option<Expression> {
        if self.takes("not ") {
            return Some(Not(Box::new(self.one()?)));
        }
        if self.takes("(") {
            let inner = self.either()?;
            return self.takes(")").then_some(inner);
        }
        let name = self.word()?;
        if self.takes("(") {
            let (property, text) = if name == "substringof" {
                let text = self.text()?;
                (self.takes(",").then(|| self.word())??, text)
            } else {
                let property = self.word()?;
                (property, self.takes(",").then(|| self.text())??)
            };
            return self.takes(")").then_some(Call(name, property, text));
        }
        let operator = self.takes(" ").then(|| self.word())??;
        let value = self.takes(" ").then(|| self.value())??;
        Some(Compare(name, operator, value))
    }

    fn word(&mut self) -> Option<String> {
        let is_end = |c: char| !(c.is_ascii_alphanumeric() || "/_.-".contains(c));
        let (word, rest) = self.0.split_at(self.0.find(is_end).unwrap_or(self.0.len()));
        self.0 = rest;
        (!word.is_empty()).then(|| word.to_owned())
    }

    /// A quote stands for itself when doubled.
    fn text(&mut self) -> Option<String> {
        let mut text = String::new();
        if !self.takes("'") {
            return None;
        }
        loop {
            let (part, rest) = self.0.split_once('\'')?;
            (text, self.0) = (text + part, rest);
            if !self.takes("'") {
                return Some(text);
            }
            text.push('\'');
        }
    }

    fn value(&mut self) -> Option<Value> {
        if self.takes("DateTime") {
            return self.text()?.parse().ok().map(Value::Time);
        }
        if self.0.starts_with('\'') {
            return self.text().map(Value::Text);
        }
        let word = self.word()?;
        match word.as_str() {
            "true" => Some(Value::Flag(true)),
            "false" => Some(Value::Flag(false)),
            number => {
                // Without its mark a number is whole, or a float.
                let exact = number.strip_suffix('M');
                let is_plain = exact.is_some() || !number.contains('.');
                let number = exact.unwrap_or(number).parse().ok();
                number.filter(|_| is_plain).map(Value::Number)
            }
        }
    }
}

proptest! {
    #[test]
    fn a_filter_says_what_it_means((filter, meaning) in any_filter()) {
        let text = filter.to_string();
        prop_assert_eq!(Reader::read(&text), Some(flat(meaning)), "{}", text);
    }

    #[test]
    fn debug_shows_no_value(text in "[a-z]{8}", amount in 100_000_i64..) {
        let filter = !TEXT.eq(text.clone()).or(TEXT.contains(&text)).and(NUMBER.le(amount));
        let shown = format!("{filter:?}");
        prop_assert!(!shown.contains(&text) && !shown.contains(&amount.to_string()), "{}", shown);
    }
}

#[test]
fn the_reader_is_no_yes_man() {
    for text in [
        "",
        "Name",
        "Name eq",
        "Name eq 'x",
        "Name eq 'x' and",
        "(Name eq 'x'",
        "Name eq 'x')",
        "Total eq 12.5",
        "startswith(Name)",
        "Name eq 'x' 'y'",
    ] {
        assert_eq!(Reader::read(text), None, "{text}");
    }
    let both = |text| Reader::read(text).unwrap();
    assert_eq!(
        both("A eq 1 or B eq 2 and C eq 3"),
        both("A eq 1 or (B eq 2 and C eq 3)")
    );
    assert_ne!(
        both("A eq 1 or B eq 2 and C eq 3"),
        both("(A eq 1 or B eq 2) and C eq 3")
    );
    assert_ne!(
        both("not (A eq 1) and B eq 2"),
        both("not (A eq 1 and B eq 2)")
    );
}

#[test]
fn amounts_are_exact() {
    let cases = [
        ("100", "100"),
        ("100.00", "100"),
        ("12.50", "12.5M"),
        ("-0.001", "-0.001M"),
    ];
    for (amount, literal) in cases {
        let filter = AMOUNT.gt(amount.parse::<Decimal>().unwrap());
        assert_eq!(filter.to_string(), format!("TotalIncl gt {literal}"));
    }
}
