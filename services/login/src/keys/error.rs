#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    #[error("cannot read the signing keys")]
    Store(#[from] sqlx::Error),
    #[error("cannot decrypt the signing keys: set LOGIN_KEY_SECRET to the secret that encrypted them")]
    Sealed(#[from] chassis::secret::OpenError),
    #[error("cannot use the signing key")]
    Token(#[from] jsonwebtoken::errors::Error),
    #[error("cannot generate a signing key")]
    Make,
}
