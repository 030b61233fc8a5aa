//! Listings: one page after the other, each record once, and no end that comes too early.

use std::collections::HashSet;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_util::stream::{self, StreamExt};
use hmac_sha256::Hash;
use tokio::task::JoinHandle;

use crate::client::Client;
use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind, Result};
use crate::page::{Cursor, Page, Paged};
use crate::wire::{Entry, Identified, InvalidRecord, Record};

/// The most records that Billit gives on a page.
const FULL_PAGE: usize = 120;

/// After so many pages in a row with nothing new the listing counts as one without an end.
const MOST_STALE_PAGES: usize = 5;

/// Reads a listing page by page.
///
/// It goes on while Billit sends a `NextPageLink`, also after a page without records. After a full page
/// without a link it asks once more with `$skip`, which costs a call, and no record is missed. A record that moves
/// from one page to the next while they are read is given once. A link that was followed before, a full page
/// without a link and with nothing new, or a fifth page in a row with a link and with nothing new, is
/// [`ErrorKind::RepeatedLink`]: a listing that cannot be read to its end never looks complete. One that goes on after
/// [`max_pages`](crate::ClientBuilder::max_pages) is [`ErrorKind::TooManyPages`].
///
/// Of the pages given it remembers the ids alone, eight bytes each.
#[must_use = "a pager does nothing until it is asked for a page"]
pub struct Pager<P: Paged> {
    client: Client,
    listing: P,
    next: Option<Cursor>,
    /// Records that came, those seen before included.
    received: usize,
    /// Records that are still wanted, if not all are.
    wanted: Option<usize>,
    /// Pages that came.
    pages: u32,
    /// Pages in a row that brought nothing new.
    stale: usize,
    followed: HashSet<Digest>,
    seen: HashSet<i64>,
    seen_invalid: HashSet<Digest>,
    /// The caller's own filter.
    keep: Option<Keep<P::Item>>,
    /// Whether Billit has refused the filter, so that the caller's counts.
    filters_locally: bool,
    /// Starts a task that reads the next page, with [`prefetch`](Self::prefetch).
    start_prefetch: Option<StartPrefetch<P>>,
    prefetched: Option<Prefetch<P::Item>>,
}

type StartPrefetch<P> = fn(Client, <P as Paged>::Request) -> Prefetch<<P as Paged>::Item>;

type Keep<T> = Box<dyn Fn(&Record<T>) -> bool + Send + Sync>;

/// The hash of a text that was seen: the text itself can be long.
type Digest = [u8; 32];

/// A page that a task of its own reads; the task ends when this is dropped.
struct Prefetch<T>(JoinHandle<Result<Page<T>>>);

impl<T> Drop for Prefetch<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Client {
    /// A listing, page by page or record by record.
    pub fn pages<P: Paged>(&self, listing: P) -> Pager<P> {
        self.pages_from(listing, Cursor::Start)
    }

    /// The rest of a listing, from where [`Pager::cursor`] was. The listing must be the same, with its filter and its
    /// [`or_filter_locally`](Pager::or_filter_locally).
    ///
    /// It remembers nothing of what came before: a record that moved to a later page meanwhile comes again, and a
    /// `top` counts from here.
    pub fn pages_from<P: Paged>(&self, listing: P, cursor: Cursor) -> Pager<P> {
        Pager::new(self.clone(), listing, cursor)
    }
}

impl<P: Paged> Pager<P> {
    pub(crate) fn new(client: Client, listing: P, cursor: Cursor) -> Self {
        let wanted = listing.limit();
        let (cursor, filters_locally) = match cursor {
            Cursor::Unfiltered(cursor) => (*cursor, true),
            cursor => (cursor, false),
        };
        let unfiltered = listing.unfiltered().filter(|_| filters_locally);
        Self {
            client,
            listing: unfiltered.unwrap_or(listing),
            received: records_before(&cursor),
            next: (wanted != Some(0)).then_some(cursor),
            wanted,
            pages: 0,
            stale: 0,
            followed: HashSet::new(),
            seen: HashSet::new(),
            seen_invalid: HashSet::new(),
            keep: None,
            filters_locally,
            start_prefetch: None,
            prefetched: None,
        }
    }

    /// If Billit refuses the filter ([`ErrorKind::PropertyRefused`]), reads the listing **without** it, and gives
    /// the records for which this is true. Since March 2026 Billit restricts the properties; it publishes the list
    /// for orders only.
    ///
    /// While Billit takes the filter, this is not asked. When it does not, **every record of the account is
    /// read**, a call for each 120 of them: [`filters_locally`](Self::filters_locally) says so afterwards. This sees a
    /// record as the listing has it, which may be a summary: keep one that lacks the field ([`Record::has`]) if you
    /// must not lose it. A record that cannot be read cannot be judged, and is given.
    ///
    /// ```no_run
    /// # async fn run(billit: billit_client::Client) -> billit_client::Result<()> {
    /// use billit_client::parties::{ListParties, property};
    ///
    /// let vat = "BE0563846944";
    /// let by_vat = ListParties::new().filter(property::VAT_NUMBER.eq(vat));
    /// let pages = billit.pages(by_vat).or_filter_locally(move |party| party.vat_number.as_deref() == Some(vat));
    /// let found = pages.all().await?;
    /// # Ok(()) }
    /// ```
    ///
    /// An order ([`Order`](crate::odata::Order)) by a refused property cannot be replaced so.
    pub fn or_filter_locally(
        mut self,
        keep: impl Fn(&Record<P::Item>) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.keep = Some(Box::new(keep));
        self
    }

    /// Whether Billit has refused the filter, and [`or_filter_locally`](Self::or_filter_locally) filters instead.
    #[must_use]
    pub fn filters_locally(&self) -> bool {
        self.filters_locally
    }

    /// Where the next page is; none at the end. [`Client::pages_from`] goes on from there.
    #[must_use]
    pub fn cursor(&self) -> Option<Cursor> {
        let cursor = self.next.clone()?;
        Some(if self.filters_locally {
            Cursor::Unfiltered(Box::new(cursor))
        } else {
            cursor
        })
    }

    /// The next page that has a record not seen before, or `None` at the end.
    ///
    /// # Errors
    /// As the call itself, [`ErrorKind::RepeatedLink`] and [`ErrorKind::TooManyPages`]. The pager stays where it was: the
    /// same page can be asked for again.
    pub async fn next_page(&mut self) -> Result<Option<Page<P::Item>>> {
        if self.filters_locally && self.keep.is_none() {
            return Err(Error::configuration(
                "the cursor is of a listing that was filtered by the program: go on with the same filter",
            ));
        }
        while let Some(cursor) = &self.next {
            let request = self.listing.page(cursor);
            if let Cursor::Link(link) = cursor
                && self.followed.contains(&digest(link))
            {
                return Err(repeated_link(&request));
            }
            if self.pages >= self.client.max_pages() {
                return Err(Error::new(ErrorKind::TooManyPages).with_call(request.operation(), 0));
            }
            let mut page = match self.fetch(&request).await {
                Err(error) if error.is_property_refused() && self.falls_back() => continue,
                Err(error) if self.pages == 0 => {
                    return Err(self.client.explain_missing_list(error));
                }
                page => page?,
            };
            let received = page.records.len();
            self.pages += 1;
            self.drop_seen(&mut page);
            let is_new = !page.is_empty();
            self.stale = if is_new { 0 } else { self.stale + 1 };
            let mut following = match &page.next {
                Some(_) if self.stale >= MOST_STALE_PAGES => return Err(repeated_link(&request)),
                Some(link) => Some(Cursor::Link(link.clone())),
                None if received < FULL_PAGE => None,
                None if !is_new => return Err(repeated_link(&request)),
                None => Some(Cursor::Skip(self.received + received)),
            };
            self.received += received;
            if let Some(keep) = self.keep.as_ref().filter(|_| self.filters_locally) {
                let keep = |entry: &Entry<P::Item>| entry.as_ref().is_ok_and(keep);
                page.records.retain(|entry| entry.is_err() || keep(entry));
            }
            if let Some(wanted) = &mut self.wanted {
                page.records.truncate(*wanted);
                *wanted -= page.records.len();
                following = following.filter(|_| *wanted > 0);
            }
            if let Some(Cursor::Link(link)) = std::mem::replace(&mut self.next, following) {
                self.followed.insert(digest(&link));
            }
            if let (Some(start_prefetch), Some(cursor)) = (self.start_prefetch, &self.next) {
                let request = self.listing.page(cursor);
                self.prefetched = Some(start_prefetch(self.client.clone(), request));
            }
            if !page.is_empty() {
                return Ok(Some(page));
            }
        }
        Ok(None)
    }

    /// The page that is under way, or else that of the request.
    async fn fetch(&mut self, request: &P::Request) -> Result<Page<P::Item>> {
        if let Some(prefetch) = &mut self.prefetched {
            let page = (&mut prefetch.0).await;
            self.prefetched = None;
            if let Ok(page) = page {
                return page;
            }
        }
        self.client.send(request).await
    }

    /// Drops the filter, where the caller has one of its own and the listing is at its start.
    fn falls_back(&mut self) -> bool {
        if self.filters_locally || self.keep.is_none() || self.next != Some(Cursor::Start) {
            return false;
        }
        let Some(unfiltered) = self.listing.unfiltered() else {
            return false;
        };
        #[cfg(feature = "tracing")]
        tracing::debug!("billit refuses the filter; the whole list is read");
        self.listing = unfiltered;
        self.filters_locally = true;
        true
    }

    /// Drops the records that came before. Unreadable records that look alike on one page are several.
    fn drop_seen(&mut self, page: &mut Page<P::Item>) {
        let mut invalid = Vec::new();
        page.records.retain(|record| match record {
            Ok(record) => self.seen.insert(record.id()),
            Err(record) => {
                invalid.push(digest(record.raw().get()));
                invalid
                    .last()
                    .is_none_or(|it| !self.seen_invalid.contains(it))
            }
        });
        self.seen_invalid.extend(invalid);
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

/// How many records came before, where that is known: a link says it by its `$skip`.
fn records_before(cursor: &Cursor) -> usize {
    match cursor {
        Cursor::Skip(records) => *records,
        Cursor::Link(link) => {
            let link = link.to_ascii_lowercase().replace("%24", "$");
            let skip = link
                .split(['?', '&'])
                .find_map(|pair| pair.strip_prefix("$skip="));
            skip.and_then(|skip| skip.parse().ok()).unwrap_or(0)
        }
        Cursor::Start | Cursor::Unfiltered(_) => 0,
    }
}

fn digest(text: &str) -> Digest {
    Hash::hash(text.as_bytes())
}

fn repeated_link(request: &impl Endpoint) -> Error {
    Error::new(ErrorKind::RepeatedLink).with_call(request.operation(), 0)
}

impl<P: Paged + 'static> Pager<P>
where
    P::Request: 'static,
    P::Item: 'static,
{
    /// Reads the next page while the caller works on this one, in a task of its own. It costs the memory of one page, and
    /// an unneeded call when the caller stops early.
    pub fn prefetch(mut self) -> Self {
        self.start_prefetch = Some(|client, request| {
            let page = async move { client.send(request).await };
            #[cfg(feature = "tracing")]
            let page = tracing::Instrument::in_current_span(page);
            Prefetch(tokio::spawn(page))
        });
        self
    }

    /// The records one by one, with at most one page in memory, or two with [`prefetch`](Self::prefetch). It
    /// ends after an error.
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
            .field("filters_locally", &self.filters_locally)
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

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(context)
    }
}

impl<T> fmt::Debug for Records<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Records")
    }
}
