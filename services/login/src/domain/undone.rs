//! What a new password undid.

/// What the sessions of a person left behind: undone, or for the person to check.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Undone {
    /// The addresses whose invitations were withdrawn.
    pub invitations: Vec<String>,
    /// The addresses that joined by an invitation of the sessions. They stay.
    pub joined: Vec<String>,
    /// The names of the clients whose secrets were revoked.
    pub secrets: Vec<String>,
    /// The names of the clients that were registered or changed. They stay.
    pub clients: Vec<String>,
    /// The names of the removed passkeys.
    pub passkeys: Vec<String>,
}
