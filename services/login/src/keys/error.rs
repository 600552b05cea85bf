/// Why there are no keys to use.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The store can't be reached.
    #[error("signing keys can't be read")]
    Store(#[from] sqlx::Error),
    /// They were sealed with another secret.
    #[error("signing keys can't be opened: is LOGIN_KEY_SECRET the one they were sealed with?")]
    Sealed(#[from] chassis::secret::OpenError),
    /// The cryptography refused.
    #[error("signing key can't be used")]
    Token(#[from] jsonwebtoken::errors::Error),
    /// The cryptography refused to make a key.
    #[error("signing key can't be made")]
    Make,
}
