//! The user behind the key, the companies that the key opens, their numbering and licences.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::credentials::{ApiKey, CompanyId};
use crate::draft::Fields;
use crate::endpoint::{Endpoint, Method, Request};
use crate::files::FileId;
use crate::macros::{call, codes, path_call, setters, unproven_key};
use crate::parties::{Party, PartyDraft};
use crate::plumbing::secret::Secret;
use crate::unproven_key::UnprovenKey;
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
///     println!("{}: {}", company.id, company.profile.name.as_deref().unwrap_or_default());
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
    /// Phone.
    #[serde(default, deserialize_with = "wire::text")]
    pub phone_number: Option<String>,
    /// National number of the person.
    #[serde(default, deserialize_with = "wire::text")]
    pub national_identity_number: Option<String>,
    /// Number of the identity card.
    #[serde(default, deserialize_with = "wire::text")]
    pub card_number: Option<String>,
    /// Undocumented.
    #[serde(default, deserialize_with = "wire::text")]
    pub unique_reference: Option<String>,
    /// Whether the user has to log in or register first.
    #[serde(default, deserialize_with = "wire::flag")]
    pub login_or_register_needed: Option<bool>,
    /// Your own key.
    #[serde(
        default,
        rename = "ExternalProviderID",
        deserialize_with = "wire::text"
    )]
    pub external_provider_id: Option<String>,
    /// The code of the system whose key that is.
    #[serde(
        default,
        rename = "ExternalProviderTC",
        deserialize_with = "wire::text"
    )]
    pub external_provider_tc: Option<String>,
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

/// One of your own companies. `Debug` shows the id alone.
#[derive(Clone)]
#[non_exhaustive]
pub struct Company {
    /// The value of the header `PartyID`.
    pub id: CompanyId,
    /// The short name on the company's tab.
    pub tab_name_alias: Option<String>,
    /// Whether the API may be used.
    pub api_allowed: Option<bool>,
    /// What of Billit the API may use.
    pub api_enabled_features: Option<ApiEnabledFeatures>,
    /// The language of the user there, such as `EN`.
    pub user_language: Option<String>,
    /// The file of the logo.
    pub logo_file_id: Option<FileId>,
    /// Name, address, VAT number and the other fields of a party. Its id is the same number.
    pub profile: Party,
}

impl<'de> Deserialize<'de> for Company {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Own {
            #[serde(rename = "PartyID")]
            id: CompanyId,
            #[serde(default, deserialize_with = "wire::text")]
            tab_name_alias: Option<String>,
            #[serde(default, rename = "APIAllowed", deserialize_with = "wire::flag")]
            api_allowed: Option<bool>,
            #[serde(
                default,
                rename = "APIEnabledFeatures",
                deserialize_with = "wire::object"
            )]
            api_enabled_features: Option<ApiEnabledFeatures>,
            #[serde(default, deserialize_with = "wire::text")]
            user_language: Option<String>,
            #[serde(default, rename = "LogoFileID", deserialize_with = "wire::code")]
            logo_file_id: Option<FileId>,
        }
        // Both from the same object. `flatten` would do it, but for the numbers: it reads them as floats.
        let raw = Box::<RawValue>::deserialize(deserializer)?;
        let own: Own = serde_json::from_str(raw.get()).map_err(serde::de::Error::custom)?;
        let profile = serde_json::from_str(raw.get()).map_err(serde::de::Error::custom)?;
        Ok(Self {
            id: own.id,
            tab_name_alias: own.tab_name_alias,
            api_allowed: own.api_allowed,
            api_enabled_features: own.api_enabled_features,
            user_language: own.user_language,
            logo_file_id: own.logo_file_id,
            profile,
        })
    }
}

/// What of Billit the API may use in a company.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct ApiEnabledFeatures {
    /// Registration of hours.
    #[serde(default, deserialize_with = "wire::flag")]
    pub time_registration: Option<bool>,
    /// Projects.
    #[serde(default, deserialize_with = "wire::flag")]
    pub projects: Option<bool>,
    /// Books of [daily receipts](crate::daily_receipts).
    #[serde(default, deserialize_with = "wire::flag")]
    pub daily_receipts: Option<bool>,
    /// Discounts for paying early.
    #[serde(default, deserialize_with = "wire::flag")]
    pub financial_reduction: Option<bool>,
    /// [Accounts of the general ledger](crate::accounting).
    #[serde(default, rename = "GLAccounts", deserialize_with = "wire::flag")]
    pub gl_accounts: Option<bool>,
    /// The [cashbook](crate::cashbook).
    #[serde(default, deserialize_with = "wire::flag")]
    pub cashbook: Option<bool>,
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

path_call! {
    /// `GET /v1/account/ssoToken`: a token that logs the user in to Billit's own pages.
    ///
    /// The answer is an object whose fields are undocumented (a text alone is read too): the secret is its JSON.
    GetSsoToken;
    "get_sso_token", Read -> Secret, sso_token;
    Get ["v1", "account", "ssoToken"]
}

fn sso_token(body: &[u8]) -> serde_json::Result<Secret> {
    Ok(match wire::any(body)? {
        Value::String(token) => Secret::from(token),
        _ => Secret::from(String::from_utf8_lossy(body)),
    })
}

codes! {
    /// What is numbered (documented).
    SequenceType {
        /// Your invoices.
        IncomeInvoice = "Income-Invoice",
        /// Your credit notes.
        IncomeCreditNote = "Income-CreditNote",
    }
}

/// `POST /v1/account/sequences`: the next number of your invoices or credit notes.
///
/// That a number which is not [consumed](Self::consume) is given to the next who asks is a guess from the name of the
/// parameter.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct NextNumber {
    sequence_type: SequenceType,
    consume: bool,
}

impl NextNumber {
    /// Looks at the next number.
    #[must_use]
    pub fn new(sequence_type: impl Into<SequenceType>) -> Self {
        Self {
            sequence_type: sequence_type.into(),
            consume: false,
        }
    }

    /// Takes the number: it is not given out again. Invoices must be numbered without gaps, so use it.
    #[must_use]
    pub fn consume(mut self) -> Self {
        self.consume = true;
        self
    }
}

impl Endpoint for NextNumber {
    call!("next_number", Unsafe -> String, wire::new_text);

    fn request(&self) -> serde_json::Result<Request> {
        Request::new(Method::Post, ["v1", "account", "sequences"]).with_json(self)
    }
}

/// `POST /v1/account/registercompany`: makes a company of your own in Billit.
///
/// It is liable to VAT if the draft does not say (documented). The settings, the licence and the parts of the answer
/// come from the [generated types](crate#how-sure-the-facts-are). **The answer has the key of the new company**:
/// [`RegisteredCompany::api_key`].
///
/// ```no_run
/// # async fn run(billit: billit_client::Client) -> billit_client::Result<()> {
/// use billit_client::account::{AccountSettings, RegisterCompany};
/// use billit_client::parties::PartyDraft;
///
/// let company = PartyDraft::new("Acme BV").vat_number("BE0563846944").email("ann@acme.example");
/// let settings = AccountSettings::new().send_peppol_invoice_received_mail(true);
/// let registered = billit.send(RegisterCompany::new(company).settings(settings)).await?;
/// println!("company {}", registered.company_id);
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct RegisterCompany {
    registration: Registration,
    key: UnprovenKey,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Registration {
    company: PartyDraft,
    #[serde(skip_serializing_if = "Option::is_none")]
    account_settings: Option<AccountSettings>,
    #[serde(skip_serializing_if = "Option::is_none")]
    license: Option<License>,
}

impl RegisterCompany {
    /// This company. Its type, customer or supplier, should not matter.
    #[must_use]
    pub fn new(company: PartyDraft) -> Self {
        Self {
            registration: Registration {
                company,
                account_settings: None,
                license: None,
            },
            key: UnprovenKey::random(),
        }
    }

    /// With these settings.
    #[must_use]
    pub fn settings(mut self, settings: AccountSettings) -> Self {
        self.registration.account_settings = Some(settings);
        self
    }

    /// With this licence.
    #[must_use]
    pub fn license(mut self, license: License) -> Self {
        self.registration.license = Some(license);
        self
    }

    unproven_key!();
}

impl Endpoint for RegisterCompany {
    call!("register_company", |call| call.key.safety() => RegisteredCompany, serde_json::from_slice);

    fn request(&self) -> serde_json::Result<Request> {
        Request::new(Method::Post, ["v1", "account", "registercompany"])
            .with_idempotency_key(&self.key.key)
            .with_json(&self.registration)
    }
}

/// Settings of a company that is registered. What is not set is not sent; their names are all that is known of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct AccountSettings {
    fields: Fields,
}

impl AccountSettings {
    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    setters! {
        /// Whether what is uploaded in bulk goes straight on.
        bulk_input_fast_forward: bool => "BulkInputFastForward";
        /// Whether UBL of your own invoices that is uploaded in bulk goes straight on.
        bulk_input_income_ubl_fast_forward: bool => "BulkInputIncomeUBLFastForward";
        /// Whether an e-mail is sent for an invoice that arrived over Peppol.
        send_peppol_invoice_received_mail: bool => "SendPeppolInvoiceReceivedMail";
        /// Whether the prepaid amount in UBL counts.
        process_ubl_pre_paid_amount: bool => "ProcessUBLPrePaidAmount";
        /// Your own key of the licence.
        external_license_id: String => "ExternalLicenseID";
    }
}

/// A licence of Billit. Which ids there are is undocumented.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct License {
    #[serde(rename = "LicenseID", skip_serializing_if = "Option::is_none")]
    id: Option<i64>,
    #[serde(rename = "PeriodID", skip_serializing_if = "Option::is_none")]
    period_id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    addons: Option<LicenseAddons>,
}

impl License {
    /// The licence with this id.
    #[must_use]
    pub fn new(id: i64) -> Self {
        Self {
            id: Some(id),
            ..Self::default()
        }
    }

    /// The period with this id.
    #[must_use]
    pub fn period_id(mut self, period_id: i64) -> Self {
        self.period_id = Some(period_id);
        self
    }

    /// With more users or documents.
    #[must_use]
    pub fn addons(mut self, addons: LicenseAddons) -> Self {
        self.addons = Some(addons);
        self
    }
}

/// More users or documents than the licence has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct LicenseAddons {
    fields: Fields,
}

impl LicenseAddons {
    /// None.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    setters! {
        /// How many more users.
        extra_users: i64 => "AmountOfExtraUsers";
        /// How many more documents.
        extra_documents: i64 => "AmountOfExtraDocuments";
    }
}

/// A company that was registered. `Debug` shows ids alone.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct RegisteredCompany {
    /// The value of the header `PartyID`.
    #[serde(rename = "CompanyID")]
    pub company_id: CompanyId,
    /// The key of the company.
    #[serde(default, rename = "APIKey", deserialize_with = "api_key")]
    pub api_key: Option<ApiKey>,
    /// Its users.
    #[serde(default, deserialize_with = "wire::list")]
    pub users: Vec<RegisteredUser>,
    /// Its bank accounts.
    #[serde(default, deserialize_with = "wire::list")]
    pub bank_accounts: Vec<RegisteredBankAccount>,
}

fn api_key<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<ApiKey>, D::Error> {
    Ok(wire::text(deserializer)?.map(ApiKey::from))
}

/// A user of a company that was registered. `Debug` shows Billit's id alone.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[non_exhaustive]
pub struct RegisteredUser {
    /// The id.
    #[serde(default, rename = "UserID", deserialize_with = "wire::number")]
    pub user_id: Option<i64>,
    /// Your own key.
    #[serde(
        default,
        rename = "ExternalProviderID",
        deserialize_with = "wire::text"
    )]
    pub external_provider_id: Option<String>,
}

impl fmt::Debug for RegisteredUser {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegisteredUser")
            .field("user_id", &self.user_id)
            .finish_non_exhaustive()
    }
}

/// A bank account of a company that was registered. `Debug` shows the id alone.
#[derive(Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[non_exhaustive]
pub struct RegisteredBankAccount {
    /// The id.
    #[serde(default, rename = "BankAccountID", deserialize_with = "wire::number")]
    pub bank_account_id: Option<i64>,
    /// The account.
    #[serde(default, rename = "IBAN", deserialize_with = "wire::text")]
    pub iban: Option<String>,
    /// Its name.
    #[serde(default, deserialize_with = "wire::text")]
    pub bank_account_name: Option<String>,
    /// Whether it is in use.
    #[serde(default, deserialize_with = "wire::flag")]
    pub active: Option<bool>,
}

impl fmt::Debug for RegisteredBankAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RegisteredBankAccount")
            .field("bank_account_id", &self.bank_account_id)
            .finish_non_exhaustive()
    }
}

/// `/v1/account/license`: gives a company a licence. The path is documented; body, and that the answer is a number,
/// come from the [generated types](crate#how-sure-the-facts-are); that the verb is POST is a guess:
/// [`method`](Self::method) sends another.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct UpdateLicense {
    #[serde(rename = "CompanyID")]
    company_id: CompanyId,
    license: License,
    #[serde(skip)]
    method: Method,
}

impl UpdateLicense {
    /// This licence to this company.
    #[must_use]
    pub fn new(company: impl Into<CompanyId>, license: License) -> Self {
        Self {
            company_id: company.into(),
            license,
            method: Method::Post,
        }
    }

    /// The verb.
    #[must_use]
    pub fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }
}

impl Endpoint for UpdateLicense {
    call!("update_license", Unsafe -> Value, wire::any);

    fn request(&self) -> serde_json::Result<Request> {
        Request::new(self.method, ["v1", "account", "license"]).with_json(self)
    }
}

/// `/v1/account/license/addons`: **buys** more users or documents for a company. The path is documented; body, and that
/// the answer is a number, come from the [generated types](crate#how-sure-the-facts-are); that the verb is POST is a
/// guess: [`method`](Self::method) sends another.
#[derive(Clone, Debug, Serialize)]
pub struct AddLicenseAddons {
    #[serde(rename = "CompanyID")]
    company_id: CompanyId,
    #[serde(flatten)]
    addons: LicenseAddons,
    #[serde(skip)]
    method: Method,
}

impl AddLicenseAddons {
    /// These to this company.
    #[must_use]
    pub fn new(company: impl Into<CompanyId>, addons: LicenseAddons) -> Self {
        Self {
            company_id: company.into(),
            addons,
            method: Method::Post,
        }
    }

    /// The verb.
    #[must_use]
    pub fn method(mut self, method: Method) -> Self {
        self.method = method;
        self
    }
}

impl Endpoint for AddLicenseAddons {
    call!("add_license_addons", Unsafe -> Value, wire::any);

    fn request(&self) -> serde_json::Result<Request> {
        Request::new(self.method, ["v1", "account", "license", "addons"]).with_json(self)
    }
}
