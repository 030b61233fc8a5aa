use billit_client::webhooks::{
    CreateWebhook, DeleteWebhook, EntityType, EntityUpdateType, ListWebhooks, RefreshWebhookSecret,
};
use billit_client::{ErrorKind, Response};

use crate::{Sample, key, read, sample};

pub(crate) fn requests() -> Vec<Sample> {
    vec![
        sample(&ListWebhooks::new()),
        sample(&create()),
        sample(&DeleteWebhook::new(12)),
        sample(&RefreshWebhookSecret::new(12)),
    ]
}

fn create() -> CreateWebhook {
    let url = "https://example.com/billit";
    CreateWebhook::new(url, EntityType::Order, EntityUpdateType::Update).key(key())
}

#[test]
fn webhooks_and_their_secrets() {
    let webhooks = read(
        &ListWebhooks::new(),
        r#"[{"WebhookID":12,"CompanyID":574991,"UserID":3,"EntityType":"Message","EntityUpdateType":"I",
             "WebhookURL":"https://example.com"},{"WebhookID":13,"EntityType":"Party","EntityUpdateType":""},{}]"#,
    );
    let first = webhooks[0].as_ref().unwrap();
    assert_eq!(first.entity_type, Some(EntityType::Message));
    assert_eq!(first.entity_update_type, Some(EntityUpdateType::Insert));
    assert!(first.secret.is_none());
    let second = webhooks[1].as_ref().unwrap();
    assert_eq!(second.entity_type, Some(EntityType::from("Party")));
    assert_eq!(second.entity_update_type, None);
    assert!(webhooks[2].is_err());

    let created = read(&create(), r#"{"WebhookID":12,"Secret":"canary"}"#);
    assert_eq!(created.secret.as_ref().unwrap().expose(), "canary");
    assert!(!format!("{created:?}").contains("canary"));
    let lost = Response::new(200, "{}").read(&create()).unwrap_err();
    assert_eq!(lost.kind(), ErrorKind::OutcomeUnknown);

    let refresh = RefreshWebhookSecret::new(12);
    for body in [r#""canary""#, "canary", " \"canary\" "] {
        assert_eq!(read(&refresh, body).expose(), "canary");
    }
    let lost = Response::new(200, r#""""#).read(&refresh).unwrap_err();
    assert_eq!(lost.kind(), ErrorKind::OutcomeUnknown);

    let delete = DeleteWebhook::new(12);
    assert_eq!(read(&delete, "true"), Some(true));
    assert_eq!(read(&delete, ""), None);
}
