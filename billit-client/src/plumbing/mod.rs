//! What knows nothing of the API. These files are the same in `planyo-client` and `billit-client`: `.ci/run` compares
//! them. They import nothing from the rest of the crate.

pub(crate) mod masking;
pub(crate) mod response;
pub(crate) mod retry_policy;
pub(crate) mod scalar;
pub(crate) mod secret;

#[cfg(feature = "client")]
pub(crate) mod base_url;
#[cfg(feature = "client")]
pub(crate) mod call_options;
#[cfg(feature = "client")]
pub(crate) mod deadline;
#[cfg(feature = "client")]
pub(crate) mod pacer;
#[cfg(feature = "client")]
pub(crate) mod retry_budget;
#[cfg(feature = "client")]
pub mod transport;
