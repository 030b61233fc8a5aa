use billit_client::accountant::{
    ConfirmFeedItem, DeleteFeed, FeedEntityType, FeedItem, GetFeedFile, ListFeedItems, ListFeeds,
    RegisterFeed,
};
use billit_client::orders::OrderId;
use billit_client::{Client, Record};

use crate::{invoiced, start, status};

async fn items(billit: &Client) -> Vec<Record<FeedItem>> {
    let items = billit.send(ListFeedItems::new("office")).await.unwrap();
    items.into_iter().map(Result::unwrap).collect()
}

#[tokio::test]
async fn a_feed_has_what_was_made_since_until_it_is_confirmed() {
    let (server, billit) = start().await;
    let before = invoiced(&billit).await;
    let missing = billit.send(ListFeedItems::new("office")).await;
    assert_eq!(status(&missing.unwrap_err()), Some(400));
    for _ in 0..2 {
        billit.send(RegisterFeed::new("office")).await.unwrap();
    }
    let feeds = billit.send(ListFeeds::new()).await.unwrap();
    assert_eq!(feeds.len(), 1);
    assert_eq!(feeds[0].name.as_deref(), Some("office"));
    assert!(items(&billit).await.is_empty());

    let ids = [invoiced(&billit).await, invoiced(&billit).await];
    let new = items(&billit).await;
    let entities: Vec<_> = new.iter().map(|item| item.entity_id.unwrap()).collect();
    assert_eq!(entities, ids.map(OrderId::get));
    assert!(!entities.contains(&before.get()));
    assert_eq!(new[0].entity_type, Some(FeedEntityType::Order));
    assert_eq!(new[0].company_id.unwrap().get(), server.company_id());

    let file = billit
        .send(GetFeedFile::new("office", new[0].id))
        .await
        .unwrap();
    assert!(file.file_name.as_deref().unwrap().starts_with("Invoice"));
    assert!(file.file_content.is_some());
    assert_eq!(file.file_content_sha256_hash.as_deref().unwrap().len(), 64);

    let confirm = ConfirmFeedItem::new("office", new[0].id).remote_path("/2026");
    billit.send(confirm.clone()).await.unwrap();
    let left = items(&billit).await;
    assert_eq!(left.len(), 1);
    assert_eq!(left[0].id, new[1].id);
    let again = billit.send(confirm).await;
    assert_eq!(status(&again.unwrap_err()), Some(400));

    billit.send(DeleteFeed::new("office")).await.unwrap();
    assert!(billit.send(ListFeeds::new()).await.unwrap().is_empty());
}
