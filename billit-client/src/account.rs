//! The user behind the key, and the companies that the key opens.

use std::fmt;

use serde::Deserialize;

use crate::credentials::CompanyId;
use crate::endpoint::{Endpoint, Method, Request, call};
use crate::wire::{self, Record};

/// `GET /v1/account/accountInformation`: the user and the companies of the key. The cheapest call that proves a key.
///
/// It is sent without the header `PartyID` (second-hand), so that a client made with any number can ask which
/// companies there are:
///
/// ```no_run
/// # async fn run() -> billit_client::Result<()> {
/// use billit_client::{Client, account::GetAccountInformation};
///
/// let account = Client::new("my-api-key", 0)?.send(GetAccountInformation::new()).await?;
/// for company in &account.companies {
///     println!("{}: {}", company.id, company.name.as_deref().unwrap_or_default());
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Copy, Debug, Default)]
#[non_exhaustive]
pub struct GetAccountInformation;

impl GetAccountInformation {
    /// The call.
    #[must_use]
    pub fn new() -> Self {
        Self
    }
}

impl Endpoint for GetAccountInformation {
    call!("get_account_information", Read -> Record<AccountInformation>, wire::record);

    fn request(&self) -> serde_json::Result<Request> {
        let path = ["v1", "account", "accountInformation"];
        Ok(Request::new(Method::Get, path))
    }

    fn needs_company(&self) -> bool {
        false
    }
}

/// The user of the key. Documented, as are its parts; every field may be missing.
///
/// `Debug` shows no name and no address.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct AccountInformation {
    /// The user's e-mail address.
    #[serde(default, deserialize_with = "wire::text")]
    pub email: Option<String>,
    /// First name.
    #[serde(default, deserialize_with = "wire::text")]
    pub first_name: Option<String>,
    /// Last name.
    #[serde(default, deserialize_with = "wire::text")]
    pub last_name: Option<String>,
    /// The companies that the user may see. One without a readable `PartyID` is left out here.
    #[serde(default, deserialize_with = "wire::list")]
    pub companies: Vec<Company>,
    /// What the user may do in each.
    #[serde(default, deserialize_with = "wire::list")]
    pub user_company_roles: Vec<UserCompanyRole>,
}

impl fmt::Debug for AccountInformation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccountInformation")
            .field("companies", &self.companies)
            .field("user_company_roles", &self.user_company_roles)
            .finish_non_exhaustive()
    }
}

/// One of your own companies. Its other fields, address and licence among them, are in the raw JSON of the record.
///
/// `Debug` shows the id alone.
#[derive(Clone, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct Company {
    /// What the header `PartyID` wants.
    #[serde(rename = "PartyID")]
    pub id: CompanyId,
    /// Name.
    #[serde(default, deserialize_with = "wire::text")]
    pub name: Option<String>,
    /// Trade name.
    #[serde(default, deserialize_with = "wire::text")]
    pub commercial_name: Option<String>,
    /// The short name on the company's tab.
    #[serde(default, deserialize_with = "wire::text")]
    pub tab_name_alias: Option<String>,
    /// VAT number with its country.
    #[serde(default, rename = "VATNumber", deserialize_with = "wire::text")]
    pub vat_number: Option<String>,
    /// Whether the API may be used.
    #[serde(default, rename = "APIAllowed", deserialize_with = "wire::flag")]
    pub api_allowed: Option<bool>,
    /// The language of the user there, such as `EN`.
    #[serde(default, deserialize_with = "wire::text")]
    pub user_language: Option<String>,
    /// Such as `Professional`.
    #[serde(default, deserialize_with = "wire::text")]
    pub role: Option<String>,
}

impl fmt::Debug for Company {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Company")
            .field("id", &self.id.get())
            .finish_non_exhaustive()
    }
}

/// What the user may do in a company.
#[derive(Clone, Debug, Deserialize)]
#[non_exhaustive]
pub struct UserCompanyRole {
    /// The company.
    #[serde(rename = "PartyID")]
    pub company: CompanyId,
    /// The names of the roles; Billit documents none of them.
    #[serde(default, rename = "UserRoleTypes", deserialize_with = "wire::texts")]
    pub user_role_types: Vec<String>,
}
