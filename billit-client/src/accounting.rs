//! Accounts of the general ledger, and journals. There is nothing to list them with.
//!
//! Facts: the paths are documented; the bodies come from the [generated types](crate#how-sure-the-facts-are).

use serde::Serialize;
use serde_json::Value;

use crate::macros::{codes, create_call};
use crate::wire;

/// An account of the general ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct GlAccount {
    code: i64,
    description: String,
    #[serde(rename = "GLAccountType", skip_serializing_if = "Option::is_none")]
    kind: Option<String>,
}

impl GlAccount {
    /// The account with this number, such as 700000, and what it is for.
    #[must_use]
    pub fn new(code: i64, description: impl Into<String>) -> Self {
        Self {
            code,
            description: description.into(),
            kind: None,
        }
    }

    /// What kind of account; values undocumented.
    #[must_use]
    pub fn gl_account_type(mut self, gl_account_type: impl Into<String>) -> Self {
        self.kind = Some(gl_account_type.into());
        self
    }
}

create_call! {
    /// `POST /v1/glaccounts`: creates an account. The answer is a number, of which nothing says what it is. What a
    /// second one with the same number does is undocumented.
    CreateGlAccount { account: GlAccount }
    /// This account.
    ;
    "create_gl_account" -> Value, wire::any;
    ["v1", "glaccounts"] json account
}

create_call! {
    /// `POST /v1/glaccounts/commands/import`: creates several accounts. The answer is undocumented.
    ImportGlAccounts { accounts: Vec<GlAccount> }
    /// These accounts.
    ;
    "import_gl_accounts" -> Value, wire::any;
    ["v1", "glaccounts", "commands", "import"] json accounts
}

codes! {
    /// What a journal holds (generated types).
    JournalType {
        /// What you sell.
        Income = "Income",
        /// What you buy.
        Cost = "Cost",
    }
}

/// A journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Journal {
    code: String,
    description: String,
    #[serde(rename = "JournalType")]
    kind: JournalType,
}

impl Journal {
    /// The journal with this code, and what it is for.
    #[must_use]
    pub fn new(
        code: impl Into<String>,
        description: impl Into<String>,
        journal_type: impl Into<JournalType>,
    ) -> Self {
        Self {
            code: code.into(),
            description: description.into(),
            kind: journal_type.into(),
        }
    }
}

create_call! {
    /// `POST /v1/journals/commands/import`: creates several journals. The answer is undocumented.
    ImportJournals { journals: Vec<Journal> }
    /// These journals.
    ;
    "import_journals" -> Value, wire::any;
    ["v1", "journals", "commands", "import"] json journals
}
