use crate::db;

/// The reason why an event was not handled.
#[derive(Debug, thiserror::Error)]
pub enum ConsumeError {
    /// The database failed or is unavailable.
    #[error(transparent)]
    Store(#[from] sqlx::Error),
    /// The handler panicked.
    #[error("the handler panicked")]
    Panicked,
    /// The event is invalid. It is not retried.
    #[error("invalid event: {0}")]
    Invalid(String),
}

impl ConsumeError {
    /// An invalid event, with the reason.
    pub fn invalid(reason: impl Into<String>) -> Self {
        Self::Invalid(reason.into())
    }

    /// Whether the database is unavailable for now.
    pub(super) fn is_unavailable(&self) -> bool {
        matches!(self, Self::Store(error) if db::is_unavailable(error))
    }

    /// Whether another transaction was in the way: a deadlock, a serialization failure, or a lock that a batch could not
    /// get. It passes at once.
    pub(super) fn is_conflict(&self) -> bool {
        self.sqlstate().is_some_and(|code| code.starts_with("40") || code == "55P03")
    }

    /// Whether the same event fails again: it is invalid, the handler panics, or Postgres cannot store its values.
    pub(super) fn is_permanent(&self) -> bool {
        /// Classes of SQLSTATE (PostgreSQL 15, appendix A): data exception, integrity constraint violation.
        const PERMANENT: [&str; 2] = ["22", "23"];
        match self {
            Self::Panicked | Self::Invalid(_) => true,
            Self::Store(_) => self.sqlstate().is_some_and(|code| PERMANENT.iter().any(|class| code.starts_with(class))),
        }
    }

    fn sqlstate(&self) -> Option<String> {
        let Self::Store(error) = self else { return None };
        Some(error.as_database_error()?.code()?.into_owned())
    }
}
