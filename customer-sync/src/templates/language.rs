//! Templates and expressions by `minijinja`, with nothing but what a value needs.

use std::fmt;
use std::io::{self, Write};
use std::sync::{Arc, LazyLock};

use minijinja::value::{Enumerator, Object, ObjectRepr, Value, ValueKind};
use minijinja::{
    AutoEscape, Environment, Error, ErrorKind, Expression, UndefinedBehavior, filters, tests,
};

use super::scan::{self, mistake};
use super::{Mistake, PROPERTIES, Record};
use crate::normalize::text;

/// The most steps of one value: far above what a value of a customer takes, and done in less than a millisecond.
const FUEL: u64 = 10_000;

/// The most bytes of a value, and of a template.
const MAX_BYTES: usize = 4_096;

/// The filters that there are.
const FILTERS: [&str; 14] = [
    "capitalize",
    "cut",
    "default",
    "first",
    "items",
    "join",
    "last",
    "length",
    "lookup",
    "lower",
    "replace",
    "title",
    "trim",
    "upper",
];

/// The tests that there are, after `is`.
const TESTS: [&str; 4] = ["containing", "endingwith", "in", "startingwith"];

/// The name by which an environment has its one template.
const VALUE: &str = "value";

/// The language, without a template. It has no functions, and no loader: a template reads the record and nothing else.
static LANGUAGE: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut language = Environment::empty();
    language.set_auto_escape_callback(|_| AutoEscape::None);
    language.set_undefined_behavior(UndefinedBehavior::Strict);
    language.set_fuel(Some(FUEL));
    // For the place of a mistake.
    language.set_debug(true);
    language.add_filter("capitalize", filters::capitalize);
    language.add_filter("cut", cut);
    language.add_filter("default", or_default);
    language.add_filter("first", filters::first);
    language.add_filter("items", filters::items);
    language.add_filter("join", filters::join);
    language.add_filter("last", filters::last);
    language.add_filter("length", filters::length);
    language.add_filter("lookup", lookup);
    language.add_filter("lower", filters::lower);
    language.add_filter("replace", replace);
    language.add_filter("title", filters::title);
    language.add_filter("trim", filters::trim);
    language.add_filter("upper", filters::upper);
    language.add_test("containing", |text: &str, part: &str| text.contains(part));
    language.add_test("endingwith", tests::is_endingwith);
    language.add_test("in", tests::is_in);
    language.add_test("startingwith", tests::is_startingwith);
    language
});

/// The first characters of a text.
fn cut(text: &str, characters: usize) -> String {
    text.chars().take(characters).collect()
}

/// The other text for a blank one, and for the first letter of a blank one.
fn or_default(value: Value, other: Option<Value>) -> Value {
    let is_blank =
        value.is_undefined() || value.as_str().is_some_and(|text| text.trim().is_empty());
    if is_blank {
        other.unwrap_or_else(|| Value::from(""))
    } else {
        value
    }
}

/// The value that a map has for a text, without regard to case and accents; the other one, or nothing, if it has none.
fn lookup(typed: &str, map: &Value, other: Option<Value>) -> Result<Value, Error> {
    if map.kind() != ValueKind::Map {
        let what = "`lookup` takes a map, as in `lookup({\"1\": \"NL\"})`";
        return Err(Error::new(ErrorKind::InvalidOperation, what));
    }
    let wanted = text::folded(typed);
    for key in map.try_iter()? {
        if text::folded(&key.to_string()) == wanted {
            return map.get_item(&key);
        }
    }
    Ok(other.unwrap_or_else(|| Value::from("")))
}

/// As in every language, but that the result has an end.
fn replace(text: &str, from: &str, to: &str) -> Result<String, Error> {
    let replaced = text.replace(from, to);
    if replaced.len() > MAX_BYTES {
        return Err(Error::new(ErrorKind::InvalidOperation, "it grows too long"));
    }
    Ok(replaced)
}

/// What a template reads: the texts by their names, and `properties`.
struct Names {
    texts: Vec<(&'static str, Value)>,
    properties: Value,
}

/// The custom properties: one that the record does not have is blank.
struct Properties(Vec<(String, String)>);

impl Object for Names {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let name = key.as_str()?;
        if name == PROPERTIES {
            return Some(self.properties.clone());
        }
        let mut texts = self.texts.iter();
        let found = texts.find(|(own, _)| *own == name);
        found.map(|(_, text)| text.clone())
    }
}

impl Object for Properties {
    fn repr(self: &Arc<Self>) -> ObjectRepr {
        ObjectRepr::Map
    }

    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        let wanted = text::folded(key.as_str()?);
        let mut named = self.0.iter();
        // The first with a value, as where a rule names a property.
        let found = named.find(|(name, value)| !value.is_empty() && text::folds_to(name, &wanted));
        Some(Value::from(found.map_or("", |(_, value)| value)))
    }

    fn enumerate(self: &Arc<Self>) -> Enumerator {
        let names = self.0.iter().map(|(name, _)| Value::from(name.as_str()));
        Enumerator::Values(names.collect())
    }
}

// Personal data.
impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Names")
    }
}

impl fmt::Debug for Properties {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Properties")
    }
}

/// The record, with a blank for each of these names that it does not have.
fn read(record: &Record<'_>, names: &[&'static str]) -> Value {
    let texts = names.iter().map(|name| {
        let mut texts = record.texts.iter();
        let found = texts.find(|(own, _)| own == name);
        (*name, Value::from(found.map_or("", |(_, text)| text)))
    });
    let properties = record.properties.iter();
    let properties =
        properties.map(|(name, value)| ((*name).to_owned(), value.clone().into_owned()));
    Value::from_object(Names {
        texts: texts.collect(),
        properties: Value::from_object(Properties(properties.collect())),
    })
}

/// A mistake that the compiler has found.
fn of_compiler(text: &str, error: &Error) -> Mistake {
    let what = error
        .detail()
        .map_or_else(|| error.kind().to_string(), str::to_owned);
    match (error.range(), error.line()) {
        (Some(range), _) => mistake(text, range.start, what),
        (None, line) => Mistake {
            line: line.unwrap_or(1),
            column: 1,
            what,
        },
    }
}

/// An error in words without personal data: what was compared or counted is a value.
fn in_words(error: &Error) -> String {
    let place = error.line().map(|line| format!(" in line {line}"));
    let place = place.unwrap_or_default();
    match error.kind() {
        ErrorKind::OutOfFuel => "it takes too many steps".to_owned(),
        ErrorKind::WriteFailure => format!("its value has more than {MAX_BYTES} bytes"),
        kind => format!("{kind}{place}"),
    }
}

/// Whether an error is one of the text, whatever the record has.
fn is_of_text(error: &Error) -> bool {
    let kinds = [
        ErrorKind::UnknownFilter,
        ErrorKind::UnknownTest,
        ErrorKind::UnknownFunction,
        ErrorKind::UnknownMethod,
        ErrorKind::TooManyArguments,
        ErrorKind::MissingArgument,
    ];
    kinds.contains(&error.kind())
}

/// The properties that it names, or a mistake: also a name that does not exist.
fn checked(
    text: &str,
    is_expression: bool,
    used: impl IntoIterator<Item = String>,
    names: &[&'static str],
) -> Result<Vec<String>, Mistake> {
    let mut unknown: Vec<(usize, String)> = used
        .into_iter()
        .filter(|used| used != PROPERTIES && !names.contains(&used.as_str()))
        .map(|used| (scan::place_of(text, is_expression, &used), used))
        .collect();
    unknown.sort();
    if let Some((at, name)) = unknown.first() {
        let known: Vec<&str> = names.iter().copied().chain(["properties.<name>"]).collect();
        return Err(mistake(text, *at, scan::no_such("name", name, &known)));
    }
    scan::check(text, is_expression, &FILTERS, &TESTS)
}

fn check_length(text: &str) -> Result<(), Mistake> {
    if text.len() <= MAX_BYTES {
        return Ok(());
    }
    let what = format!("it has more than {MAX_BYTES} bytes");
    Err(mistake(text, 0, what))
}

/// A record without any value, which shows what is wrong for every record.
const BLANK: Record<'static> = Record {
    texts: Vec::new(),
    properties: Vec::new(),
};

/// A template of one value.
#[derive(Clone)]
pub(crate) struct Template {
    text: String,
    names: Vec<&'static str>,
    properties: Vec<String>,
    compiled: Arc<Environment<'static>>,
}

impl Template {
    /// Compiles a template that may read these names and `properties`.
    pub(crate) fn new(text: &str, names: &[&'static str]) -> Result<Self, Mistake> {
        check_length(text)?;
        let mut language = LANGUAGE.clone();
        let failed = |error| of_compiler(text, &error);
        language
            .add_template_owned(VALUE, text.to_owned())
            .map_err(failed)?;
        let used = language.get_template(VALUE).map_err(failed)?;
        let used = used.undeclared_variables(false);
        let properties = checked(text, false, used, names)?;
        let template = Self {
            text: text.to_owned(),
            names: names.to_vec(),
            properties,
            compiled: Arc::new(language),
        };
        match template.rendered(&BLANK) {
            Err(error) if is_of_text(&error) => Err(of_compiler(text, &error)),
            _ => Ok(template),
        }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The custom properties that it names.
    pub(crate) fn properties(&self) -> &[String] {
        &self.properties
    }

    /// The value for a record, or why there is none, without personal data.
    pub(crate) fn render(&self, record: &Record<'_>) -> Result<String, String> {
        self.rendered(record).map_err(|error| in_words(&error))
    }

    fn rendered(&self, record: &Record<'_>) -> Result<String, Error> {
        let template = self.compiled.get_template(VALUE)?;
        let mut value = Limited::default();
        template.render_captured_to(read(record, &self.names), &mut value)?;
        Ok(String::from_utf8_lossy(&value.0).into_owned())
    }
}

/// Takes so many bytes and no more.
#[derive(Default)]
struct Limited(Vec<u8>);

impl Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > MAX_BYTES {
            return Err(io::Error::other("too long"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An expression that is true or false.
#[derive(Clone)]
pub(crate) struct Condition {
    text: String,
    names: Vec<&'static str>,
    properties: Vec<String>,
    compiled: Arc<Expression<'static, 'static>>,
}

const NO_CONDITION: &str =
    "it gives a text, neither true nor false: compare it, as in `properties.invoice == \"1\"`";

impl Condition {
    /// Compiles an expression that may read these names and `properties`.
    pub(crate) fn new(text: &str, names: &[&'static str]) -> Result<Self, Mistake> {
        check_length(text)?;
        scan::check_braces(text)?;
        let compiled = LANGUAGE.compile_expression_owned(text.to_owned());
        let compiled = compiled.map_err(|error| of_compiler(text, &error))?;
        let properties = checked(text, true, compiled.undeclared_variables(false), names)?;
        let condition = Self {
            text: text.to_owned(),
            names: names.to_vec(),
            properties,
            compiled: Arc::new(compiled),
        };
        match condition.value(&BLANK) {
            Err(error) if is_of_text(&error) => Err(of_compiler(text, &error)),
            Ok(value) if value.kind() != ValueKind::Bool => Err(mistake(text, 0, NO_CONDITION)),
            _ => Ok(condition),
        }
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The custom properties that it names.
    pub(crate) fn properties(&self) -> &[String] {
        &self.properties
    }

    /// Whether it holds for a record, or why that cannot be said, without personal data.
    pub(crate) fn holds(&self, record: &Record<'_>) -> Result<bool, String> {
        let value = self.value(record).map_err(|error| in_words(&error))?;
        if value.kind() == ValueKind::Bool {
            Ok(value.is_true())
        } else {
            Err(NO_CONDITION.to_owned())
        }
    }

    fn value(&self, record: &Record<'_>) -> Result<Value, Error> {
        self.compiled.eval(read(record, &self.names))
    }
}

impl PartialEq for Template {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Template {}

impl PartialEq for Condition {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Condition {}

impl fmt::Debug for Template {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}

impl fmt::Debug for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)
    }
}
