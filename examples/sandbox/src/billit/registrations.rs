//! `/v1/einvoices/registrations`: companies of others, of Billit's product Access Point.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{
    State,
    answers::{Outcome, done, generic, ok},
    api::Call,
    record::{
        Kind::{Flag, List, Object, Text},
        Model, Record, sent, set_all,
    },
    send::TRANSPORTS,
};

/// What a body can set.
const COMPANY: Model = Model {
    type_name: "Domain.Einvoice.EinvoiceRegistration",
    fields: &[
        ("TaxIdentifier", Text),
        ("CompanyName", Text),
        ("CommercialName", Text),
        ("Addresses", List),
        ("TaxDeductable", Flag),
        ("TaxLiable", Flag),
        ("IBAN", Text),
        ("BIC", Text),
        ("Mobile", Text),
        ("Phone", Text),
        ("Email", Text),
        ("ContactFirstName", Text),
        ("ContactLastName", Text),
        ("Language", Text),
        ("Identifiers", List),
        ("AccountSettings", Object),
    ],
    server_owned: &[],
};

/// A company that was registered.
#[derive(Default)]
pub(super) struct Registration {
    company: Record,
    integrations: BTreeMap<i64, Record>,
    /// The orders that were sent for it.
    orders: Vec<i64>,
}

impl Registration {
    fn printed(&self, id: i64) -> Value {
        json!({
            "RegistrationID": id,
            "CompanyDetails": self.company,
            "Integrations": self.integrations.values().collect::<Vec<_>>(),
        })
    }
}

impl State {
    #[allow(clippy::unnecessary_wraps)] // The shape of a handler.
    pub(super) fn list_registrations(&mut self, _: &Call) -> Outcome {
        let companies = self.registrations.iter();
        let companies: Vec<_> = companies.map(|(id, known)| known.printed(*id)).collect();
        Ok(ok(&json!({ "Companies": companies })))
    }

    fn registration(&mut self, call: &Call) -> Outcome<(i64, &mut Registration)> {
        let id = call.id()?;
        if !self.registrations.contains_key(&id) {
            return Err(self.not_there("registration"));
        }
        let known = self.registrations.entry(id).or_default();
        Ok((id, known))
    }

    /// A list of one, as the reference has it.
    pub(super) fn read_registration(&mut self, call: &Call) -> Outcome {
        let (id, known) = self.registration(call)?;
        Ok(ok(&json!({ "Companies": [known.printed(id)] })))
    }

    pub(super) fn create_registration(&mut self, call: &Call) -> Outcome {
        let body = self.body(call)?;
        let company = COMPANY.bind(&body).map_err(|text| generic(&text))?;
        if !company.contains_key("CompanyName") {
            return Err(generic("CompanyName is Required"));
        }
        let id = 3_100 + self.number();
        self.tick();
        let known = Registration {
            company,
            ..Registration::default()
        };
        self.registrations.insert(id, known);
        Ok(done(&json!({ "RegistrationID": id })))
    }

    /// Null clears a field: the reference's own example has one.
    pub(super) fn patch_registration(&mut self, call: &Call) -> Outcome {
        let fields = COMPANY.bind(&call.object()?);
        let fields = fields.map_err(|text| generic(&text))?;
        let (_, known) = self.registration(call)?;
        set_all(&mut known.company, fields);
        Ok(done(&json!(true)))
    }

    pub(super) fn delete_registration(&mut self, call: &Call) -> Outcome {
        let (id, _) = self.registration(call)?;
        self.registrations.remove(&id);
        Ok(done(&json!(true)))
    }

    /// The network is active at once; which networks and states there are is not in the reference.
    pub(super) fn create_integration(&mut self, call: &Call) -> Outcome {
        let body = self.body(call)?;
        let network = sent(&body, "Externalprovider").and_then(Value::as_str);
        let network = network.ok_or_else(|| generic("Externalprovider is Required"))?;
        let id = 640 + self.number();
        let integration = json!({
            "IntegrationID": id,
            "Integration": network,
            "IntegrationStatus": "Active",
            "IntegrationStatusDescription": "Active",
        });
        let (_, known) = self.registration(call)?;
        let fields = super::record::fields(integration.clone());
        known.integrations.insert(id, fields);
        Ok(done(&integration))
    }

    pub(super) fn delete_integration(&mut self, call: &Call) -> Outcome {
        let id = call.capture(1).parse().unwrap_or(0);
        let (_, known) = self.registration(call)?;
        let gone = known.integrations.remove(&id);
        gone.ok_or_else(|| self.not_there("integration"))?;
        Ok(done(&json!(true)))
    }

    pub(super) fn start_identification(&mut self, call: &Call) -> Outcome {
        let body = self.body(call)?;
        sent(&body, "IdentificationProviderTC")
            .ok_or_else(|| generic("IdentificationProviderTC is Required"))?;
        let (id, _) = self.registration(call)?;
        let url = format!("https://identification.billit.example/{id}");
        Ok(done(&json!({ "URL": url })))
    }

    /// Makes the order and sends it. That an order that cannot be sent stays, and that the status is then 1, is a guess;
    /// the spelling is the reference's.
    pub(super) fn send_for_registration(&mut self, call: &Call) -> Outcome {
        let body = self.body(call)?;
        self.registration(call)?;
        let transport = sent(&body, "TransportType").and_then(Value::as_str);
        if transport.is_some_and(|wanted| !TRANSPORTS.contains(&wanted)) {
            return Err(generic("The value of TransportType is not valid."));
        }
        let order = sent(&body, "Order").and_then(Value::as_object);
        let order = order.ok_or_else(|| generic("Order is Required"))?;
        let order_id = self.new_order(order, &json!(order).to_string())?;
        let messages = match self.send_order(order_id, transport) {
            Ok(()) => json!([]),
            Err(refusal) => {
                let body: Value = serde_json::from_str(&refusal.body).unwrap_or_default();
                let code = body.pointer("/errors/0/Code").cloned();
                let text = body.pointer("/errors/0/Description").cloned();
                json!([{ "ErrorEnum": code, "ErrorMessage": text, "ErrorParams": [] }])
            }
        };
        let failed = messages != json!([]);
        let (_, known) = self.registration(call)?;
        known.orders.push(order_id);
        Ok(done(&json!({
            "OrderID": order_id,
            "TranssportStatus": i32::from(failed),
            "TransportMessages": messages,
        })))
    }

    pub(super) fn list_registration_orders(&mut self, call: &Call) -> Outcome {
        let (id, known) = self.registration(call)?;
        let ids = known.orders.clone();
        let orders = ids.iter().filter_map(|id| self.orders.get(id));
        let orders: Vec<_> = orders.map(|order| self.summary(order)).collect();
        let path = format!("/v1/einvoices/registrations/{id}/orders");
        self.order_page(call, &path, &orders)
    }

    pub(super) fn read_registration_order(&mut self, call: &Call) -> Outcome {
        let order_id = call.capture(1).parse().unwrap_or(0);
        let (_, known) = self.registration(call)?;
        if !known.orders.contains(&order_id) {
            return Err(self.not_there("order"));
        }
        let order = self.order(order_id)?;
        Ok(ok(&json!(self.whole_order(order))))
    }
}
