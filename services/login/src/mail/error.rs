/// The reason why a mail was not sent. It holds no address, so it drops the server's text, which may repeat it.
#[derive(Debug, Clone, thiserror::Error)]
pub enum MailError {
    /// Temporary: the server, the network or the settings have a fault. Another attempt can succeed.
    #[error("the mail server failed: {0}")]
    Server(String),
    /// The server refused the recipient.
    #[error("the mail server refused the recipient: {why}")]
    Recipient {
        why: String,
        /// Whether another attempt is useless.
        permanent: bool,
    },
    /// Permanent fault of the mail itself.
    #[error("the mail cannot be sent: {0}")]
    Unsendable(String),
}
