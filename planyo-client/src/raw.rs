//! Any method by its name.

use serde_json::Value;
use serde_json::value::RawValue;

use crate::endpoint::{Endpoint, Safety};
use crate::params::{IntoParam, Params};
use crate::wire;

/// Any method by its name, for one that this crate has no struct for. Its answer is the `data` as it came.
///
/// ```no_run
/// # async fn run(planyo: planyo_client::Client) -> planyo_client::Result<()> {
/// use planyo_client::RawCall;
///
/// let texts = planyo.send(RawCall::read("list_translations").param("language", "FR")).await?;
/// println!("{texts}");
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
#[must_use = "a call does nothing until it is sent"]
pub struct RawCall {
    method: String,
    safety: Safety,
    params: Params,
}

impl RawCall {
    /// A method that changes nothing: it is retried after any failure that may pass.
    pub fn read(method: impl Into<String>) -> Self {
        Self::new(method, Safety::Read)
    }

    /// A method that changes something: it is retried only when Planyo certainly did not process it.
    pub fn write(method: impl Into<String>) -> Self {
        Self::new(method, Safety::Unsafe)
    }

    /// A method of which you know what a retry does.
    pub fn new(method: impl Into<String>, safety: Safety) -> Self {
        Self {
            method: method.into(),
            safety,
            params: Params::default(),
        }
    }

    /// Sets a parameter.
    pub fn param(mut self, name: impl Into<String>, value: impl IntoParam) -> Self {
        self.params.set(name.into(), value);
        self
    }
}

impl Endpoint for RawCall {
    type Output = Value;

    fn method(&self) -> &str {
        &self.method
    }

    fn safety(&self) -> Safety {
        self.safety
    }

    fn params(&self, params: &mut Params) {
        params.extend(&self.params);
    }

    fn parse(&self, data: &RawValue) -> serde_json::Result<Value> {
        wire::any(data)
    }
}
