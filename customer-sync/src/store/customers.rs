//! The state of each customer, in the store.

use std::collections::BTreeMap;

use super::table::parse;
use super::{State, StateError, Table};
use crate::core::customer::CustomerKey;
use crate::core::snapshot::{CustomerState, StateSnapshot};

impl State {
    /// The state of all customers.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn customers(&self) -> Result<StateSnapshot, StateError> {
        self.versioned_customers().await.map(|(state, _)| state)
    }

    /// The state of all customers, and the versions of their rows.
    pub(crate) async fn versioned_customers(
        &self,
    ) -> Result<(StateSnapshot, BTreeMap<CustomerKey, u64>), StateError> {
        let (mut state, mut versions) = (StateSnapshot::new(), BTreeMap::new());
        let all = self.each_row(Table::Customers, "", |row| {
            let key: CustomerKey = Table::Customers.named(Table::Customers.rest(&row.key))?;
            versions.insert(key.clone(), row.version);
            state.insert(key, parse(row)?);
            Ok(())
        });
        all.await?;
        Ok((state, versions))
    }

    /// Stores the state of these customers, and replaces their earlier state.
    ///
    /// # Errors
    /// When the store cannot be written. Then it is as it was.
    pub async fn put_customers(
        &self,
        customers: &[(CustomerKey, CustomerState)],
    ) -> Result<(), StateError> {
        let rows = customers.iter();
        let rows = rows.map(|(key, state)| Table::Customers.put(key.as_str(), state));
        self.write(&rows.collect::<Result<Vec<_>, _>>()?).await
    }

    /// The state of one customer.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub async fn customer(&self, key: &CustomerKey) -> Result<Option<CustomerState>, StateError> {
        let known = self.versioned_customer(key).await?;
        Ok(known.map(|(known, _)| known))
    }

    /// The state of one customer, and the version of its row.
    pub(crate) async fn versioned_customer(
        &self,
        key: &CustomerKey,
    ) -> Result<Option<(CustomerState, u64)>, StateError> {
        let row = self.row(&Table::Customers.key(key.as_str())?).await?;
        let row = row.as_ref();
        row.map(|row| Ok((parse(row)?, row.version))).transpose()
    }
}
