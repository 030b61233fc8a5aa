use billit_client::accountant::{
    ConfirmFeedItem, DeleteFeed, FeedEntityType, GetFeedFile, ListFeedItems, ListFeeds,
    RegisterFeed,
};

use crate::{Sample, key, read, sample};

pub(crate) fn requests() -> Vec<Sample> {
    vec![
        sample(&ListFeeds::new()),
        sample(&RegisterFeed::new("my feed").key(key())),
        sample(&DeleteFeed::new("my feed")),
        sample(&ListFeedItems::new("my feed")),
        sample(&GetFeedFile::new("my feed", 5)),
        sample(
            &ConfirmFeedItem::new("my feed", 5)
                .remote_server_name("nas")
                .remote_path("/in"),
        ),
    ]
}

#[test]
fn a_feed_from_its_name_to_its_file() {
    let feeds = read(&ListFeeds::new(), r#"[{"Name":"my feed"}]"#);
    assert_eq!(feeds[0].name.as_deref(), Some("my feed"));
    let items = read(
        &ListFeedItems::new("my feed"),
        r#"[{"FeedItemID":5,"EntityID":"2615999","EntityType":"Order","PartyID":574992},{"EntityID":1}]"#,
    );
    let item = items[0].as_ref().unwrap();
    assert_eq!(item.entity_type, Some(FeedEntityType::Order));
    assert_eq!(
        (item.entity_id, item.company_id.unwrap().get()),
        (Some(2_615_999), 574_992)
    );
    assert!(items[1].is_err());
    let file = read(
        &GetFeedFile::new("my feed", item.id),
        r#"{"FileName":"canary.xml","FileContent":"SGVsbG8=","FileContentSHA256Hash":"18"}"#,
    );
    assert_eq!(
        file.file_content.as_ref().unwrap().bytes().unwrap(),
        b"Hello"
    );
    assert!(!format!("{file:?}").contains("canary"));
}
