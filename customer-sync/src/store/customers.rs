//! The state of each customer, in the store.

use super::{Row, State, StateError, Table};
use crate::core::customer::CustomerKey;
use crate::core::snapshot::{CustomerState, StateSnapshot};

impl State {
    /// The state of all customers.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn customers(&self) -> Result<StateSnapshot, StateError> {
        let mut memory = StateSnapshot::new();
        self.each(Table::Customers, "", |key, remembered: CustomerState| {
            memory.insert(parse_key(key)?, remembered);
            Ok(())
        })?;
        Ok(memory)
    }

    /// The state of one customer.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn customer(&self, key: &CustomerKey) -> Result<Option<CustomerState>, StateError> {
        self.read(Table::Customers, &key.to_string())
    }

    /// Stores the state of these customers, and replaces their earlier state.
    ///
    /// # Errors
    /// When the store cannot be written. Then it is as it was.
    pub fn put_customers(
        &self,
        customers: &[(CustomerKey, CustomerState)],
    ) -> Result<(), StateError> {
        let rows = customers
            .iter()
            .map(|(key, remembered)| Row::put(Table::Customers, key.to_string(), remembered));
        self.write(&rows.collect::<Result<Vec<_>, _>>()?)
    }
}

fn parse_key(text: &str) -> Result<CustomerKey, StateError> {
    text.parse()
        .map_err(|error| StateError::new("has an invalid key").with_source(error))
}
