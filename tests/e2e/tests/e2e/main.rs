//! End-to-end tests: the main path, looks, passkeys, traces, replicas, a stopped product and crashes.

/// Needs a running system: `scripts/test code` skips these tests by the module's name, `scripts/test e2e` runs them.
mod whole_system {
    mod advertiser;
    mod crash;
    mod looks;
    mod main_path;
    mod passkeys;
    mod replicas;
    mod stopped;
    mod traces;
}
