//! Listings: one page after the other, each record once, and no end that comes too early.

use std::collections::BTreeMap;
use std::fmt;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::panic::resume_unwind;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;
use futures_util::stream::{self, StreamExt};
use tokio::task::JoinHandle;

use crate::client::Client;
use crate::endpoint::Endpoint;
use crate::error::{Error, ErrorKind, Result};
use crate::page::{Page, PageCursor, Paged};
use crate::wire::{Entry, Identified, InvalidRecord, Record};

/// After so many pages in a row with nothing new the listing counts as one without an end.
const MOST_STALE_PAGES: usize = 5;

/// Reads a listing page by page.
///
/// A list ends with an empty page. A short page is no end: a server may cap the page size lower than asked.
/// That costs one more call for each list, and no record is missed;
/// [`ClientBuilder::short_page_is_last`](crate::ClientBuilder::short_page_is_last) saves that call. A short page that is
/// exactly the page before is an end too (a server that gives its last page again); a full one, or a fifth page in a row
/// with nothing new, is [`ErrorKind::RepeatedPage`]: a listing that cannot be read to its end never looks complete. One
/// that goes on after [`max_pages`](crate::ClientBuilder::max_pages) is [`ErrorKind::TooManyPages`].
///
/// Whether Planyo answers an empty page with an empty list or with code 4 is unknown; the same code also says "other error
/// raised by the method". So code 4, and `null` in place of the list, end a list as an empty page does, and
/// [`has_unproven_end`](Self::has_unproven_end) tells that there may be more, unless the page before was short.
/// [`ClientBuilder::refused_page_is_error`](crate::ClientBuilder::refused_page_is_error) makes code 4 an error.
///
/// A record that moves to a later page while they are read is given once. But a list that **shrinks** meanwhile
/// moves records to earlier pages, and one that moved to a page already read is missing, without any sign of it:
/// Planyo has page numbers only. So never take a record for deleted because one listing lacks it: ask for it by
/// its id.
///
/// It remembers the ids that it gave, and no more: a million customers take less than 32 MiB.
#[must_use = "a pager does nothing until it is asked for a page"]
pub struct Pager<P: Paged> {
    client: Client,
    listing: P,
    /// The page to read next, and where it is.
    next: Option<Arc<P::Request>>,
    cursor: PageCursor,
    seen: Seen,
    /// The page before, of the current list.
    previous: Vec<Key>,
    has_unproven_end: bool,
    /// Pages in a row that brought nothing new to the current list.
    stale: usize,
    prefetches: bool,
    /// The next page, being read.
    prefetched: Option<Prefetch<P::Item>>,
    /// A page that is too much for one call is not retried: the caller asks for less.
    fails_if_too_much: bool,
}

/// By what a record is known again: its id, or the hash of what cannot be read.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    Id(u64),
    Raw(u64),
}

impl Key {
    fn of<T: Identified>(entry: &Entry<T>) -> Self {
        match entry {
            Ok(record) => Self::Id(record.id()),
            Err(invalid) => {
                let mut hasher = DefaultHasher::new();
                invalid.raw().get().hash(&mut hasher);
                Self::Raw(hasher.finish())
            }
        }
    }
}

/// What a listing has given, and whether the current list had it: the next list may repeat the one before.
///
/// Trees, not hash tables: a hash table copies itself when it doubles, which would be the peak of memory.
#[derive(Default)]
pub(crate) struct Seen {
    ids: BTreeMap<u64, bool>,
    unreadable: BTreeMap<u64, bool>,
}

impl Seen {
    fn was_given(&self, key: Key) -> bool {
        self.get(key).is_some()
    }

    fn was_listed(&self, key: Key) -> bool {
        self.get(key) == Some(true)
    }

    fn get(&self, key: Key) -> Option<bool> {
        match key {
            Key::Id(id) => self.ids.get(&id).copied(),
            Key::Raw(hash) => self.unreadable.get(&hash).copied(),
        }
    }

    /// Marks it as given and listed, and says whether it was new.
    fn add(&mut self, key: Key) -> bool {
        let old = match key {
            Key::Id(id) => self.ids.insert(id, true),
            Key::Raw(hash) => self.unreadable.insert(hash, true),
        };
        old.is_none()
    }

    fn begin_list(&mut self) {
        let all = self.ids.values_mut().chain(self.unreadable.values_mut());
        all.for_each(|listed| *listed = false);
    }

    pub(crate) fn len(&self) -> usize {
        self.ids.len() + self.unreadable.len()
    }
}

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
        Pager::new(self.clone(), listing)
    }

    /// A listing from where an earlier one of the same kind [stopped](Pager::cursor).
    ///
    /// What the earlier one has given is not remembered: a record that moved to a later page meanwhile, or that is on
    /// a later list too, is given again.
    ///
    /// # Errors
    /// [`ErrorKind::Configuration`] when the listing has no such list: the cursor is another listing's.
    pub fn pages_from<P: Paged>(&self, listing: P, cursor: PageCursor) -> Result<Pager<P>> {
        Pager::resume(self.clone(), listing, cursor)
    }
}

impl<P: Paged> Pager<P> {
    pub(crate) fn new(client: Client, listing: P) -> Self {
        let first = listing.first();
        Self::at(client, listing, first, PageCursor::default())
    }

    pub(crate) fn resume(client: Client, listing: P, cursor: PageCursor) -> Result<Self> {
        let mut request = listing.first();
        for _ in 0..cursor.list {
            request = listing.after_last(&request).ok_or_else(|| {
                Error::configuration("the cursor is of another listing, one with more lists")
            })?;
        }
        let request = listing.at_page(&request, cursor.page);
        Ok(Self::at(client, listing, request, cursor))
    }

    /// One part of a listing, which gives nothing that was seen in another part.
    pub(crate) fn part(
        client: Client,
        listing: P,
        mut seen: Seen,
        fails_if_too_much: bool,
    ) -> Self {
        seen.begin_list();
        Self {
            seen,
            fails_if_too_much,
            ..Self::new(client, listing)
        }
    }

    fn at(client: Client, listing: P, next: P::Request, cursor: PageCursor) -> Self {
        Self {
            client,
            listing,
            next: Some(Arc::new(next)),
            cursor,
            seen: Seen::default(),
            previous: Vec::new(),
            has_unproven_end: false,
            stale: 0,
            prefetches: false,
            prefetched: None,
            fails_if_too_much: false,
        }
    }

    /// Reads the next page while the caller works on this one, in a task of its own. Order, errors and the number of calls
    /// for a whole listing stay the same.
    pub fn prefetch(mut self) -> Self {
        self.prefetches = true;
        self
    }

    /// Where to resume, for [`Client::pages_from`]; `None` once the listing is read to its end. Store it when the records of
    /// the page before are processed.
    #[must_use]
    pub fn cursor(&self) -> Option<PageCursor> {
        self.next.is_some().then_some(self.cursor)
    }

    /// Whether a list ended with an answer that does not prove its end: code 4, or `null` in place of the list, and not
    /// after a short page. Then there may be more records: take none for deleted because this listing lacks it.
    ///
    /// Ask it when the listing is read to its end.
    #[must_use]
    pub fn has_unproven_end(&self) -> bool {
        self.has_unproven_end
    }

    pub(crate) fn into_seen(self) -> Seen {
        self.seen
    }

    /// Whether the page read last is the first of its list and has as many records as a page can have, or as this.
    pub(crate) fn is_full(&self, most: Option<u32>) -> bool {
        let size = || self.listing.page_size(self.next.as_ref()?);
        let most = most.or_else(size);
        self.cursor.page == 1 && most.is_some_and(|most| self.previous.len() >= most as usize)
    }

    /// The next page that has a record not seen before, or `None` at the end.
    ///
    /// # Errors
    /// As the call itself, [`ErrorKind::RepeatedPage`] and [`ErrorKind::TooManyPages`]. The pager stays where it was: the
    /// same page can be asked for again.
    pub async fn next_page(&mut self) -> Result<Option<Page<P::Item>>> {
        while let Some(page) = self.step().await? {
            if !page.is_empty() {
                return Ok(Some(page));
            }
        }
        Ok(None)
    }

    /// What is new on the next page, which may be nothing, or `None` at the end.
    pub(crate) async fn step(&mut self) -> Result<Option<Page<P::Item>>> {
        let Some(request) = self.next.clone() else {
            return Ok(None);
        };
        let mut page = match self.read(&request).await {
            Err(error) if self.client.is_nothing_found(&error) => Page::without_list(),
            page => page?,
        };
        let keys: Vec<Key> = page.records().iter().map(Key::of).collect();
        let again = !keys.is_empty() && keys == self.previous;
        let size = self.listing.page_size(&request);
        let is_short = size.is_some_and(|size| keys.len() < size as usize);
        let is_stale = keys.iter().all(|key| self.seen.was_listed(*key));
        if keys.is_empty() || (again && is_short) {
            let before = self.previous.len();
            let is_after_short = before > 0 && size.is_some_and(|size| before < size as usize);
            self.has_unproven_end |= !page.has_list() && !is_after_short;
            self.end_list(&request);
            return Ok(Some(Page::new(Vec::new())));
        }
        let is_last = is_short && self.client.short_page_is_last();
        let is_endless = is_stale && self.stale + 1 >= MOST_STALE_PAGES;
        if again || (is_endless && !is_last) {
            return Err(Error::new(ErrorKind::RepeatedPage).with_call(request.method(), 1));
        }
        if self.cursor.page >= self.client.max_pages() {
            return Err(Error::new(ErrorKind::TooManyPages).with_call(request.method(), 1));
        }
        page.records.retain(|entry| match Key::of(entry) {
            id @ Key::Id(_) => self.seen.add(id),
            // Unreadable records that look alike on one page are several.
            raw @ Key::Raw(_) => !self.seen.was_given(raw),
        });
        for key in &keys {
            self.seen.add(*key);
        }
        if is_last {
            self.end_list(&request);
            return Ok(Some(page));
        }
        self.previous = keys;
        self.stale = if is_stale { self.stale + 1 } else { 0 };
        self.cursor.page = self.cursor.page.saturating_add(1);
        let next = Arc::new(self.listing.at_page(&request, self.cursor.page));
        self.next = Some(next.clone());
        if self.prefetches {
            let client = self.client.clone();
            let read = async move { client.send(&*next).await };
            self.prefetched = Some(Prefetch(tokio::spawn(read)));
        }
        Ok(Some(page))
    }

    /// Goes to the list after the one that this call is of.
    fn end_list(&mut self, request: &P::Request) {
        self.next = self.listing.after_last(request).map(Arc::new);
        self.cursor = PageCursor {
            list: self.cursor.list.saturating_add(1),
            page: 0,
        };
        self.seen.begin_list();
        self.previous.clear();
        self.stale = 0;
    }

    async fn read(&mut self, request: &P::Request) -> Result<Page<P::Item>> {
        if let Some(prefetch) = &mut self.prefetched {
            let page = (&mut prefetch.0).await;
            self.prefetched = None;
            match page.map_err(tokio::task::JoinError::try_into_panic) {
                Ok(page) => return page,
                Err(Ok(panic)) => resume_unwind(panic),
                // Only a runtime that ends stops the task: then this call ends too.
                Err(Err(_)) => {}
            }
        }
        if self.fails_if_too_much {
            self.client.send_unless_too_much(request).await
        } else {
            self.client.send(request).await
        }
    }

    /// The whole listing at once.
    ///
    /// # Errors
    /// When any page fails: half a listing is none.
    pub async fn all(mut self) -> Result<Listing<P::Item>> {
        let mut listing = Listing::default();
        while let Some(page) = self.next_page().await? {
            listing.extend(page);
        }
        listing.unproven_end = self.has_unproven_end;
        Ok(listing)
    }

    /// The records one by one, with at most one page in memory, or two with [`prefetch`](Self::prefetch). It
    /// ends after an error. It does not tell whether the [end is proven](Self::has_unproven_end).
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
            .field("records", &self.seen.len())
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
    /// Whether the [end is not proven](Pager::has_unproven_end): there may be more records.
    pub unproven_end: bool,
}

impl<T> Default for Listing<T> {
    fn default() -> Self {
        Self {
            records: Vec::new(),
            invalid: Vec::new(),
            unproven_end: false,
        }
    }
}

impl<T> Listing<T> {
    pub(crate) fn extend(&mut self, page: Page<T>) {
        for record in page {
            match record {
                Ok(record) => self.records.push(record),
                Err(invalid) => self.invalid.push(invalid),
            }
        }
    }
}

impl<T> fmt::Debug for Listing<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listing")
            .field("records", &self.records.len())
            .field("invalid", &self.invalid.len())
            .field("unproven_end", &self.unproven_end)
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
