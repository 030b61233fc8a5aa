//! `/v1/orders/commands/send`.

use serde_json::{Value, json};

use super::{
    State,
    answers::{Outcome, error, generic, silent},
    api::Call,
    record::{Record, print_time, sent, text},
    webhooks::{Entity, Update},
};

pub(super) const TRANSPORTS: &[&str] = &[
    "SMTP", "Letter", "Peppol", "SDI", "KSeF", "OSA", "ANAF", "SAT", "MyInvois", "Chorus",
];

/// The requested transport of an order.
struct Wish<'a> {
    transport: Option<&'a str>,
    strict: bool,
}

/// The transport.
struct Way {
    transport: &'static str,
    destination: String,
}

impl State {
    /// All orders are checked before the first is sent; what Billit does when one of several fails is not known.
    pub(super) fn send_orders(&mut self, call: &Call) -> Outcome {
        let body = self.body(call)?;
        let ids = sent(&body, "OrderIds").and_then(Value::as_array);
        let ids = ids
            .filter(|ids| !ids.is_empty())
            .ok_or_else(|| generic("Data is Required"))?;
        let transport = sent(&body, "TransportType").and_then(Value::as_str);
        let known = |wanted: &&str| {
            TRANSPORTS
                .iter()
                .any(|known| known.eq_ignore_ascii_case(wanted))
        };
        if transport.is_some_and(|wanted| !known(&wanted)) {
            return Err(generic("The value of TransportType is not valid."));
        }
        let strict = call.request.header("stricttransporttype");
        let wish = Wish {
            transport,
            strict: strict.is_some_and(|flag| flag.trim().eq_ignore_ascii_case("true")),
        };
        let mut ways = Vec::new();
        for id in ids {
            let id = id
                .as_i64()
                .ok_or_else(|| generic("The value of OrderIds is not valid."))?;
            ways.push((id, self.way(self.order(id)?, &wish)?));
        }
        for (id, way) in ways {
            self.send_one(id, &way);
        }
        Ok(silent(true))
    }

    fn way(&self, order: &Record, wish: &Wish) -> Outcome<Way> {
        let nobody = Record::new();
        let party = self.party_of(order).unwrap_or(&nobody);
        let usual = Some(text(party, "DefaultTransportTypeTC")).filter(|usual| !usual.is_empty());
        let transport = wish.transport.or(usual).unwrap_or("Peppol");
        if transport.eq_ignore_ascii_case("SMTP") {
            return by_mail(party);
        }
        if !transport.eq_ignore_ascii_case("Peppol") {
            // Letters and the tax networks of other countries are not implemented.
            return Err(generic(&format!(
                "The transport {transport} is not available."
            )));
        }
        let Some((destination, types)) = self.reach(party) else {
            let may_fall_back = wish.transport.is_none() || self.settings.peppol_fallback;
            if may_fall_back && !wish.strict {
                return by_mail(party);
            }
            let text = "The customer is not active on Peppol.";
            return Err(error(400, "TheCustomerIsNotActiveOnPeppol", Some(text)));
        };
        if !types.contains(&format!("BISv3{}", text(order, "OrderType"))) {
            return Err(error(400, "TheCustomerDoesNotSupportPeppolForType_0", None));
        }
        Ok(Way {
            transport: "Peppol",
            destination,
        })
    }

    fn send_one(&mut self, id: i64, way: &Way) {
        let Some(mut order) = self.orders.get(&id).cloned() else {
            return;
        };
        let now = print_time(self.tick());
        let file = order
            .get("OrderPDF")
            .and_then(|file| file.get("FileID"))
            .cloned();
        let message = json!({
            "OrderID": id,
            "FileID": file,
            "CreationDate": now,
            "TransportType": way.transport,
            "Success": true,
            "Trials": 0,
            "Destination": way.destination,
            "MessageDirection": "Outgoing",
        });
        let message_id = 690_990 + self.number();
        self.messages.insert(message_id, message.clone());
        match order.get_mut("Messages") {
            Some(Value::Array(messages)) => messages.push(message),
            _ => {
                order.insert(String::from("Messages"), json!([message]));
            }
        }
        order.insert(String::from("IsSent"), json!(true));
        let pending = json!({ "IsDocumentDelivered": false, "DocumentDeliveryStatus": "Pending" });
        order.insert(String::from("CurrentDocumentDeliveryDetails"), pending);
        self.put_order(id, order, Update::Changed);
        self.tell_message(message_id, Update::Made, "Sent");
    }

    /// The network reports on the last message of an order.
    pub(super) fn report(&mut self, order_id: i64, flow_state: &str) {
        let mut messages = self.messages.iter().rev();
        let last = messages.find(|(_, message)| message.get("OrderID") == Some(&json!(order_id)));
        let last = last.map(|(id, _)| *id);
        let (Some(id), Some(mut order)) = (last, self.orders.get(&order_id).cloned()) else {
            return;
        };
        let now = print_time(self.tick());
        let details = match flow_state {
            "Refused" => json!({
                "IsDocumentDelivered": true, "DocumentDeliveryStatus": "Error", "DocumentRefusedDate": now,
            }),
            _ => json!({
                "IsDocumentDelivered": true, "DocumentDeliveryStatus": "Delivered", "DocumentDeliveryDate": now,
            }),
        };
        order.insert(String::from("CurrentDocumentDeliveryDetails"), details);
        self.put_order(order_id, order, Update::Changed);
        self.tell_message(id, Update::Changed, flow_state);
    }

    fn tell_message(&self, id: i64, update: Update, flow_state: &str) {
        let message = self.messages.get(&id).cloned().unwrap_or_default();
        let information = json!({ "EInvoiceFlowState": flow_state });
        let detail = if self.settings.flat_message_events {
            let mut flat = super::record::fields(message);
            flat.insert(String::from("MessageAdditionalInformation"), information);
            Value::Object(flat)
        } else {
            json!({ "OrderMessage": message, "AdditionalMessageInformation": information })
        };
        self.tell(Entity::Message, id, update, &detail);
    }
}

fn by_mail(party: &Record) -> Outcome<Way> {
    let destination = text(party, "Email").to_owned();
    if destination.is_empty() {
        return Err(error(
            400,
            "TheCustomer_0_DoesNotHaveAValidEmailAddress",
            None,
        ));
    }
    Ok(Way {
        transport: "SMTP",
        destination,
    })
}
