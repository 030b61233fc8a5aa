//! `/v1/accountant/feeds`: orders and documents for an accountant, file by file.

use std::collections::BTreeMap;

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use chrono::NaiveDateTime;
use serde_json::{Value, json};

use super::{
    COMPANY_ID, State,
    answers::{Outcome, generic, ok, silent},
    api::Call,
    record::{Record, parse_time, sent, text},
};

/// A feed, known by its name.
pub(super) struct Feed {
    /// What was made later is in it.
    since: NaiveDateTime,
    items: BTreeMap<i64, Item>,
}

/// A file that is to be read, or was.
#[derive(Clone, Copy)]
struct Item {
    entity: Entity,
    id: i64,
    is_confirmed: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Entity {
    Order,
    Document,
}

impl Entity {
    fn name(self) -> &'static str {
        match self {
            Self::Order => "Order",
            Self::Document => "Document",
        }
    }
}

impl State {
    #[allow(clippy::unnecessary_wraps)] // The shape of a handler.
    pub(super) fn list_feeds(&mut self, _: &Call) -> Outcome {
        let feeds = self.feeds.keys().map(|name| json!({ "Name": name }));
        Ok(ok(&feeds.collect()))
    }

    /// A second one of the same name is the same, which is a guess.
    pub(super) fn register_feed(&mut self, call: &Call) -> Outcome {
        let body = self.body(call)?;
        let name = sent(&body, "Name").and_then(Value::as_str).map(str::trim);
        let name = name.filter(|name| !name.is_empty());
        let name = name.ok_or_else(|| generic("Name is Required"))?.to_owned();
        let is_new = !self.feeds.contains_key(&name);
        let since = self.tick();
        self.feeds.entry(name).or_insert_with(|| Feed {
            since,
            items: BTreeMap::new(),
        });
        Ok(silent(is_new))
    }

    pub(super) fn delete_feed(&mut self, call: &Call) -> Outcome {
        self.feeds
            .remove(call.capture(0))
            .ok_or_else(no_such_feed)?;
        Ok(silent(true))
    }

    /// What was made since the feed was registered, and is not confirmed yet.
    pub(super) fn list_feed_items(&mut self, call: &Call) -> Outcome {
        self.fill_feed(call.capture(0))?;
        let feed = self.feeds.get(call.capture(0)).ok_or_else(no_such_feed)?;
        let items = feed.items.iter().filter(|(_, item)| !item.is_confirmed);
        let items = items.map(|(id, item)| {
            json!({
                "FeedItemID": id,
                "EntityID": item.id,
                "EntityType": item.entity.name(),
                "PartyID": COMPANY_ID,
            })
        });
        Ok(ok(&items.collect()))
    }

    fn fill_feed(&mut self, name: &str) -> Outcome<()> {
        let feed = self.feeds.get(name).ok_or_else(no_such_feed)?;
        let is_new = |entity: Entity, id: i64, record: &Record| {
            let mut known = feed.items.values();
            parse_time(text(record, "Created")).is_some_and(|created| feed.since < created)
                && !known.any(|item| item.entity == entity && item.id == id)
        };
        let orders = self
            .orders
            .iter()
            .map(|(id, order)| (Entity::Order, *id, order));
        let documents = self.documents.iter();
        let documents = documents.map(|(id, document)| (Entity::Document, *id, document));
        let new: Vec<_> = orders
            .chain(documents)
            .filter(|(entity, id, record)| is_new(*entity, *id, record))
            .map(|(entity, id, _)| (entity, id))
            .collect();
        for (entity, id) in new {
            let item = Item {
                entity,
                id,
                is_confirmed: false,
            };
            let item_id = 5_200 + self.number();
            let feed = self.feeds.get_mut(name).ok_or_else(no_such_feed)?;
            feed.items.insert(item_id, item);
        }
        Ok(())
    }

    fn feed_item(&mut self, call: &Call) -> Outcome<&mut Item> {
        let feed = self.feeds.get_mut(call.capture(0));
        let id = call.capture(1).parse();
        let item = feed
            .ok_or_else(no_such_feed)?
            .items
            .get_mut(&id.unwrap_or(0));
        item.filter(|item| !item.is_confirmed)
            .ok_or_else(|| generic("The feed item does not exist."))
    }

    /// An order is its PDF, a document the JSON that was sent.
    pub(super) fn read_feed_file(&mut self, call: &Call) -> Outcome {
        let Item { entity, id, .. } = *self.feed_item(call)?;
        let (name, content) = match entity {
            Entity::Order => self.order_file(id),
            Entity::Document => {
                let document = self.documents.get(&id).cloned().unwrap_or_default();
                (
                    String::from("document.json"),
                    json!(document).to_string().into_bytes(),
                )
            }
        };
        let hash = hmac_sha256::Hash::hash(&content);
        let hash: Vec<_> = hash.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(ok(&json!({
            "FileName": name,
            "FileContent": BASE64.encode(content),
            "FileContentSHA256Hash": hash.concat(),
        })))
    }

    fn order_file(&self, id: i64) -> (String, Vec<u8>) {
        let file = self.orders.get(&id).and_then(|order| order.get("OrderPDF"));
        let file = file.and_then(|file| file.get("FileID")?.as_str());
        let file = file.and_then(|id| self.files.get(id));
        let file = file.cloned().unwrap_or_default();
        let content = BASE64.decode(text(&file, "FileContent"));
        (
            text(&file, "FileName").to_owned(),
            content.unwrap_or_default(),
        )
    }

    pub(super) fn confirm_feed_item(&mut self, call: &Call) -> Outcome {
        self.feed_item(call)?.is_confirmed = true;
        Ok(silent(true))
    }
}

/// The reference lists 400 and 401 for a feed, and no 404.
fn no_such_feed() -> crate::server::Answer {
    generic("The feed does not exist.")
}
