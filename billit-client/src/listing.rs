//! What the listings have in common: which records, in which order, how many, and where the page is.

use std::fmt;

use crate::endpoint::{Method, Request};
use crate::odata::{Filter, Order};
use crate::page::Cursor;

/// The most records that Billit gives on a page (confirmed).
pub(crate) const MAX_PAGE_SIZE: usize = 120;

/// The parameters of a listing of records of type `T`. Its `Debug` shows no value.
#[derive(Clone)]
pub(crate) struct Query<T> {
    pub(crate) filter: Option<Filter<T>>,
    pub(crate) order: Option<Order<T>>,
    pub(crate) full_text: Option<String>,
    pub(crate) top: Option<usize>,
    cursor: Cursor,
}

impl<T> Default for Query<T> {
    fn default() -> Self {
        Self {
            filter: None,
            order: None,
            full_text: None,
            top: None,
            cursor: Cursor::Start,
        }
    }
}

impl<T> Query<T> {
    /// The same listing at another page.
    pub(crate) fn at(&self, cursor: &Cursor) -> Self {
        Self {
            filter: self.filter.clone(),
            order: self.order.clone(),
            full_text: self.full_text.clone(),
            top: self.top,
            cursor: cursor.clone(),
        }
    }

    /// The same listing without its filter; none if it has no filter. A limit would count what the filter would not.
    pub(crate) fn unfiltered(&self) -> Option<Self> {
        self.filter.as_ref()?;
        Some(Self {
            filter: None,
            top: None,
            ..self.at(&self.cursor)
        })
    }

    /// The call of its page: a link is followed as it is, for it holds the parameters.
    pub(crate) fn request(&self, path: impl IntoIterator<Item = impl Into<String>>) -> Request {
        let mut request = Request::new(Method::Get, path);
        if let Cursor::Link(link) = &self.cursor {
            return request.with_link(link);
        }
        if let Some(text) = &self.full_text {
            request = request.with_query("fullTextSearch", text);
        }
        if let Some(filter) = &self.filter {
            request = request.with_query("$filter", filter.to_string());
        }
        if let Some(order) = &self.order {
            request = request.with_query("$orderby", order.to_string());
        }
        if let Some(top) = self.top.filter(|top| *top <= MAX_PAGE_SIZE) {
            request = request.with_query("$top", top.to_string());
        }
        if let Cursor::Skip(records) = self.cursor {
            request = request.with_query("$skip", records.to_string());
        }
        request
    }
}

impl<T> fmt::Debug for Query<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Query")
            .field("filter", &self.filter)
            .field("order", &self.order)
            .field("full_text", &self.full_text.as_ref().map(|_| "…"))
            .field("top", &self.top)
            .field("cursor", &self.cursor)
            .finish()
    }
}
