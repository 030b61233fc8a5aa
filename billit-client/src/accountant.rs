//! Feeds of an accountant: what clients export, file by file.
//!
//! Facts: that there are feeds is documented; paths, models and their meaning come from the
//! [generated types](crate#how-sure-the-facts-are).
//!
//! Register a feed once; then, again and again, list its items, read each file, and confirm it, which takes it out of
//! the feed.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::draft::Fields;
use crate::endpoint::{Endpoint, Method, Request};
use crate::files::FileContent;
use crate::macros::{call, codes, id, path_call, setters, unproven_key};
use crate::unproven_key::UnprovenKey;
use crate::wire::{self, Entry, Identified, Record};

id! {
    /// The id of an item of a feed.
    FeedItemId
}

path_call! {
    /// `GET /v1/accountant/feeds`: the feeds.
    ListFeeds;
    "list_feeds", Read -> Vec<Record<Feed>>, wire::items;
    Get ["v1", "accountant", "feeds"]
}

/// A feed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct Feed {
    /// Its name, by which the other calls know it.
    #[serde(default, rename = "Name", deserialize_with = "wire::text")]
    pub name: Option<String>,
}

#[derive(Clone, Debug, Serialize)]
struct FeedDraft {
    #[serde(rename = "Name")]
    name: String,
}

/// `POST /v1/accountant/feeds`: registers a feed. Orders and documents that are exported from now on are in it. That a
/// second one of the same name is the same is a guess.
#[derive(Clone, Debug)]
pub struct RegisterFeed {
    feed: FeedDraft,
    key: UnprovenKey,
}

impl RegisterFeed {
    /// With this name.
    #[must_use]
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            feed: FeedDraft { name: name.into() },
            key: UnprovenKey::random(),
        }
    }

    unproven_key!();
}

impl Endpoint for RegisterFeed {
    call!("register_feed", |call| call.key.safety() => (), wire::nothing);

    fn request(&self) -> serde_json::Result<Request> {
        Request::new(Method::Post, ["v1", "accountant", "feeds"])
            .with_idempotency_key(&self.key.key)
            .with_json(&self.feed)
    }
}

path_call! {
    /// `DELETE /v1/accountant/feeds/{feedName}`: deletes a feed. A retry may say that there is none.
    DeleteFeed { feed: String }
    /// The feed with this name.
    ;
    "delete_feed", Idempotent -> (), wire::nothing;
    Delete ["v1", "accountant", "feeds", feed]
}

path_call! {
    /// `GET /v1/accountant/feeds/{feedName}`: the files that are to be read. Ask at most once a minute (documented).
    ListFeedItems { feed: String }
    /// Of the feed with this name.
    ;
    "list_feed_items", Read -> Vec<Entry<FeedItem>>, wire::records;
    Get ["v1", "accountant", "feeds", feed]
}

codes! {
    /// What an item of a feed is (generated types).
    FeedEntityType {
        /// An invoice or another order.
        Order = "Order",
        /// A document.
        Document = "Document",
    }
}

/// A file that is to be read.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct FeedItem {
    /// The id, for [`GetFeedFile`] and [`ConfirmFeedItem`].
    #[serde(rename = "FeedItemID")]
    pub id: FeedItemId,
    /// The id of the order or document.
    #[serde(default, rename = "EntityID", deserialize_with = "wire::number")]
    pub entity_id: Option<i64>,
    /// What the id is of.
    #[serde(default, deserialize_with = "wire::code")]
    pub entity_type: Option<FeedEntityType>,
    /// The client's company: the value of [`Context::context_party`](crate::Context::context_party) for reading the order
    /// or document itself.
    #[serde(default, rename = "PartyID", deserialize_with = "wire::maybe_id")]
    pub company_id: Option<crate::CompanyId>,
}

impl Identified for FeedItem {
    const ID_FIELD: &'static str = "FeedItemID";

    fn id(&self) -> i64 {
        self.id.get()
    }
}

path_call! {
    /// `GET /v1/accountant/feeds/{feedName}/{feedItemID}`: a file of a feed.
    GetFeedFile { feed: String, item: FeedItemId }
    /// Of the feed with this name, the item with this id.
    ;
    "get_feed_file", Read -> Record<FeedFile>, wire::record;
    Get ["v1", "accountant", "feeds", feed, item]
}

/// A file of a feed. `Debug` shows nothing of it.
#[derive(Clone, Default, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct FeedFile {
    /// The name.
    #[serde(default, deserialize_with = "wire::text")]
    pub file_name: Option<String>,
    /// The content.
    #[serde(default, deserialize_with = "wire::code")]
    pub file_content: Option<FileContent>,
    /// The SHA-256 of the content itself, not of its base64. Its notation is undocumented.
    #[serde(
        default,
        rename = "FileContentSHA256Hash",
        deserialize_with = "wire::text"
    )]
    pub file_content_sha256_hash: Option<String>,
}

impl fmt::Debug for FeedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FeedFile").finish_non_exhaustive()
    }
}

/// `POST /v1/accountant/feeds/{feedName}/{feedItemID}/confirm`: takes a file that was read out of its feed. A retry
/// may say that there is none.
#[derive(Clone, Debug)]
pub struct ConfirmFeedItem {
    feed: String,
    item: FeedItemId,
    fields: Fields,
}

impl ConfirmFeedItem {
    /// Of the feed with this name, the item with this id.
    #[must_use]
    pub fn new(feed: impl Into<String>, item: impl Into<FeedItemId>) -> Self {
        Self {
            feed: feed.into(),
            item: item.into(),
            fields: Fields::default(),
        }
    }

    setters! {
        /// The server that it was stored on, for Billit's log.
        remote_server_name: String => "RemoteServerName";
        /// The path that it was stored under, for Billit's log.
        remote_path: String => "RemotePath";
    }
}

impl Endpoint for ConfirmFeedItem {
    call!("confirm_feed_item", Idempotent -> (), wire::nothing);

    fn request(&self) -> serde_json::Result<Request> {
        let item = self.item.to_string();
        let path = ["v1", "accountant", "feeds", &self.feed, &item, "confirm"];
        Request::new(Method::Post, path).with_json(&self.fields)
    }
}
