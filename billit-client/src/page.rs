//! What a listing is: its pages, the calls for them, and the cursor to resume from.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::endpoint::Endpoint;
use crate::wire::{self, Entry, Identified};

/// One page of a listing. A record that cannot be decoded is reported, and the others are still read.
#[derive(Clone)]
pub struct Page<T> {
    pub(crate) records: Vec<Entry<T>>,
    pub(crate) next: Option<String>,
}

impl<T: Identified + DeserializeOwned> Page<T> {
    /// Reads Billit's `{"Items": [..], "NextPageLink": ".."}`.
    ///
    /// # Errors
    /// When there is no `Items`, or a `NextPageLink` that is no text: either would end the listing too early.
    pub fn parse(body: &[u8]) -> serde_json::Result<Self> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Body<'a> {
            #[serde(borrow)]
            items: Vec<&'a RawValue>,
            #[serde(default)]
            next_page_link: Option<String>,
        }
        let body: Body<'_> = serde_json::from_slice(body)?;
        let link = body.next_page_link.map(|link| link.trim().to_owned());
        Ok(Self {
            records: body.items.into_iter().map(wire::entry).collect(),
            next: link.filter(|link| !link.is_empty()),
        })
    }
}

impl<T> Page<T> {
    /// The records in the order they came.
    pub fn records(&self) -> &[Entry<T>] {
        &self.records
    }

    /// Whether it has no records at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Billit's link to the next page, if it sent one. It holds the filter.
    #[must_use]
    pub fn next_page_link(&self) -> Option<&str> {
        self.next.as_deref()
    }
}

impl<T> IntoIterator for Page<T> {
    type Item = Entry<T>;
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.records.into_iter()
    }
}

impl<T> fmt::Debug for Page<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Page")
            .field("records", &self.records.len())
            .field("has_next", &self.next.is_some())
            .finish()
    }
}

/// Where a page of a listing is. Its `Debug` hides the link.
///
/// serde writes it whole, so that a program can go on tomorrow where it was
/// ([`Client::pages_from`](crate::Client::pages_from)). **The link holds the filter**, which may hold personal data: an
/// e-mail address that was searched for is in it. Protect it like other personal data.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub enum Cursor {
    /// At the start.
    Start,
    /// After this many records (`$skip`).
    Skip(usize),
    /// Where this `NextPageLink` leads.
    Link(String),
    /// As the inner one, in the listing without its filter: Billit has refused it, and it is applied here (see
    /// [`Pager::or_filter_locally`](crate::Pager::or_filter_locally)). A [`Paged`] never gets this one.
    Unfiltered(Box<Cursor>),
}

impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start => f.write_str("Start"),
            Self::Skip(records) => write!(f, "Skip({records})"),
            Self::Link(_) => f.write_str("Link(***)"),
            Self::Unfiltered(cursor) => f.debug_tuple("Unfiltered").field(cursor).finish(),
        }
    }
}

/// A listing that comes in pages.
pub trait Paged: Send + Sync {
    /// What is listed.
    type Item: Identified + Send;
    /// The call for one page.
    type Request: Endpoint<Output = Page<Self::Item>>;

    /// The call for the page that is there.
    fn page(&self, cursor: &Cursor) -> Self::Request;

    /// The most records that are wanted; all if `None`.
    fn limit(&self) -> Option<usize> {
        None
    }

    /// The same listing without its filter and without its limit, if it has a filter: what is read when Billit refuses
    /// the filter and the caller filters instead.
    fn unfiltered(&self) -> Option<Self>
    where
        Self: Sized,
    {
        None
    }
}
