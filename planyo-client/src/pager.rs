//! Listings: one page after the other, each record once, and no end that comes too early.

use std::fmt;

use crate::endpoint::Endpoint;
use crate::wire::{InvalidRecord, Record};

/// One place of a listing: a record, or what could not be read as one.
pub type Entry<T> = Result<Record<T>, InvalidRecord>;

/// One page of a listing. A record that cannot be decoded stands beside the others and harms none.
#[derive(Clone)]
pub struct Page<T> {
    pub(crate) records: Vec<Entry<T>>,
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
    use crate::error::Result;
    use crate::wire::{InvalidRecord, Record};

    /// Reads a listing page by page.
    ///
    /// A list ends with an empty page, or with one that has exactly the records of the page before (a server
    /// that ignores the page number). A short page is no end: a server may cap the page size lower than asked.
    /// That costs one more call for a list, and loses nobody. A record that moves from one page to the next
    /// while they are read is given once.
    #[must_use = "a pager does nothing until it is asked for a page"]
    pub struct Pager<P: Paged> {
        client: Client,
        listing: P,
        next: Option<P::Request>,
        seen: HashSet<u64>,
        seen_invalid: HashSet<String>,
        previous: Vec<u64>,
    }

    impl<P: Paged> Pager<P> {
        pub(crate) fn new(client: Client, listing: P) -> Self {
            let next = Some(listing.first());
            Self {
                client,
                listing,
                next,
                seen: HashSet::new(),
                seen_invalid: HashSet::new(),
                previous: Vec::new(),
            }
        }

        /// The next page that has a record not seen before, or `None` at the end.
        ///
        /// # Errors
        /// As the call itself. The pager stays where it was: the same page can be asked for again.
        pub async fn next_page(&mut self) -> Result<Option<Page<P::Item>>> {
            while let Some(request) = &self.next {
                let mut page = self.client.send(request).await?;
                let ids: Vec<u64> = page
                    .records
                    .iter()
                    .flatten()
                    .map(|record| record.id())
                    .collect();
                let ended = page.is_empty() || (!ids.is_empty() && ids == self.previous);
                self.next = if ended {
                    self.listing.after_last(request)
                } else {
                    Some(self.listing.following(request))
                };
                self.previous = if ended { Vec::new() } else { ids };
                page.records.retain(|record| match record {
                    Ok(record) => self.seen.insert(record.id()),
                    Err(invalid) => self.seen_invalid.insert(invalid.raw().get().to_owned()),
                });
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
