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
    has_list: bool,
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
        let records = wire::identified(data, list)?;
        let has_list = !records.is_empty() || wire::has_list(data, list);
        Ok(Self { records, has_list })
    }

    /// As [`parse`](Self::parse), of a map whose keys are the ids.
    pub(crate) fn parse_by_id(data: &RawValue, map: &str) -> serde_json::Result<Self> {
        let records = wire::entries_by_id(data, map)?;
        let has_list = !records.is_empty() || wire::has_list(data, map);
        Ok(Self { records, has_list })
    }
}

impl<T> Page<T> {
    /// For a list that is not read by [`parse`](Self::parse).
    pub(crate) fn new(records: Vec<Entry<T>>) -> Self {
        Self {
            records,
            has_list: true,
        }
    }

    /// For an answer that may mean that there is nothing, and does not say so.
    #[cfg(feature = "client")]
    pub(crate) fn without_list() -> Self {
        Self {
            records: Vec::new(),
            has_list: false,
        }
    }

    /// The records in the order they came.
    pub fn records(&self) -> &[Entry<T>] {
        &self.records
    }

    /// Whether the answer had a list, be it an empty one. Code 4, or `null` in its place, may stand for anything: such a page
    /// is empty and does not prove that the listing has ended.
    #[must_use]
    pub fn has_list(&self) -> bool {
        self.has_list
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
            .finish_non_exhaustive()
    }
}

/// A listing of one or several paged calls.
pub trait Paged: Send + Sync + 'static {
    /// What is listed.
    type Item: Identified + Send + 'static;
    /// The call for one page.
    type Request: Endpoint<Output = Page<Self::Item>> + 'static;

    /// The first page.
    fn first(&self) -> Self::Request;

    /// The page with this number, from 0, of the list that the request is for.
    fn at_page(&self, request: &Self::Request, number: u32) -> Self::Request;

    /// The most records on a page that this call asks for; what decides whether a page is full. Without it every page
    /// counts as full.
    fn page_size(&self, request: &Self::Request) -> Option<u32> {
        let _ = request;
        None
    }

    /// The first page of the list after the one that the request is for. Most listings are one list.
    fn after_last(&self, request: &Self::Request) -> Option<Self::Request> {
        let _ = request;
        None
    }
}

/// The page of a listing to read next. It can be stored, and a listing of the same kind
/// [resumes there](crate::Client::pages_from), also in another process.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PageCursor {
    /// Which list of the listing, from 0.
    pub(crate) list: u32,
    /// Which page of the list, from 0.
    pub(crate) page: u32,
}
