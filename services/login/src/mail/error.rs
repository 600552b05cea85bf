/// Why a mail did not get out. It names no address: servers repeat those in what they say.
#[derive(Debug, Clone, thiserror::Error)]
pub enum MailError {
    /// It may get out later: when the server, the way to it, or our settings are mended.
    #[error("the mail server did not take it: {0}")]
    Server(String),
    /// The address takes no mail, for the time being or `for_good`: nothing of ours is wrong.
    #[error("the mail server refused the recipient: {why}")]
    Recipient {
        /// What was wrong.
        why: String,
        /// Whether there is no point in trying again.
        for_good: bool,
    },
    /// It never will.
    #[error("it can't be sent: {0}")]
    Unsendable(String),
}
