//! Ids, times, codes and flags that several methods share.

mod amount;
mod event;
mod ids;
mod language;
mod notification;
mod phone;
mod status;
mod time;
#[cfg(feature = "time-zone")]
mod zone;

pub use amount::AmountOrPercent;
pub use event::EventType;
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
