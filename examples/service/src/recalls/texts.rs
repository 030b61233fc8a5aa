//! What messages say: the texts of the settings, or built-in ones, in three languages.

use std::collections::BTreeMap;

use customer_sync::recalls::{Channel, Message, Template};

use super::settings::{RecallSettings, TextSettings};

/// The languages of the built-in texts.
pub const LANGUAGES: [&str; 3] = ["nl", "fr", "en"];

/// All texts.
#[derive(Debug)]
pub struct Texts {
    /// By rule (blank: of all), language, and what it is.
    templates: BTreeMap<(String, &'static str, Kind), Template>,
    default: &'static str,
    company: String,
    link: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Subject,
    Email,
    Sms,
    Letter,
}

/// What one message says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// The language it is in.
    pub language: &'static str,
    /// The subject, of an e-mail.
    pub subject: String,
    /// The text.
    pub text: String,
}

impl Texts {
    /// The texts of these settings, for a company.
    ///
    /// # Errors
    /// The entry that is wrong, and what to do.
    pub fn new(settings: &RecallSettings, company: &str) -> Result<Self, String> {
        let default = settings.language.as_deref().unwrap_or("nl");
        let default = known(default).ok_or(
            "`recalls.language` is none of the languages of the texts: write nl, fr or en",
        )?;
        let mut texts = Self {
            templates: BTreeMap::new(),
            default,
            company: company.to_owned(),
            link: settings.link.clone().unwrap_or_default(),
        };
        let has_link = settings.link.is_some();
        for (language, built_in) in built_in() {
            texts.add("", language, &built_in, "built-in texts", has_link)?;
        }
        for (language, own) in &settings.texts {
            let entry = format!("recalls.texts.{language}");
            let language = known(language).ok_or_else(|| no_language(&entry))?;
            texts.add("", language, own, &entry, has_link)?;
        }
        for rule in &settings.rules {
            for (language, own) in &rule.texts {
                let entry = format!("recalls.rules.texts.{language} of `{}`", rule.name);
                let language = known(language).ok_or_else(|| no_language(&entry))?;
                texts.add(&rule.name, language, own, &entry, has_link)?;
            }
        }
        Ok(texts)
    }

    fn add(
        &mut self,
        rule: &str,
        language: &'static str,
        texts: &TextSettings,
        entry: &str,
        has_link: bool,
    ) -> Result<(), String> {
        let own: &[&str] = if has_link {
            &["company", "link"]
        } else {
            &["company"]
        };
        for (kind, name, text) in [
            (Kind::Subject, "subject", &texts.subject),
            (Kind::Email, "email", &texts.email),
            (Kind::Sms, "sms", &texts.sms),
            (Kind::Letter, "letter", &texts.letter),
        ] {
            let Some(text) = text else { continue };
            if text.trim().is_empty() {
                return Err(format!(
                    "`{entry}`: {name} is blank: write a text, or remove the entry"
                ));
            }
            if !has_link && text.contains("{link}") {
                return Err(format!(
                    "`{entry}`: {name} has {{link}}, and `recalls.link` is missing: write it"
                ));
            }
            let template = Template::parse(text.trim_end(), own);
            let template = template.map_err(|error| format!("`{entry}`: {name}: {error}"))?;
            self.templates
                .insert((rule.to_owned(), language, kind), template);
        }
        Ok(())
    }

    /// What a message says, in the customer's language, or in the default one if there are no texts in theirs.
    #[must_use]
    pub fn of(&self, message: &Message<'_>) -> Written {
        let language = message.language.map(str::to_ascii_lowercase);
        let language = language.as_deref().and_then(known);
        self.in_language(message, language.unwrap_or(self.default))
    }

    /// What a message says in one of the [`LANGUAGES`].
    #[must_use]
    pub fn in_language(&self, message: &Message<'_>, language: &'static str) -> Written {
        let mut values = message.values(language);
        values.insert("company", self.company.clone());
        values.insert("link", self.link.clone());
        let rule = &message.recall.rule;
        let filled = |kind| {
            let of = |rule: &str| self.templates.get(&(rule.to_owned(), language, kind));
            let template = of(rule).or_else(|| of(""));
            template
                .map(|template| template.fill(&values))
                .unwrap_or_default()
        };
        let (subject, text) = match message.channel {
            Channel::Email => (filled(Kind::Subject), filled(Kind::Email)),
            Channel::Sms => (String::new(), filled(Kind::Sms)),
            _ => (String::new(), filled(Kind::Letter)),
        };
        Written {
            language,
            subject,
            text,
        }
    }
}

/// One of the [`LANGUAGES`].
pub(crate) fn known(language: &str) -> Option<&'static str> {
    LANGUAGES.into_iter().find(|known| *known == language)
}

fn no_language(entry: &str) -> String {
    format!("`{entry}`: the texts are in nl, fr and en: write one of these")
}

fn built_in() -> [(&'static str, TextSettings); 3] {
    let texts = |subject: &str, email: &str, sms: &str| TextSettings {
        subject: Some(subject.to_owned()),
        email: Some(email.to_owned()),
        sms: Some(sms.to_owned()),
        letter: Some(email.to_owned()),
    };
    [
        (
            "nl",
            texts(
                "Tijd voor een nieuwe afspraak bij {company}",
                "Beste {name},\n\nHet is tijd voor een nieuwe afspraak bij {company}. Neem contact met ons op om een dag te kiezen.\n\n\
                 Met vriendelijke groeten,\n{company}",
                "Beste {first_name}, het is tijd voor een nieuwe afspraak bij {company}. Neem contact met ons op om een dag te kiezen.",
            ),
        ),
        (
            "fr",
            texts(
                "Un nouveau rendez-vous chez {company}",
                "Bonjour {name},\n\nIl est temps de prendre un nouveau rendez-vous chez {company}. Contactez-nous pour choisir un \
                 jour.\n\nCordialement,\n{company}",
                "Bonjour {first_name}, il est temps de prendre un nouveau rendez-vous chez {company}. Contactez-nous pour choisir un jour.",
            ),
        ),
        (
            "en",
            texts(
                "Time for a new appointment at {company}",
                "Dear {name},\n\nIt is time for a new appointment at {company}. Please contact us to choose a day.\n\n\
                 Kind regards,\n{company}",
                "Dear {first_name}, it is time for a new appointment at {company}. Please contact us to choose a day.",
            ),
        ),
    ]
}
