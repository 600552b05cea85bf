//! What holds on a cluster with the products on it. `scripts/test code` leaves these tests out by this module's name.

mod nobody_notices;
mod without_drain;
