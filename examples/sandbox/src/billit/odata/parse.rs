//! From the text of a `$filter` to an expression whose types fit.

use super::{Comparison, Expression, Function, Property, Refusal, Rules, Scalar};
use crate::billit::record::{Kind, parse_time};

/// The maximum nesting, more than any client needs: it prevents a stack overflow.
const DEEPEST: usize = 64;

/// For the same reason: each `or` is one level more when a condition is evaluated.
const LONGEST: usize = 1_000;

pub(super) fn condition(text: &str, rules: &Rules) -> Result<Expression, Refusal> {
    let tokens = tokens(text)?;
    if tokens.len() > LONGEST {
        return Err(String::from("The filter is too long."));
    }
    let mut parser = Parser {
        tokens: &tokens,
        rules,
        depth: 0,
    };
    let (expression, type_) = parser.or()?;
    if let Some(token) = parser.tokens.first() {
        return Err(format!("Syntax error: unexpected {token:?} in '{text}'."));
    }
    expect(type_, Type::Flag)?;
    Ok(expression)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Type {
    Text,
    Number,
    Flag,
    Time,
    Null,
}

fn expect(found: Type, wanted: Type) -> Result<(), Refusal> {
    if found == wanted || found == Type::Null {
        return Ok(());
    }
    Err(format!(
        "A value of type {found:?} stands where one of type {wanted:?} is needed."
    ))
}

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Word(String),
    Literal(Scalar),
    Open,
    Close,
    Comma,
}

fn tokens(text: &str) -> Result<Vec<Token>, Refusal> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, after) = match first {
            '(' => (Token::Open, rest.split_at(1).1),
            ')' => (Token::Close, rest.split_at(1).1),
            ',' => (Token::Comma, rest.split_at(1).1),
            '\'' | '"' => {
                let (literal, after) = quoted(rest, first)?;
                (Token::Literal(Scalar::Text(literal)), after)
            }
            '0'..='9' | '-' => number(rest)?,
            letter if letter.is_alphabetic() => word(rest)?,
            other => {
                return Err(format!(
                    "Syntax error: character '{other}' is not valid in '{text}'."
                ));
            }
        };
        tokens.push(token);
        rest = after.trim_start();
    }
    Ok(tokens)
}

/// A text up to its closing quote, with doubled quotes made single.
fn quoted(text: &str, quote: char) -> Result<(String, &str), Refusal> {
    let mut literal = String::new();
    let mut characters = text.char_indices().skip(1).peekable();
    while let Some((at, character)) = characters.next() {
        if character != quote {
            literal.push(character);
        } else if characters.peek().is_some_and(|(_, next)| *next == quote) {
            literal.push(quote);
            characters.next();
        } else {
            return Ok((literal, text.split_at(at + 1).1));
        }
    }
    Err(format!(
        "Syntax error: a text literal is not closed in {text}"
    ))
}

fn number(text: &str) -> Result<(Token, &str), Refusal> {
    let is_part = |character: char| character.is_ascii_alphanumeric() || ".-".contains(character);
    let end = text
        .find(|character| !is_part(character))
        .unwrap_or(text.len());
    let (digits, after) = text.split_at(end);
    // OData v3 marks longs, floats, doubles and decimals by a letter.
    let plain = digits.trim_end_matches(['L', 'l', 'M', 'm', 'F', 'f', 'D', 'd']);
    let number = plain.parse::<f64>();
    let number = number.map_err(|_| format!("Syntax error: '{digits}' is not a number."))?;
    Ok((Token::Literal(Scalar::Number(number)), after))
}

/// A name, an operator, or a literal that begins like one.
fn word(text: &str) -> Result<(Token, &str), Refusal> {
    let is_part = |character: char| character.is_alphanumeric() || "_/".contains(character);
    let end = text
        .find(|character| !is_part(character))
        .unwrap_or(text.len());
    let (word, after) = text.split_at(end);
    if word.eq_ignore_ascii_case("datetime") && after.starts_with('\'') {
        let (time, after) = quoted(after, '\'')?;
        let parsed = parse_time(&time)
            .ok_or_else(|| format!("Syntax error: '{time}' is not a DateTime."))?;
        return Ok((Token::Literal(Scalar::Time(parsed)), after));
    }
    let token = match word {
        "true" => Token::Literal(Scalar::Flag(true)),
        "false" => Token::Literal(Scalar::Flag(false)),
        "null" => Token::Literal(Scalar::Null),
        _ => Token::Word(word.to_owned()),
    };
    Ok((token, after))
}

type Typed = (Expression, Type);

struct Parser<'a> {
    tokens: &'a [Token],
    rules: &'a Rules<'a>,
    depth: usize,
}

impl Parser<'_> {
    fn or(&mut self) -> Result<Typed, Refusal> {
        let mut left = self.and()?;
        while self.takes_word("or") {
            let right = self.and()?;
            left = both(left, right, Expression::Or)?;
        }
        Ok(left)
    }

    fn and(&mut self) -> Result<Typed, Refusal> {
        let mut left = self.comparison()?;
        while self.takes_word("and") {
            let right = self.comparison()?;
            left = both(left, right, Expression::And)?;
        }
        Ok(left)
    }

    fn comparison(&mut self) -> Result<Typed, Refusal> {
        let (left, left_type) = self.unary()?;
        let Some(comparison) = self.comparison_word() else {
            return Ok((left, left_type));
        };
        let (right, right_type) = self.unary()?;
        if left_type != Type::Null {
            expect(right_type, left_type)?;
        }
        let compared = Expression::Compare(comparison, Box::new(left), Box::new(right));
        Ok((compared, Type::Flag))
    }

    fn comparison_word(&mut self) -> Option<Comparison> {
        let Some((Token::Word(word), after)) = self.tokens.split_first() else {
            return None;
        };
        let comparison = match word.as_str() {
            "eq" => Comparison::Eq,
            "ne" => Comparison::Ne,
            "gt" => Comparison::Gt,
            "ge" => Comparison::Ge,
            "lt" => Comparison::Lt,
            "le" => Comparison::Le,
            _ => return None,
        };
        self.tokens = after;
        Some(comparison)
    }

    fn unary(&mut self) -> Result<Typed, Refusal> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(String::from("The filter is nested too deeply."));
        }
        let unary = if self.takes_word("not") {
            let (inner, inner_type) = self.unary()?;
            expect(inner_type, Type::Flag)?;
            (Expression::Not(Box::new(inner)), Type::Flag)
        } else {
            self.primary()?
        };
        self.depth -= 1;
        Ok(unary)
    }

    fn primary(&mut self) -> Result<Typed, Refusal> {
        let Some((token, after)) = self.tokens.split_first() else {
            return Err(String::from("Syntax error: the filter ends too early."));
        };
        self.tokens = after;
        match token {
            Token::Open => {
                let inner = self.or()?;
                self.closes()?;
                Ok(inner)
            }
            Token::Literal(literal) => Ok((Expression::Literal(literal.clone()), type_of(literal))),
            Token::Word(word) if self.tokens.first() == Some(&Token::Open) => self.call(word),
            Token::Word(word) => self.property(word),
            other => Err(format!("Syntax error: unexpected {other:?}.")),
        }
    }

    fn property(&self, name: &str) -> Result<Typed, Refusal> {
        let kind = self.rules.property(name)?;
        let type_ = match kind {
            Kind::Text => Type::Text,
            Kind::Integer | Kind::Decimal => Type::Number,
            Kind::Flag => Type::Flag,
            Kind::Time => Type::Time,
            Kind::List | Kind::Object => {
                return Err(format!("The property '{name}' cannot be used in $filter."));
            }
        };
        Ok((Expression::Property(Property::new(name, kind)), type_))
    }

    fn call(&mut self, name: &str) -> Result<Typed, Refusal> {
        let (function, count, type_) = match name {
            "substringof" => (Function::SubstringOf, 2, Type::Flag),
            "startswith" => (Function::StartsWith, 2, Type::Flag),
            "endswith" => (Function::EndsWith, 2, Type::Flag),
            "tolower" => (Function::ToLower, 1, Type::Text),
            "toupper" => (Function::ToUpper, 1, Type::Text),
            // `contains` belongs to OData v4.
            _ => return Err(format!("An unknown function with name '{name}' was found.")),
        };
        // The opening parenthesis, which the caller has seen.
        self.tokens = self
            .tokens
            .split_first()
            .map_or(self.tokens, |(_, after)| after);
        let mut arguments = Vec::new();
        loop {
            let (argument, argument_type) = self.unary()?;
            expect(argument_type, Type::Text)?;
            arguments.push(argument);
            if self.tokens.first() != Some(&Token::Comma) {
                break;
            }
            self.tokens = self
                .tokens
                .split_first()
                .map_or(self.tokens, |(_, after)| after);
        }
        self.closes()?;
        if arguments.len() != count {
            return Err(format!("The function '{name}' takes {count} arguments."));
        }
        Ok((Expression::Call(function, arguments), type_))
    }

    fn closes(&mut self) -> Result<(), Refusal> {
        match self.tokens.split_first() {
            Some((Token::Close, after)) => {
                self.tokens = after;
                Ok(())
            }
            _ => Err(String::from("Syntax error: ')' is missing.")),
        }
    }

    fn takes_word(&mut self, wanted: &str) -> bool {
        match self.tokens.split_first() {
            Some((Token::Word(word), after)) if word == wanted => {
                self.tokens = after;
                true
            }
            _ => false,
        }
    }
}

fn type_of(literal: &Scalar) -> Type {
    match literal {
        Scalar::Null => Type::Null,
        Scalar::Flag(_) => Type::Flag,
        Scalar::Number(_) => Type::Number,
        Scalar::Text(_) => Type::Text,
        Scalar::Time(_) => Type::Time,
    }
}

fn both(
    (left, left_type): Typed,
    (right, right_type): Typed,
    join: fn(Box<Expression>, Box<Expression>) -> Expression,
) -> Result<Typed, Refusal> {
    expect(left_type, Type::Flag)?;
    expect(right_type, Type::Flag)?;
    Ok((join(Box::new(left), Box::new(right)), Type::Flag))
}
