use planyo_client::properties::{
    AddCustomPropertyDefinition, DeleteCustomProperty, GetCustomProperty,
    GetCustomPropertyDefinition, InvalidProperties, PropertyOf, PropertyScope, PropertyType,
    RemoveCustomPropertyDefinition, SearchCondition, SetCustomProperties, SetCustomProperty,
};
use planyo_client::{Language, ReservationId, ResourceId, SiteId, UserId};

use crate::{Sample, read, sample};

pub(crate) fn requests() -> Vec<Sample> {
    let user = PropertyOf::User(838_829.into());
    vec![
        sample(&GetCustomProperty::new(user, "VAT number")),
        sample(
            &SetCustomProperty::new(ResourceId::from(22222), "hidden_name", "Camionnette")
                .language(Language::new("fr")),
        ),
        sample(&SetCustomProperty::new(user, "VAT number", "")),
        sample(
            &SetCustomProperties::new(
                ReservationId::from(19_710_795),
                [("fixed_VAT number", "BE0403170701"), ("a", "x, y")],
            )
            .unwrap(),
        ),
        sample(&DeleteCustomProperty::new(
            SiteId::from(21710),
            "VAT number",
        )),
        sample(
            &AddCustomPropertyDefinition::new("Fuel")
                .property_type(PropertyType::Dropdown)
                .possible_values(["Petrol", "Diesel"])
                .search_condition(SearchCondition::Equal)
                .scope(PropertyScope::Resource)
                .comment("as on the papers")
                .aliases(["Brandstof", "Carburant"]),
        ),
        sample(&GetCustomPropertyDefinition::new("Fuel").scope(PropertyScope::User)),
        sample(&RemoveCustomPropertyDefinition::new("Fuel").scope(PropertyScope::Site)),
    ]
}

#[test]
fn properties_that_planyo_would_confuse_are_refused() {
    use InvalidProperties as Invalid;
    let set = |names: &[&str]| {
        let properties = names.iter().map(|name| (*name, ""));
        SetCustomProperties::new(UserId::from(1), properties).err()
    };
    let many: Vec<String> = (0..51).map(|number| format!("p{number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    assert_eq!(set(&many), Some(Invalid::Number(51)));
    assert_eq!(set(&many[..50]), None);
    assert_eq!(set(&[]), Some(Invalid::Number(0)));
    assert_eq!(set(&["a b", "a_b"]), Some(Invalid::Twice("a_b".to_owned())));
    for name in ["", "type", "id", "names", "site id", "a,b", "a.b", "a[0]"] {
        let refused = set(&["fine", name]);
        assert_eq!(
            refused,
            Some(Invalid::Name(name.replace(' ', "_"))),
            "{name}"
        );
    }
}

#[test]
fn a_property_that_was_not_found_has_no_value() {
    let get = GetCustomProperty::new(UserId::from(1), "a");
    assert_eq!(read(&get, r#"{"value":null}"#).value, None);
    let found = read(&get, r#"{"value":"BE0403170701"}"#);
    assert_eq!(found.value.as_deref(), Some("BE0403170701"));
    assert!(!format!("{found:?}").contains("BE04"));
}

#[test]
fn whatever_is_answered_the_properties_are_set() {
    let set = SetCustomProperties::new(UserId::from(1), [("a", "x"), ("b", "y")]).unwrap();
    for data in [r#"{"names":"a,b"}"#, r#"{"names":["a","b"]}"#] {
        assert_eq!(read(&set, data).names, ["a", "b"], "{data}");
    }
    let set_one = SetCustomProperty::new(UserId::from(1), "a", "x");
    assert_eq!(
        read(&set_one, r#"{"value":"x"}"#).value.as_deref(),
        Some("x")
    );
    for data in ["null", "[]", "{}", "\"ok\"", r#"{"names":7,"value":[]}"#] {
        assert!(read(&set_one, data).value.is_none(), "{data}");
        assert_eq!(read(&set, data).raw().get(), data);
        read(&DeleteCustomProperty::new(UserId::from(1), "a"), data);
    }
}

#[test]
fn a_definition_is_read() {
    let get = GetCustomPropertyDefinition::new("Fuel");
    let fuel = read(
        &get,
        r#"{"name":"Fuel","translated_name":"Brandstof","type":"dropdown","possible_values":"Petrol,Diesel",
            "translated_values":"Benzine, Diesel","search_condition":"eq"}"#,
    );
    assert_eq!(fuel.property_type, Some(PropertyType::Dropdown));
    assert_eq!(fuel.possible_values, ["Petrol", "Diesel"]);
    assert_eq!(fuel.translated_values, ["Benzine", "Diesel"]);
    assert_eq!(fuel.search_condition, Some(SearchCondition::Equal));
    let empty = read(&get, r#"{"search_condition":"","possible_values":null}"#);
    assert!(empty.search_condition.is_none() && empty.possible_values.is_empty());
}
