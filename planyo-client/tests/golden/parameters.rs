//! The parameters of the reference against those that the samples send: none misspelled, none forgotten.

use std::collections::BTreeMap;

use crate::areas;

/// What the reference says of one parameter.
struct Documented {
    /// Its name, or the names of which one is sent.
    names: Vec<&'static str>,
    /// Every call has it.
    is_required: bool,
}

impl Documented {
    fn parse(text: &'static str) -> Self {
        let text = text.trim_start_matches('+');
        let names = text.trim_end_matches('*').split('|').collect();
        let is_required = text.ends_with('*');
        Self { names, is_required }
    }

    fn is_sent(&self, sent: &[&str]) -> bool {
        let in_call = |name: &&str| sent.iter().any(|sent| is_named(sent, name));
        self.names.iter().any(in_call)
    }
}

/// Whether a name is this one, in which `{}` stands for what the caller chooses.
fn is_named(sent: &str, name: &str) -> bool {
    let Some((before, after)) = name.split_once("{}") else {
        return sent == name;
    };
    let Some(rest) = sent.strip_prefix(before) else {
        return false;
    };
    (1..=rest.len()).any(|end| rest.is_char_boundary(end) && is_named(&rest[end..], after))
}

fn reference() -> BTreeMap<&'static str, Vec<Documented>> {
    let lines = include_str!("parameters.txt").lines();
    let methods = lines.filter_map(|line| line.split_once(':').filter(|_| !line.starts_with('#')));
    methods
        .map(|(method, names)| {
            let parameters = names.split_whitespace().map(Documented::parse);
            (method, parameters.collect())
        })
        .collect()
}

#[test]
fn the_samples_send_every_parameter_of_the_reference_and_no_other() {
    let mut sent: BTreeMap<String, Vec<Vec<String>>> = BTreeMap::new();
    for sample in areas().into_iter().flat_map(|(_, samples)| samples) {
        let names = sample.form.lines().filter_map(|line| line.split_once('='));
        let names = names.map(|(name, _)| name.to_owned());
        let names = names.filter(|name| name != "method").collect();
        sent.entry(sample.method).or_default().push(names);
    }
    let reference = reference();
    assert!(sent.keys().eq(reference.keys()), "not the same methods");

    let mut problems = Vec::new();
    for (method, calls) in &sent {
        let calls: Vec<Vec<&str>> = calls
            .iter()
            .map(|call| call.iter().map(String::as_str).collect())
            .collect();
        let documented = &reference[method.as_str()];
        for name in documented.iter().flat_map(|parameter| &parameter.names) {
            if !calls.concat().iter().any(|sent| is_named(sent, name)) {
                problems.push(format!("{method}: no sample sends {name}"));
            }
        }
        for call in &calls {
            for parameter in documented.iter().filter(|parameter| parameter.is_required) {
                if !parameter.is_sent(call) {
                    problems.push(format!("{method}: {:?} is required", parameter.names));
                }
            }
            for sent in call {
                let mut names = documented.iter().flat_map(|parameter| &parameter.names);
                if !names.any(|name| is_named(sent, name)) {
                    problems.push(format!("{method}: {sent} is not in the reference"));
                }
            }
        }
    }
    assert!(problems.is_empty(), "{problems:#?}");
}

#[test]
fn a_chosen_part_of_a_name_is_never_empty() {
    assert!(is_named("rental_prop_persons", "rental_prop_{}"));
    assert!(is_named("av-1-0900-1700", "av-{}-{}-{}"));
    assert!(is_named("product_17_extra_field", "product_{}_extra_field"));
    assert!(!is_named("rental_prop_", "rental_prop_{}"));
    assert!(!is_named("quantity", "quantity_{}"));
    assert!(!is_named("quantity_2", "quantity"));
}
