//! Properties of a product for `$filter` and `$orderby`.
//!
//! Billit publishes no list of those it allows for products: all of these are a guess from the model. One that it
//! refuses is [`ErrorKind::PropertyRefused`](crate::ErrorKind::PropertyRefused).

use chrono::NaiveDateTime;

use super::{Product, ProductId};
use crate::odata::Property;

/// The id.
pub const PRODUCT_ID: Property<Product, ProductId> = Property::new("ProductID");
/// The article number.
pub const REFERENCE: Property<Product, String> = Property::new("Reference");
/// What it is.
pub const DESCRIPTION: Property<Product, String> = Property::new("Description");
/// The group of products.
pub const GROUP_ID: Property<Product, i64> = Property::new("GroupID");
/// European article number.
pub const EAN: Property<Product, String> = Property::new("EAN");
/// Global trade item number.
pub const GTIN: Property<Product, String> = Property::new("GTIN");
/// Time of the last change, without a zone.
pub const LAST_MODIFIED: Property<Product, NaiveDateTime> = Property::new("LastModified");
/// Time of the creation, without a zone.
pub const CREATED: Property<Product, NaiveDateTime> = Property::new("Created");
