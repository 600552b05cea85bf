use sqlx::postgres::PgDatabaseError;

use crate::db;

/// The text of an error is cut off here. It may contain a value of the event.
const TEXT_BYTES: usize = 1000;

/// The reason why an event was not handled.
#[derive(Debug, thiserror::Error)]
pub enum ConsumeError {
    /// The database failed or is unavailable.
    #[error("{}", cut(&.0.to_string()))]
    Store(#[from] sqlx::Error),
    /// The handler panicked.
    #[error("the handler panicked")]
    Panicked,
    /// The event is invalid. It is not retried.
    #[error("invalid event: {}", cut(.0))]
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
        /// Classes of SQLSTATE (PostgreSQL 15, appendix A): data exception, integrity constraint violation, program limit
        /// exceeded.
        const PERMANENT: [&str; 3] = ["22", "23", "54"];
        match self {
            Self::Panicked | Self::Invalid(_) => true,
            Self::Store(_) => {
                let is_permanent = |code: String| PERMANENT.iter().any(|class| code.starts_with(class));
                self.sqlstate().is_some_and(is_permanent) || self.is_of_another_tenant()
            }
        }
    }

    /// Whether row-level security refused the row. It has the SQLSTATE of a missing grant, which passes with a migration.
    fn is_of_another_tenant(&self) -> bool {
        let Self::Store(error) = self else { return false };
        let error = error.as_database_error().and_then(|error| error.try_downcast_ref::<PgDatabaseError>());
        error.is_some_and(|error| error.code() == "42501" && error.routine() == Some("ExecWithCheckOptions"))
    }

    fn sqlstate(&self) -> Option<String> {
        let Self::Store(error) = self else { return None };
        Some(error.as_database_error()?.code()?.into_owned())
    }
}

/// The start of `text`, of at most [`TEXT_BYTES`].
fn cut(text: &str) -> &str {
    &text[..text.floor_char_boundary(TEXT_BYTES)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_between_characters() {
        assert_eq!(ConsumeError::invalid("short").to_string(), "invalid event: short");
        let text = ConsumeError::invalid("한".repeat(300_000)).to_string();
        assert_eq!(text, format!("invalid event: {}", "한".repeat(333)));
    }
}
