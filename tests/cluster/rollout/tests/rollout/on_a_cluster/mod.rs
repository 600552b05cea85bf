//! Needs a cluster with the products: `scripts/test code` skips these tests by the module's name.

mod nobody_notices;
mod without_drain;
