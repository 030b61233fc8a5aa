//! `/v1/products`.

use serde_json::{Value, json};

use super::{
    State,
    answers::{Outcome, done, generic, ok},
    api::Call,
    listing::{Listing, NOTHING},
    money,
    record::{
        Kind::{Decimal, Integer, List, Text, Time},
        Model, print_time, sent, set_all,
    },
};

/// No list of filterable properties is published: every plain one is.
pub(super) const MODEL: Model = Model {
    type_name: "Domain.Product.Product",
    fields: &[
        ("ProductID", Integer),
        ("Reference", Text),
        ("Description", Text),
        ("AmountExcl", Decimal),
        ("VAT", Decimal),
        ("Unit", Text),
        ("GroupID", Integer),
        ("GroupName", Text),
        ("AmountIncl", Decimal),
        ("StockQuantity", Decimal),
        ("MinimumBilledQuantity", Decimal),
        ("BuyExcl", Decimal),
        ("InternalInformation", Text),
        ("Created", Time),
        ("LastModified", Time),
        ("EAN", Text),
        ("GTIN", Text),
        ("GLN", Text),
        ("ExternalProviderTC", Text),
        ("ChildProducts", List),
    ],
    server_owned: &["ProductID", "Created", "LastModified"],
};

impl State {
    pub(super) fn list_products(&mut self, call: &Call) -> Outcome {
        let listing = Listing {
            path: "/v1/products",
            model: &MODEL,
            forbidden: &NOTHING,
            searched: &["Reference", "Description", "GroupName"],
        };
        self.page(call, &listing, self.products.values(), |product| {
            json!(product)
        })
    }

    pub(super) fn read_product(&mut self, call: &Call) -> Outcome {
        let product = self.products.get(&call.id()?);
        product
            .map(|product| ok(&json!(product)))
            .ok_or_else(|| self.not_there("product"))
    }

    /// A `ProductID` in the body names the product to change; without it, or with 0, one is made.
    pub(super) fn write_product(&mut self, call: &Call) -> Outcome {
        let key = self.fresh_key(call)?;
        let body = self.body(call)?;
        let mut fields = MODEL.bind(&body).map_err(|text| generic(&text))?;
        if fields.is_empty() {
            return Err(generic("Data is Required"));
        }
        let named = sent(&body, "ProductID").filter(|id| !id.is_null());
        let named = named.map(|id| {
            id.as_i64()
                .ok_or_else(|| generic("The value of ProductID is not valid."))
        });
        let named = named.transpose()?.filter(|id| *id != 0);
        if named.is_some_and(|id| !self.products.contains_key(&id)) {
            return Err(self.not_there("product"));
        }
        let id = named.unwrap_or_else(|| 88_000 + self.number());
        let now = json!(print_time(self.tick()));
        let mut product = self.products.get(&id).cloned().unwrap_or_default();
        product.entry("Created").or_insert_with(|| now.clone());
        fields.insert(String::from("ProductID"), json!(id));
        fields.insert(String::from("LastModified"), now);
        let price_sent = fields.contains_key("AmountExcl") || fields.contains_key("VAT");
        let incl_sent = fields.contains_key("AmountIncl");
        set_all(&mut product, fields);
        if price_sent && !incl_sent {
            let (excl, vat) = (
                amount(product.get("AmountExcl")),
                amount(product.get("VAT")),
            );
            product.insert(
                String::from("AmountIncl"),
                money::value(money::with_vat(excl, vat)),
            );
        }
        self.products.insert(id, product);
        self.idempotency_keys.extend(key);
        Ok(done(&self.printed_id(id)))
    }
}

fn amount(value: Option<&Value>) -> i128 {
    value.map(money::units).unwrap_or_default()
}
