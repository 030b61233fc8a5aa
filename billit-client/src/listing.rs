//! What the listings have in common: which records, in which order, how many, and where the page is.

use std::fmt;

use crate::endpoint::{Method, Request};
use crate::odata::{Filter, Order};
use crate::pager::Cursor;

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

/// Writes a listing that comes in pages: the struct, its endpoint, its paging.
macro_rules! listing {
    ($(#[$doc:meta])* $name:ident: $operation:literal, $path:expr => $item:ty) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default)]
        pub struct $name {
            query: $crate::listing::Query<$item>,
        }

        impl $name {
            /// All records in the server's own order, which is stable while records are edited. An order by the time
            /// of the last change is not: an edited record moves, and another can be skipped.
            #[must_use]
            pub fn new() -> Self {
                Self::default()
            }
        }

        impl $crate::endpoint::Endpoint for $name {
            $crate::endpoint::call!(
                $operation, Read -> $crate::pager::Page<$item>, $crate::pager::Page::parse
            );

            fn request(&self) -> serde_json::Result<$crate::endpoint::Request> {
                Ok(self.query.request($path))
            }
        }

        impl $crate::pager::Paged for $name {
            type Item = $item;
            type Request = Self;

            fn page(&self, cursor: &$crate::pager::Cursor) -> Self {
                Self {
                    query: self.query.at(cursor),
                }
            }

            fn limit(&self) -> Option<usize> {
                self.query.top
            }

            fn unfiltered(&self) -> Option<Self> {
                let query = self.query.unfiltered()?;
                Some(Self { query })
            }
        }
    };
}
pub(crate) use listing;

/// Writes the setters of a listing that takes OData.
macro_rules! odata {
    ($item:ty) => {
        /// The most that Billit gives on a page.
        pub const MAX_PAGE_SIZE: usize = $crate::listing::MAX_PAGE_SIZE;

        /// Only records that meet this condition (`$filter`). A second filter replaces the first.
        #[must_use]
        pub fn filter(mut self, filter: $crate::odata::Filter<$item>) -> Self {
            self.query.filter = Some(filter);
            self
        }

        /// In this order (`$orderby`).
        #[must_use]
        pub fn order_by(mut self, order: $crate::odata::Order<$item>) -> Self {
            self.query.order = Some(order);
            self
        }

        /// At most so many records in all. Up to 120, which is Billit's limit, it is sent as `$top`.
        #[must_use]
        pub fn top(mut self, records: usize) -> Self {
            self.query.top = Some(records);
            self
        }
    };
}
pub(crate) use odata;

/// Writes the setter of a listing that searches text.
macro_rules! full_text {
    () => {
        /// Only records with this text somewhere (`fullTextSearch`). Where Billit looks is unknown.
        #[must_use]
        pub fn full_text(mut self, text: impl Into<String>) -> Self {
            self.query.full_text = Some(text.into());
            self
        }
    };
}
pub(crate) use full_text;
