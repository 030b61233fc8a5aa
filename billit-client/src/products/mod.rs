//! Products.
//!
//! Facts: the paths and the model are documented; the properties of a filter are not, nor is for sure in which form a
//! create is sent. Each item says how sure it is.

mod draft;
mod product;
pub mod property;

pub use draft::ProductDraft;
pub use product::{Product, ProductId};

use serde::Serialize;

use crate::endpoint::{Endpoint, Method, Request, Safety};
use crate::macros::{call, listing, odata, unproven_key};
use crate::unproven_key::UnprovenKey;
use crate::wire::{self, Record};

const PATH: [&str; 2] = ["v1", "products"];

listing! {
    /// `GET /v1/products`: the products, page by page. That it takes OData is documented, which properties it takes is
    /// not.
    ListProducts: "list_products", PATH => Product
}

impl ListProducts {
    odata!(Product);
}

/// `GET /v1/products/{productID}`: one product.
#[derive(Clone, Copy, Debug)]
pub struct GetProduct {
    id: ProductId,
}

impl GetProduct {
    /// The product with this id.
    #[must_use]
    pub fn new(id: impl Into<ProductId>) -> Self {
        Self { id: id.into() }
    }
}

impl Endpoint for GetProduct {
    call!("get_product", Read -> Record<Product>, wire::record);

    fn request(&self) -> serde_json::Result<Request> {
        let id = self.id.to_string();
        let [version, products] = PATH;
        Ok(Request::new(Method::Get, [version, products, &id]))
    }
}

/// `POST /v1/products`: creates a product, or changes the one whose id it is given, and returns the id.
///
/// Billit's documentation has two bodies for it: the product itself in the model, which is sent here, and
/// `{"Items": [..]}` in its guide, with a word of an issue there: [`in_items`](Self::in_items) sends that one.
///
/// A create carries an idempotency key, a random one unless [`key`](Self::key) sets it. That Billit honours keys is
/// documented for orders, and unknown here. So the create is retried only when the first certainly was not processed;
/// [`retry_with_key`](Self::retry_with_key) relies on the key for the rest. An update carries none, and leaves the
/// same state twice.
///
/// An answer without a readable id is [`ErrorKind::OutcomeUnknown`](crate::ErrorKind::OutcomeUnknown) for a create.
///
/// ```no_run
/// # async fn run(billit: billit_client::Client) -> billit_client::Result<()> {
/// use billit_client::products::{ProductDraft, SaveProduct};
///
/// let draft = ProductDraft::new("Massage").amount_incl(55).vat(21);
/// let id = billit.send(SaveProduct::create(draft.clone())).await?;
/// billit.send(SaveProduct::update(id, draft.amount_incl(60))).await?;
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct SaveProduct {
    id: Option<ProductId>,
    draft: ProductDraft,
    in_items: bool,
    key: UnprovenKey,
}

impl SaveProduct {
    /// A new product. Its random idempotency key is the same in every attempt, and in every sending of this value.
    #[must_use]
    pub fn create(draft: ProductDraft) -> Self {
        Self {
            id: None,
            draft,
            in_items: false,
            key: UnprovenKey::random(),
        }
    }

    /// Changes to the product with this id.
    #[must_use]
    pub fn update(id: impl Into<ProductId>, draft: ProductDraft) -> Self {
        let id = id.into();
        Self {
            id: Some(id),
            ..Self::create(draft.with_id(id))
        }
    }

    /// Sends it as Billit's guide has it, as `{"Items": [..]}`. The answer is undocumented then: an id, or a list of
    /// one, is read.
    #[must_use]
    pub fn in_items(mut self) -> Self {
        self.in_items = true;
        self
    }

    unproven_key!();
}

impl Endpoint for SaveProduct {
    type Output = ProductId;

    fn operation(&self) -> &'static str {
        "save_product"
    }

    fn safety(&self) -> Safety {
        if self.id.is_some() {
            Safety::Idempotent
        } else {
            self.key.safety()
        }
    }

    fn request(&self) -> serde_json::Result<Request> {
        let mut request = Request::new(Method::Post, PATH);
        if self.id.is_none() {
            request = request.with_idempotency_key(&self.key.key);
        }
        if self.in_items {
            request.with_json(&Items {
                items: [&self.draft],
            })
        } else {
            request.with_json(&self.draft)
        }
    }

    fn parse(&self, body: &[u8]) -> serde_json::Result<ProductId> {
        let of_one = || serde_json::from_slice::<[ProductId; 1]>(body).ok();
        wire::new_id(body).or_else(|error| {
            let id = of_one().map(|[id]| id).or(self.id);
            id.ok_or(error)
        })
    }
}

/// The body of Billit's guide.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Items<'a> {
    items: [&'a ProductDraft; 1],
}
