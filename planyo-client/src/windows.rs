//! Long periods cut into windows, so that no call asks for more than Planyo can answer.

use std::fmt;

use chrono::{NaiveDateTime, TimeDelta};

use crate::client::Client;
use crate::error::Result;
use crate::page::{Page, Paged};
use crate::pager::{Listing, Pager, Seen};
use crate::retry::is_too_much;

/// A part of a long period, read on its own. Both are times on the clock of the site.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct Window {
    /// Where it starts.
    pub start: NaiveDateTime,
    /// Where it ends. Whether Planyo counts the end itself is unknown, so that a window ends one second after the next
    /// one starts; [`Client::pages_by_window`](crate::Client::pages_by_window) gives what is in both once.
    pub end: NaiveDateTime,
}

/// How a long period is cut into windows.
///
/// A window that turns out to be too much is cut in two, down to the shortest: when its first page is full (or has
/// [as many records](Self::most_records) as set), or when reading it
/// [takes too long or gets too large](crate::retry::is_too_much). Such a failure is not retried as other failures are,
/// until the window is as short as may be.
///
/// ```
/// use chrono::NaiveDate;
/// use planyo_client::Windows;
///
/// let day = |year| NaiveDate::from_ymd_opt(year, 1, 1).unwrap().into();
/// let five_years = Windows::new(day(2020), day(2025)).days(31).most_records(400);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "windows are read by Client::pages_by_window"]
pub struct Windows {
    start: NaiveDateTime,
    end: NaiveDateTime,
    days: u32,
    shortest_days: u32,
    most_records: Option<u32>,
}

impl Windows {
    /// The time from start to end, on the clock of the site, in windows of 31 days. Where the end is not after the start,
    /// it is read in one window.
    pub fn new(start: NaiveDateTime, end: NaiveDateTime) -> Self {
        Self {
            start,
            end,
            days: 31,
            shortest_days: 1,
            most_records: None,
        }
    }

    /// The length of a window at first; one day at least.
    pub fn days(mut self, days: u32) -> Self {
        self.days = days.max(1);
        self
    }

    /// The shortest window, which is not cut any further. Default and least: one day, since Planyo may look at the dates
    /// of a window alone.
    pub fn shortest_days(mut self, days: u32) -> Self {
        self.shortest_days = days.max(1);
        self
    }

    /// Cuts a window whose first page has so many records. Default: the size of a full page; no window is cut for it where
    /// neither is known.
    pub fn most_records(mut self, records: u32) -> Self {
        self.most_records = Some(records.max(1));
        self
    }
}

/// A part of the time without the second that its window is longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Part {
    start: NaiveDateTime,
    end: NaiveDateTime,
}

impl Part {
    /// This part up to so many days from its start, and the rest. `None` where it is no longer than that.
    fn cut(self, days: u32) -> Option<(Self, Self)> {
        let middle = self
            .start
            .checked_add_signed(TimeDelta::days(days.into()))
            .filter(|middle| *middle < self.end)?;
        let first = Self {
            end: middle,
            ..self
        };
        let rest = Self {
            start: middle,
            ..self
        };
        Some((first, rest))
    }

    /// Two halves of whole days, none shorter than this.
    fn halves(self, shortest_days: u32) -> Option<(Self, Self)> {
        let days = u32::try_from((self.end - self.start).num_days()).unwrap_or(u32::MAX);
        let half = days / 2;
        (half >= shortest_days).then(|| self.cut(half)).flatten()
    }

    fn window(self, end_of_all: NaiveDateTime) -> Window {
        let longer = self.end.checked_add_signed(TimeDelta::seconds(1));
        Window {
            start: self.start,
            end: match longer {
                Some(end) if self.end < end_of_all => end,
                _ => self.end,
            },
        }
    }
}

/// Reads a listing window by window, each record once. Made by [`Client::pages_by_window`].
///
/// ```no_run
/// # async fn run(planyo: planyo_client::Client) -> Result<(), Box<dyn std::error::Error>> {
/// use planyo_client::{ReservationStatus, Windows, reservations::ListReservations};
///
/// let windows = Windows::new("2020-01-01T00:00:00".parse()?, "2027-01-01T00:00:00".parse()?);
/// let listing = |window: planyo_client::Window| {
///     ListReservations::new(window.start, window.end).required_status(ReservationStatus::CONFIRMED)
/// };
/// let mut reservations = planyo.pages_by_window(windows, listing);
/// while let Some(page) = reservations.next_page().await? {
///     println!("{} more, all before {:?}", page.records().len(), reservations.unread_from());
/// }
/// # Ok(()) }
/// ```
#[must_use = "a pager does nothing until it is asked for a page"]
pub struct WindowPager<P: Paged> {
    client: Client,
    windows: Windows,
    listing: Box<dyn Fn(Window) -> P + Send + Sync>,
    /// What is still to read, the earliest part last.
    parts: Vec<Part>,
    /// The part that is read, and its reader.
    current: Option<(Part, Pager<P>)>,
    /// What the parts before have given.
    seen: Seen,
    has_unproven_end: bool,
}

impl Client {
    /// A listing over a long period, read window by window: see [`Windows`].
    pub fn pages_by_window<P: Paged>(
        &self,
        windows: Windows,
        listing: impl Fn(Window) -> P + Send + Sync + 'static,
    ) -> WindowPager<P> {
        WindowPager::new(self.clone(), windows, Box::new(listing))
    }
}

impl<P: Paged> WindowPager<P> {
    pub(crate) fn new(
        client: Client,
        windows: Windows,
        listing: Box<dyn Fn(Window) -> P + Send + Sync>,
    ) -> Self {
        let whole = Part {
            start: windows.start,
            end: windows.end,
        };
        Self {
            client,
            windows,
            listing,
            parts: vec![whole],
            current: None,
            seen: Seen::default(),
            has_unproven_end: false,
        }
    }

    /// Everything before this time was given; `None` at the end. [`Windows`] from here on go on in another
    /// process.
    #[must_use]
    pub fn unread_from(&self) -> Option<NaiveDateTime> {
        let current = self.current.as_ref().map(|(part, _)| part);
        Some(current.or(self.parts.last())?.start)
    }

    /// Whether the list of a window ended with an answer that does not [prove its end](Pager::has_unproven_end). Ask it when
    /// the listing is read to its end.
    #[must_use]
    pub fn has_unproven_end(&self) -> bool {
        self.has_unproven_end
    }

    /// The next page that has a record not seen before, or `None` at the end. Windows come in the order of time.
    ///
    /// # Errors
    /// As the call itself, where a shorter window is no remedy. The pager stays where it was: the same page can be
    /// asked for again.
    pub async fn next_page(&mut self) -> Result<Option<Page<P::Item>>> {
        let Windows {
            shortest_days,
            most_records,
            ..
        } = self.windows;
        while let Some((part, pager)) = self.current_or_next() {
            let (part, read) = (*part, pager.step().await);
            let is_too_much = match &read {
                Ok(_) => pager.is_full(most_records),
                Err(error) => is_too_much(error.kind()),
            };
            let halves = part.halves(shortest_days);
            let halves = halves.filter(|_| is_too_much);
            let is_over = matches!(read, Ok(None)) || halves.is_some();
            if is_over {
                self.end_part();
            }
            if let Some((first, rest)) = halves {
                self.parts.extend([rest, first]);
            }
            match read {
                // What was read counts, though the halves will have it again.
                Ok(Some(page)) if !page.is_empty() => return Ok(Some(page)),
                Err(error) if !is_over => return Err(error),
                _ => {}
            }
        }
        Ok(None)
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

    fn current_or_next(&mut self) -> Option<&mut (Part, Pager<P>)> {
        if self.current.is_none() {
            let mut part = self.parts.pop()?;
            if let Some((first, rest)) = part.cut(self.windows.days) {
                self.parts.push(rest);
                part = first;
            }
            let listing = (self.listing)(part.window(self.windows.end));
            let seen = std::mem::take(&mut self.seen);
            let can_be_cut = part.halves(self.windows.shortest_days).is_some();
            let pager = Pager::part(self.client.clone(), listing, seen, can_be_cut);
            self.current = Some((part, pager));
        }
        self.current.as_mut()
    }

    fn end_part(&mut self) {
        if let Some((_, pager)) = self.current.take() {
            self.has_unproven_end |= pager.has_unproven_end();
            self.seen = pager.into_seen();
        }
    }
}

impl<P: Paged> fmt::Debug for WindowPager<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WindowPager")
            .field("windows", &self.windows)
            .field("unread_from", &self.unread_from())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> NaiveDateTime {
        format!("{text}T15:00:00").parse().unwrap()
    }

    #[test]
    fn a_part_is_cut_into_whole_days() {
        let part = |start, end| Part {
            start: at(start),
            end: at(end),
        };
        let week = part("2026-06-01", "2026-06-08");
        let (first, rest) = week.halves(1).unwrap();
        assert_eq!(first, part("2026-06-01", "2026-06-04"));
        assert_eq!(rest, part("2026-06-04", "2026-06-08"));
        assert_eq!(week.halves(4), None);
        assert_eq!(part("2026-06-01", "2026-06-02").halves(1), None);
        assert_eq!(part("2026-06-02", "2026-06-01").halves(1), None);
        assert_eq!(week.cut(7), None);
        let all = Part {
            start: NaiveDateTime::MIN,
            end: NaiveDateTime::MAX,
        };
        assert!(all.halves(1).is_some() && all.cut(u32::MAX).is_none());
        let end = all.window(NaiveDateTime::MAX).end;
        assert_eq!(end, NaiveDateTime::MAX);
        assert_eq!(
            week.window(NaiveDateTime::MAX).end - week.end,
            TimeDelta::seconds(1)
        );
        assert_eq!(week.window(week.end).end, week.end);
    }
}
