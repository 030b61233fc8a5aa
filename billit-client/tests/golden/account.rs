use billit_client::account::{
    AccountSettings, AddLicenseAddons, GetAccountInformation, GetSsoToken, License, LicenseAddons,
    NextNumber, RegisterCompany, SequenceType, UpdateLicense,
};
use billit_client::parties::PartyDraft;
use billit_client::{ErrorKind, Method, Response};

use crate::{Sample, key, read, sample};

pub(crate) fn requests() -> Vec<Sample> {
    let settings = AccountSettings::new()
        .bulk_input_fast_forward(true)
        .bulk_input_income_ubl_fast_forward(false)
        .send_peppol_invoice_received_mail(true)
        .process_ubl_pre_paid_amount(true)
        .external_license_id("reseller-7");
    let addons = || LicenseAddons::new().extra_users(2).extra_documents(100);
    let license = || License::new(3).period_id(1).addons(addons());
    vec![
        sample(&GetAccountInformation::new()),
        sample(&GetSsoToken::new()),
        sample(&NextNumber::new(SequenceType::IncomeInvoice)),
        sample(&NextNumber::new("Income-CreditNote").consume()),
        sample(&register().settings(settings).license(license())),
        sample(&register().retry_with_key()),
        sample(&UpdateLicense::new(574_991, license())),
        sample(&AddLicenseAddons::new(574_991, addons()).method(Method::Put)),
    ]
}

fn register() -> RegisterCompany {
    RegisterCompany::new(PartyDraft::new("Acme BV").vat_number("BE0563846944")).key(key())
}

#[test]
fn the_companies_of_a_key_are_parties_with_more() {
    let account = read(
        &GetAccountInformation::new(),
        r#"{"Email":"canary@example.com","NationalIdentityNumber":"canary","LoginOrRegisterNeeded":false,"Companies":[
            {"TabNameAlias":"VILBOX","APIAllowed":true,"APIEnabledFeatures":{"Projects":"true","GLAccounts":false},
             "UserLanguage":"EN","LogoFileID":"bc99","PartyID":574991,"Name":"VILBOX BV","VATNumber":"BE0437295202",
             "VATLiable":true,"Users":[{"FirstName":"canary","Role":"Owner"}],"Role":"Professional","Identifiers":[],
             "BankAccounts":[{"IBAN":"canary","Saldo":1234567890.123456789,"Active":true}],"DefaultCurrencyTC":"EUR",
             "DefaultReductionPercentage":0.10,"BookYearStart":"2024-01-01T00:00:00"},
            {"Name":"No id"}],
            "UserCompanyRoles":[{"PartyID":574991,"UserRoleTypes":["Admin"]}]}"#,
    );
    assert_eq!(account.login_or_register_needed, Some(false));
    let [company] = account.companies.as_slice() else {
        panic!("{account:?}")
    };
    assert_eq!(company.id.get(), company.profile.id.get());
    assert_eq!(company.logo_file_id.as_ref().unwrap().as_str(), "bc99");
    let features = company.api_enabled_features.unwrap();
    assert_eq!(
        (features.projects, features.gl_accounts),
        (Some(true), Some(false))
    );
    let profile = &company.profile;
    assert_eq!(profile.role.as_deref(), Some("Professional"));
    assert_eq!(
        profile.default_reduction_percentage.unwrap().to_string(),
        "0.10"
    );
    let saldo = profile.bank_accounts[0].saldo.unwrap();
    assert_eq!(saldo.to_string(), "1234567890.123456789");
    assert!(profile.book_year_start.is_some());
    let shown = format!(
        "{account:?} {profile:?} {:?} {:?}",
        profile.users, profile.bank_accounts
    );
    assert!(!shown.contains("canary"), "{shown}");
}

#[test]
fn a_token_is_never_shown() {
    for (body, token) in [
        (r#""canary""#, "canary"),
        (r#"{"token":"canary"}"#, r#"{"token":"canary"}"#),
    ] {
        let secret = read(&GetSsoToken::new(), body);
        assert_eq!(secret.expose(), token);
        assert_eq!(format!("{secret:?}"), "Secret(***)");
    }
}

#[test]
fn a_number_that_was_taken_is_given_or_lost_loudly() {
    let take = NextNumber::new(SequenceType::IncomeInvoice).consume();
    for body in [r#""2026-0042""#, "2026-0042"] {
        assert_eq!(read(&take, body), "2026-0042");
    }
    let lost = Response::new(200, "").read(&take).unwrap_err();
    assert_eq!(lost.kind(), ErrorKind::OutcomeUnknown);
}

#[test]
fn a_registered_company_comes_with_its_key() {
    let company = read(
        &register(),
        r#"{"CompanyID":"77","APIKey":"canary","Users":[{"UserID":1,"ExternalProviderID":"u"}],
            "BankAccounts":[{"BankAccountID":5,"IBAN":"canary","Active":true}]}"#,
    );
    assert_eq!(company.company_id.get(), 77);
    assert!(company.api_key.is_some());
    assert_eq!(company.users[0].user_id, Some(1));
    assert_eq!(company.bank_accounts[0].bank_account_id, Some(5));
    let shown = format!("{company:?}");
    assert!(!shown.contains("canary"), "{shown}");
    let lost = Response::new(200, "{}").read(&register()).unwrap_err();
    assert_eq!(lost.kind(), ErrorKind::OutcomeUnknown);
    let license = UpdateLicense::new(1, License::new(3));
    assert_eq!(read(&license, "12"), 12);
    assert_eq!(read(&license, ""), serde_json::Value::Null);
}
