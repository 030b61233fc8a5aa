//! Messages by SMS, through the HTTP interface of any gateway.

use std::collections::BTreeMap;
use std::fmt;

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, Response, StatusCode};
use serde::Deserialize;
use url::form_urlencoded::byte_serialize;

use super::template::{Place, Template};
use super::{Outcome, client, one_line};

/// An answer is read so far.
const LONGEST_ANSWER: usize = 64 * 1024;

/// The entries of `[recalls.sms]`: the call that sends one message. In `url`, `headers` and `body` are filled in `{to}`,
/// the number of the customer; `{to_digits}`, the number without its plus; `{text}`; `{id}`, the same for a message that is sent
/// again; and `{key}`, the secret `SMS_KEY`. `Debug` shows none of these three.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmsSettings {
    /// POST or GET.
    #[serde(default)]
    pub method: SmsMethod,
    /// Where to; what is filled in is percent-encoded.
    pub url: String,
    /// Headers; a control character in what is filled in becomes a space.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// The body of a POST; what is filled in is encoded by `content_type`.
    #[serde(default)]
    pub body: Option<String>,
    /// `application/json`, `application/x-www-form-urlencoded` or `text/plain`.
    #[serde(default = "json")]
    pub content_type: String,
    /// A text that an answer must have, for a gateway that answers 200 to everything. Default: a status of 2xx is enough.
    #[serde(default)]
    pub success: Option<String>,
}

fn json() -> String {
    "application/json".to_owned()
}

impl fmt::Debug for SmsSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmsSettings")
            .field("method", &self.method)
            .field("content_type", &self.content_type)
            .finish_non_exhaustive()
    }
}

/// How a gateway is called.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum SmsMethod {
    /// With a body.
    #[default]
    Post,
    /// With all of it in the URL.
    Get,
}

/// An SMS to a customer.
#[derive(Clone, Copy)]
pub struct SmsMessage<'a> {
    /// The same for a message that is sent again, so that a gateway may drop the second.
    pub id: &'a str,
    /// The number of the customer, such as `+32470123456`.
    pub to: &'a str,
    /// The text.
    pub text: &'a str,
}

/// How a value is written where it is filled in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Percent,
    Json,
    Header,
    Plain,
}

impl Encoding {
    fn of_content_type(content_type: &str) -> Option<Self> {
        let kind = content_type.split(';').next().unwrap_or_default().trim();
        match kind.to_ascii_lowercase().as_str() {
            "application/x-www-form-urlencoded" => Some(Self::Percent),
            "application/json" => Some(Self::Json),
            "text/plain" => Some(Self::Plain),
            kind if kind.starts_with("application/") && kind.ends_with("+json") => Some(Self::Json),
            _ => None,
        }
    }

    fn encoded(self, text: &str) -> String {
        match self {
            // A plus is a space in forms only, and %20 is one everywhere.
            Self::Percent => byte_serialize(text.as_bytes())
                .collect::<String>()
                .replace('+', "%20"),
            Self::Json => {
                let text = serde_json::Value::from(text).to_string();
                let inner = text
                    .strip_prefix('"')
                    .and_then(|text| text.strip_suffix('"'));
                inner.unwrap_or_default().to_owned()
            }
            Self::Header => one_line(text),
            Self::Plain => text.to_owned(),
        }
    }
}

/// Sends SMS to customers.
pub struct Sms {
    client: Client,
    method: Method,
    url: Template,
    headers: Vec<(HeaderName, Template)>,
    body: Option<(Template, Encoding, HeaderValue)>,
    success: Option<String>,
    key: String,
}

impl Sms {
    /// # Errors
    /// The entry that is wrong, and what to do. What it says is not shown.
    pub fn new(settings: &SmsSettings, key: Option<&str>) -> Result<Self, String> {
        let url = template(settings.url.trim(), "recalls.sms.url")?;
        if key.is_some_and(|key| key.contains(char::is_control)) {
            return Err("SMS_KEY has a line break or another control character: remove it".into());
        }
        // The message goes to no server that it names itself.
        let [one, other] = ["1", "2"].map(|sample| url.filled(|_| sample.to_owned()));
        let remedy = "write it as `https://sms.example.org/send`";
        let (client, one) = client(&one, "`recalls.sms.url`", remedy)?;
        let other = reqwest::Url::parse(&other);
        let server = |url: &reqwest::Url| (url.scheme().to_owned(), url.authority().to_owned());
        if !other.is_ok_and(|other| server(&one) == server(&other)) {
            return Err("`recalls.sms.url` has a place to fill in before its path: write the name of the server".into());
        }
        let body = match (settings.method, &settings.body) {
            (SmsMethod::Get, Some(_)) => {
                return Err("`recalls.sms.body` is set and the method is GET, which has none: write POST, or remove it".into());
            }
            (_, None) => None,
            (SmsMethod::Post, Some(body)) => Some(body_of(body, &settings.content_type)?),
        };
        let headers = settings.headers.iter().map(|(name, value)| {
            let entry = format!("recalls.sms.headers.{}", one_line(name));
            let value = template(value, &entry)?;
            let name: HeaderName = name.parse().map_err(|_| {
                format!("`{entry}` is no name of a header: write one such as `Authorization`")
            })?;
            if name == CONTENT_TYPE {
                return Err(format!(
                    "`{entry}` is not a header to set: write `content_type`"
                ));
            }
            Ok((name, value))
        });
        let sms = Self {
            client,
            method: match settings.method {
                SmsMethod::Post => Method::POST,
                SmsMethod::Get => Method::GET,
            },
            url,
            headers: headers.collect::<Result<_, _>>()?,
            body,
            success: settings.success.clone(),
            key: key.unwrap_or_default().to_owned(),
        };
        sms.check_places(key.is_some())?;
        for (name, value) in &sms.headers {
            if header(&value.filled(|_| String::new())).is_none() {
                return Err(format!(
                    "`recalls.sms.headers.{name}` has a control character: remove it"
                ));
            }
        }
        Ok(sms)
    }

    fn check_places(&self, has_key: bool) -> Result<(), String> {
        let body = self.body.iter().map(|(body, ..)| body);
        let headers = self.headers.iter().map(|(_, value)| value);
        let all: Vec<&Template> = std::iter::once(&self.url)
            .chain(headers)
            .chain(body)
            .collect();
        let has = |place| all.iter().any(|template| template.has(place));
        let missing = |what: &str| {
            Err(format!(
                "`[recalls.sms]` has no {what}: write it in `url`, `headers` or `body`"
            ))
        };
        if !has(Place::To) && !has(Place::ToDigits) {
            return missing("`{to}`");
        }
        if !has(Place::Text) {
            return missing("`{text}`");
        }
        match (has(Place::Key), has_key) {
            (true, false) => Err("`[recalls.sms]` has `{key}`, and SMS_KEY is missing: set this secret".into()),
            (false, true) => Err("SMS_KEY is set, and `[recalls.sms]` has no `{key}`: write where it goes, or remove the secret".into()),
            _ => Ok(()),
        }
    }

    /// Sends one message.
    pub async fn send(&self, message: &SmsMessage<'_>) -> Outcome {
        let digits: String = message.to.chars().filter(char::is_ascii_digit).collect();
        if digits.is_empty() {
            return Outcome::Refused("the phone number of the customer is none".into());
        }
        let filled = |template: &Template, encoding: Encoding| {
            template.filled(|place| {
                encoding.encoded(&match place {
                    Place::To => message.to.to_owned(),
                    Place::ToDigits => digits.clone(),
                    Place::Text => message.text.to_owned(),
                    Place::Id => message.id.to_owned(),
                    Place::Key => self.key.clone(),
                })
            })
        };
        let url = filled(&self.url, Encoding::Percent);
        let mut headers = HeaderMap::new();
        for (name, template) in &self.headers {
            let Some(value) = header(&filled(template, Encoding::Header)) else {
                return Outcome::Refused(format!(
                    "the header `{name}` of `recalls.sms.headers` cannot be built"
                ));
            };
            headers.append(name, value);
        }
        let mut request = self
            .client
            .request(self.method.clone(), url)
            .headers(headers);
        if let Some((template, encoding, content_type)) = &self.body {
            request = request
                .header(CONTENT_TYPE, content_type)
                .body(filled(template, *encoding));
        }
        // The error itself is not shown: it has the URL.
        match request.send().await {
            Ok(answer) => self.outcome(answer).await,
            Err(error) if error.is_builder() => Outcome::Refused(
                "the call of the SMS gateway cannot be built: check `[recalls.sms]`".into(),
            ),
            Err(error) if error.is_connect() => Outcome::NotNow(
                "the SMS gateway cannot be reached: check `recalls.sms.url` and the network".into(),
            ),
            Err(_) => Outcome::Unclear(
                "the SMS gateway did not answer, and may have taken the message".into(),
            ),
        }
    }

    async fn outcome(&self, answer: Response) -> Outcome {
        let status = answer.status();
        match (&self.success, refusal(status)) {
            (_, Some(outcome)) => outcome,
            (None, None) => Outcome::Sent,
            (Some(text), None) if has_text(answer, text).await => Outcome::Sent,
            (Some(_), None) => Outcome::Unclear(format!(
                "the SMS gateway answered {} without the text of `recalls.sms.success`, and may have taken the message: look \
                 there",
                status.as_u16()
            )),
        }
    }
}

impl fmt::Debug for Sms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sms(..)")
    }
}

/// What a status says that is not 2xx.
fn refusal(status: StatusCode) -> Option<Outcome> {
    let code = status.as_u16();
    Some(match code {
        200..=299 => return None,
        408 | 425 | 429 | 503 => Outcome::NotNow(format!(
            "the SMS gateway does not take the message now ({code})"
        )),
        401 | 403 => Outcome::Refused(format!(
            "the SMS gateway refuses the login or the message ({code}): check SMS_KEY and `[recalls.sms]`"
        )),
        400..=499 => Outcome::Refused(format!(
            "the SMS gateway refuses the message ({code}): check the number of the customer and `[recalls.sms]`"
        )),
        300..=399 => Outcome::Unclear(format!(
            "the SMS gateway answered with a redirect ({code}), which is not followed: check `recalls.sms.url`, and look there \
             whether it took the message"
        )),
        _ => Outcome::Unclear(format!(
            "the SMS gateway answered {code}, and may have taken the message: look there"
        )),
    })
}

/// Whether an answer has a text in what is read of it.
async fn has_text(mut answer: Response, text: &str) -> bool {
    let mut body = Vec::new();
    // What came before the connection broke counts.
    while let Ok(Some(chunk)) = answer.chunk().await {
        body.extend_from_slice(&chunk);
        if body.len() >= LONGEST_ANSWER {
            body.truncate(LONGEST_ANSWER);
            break;
        }
    }
    String::from_utf8_lossy(&body).contains(text)
}

fn template(text: &str, entry: &str) -> Result<Template, String> {
    Template::new(text).map_err(|place| {
        format!("`{entry}` has `{{{place}}}`, which is not known: write {{to}}, {{to_digits}}, {{text}}, {{id}} or {{key}}")
    })
}

fn body_of(body: &str, content_type: &str) -> Result<(Template, Encoding, HeaderValue), String> {
    let template = template(body, "recalls.sms.body")?;
    let encoding = Encoding::of_content_type(content_type);
    let (Some(encoding), Some(content_type)) = (encoding, header(content_type)) else {
        return Err("`recalls.sms.content_type` is none that values can be filled in: write \"application/json\", \
                    \"application/x-www-form-urlencoded\" or \"text/plain\""
            .into());
    };
    let sample = template.filled(|_| "x".to_owned());
    let is_json = serde_json::from_str::<serde::de::IgnoredAny>(&sample).is_ok();
    if encoding == Encoding::Json && !is_json {
        return Err("`recalls.sms.body` is no JSON: write each place in quotes, such as `\"{to}\"`, or set `content_type`".into());
    }
    Ok((template, encoding, content_type))
}

fn header(text: &str) -> Option<HeaderValue> {
    HeaderValue::from_bytes(text.as_bytes()).ok()
}
