use planyo_client::templates::{ListTranslations, ProcessTemplate, SetTranslation};

use crate::{Sample, read, sample};

pub(crate) fn requests() -> Vec<Sample> {
    let template = "Dear $(first_name): $(resources)";
    vec![
        sample(
            &ProcessTemplate::for_reservation(19_710_795, template).inner_template("- $(name)\n"),
        ),
        sample(&ProcessTemplate::for_resource(22222, template)),
        sample(&ProcessTemplate::for_site(21710, template)),
        sample(&ListTranslations::new().param("language", "NL")),
        sample(&SetTranslation::new().param("language", "NL")),
    ]
}

#[test]
fn a_template_becomes_a_text() {
    let process = ProcessTemplate::for_site(1, "");
    for (data, text) in [("\"Dear Ann\"", "Dear Ann"), ("\"7\"", "7"), ("null", "")] {
        assert_eq!(read(&process, data), text);
    }
}

#[test]
fn an_unknown_answer_is_given_as_it_came() {
    // What no JSON value can hold is kept as the text of it.
    let too_large = read(&SetTranslation::new(), r#"{"a":1e999}"#);
    assert_eq!(too_large, r#"{"a":1e999}"#);
    for data in ["null", "[]", r#"{"a":[1]}"#] {
        assert_eq!(read(&ListTranslations::new(), data).to_string(), data);
        assert_eq!(read(&SetTranslation::new(), data).to_string(), data);
    }
}
