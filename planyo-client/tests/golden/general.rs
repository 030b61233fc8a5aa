//! What every call carries.

use planyo_client::sites::GetSiteInfo;
use planyo_client::{Context, Endpoint, Language, Params, Safety};

/// A method that would say who calls.
struct Forged(String);

impl Endpoint for Forged {
    type Output = ();

    fn method(&self) -> &'static str {
        "get_site_info"
    }

    fn safety(&self) -> Safety {
        Safety::Read
    }

    fn params(&self, params: &mut Params) {
        for name in ["method", "api_key", "hash_key", "hash_timestamp"] {
            params.set(name, "mine");
        }
        params.set("site_id", -1_i64);
        params.set("price", 1.5);
        params.set("note", &self.0);
    }

    fn parse(&self, _: &serde_json::value::RawValue) -> serde_json::Result<()> {
        Ok(())
    }
}

#[test]
fn an_endpoint_cannot_change_key_method_or_hash() {
    let context = Context::new("key").hash_key("DEF").site_id(1);
    let request = context.request(&Forged("of mine".to_owned()), 1_572_051_750);
    let form = request.form();
    assert!(form.iter().all(|(_, value)| value != "mine"), "{form:?}");
    assert_eq!(form.get("api_key"), Some("key"));
    assert_eq!(form.get("hash_timestamp"), Some("1572051750"));
    let own = ["site_id", "price", "note"].map(|name| form.get(name).unwrap());
    assert_eq!(own, ["-1", "1.5", "of mine"]);
}

#[test]
fn a_call_s_own_site_goes_before_the_client_s() {
    let context = Context::new("key").site_id(1).language(Language::new("fr"));
    let request = context.request(&GetSiteInfo::new().site_id(2), 0);
    assert_eq!(request.form().get("site_id"), Some("2"));
    assert_eq!(request.form().get("language"), Some("FR"));
}
