//! E-mail addresses wrapped or encoded otherwise on either side are one address, and make no second party.
#![allow(clippy::unwrap_used)] // As in tests.

mod common;

use std::collections::BTreeSet;

use common::{World, person, text};
use customer_sync::normalize::email;
use serde_json::{Value, json};

fn keys(text: &str) -> BTreeSet<String> {
    email::keys(text).collect()
}

#[test]
fn addresses_from_public_reports_are_the_same() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("cases/emails.json")).unwrap();
    assert!(cases.len() > 9);
    for case in cases {
        let keys = |name: &str| keys(case[name].as_str().unwrap());
        assert!(!keys("billit").is_disjoint(&keys("source_has")), "{case}");
    }
}

/// Domains with their encoded form, from RFC 3492 section 7.1 and the test top level domains of IANA.
const DOMAINS: &[(&str, &str)] = &[
    ("example.com", "example.com"),
    ("müller.example", "xn--mller-kva.example"),
    ("bücher.example", "xn--bcher-kva.example"),
    ("пример.испытание", "xn--e1afmkfd.xn--80akhbyknj4f"),
    ("παράδειγμα.δοκιμή", "xn--hxajbheg2az3al.xn--jxalpdlp"),
    ("例え.テスト", "xn--r8jz45g.xn--zckzah"),
    ("例子.测试", "xn--fsqu00a.xn--0zwm56d"),
    ("실례.테스트", "xn--9n2bp8q.xn--9t4b11yi5a"),
];

/// Ways in which an address is wrapped: the forms of RFC 5322 and 6068, and what forms and spreadsheets add.
const WRAPS: &[&str] = &[
    "{}",
    " {} ",
    "<{}>",
    "Ann Peeters <{}>",
    "\"Peeters, Ann\" <{}>",
    "mailto:{}",
    "<mailto:{}>",
    "mailto:{}?subject=Hi",
    "{}.",
    "{},",
    "{};",
    "({})",
    "[{}]",
    "'{}'",
    "\"{}\"",
    "E-mail: {}",
    "email:{}",
    "{} (Ann)",
    "Ann: {}",
    "\u{feff}{}",
    "{}\u{200b}",
    "\u{202a}{}\u{202c}",
    "\u{200e}{}",
    "\u{2066}{}\u{2069}",
    "{}\u{ad}",
    "{}\u{200d}",
    "&lt;{}&gt;",
    "\u{201c}{}\u{201d}",
    "{}\n",
    "\t{}",
    "\u{a0}{}",
];

#[test]
fn an_address_is_the_same_however_it_is_wrapped() {
    let mut tried = 0;
    for (domain, encoded) in DOMAINS {
        for local in [
            "ann",
            "Ann.Peeters",
            "o'neil",
            "ann+tag",
            "josé",
            "jose\u{301}",
        ] {
            let plain = keys(&format!("{local}@{domain}"));
            assert_eq!(plain.len(), 1);
            for wrap in WRAPS {
                for domain in [domain, encoded] {
                    for address in [
                        format!("{local}@{domain}"),
                        format!("{local}@{domain}").to_uppercase(),
                    ] {
                        tried += 1;
                        let typed = wrap.replace("{}", &address);
                        assert_eq!(keys(&typed), plain, "{typed:?}");
                    }
                }
            }
        }
    }
    assert_eq!(keys("jose\u{301}@example.com"), keys("josé@example.com"));
    assert!(tried > 100, "{tried}");
}

#[test]
fn two_addresses_are_two() {
    for sign in [
        " ", ";", ",", "; ", ", ", " / ", "/", " | ", "\n", " en ", " or ",
    ] {
        let typed = format!("ann@example.com{sign}jan@example.com");
        assert_eq!(
            keys(&typed),
            keys("jan@example.com; ann@example.com"),
            "{typed}"
        );
    }
    assert!(keys("ann at home").is_empty() && keys("").is_empty() && keys("@").is_empty());
}

#[test]
fn the_field_is_rewritten_only_if_it_is_no_address_as_it_stands() {
    for stands in [
        "ann@example.com",
        "Ann@example.com",
        "ann@müller.example",
        "ann@xn--mller-kva.example",
        "a@b.be;c@d.be",
    ] {
        assert_eq!(email::tidied(stands).as_deref(), Ok(stands));
    }
    for wrap in WRAPS {
        let typed = wrap.replace("{}", "Ann@example.com");
        assert_eq!(
            email::tidied(&typed).as_deref(),
            Ok("Ann@example.com"),
            "{typed:?}"
        );
    }
    assert!(email::tidied("ann@localhost").is_err());
}

/// On either side, a party is found, and Billit's field becomes an address if it was none.
#[tokio::test]
async fn a_wrapped_address_makes_no_second_party() {
    for wrap in WRAPS {
        let wrapped = wrap.replace("{}", "person1@example.com");
        for (theirs, ours) in [
            (wrapped.as_str(), "person1@example.com"),
            ("person1@example.com", &wrapped),
        ] {
            let world = World::empty().await;
            let mut user = person(1);
            user.email = ours.to_owned();
            world.sandbox.planyo.add(user);
            world
                .sandbox
                .billit
                .add(json!({"Name": "Person Number1", "Email": theirs, "PartyType": "Customer"}));
            let report = world.sync().await;
            assert_eq!(report.counts().linked, 1, "{wrap:?} {report}");
            assert_eq!(
                text(&world.party_of(1), "Email").map(str::trim),
                Some("person1@example.com"),
                "{wrap:?}"
            );
            world.sync_changes_nothing().await;
        }
    }
}
