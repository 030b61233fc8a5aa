//! Listings: one page after the other, each record once, and no end that comes too early.

use std::fmt;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::endpoint::Endpoint;
use crate::wire::{self, InvalidRecord, Record};

/// One place of a listing: a record, or what could not be read as one.
pub type Entry<T> = Result<Record<T>, InvalidRecord>;

/// One page of a listing. A record that cannot be decoded stands beside the others and harms none.
#[derive(Clone)]
pub struct Page<T> {
    records: Vec<Entry<T>>,
    next: Option<String>,
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

/// A record with an id, by which a listing knows that it has seen it.
pub trait Identified {
    /// The name of the id in JSON, such as `PartyID`.
    const ID_FIELD: &'static str;

    /// The id.
    fn id(&self) -> i64;
}

/// Where a page of a listing is. Its `Debug` hides the link, which holds the filter.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cursor {
    /// At the start.
    Start,
    /// After this many records (`$skip`).
    Skip(usize),
    /// Where this `NextPageLink` leads.
    Link(String),
}

impl fmt::Debug for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Start => f.write_str("Start"),
            Self::Skip(records) => write!(f, "Skip({records})"),
            Self::Link(_) => f.write_str("Link(***)"),
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
}

#[cfg(feature = "client")]
pub use reading::{Listing, Pager, Records};

#[cfg(feature = "client")]
mod reading {
    use std::collections::HashSet;
    use std::fmt;
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use futures_core::Stream;
    use futures_util::stream::{self, StreamExt};

    use super::{Cursor, Entry, Identified, Page, Paged};
    use crate::client::Client;
    use crate::endpoint::Endpoint;
    use crate::error::{Error, ErrorKind, Result};
    use crate::listing::MAX_PAGE_SIZE;
    use crate::wire::{InvalidRecord, Record};

    /// So many pages in a row may bring nothing new before the listing counts as a circle.
    const MOST_STALE_PAGES: usize = 5;

    /// Reads a listing page by page.
    ///
    /// It goes on while Billit sends a `NextPageLink`, also after a page without records. After a full page
    /// without a link it asks once more with `$skip`, which costs a call and loses nobody. A record that moves
    /// from one page to the next while they are read is given once. A link that was followed before, a full page
    /// without a link and with nothing new, or a fifth page in a row with a link and with nothing new, is
    /// [`ErrorKind::RepeatedLink`]: a listing that cannot be read to its end never looks complete.
    #[must_use = "a pager does nothing until it is asked for a page"]
    pub struct Pager<P: Paged> {
        client: Client,
        listing: P,
        next: Option<Cursor>,
        /// Records that came, those seen before included.
        received: usize,
        /// Records that are still wanted, if not all are.
        wanted: Option<usize>,
        /// Pages in a row that brought nothing new.
        stale: usize,
        followed: HashSet<String>,
        seen: HashSet<i64>,
        seen_invalid: HashSet<String>,
    }

    impl<P: Paged> Pager<P> {
        pub(crate) fn new(client: Client, listing: P, cursor: Cursor) -> Self {
            let wanted = listing.limit();
            Self {
                client,
                listing,
                next: (wanted != Some(0)).then_some(cursor),
                received: 0,
                wanted,
                stale: 0,
                followed: HashSet::new(),
                seen: HashSet::new(),
                seen_invalid: HashSet::new(),
            }
        }

        /// The next page that has a record not seen before, or `None` at the end.
        ///
        /// # Errors
        /// As the call itself, and when the listing goes in circles. The pager stays where it was: the same page
        /// can be asked for again.
        pub async fn next_page(&mut self) -> Result<Option<Page<P::Item>>> {
            while let Some(cursor) = &self.next {
                let request = self.listing.page(cursor);
                if let Cursor::Link(link) = cursor
                    && self.followed.contains(link)
                {
                    return Err(circle(&request));
                }
                let mut page = self.client.send(&request).await?;
                let received = page.records.len();
                // Unreadable records that look alike on one page are several.
                page.records.retain(|record| match record {
                    Ok(record) => self.seen.insert(record.id()),
                    Err(invalid) => !self.seen_invalid.contains(invalid.raw().get()),
                });
                let invalid = page
                    .records
                    .iter()
                    .filter_map(|record| record.as_ref().err());
                self.seen_invalid
                    .extend(invalid.map(|invalid| invalid.raw().get().to_owned()));
                self.stale = if page.is_empty() { self.stale + 1 } else { 0 };
                let mut following = match &page.next {
                    Some(_) if self.stale >= MOST_STALE_PAGES => return Err(circle(&request)),
                    Some(link) => Some(Cursor::Link(link.clone())),
                    None if received < MAX_PAGE_SIZE => None,
                    None if page.is_empty() => return Err(circle(&request)),
                    None => Some(Cursor::Skip(self.received + received)),
                };
                self.received += received;
                if let Some(wanted) = &mut self.wanted {
                    page.records.truncate(*wanted);
                    *wanted -= page.records.len();
                    following = following.filter(|_| *wanted > 0);
                }
                if let Some(Cursor::Link(link)) = std::mem::replace(&mut self.next, following) {
                    self.followed.insert(link);
                }
                if !page.is_empty() {
                    return Ok(Some(page));
                }
            }
            Ok(None)
        }

        /// The whole listing at once.
        ///
        /// # Errors
        /// When any page fails: half a listing is none.
        pub async fn all(mut self) -> Result<Listing<P::Item>> {
            let mut listing = Listing {
                records: Vec::new(),
                invalid: Vec::new(),
            };
            while let Some(page) = self.next_page().await? {
                for record in page {
                    match record {
                        Ok(record) => listing.records.push(record),
                        Err(invalid) => listing.invalid.push(invalid),
                    }
                }
            }
            Ok(listing)
        }
    }

    fn circle(request: &impl Endpoint) -> Error {
        Error::new(ErrorKind::RepeatedLink).with_call(request.operation(), 0)
    }

    impl<P: Paged + 'static> Pager<P>
    where
        P::Request: 'static,
        P::Item: 'static,
    {
        /// The records one by one, with at most one page in memory. It ends after an error.
        pub fn records(self) -> Records<P::Item> {
            let pages = stream::unfold(Some(self), |pager| async move {
                let mut pager = pager?;
                match pager.next_page().await {
                    Ok(page) => page.map(|page| (Ok(page), Some(pager))),
                    Err(error) => Some((Err(error), None)),
                }
            });
            let records = pages.flat_map(|page| match page {
                Ok(page) => stream::iter(page.into_iter().map(Ok).collect::<Vec<_>>()),
                Err(error) => stream::iter(vec![Err(error)]),
            });
            Records(Box::pin(records))
        }
    }

    impl<P: Paged> fmt::Debug for Pager<P> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.debug_struct("Pager")
                .field("next", &self.next)
                .field("received", &self.received)
                .finish_non_exhaustive()
        }
    }

    /// A whole listing.
    #[derive(Clone)]
    #[non_exhaustive]
    pub struct Listing<T> {
        /// Every record that could be decoded, once.
        pub records: Vec<Record<T>>,
        /// Every record that could not.
        pub invalid: Vec<InvalidRecord>,
    }

    impl<T> fmt::Debug for Listing<T> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.debug_struct("Listing")
                .field("records", &self.records.len())
                .field("invalid", &self.invalid.len())
                .finish()
        }
    }

    /// A stream of records. The outer error ends it; an invalid record does not.
    #[must_use = "streams do nothing unless polled"]
    pub struct Records<T>(Pin<Box<dyn Stream<Item = Result<Entry<T>>> + Send>>);

    impl<T> Stream for Records<T> {
        type Item = Result<Entry<T>>;

        fn poll_next(
            mut self: Pin<&mut Self>,
            context: &mut Context<'_>,
        ) -> Poll<Option<Self::Item>> {
            self.0.as_mut().poll_next(context)
        }
    }

    impl<T> fmt::Debug for Records<T> {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("Records")
        }
    }
}
