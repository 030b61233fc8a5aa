//! Ids, times, codes and flags that several methods share.

mod amount;
mod codes;
mod event;
mod flags;
mod ids;
mod language;
mod notification;
mod phone;
mod status;
mod time;
#[cfg(feature = "time-zone")]
mod zone;

pub use amount::AmountOrPercent;
pub(crate) use codes::{number_codes, text_codes};
pub use event::EventType;
pub(crate) use flags::flags;
pub use ids::{
    CartId, CouponId, CouponTypeId, CustomProductId, InvoiceId, PaymentId, PhotoId, ProductId,
    ReservationId, ResourceId, SeasonId, SiteId, UserId, VacationId, VoucherId,
};
pub use language::Language;
pub use notification::NotificationName;
pub use phone::Phone;
pub use status::ReservationStatus;
pub use time::SiteTime;
#[cfg(feature = "time-zone")]
pub use zone::{SiteZone, UnknownZone};
