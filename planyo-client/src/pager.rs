//! Listings: one page after the other, each record once, and no end that comes too early.

use std::fmt;

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
}

impl<T: Identified + DeserializeOwned> Page<T> {
    /// Reads the list that `data` has under this name, such as `users`.
    ///
    /// ```
    /// use planyo_client::{Page, users::User};
    ///
    /// let data = serde_json::value::RawValue::from_string(r#"{"users": [{"id": "7"}]}"#.to_owned())?;
    /// assert_eq!(Page::<User>::parse(&data, "users")?.records().len(), 1);
    /// # Ok::<(), serde_json::Error>(())
    /// ```
    ///
    /// # Errors
    /// When there is no such list, which would end the listing too early.
    pub fn parse(data: &RawValue, list: &str) -> serde_json::Result<Self> {
        let records = wire::list::<&RawValue>(data, list)?;
        Ok(Self {
            records: records.into_iter().map(wire::entry).collect(),
        })
    }

    /// As [`parse`](Self::parse), of a map whose keys are the ids.
    pub(crate) fn parse_by_id(data: &RawValue, map: &str) -> serde_json::Result<Self> {
        Ok(Self {
            records: wire::entries_by_id(data, map)?,
        })
    }
}

impl<T> Page<T> {
    /// For a list that is not read by [`parse`](Self::parse).
    pub(crate) fn new(records: Vec<Entry<T>>) -> Self {
        Self { records }
    }

    /// The records in the order they came.
    pub fn records(&self) -> &[Entry<T>] {
        &self.records
    }

    /// Whether it has no records at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
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
            .finish()
    }
}

/// A record with an id, by which a listing knows that it has seen it.
pub trait Identified {
    /// The name of the id in JSON.
    const ID_FIELD: &'static str = "id";

    /// The id.
    fn id(&self) -> u64;
}

/// A listing of one or several paged calls.
pub trait Paged: Send + Sync {
    /// What is listed.
    type Item: Identified + Send;
    /// The call for one page.
    type Request: Endpoint<Output = Page<Self::Item>>;

    /// The first page.
    fn first(&self) -> Self::Request;

    /// The page after this one.
    fn following(&self, request: &Self::Request) -> Self::Request;

    /// The most records on a page that this call asks for; what decides whether a page is full. Without it every page
    /// counts as full.
    fn page_size(&self, request: &Self::Request) -> Option<u32> {
        let _ = request;
        None
    }

    /// Where to go on when a list is read to its end. Most listings are one list.
    fn after_last(&self, request: &Self::Request) -> Option<Self::Request> {
        let _ = request;
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

    use super::{Entry, Identified, Page, Paged};
    use crate::client::Client;
    use crate::endpoint::Endpoint;
    use crate::error::{Error, ErrorKind, Result};
    use crate::wire::{InvalidRecord, Record};

    /// So many pages in a row may bring nothing new before the listing counts as a circle.
    const MOST_STALE_PAGES: usize = 5;

    /// Reads a listing page by page.
    ///
    /// A list ends with an empty page. A short page is no end: a server may cap the page size lower than asked.
    /// That costs one more call for a list, and loses nobody. A short page that is exactly the page before is an end
    /// too (a server that gives its last page again); a full one, or a fifth page in a row with nothing new, is
    /// [`ErrorKind::RepeatedPage`]: a listing that cannot be read to its end never looks complete.
    ///
    /// A record that moves to a later page while they are read is given once. But a list that **shrinks** meanwhile
    /// moves records to earlier pages, and one that moved to a page already read is missing, without any sign of it:
    /// Planyo has page numbers only. So never take a record for deleted because one listing lacks it: ask for it by
    /// its id.
    #[must_use = "a pager does nothing until it is asked for a page"]
    pub struct Pager<P: Paged> {
        client: Client,
        listing: P,
        next: Option<P::Request>,
        /// Every record given.
        given: HashSet<Key>,
        /// Every record of the current list: the next one may repeat the one before.
        listed: HashSet<Key>,
        /// The page before, of the current list.
        previous: Vec<Key>,
        /// Pages in a row that brought nothing new to the current list.
        stale: usize,
    }

    /// By what a record is known again.
    #[derive(Clone, PartialEq, Eq, Hash)]
    enum Key {
        Id(u64),
        Raw(Box<str>),
    }

    impl Key {
        fn of<T: Identified>(entry: &Entry<T>) -> Self {
            match entry {
                Ok(record) => Self::Id(record.id()),
                Err(invalid) => Self::Raw(invalid.raw().get().into()),
            }
        }
    }

    impl<P: Paged> Pager<P> {
        pub(crate) fn new(client: Client, listing: P) -> Self {
            let next = Some(listing.first());
            Self {
                client,
                listing,
                next,
                given: HashSet::new(),
                listed: HashSet::new(),
                previous: Vec::new(),
                stale: 0,
            }
        }

        /// The next page that has a record not seen before, or `None` at the end.
        ///
        /// # Errors
        /// As the call itself, and [`ErrorKind::RepeatedPage`]. The pager stays where it was: the same page can be
        /// asked for again.
        pub async fn next_page(&mut self) -> Result<Option<Page<P::Item>>> {
            while let Some(request) = &self.next {
                let mut page = self.client.send(request).await?;
                let keys: Vec<Key> = page.records.iter().map(Key::of).collect();
                let again = !keys.is_empty() && keys == self.previous;
                let size = self.listing.page_size(request);
                let is_short = size.is_some_and(|size| keys.len() < size as usize);
                let is_stale = keys.iter().all(|key| self.listed.contains(key));
                if keys.is_empty() || (again && is_short) {
                    self.next = self.listing.after_last(request);
                    self.listed.clear();
                    self.previous.clear();
                    self.stale = 0;
                    continue;
                }
                if again || (is_stale && self.stale + 1 >= MOST_STALE_PAGES) {
                    return Err(Error::new(ErrorKind::RepeatedPage).with_call(request.method(), 1));
                }
                self.stale = if is_stale { self.stale + 1 } else { 0 };
                self.next = Some(self.listing.following(request));
                // Unreadable records that look alike on one page are several.
                page.records.retain(|entry| match Key::of(entry) {
                    id @ Key::Id(_) => self.given.insert(id),
                    raw @ Key::Raw(_) => !self.given.contains(&raw),
                });
                self.given.extend(keys.iter().cloned());
                self.listed.extend(keys.iter().cloned());
                self.previous = keys;
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
                .field("records", &self.given.len())
                .field("ended", &self.next.is_none())
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
