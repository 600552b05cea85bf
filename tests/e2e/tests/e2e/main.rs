//! The main path, and what must hold while things break.

/// Needs a system that is up: `scripts/test code` leaves these tests out by this name, `scripts/test e2e` runs them.
mod whole_system {
    mod crash;
    mod looks;
    mod main_path;
    mod passkeys;
    mod replicas;
    mod traces;
}
