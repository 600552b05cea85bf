//! Steps of a periodic worker.

use crate::error::chain;

/// Adds up the rows of independent steps. A step that fails keeps no later one from running.
///
/// ```
/// use chassis::lifecycle::Steps;
///
/// fn sweep(first: Result<u64, sqlx::Error>, second: Result<u64, sqlx::Error>) -> Result<u64, sqlx::Error> {
///     let mut steps = Steps::default();
///     steps.add("first", first);
///     steps.add("second", second);
///     steps.finish()
/// }
///
/// assert!(sweep(Err(sqlx::Error::RowNotFound), Ok(2)).is_err());
/// assert_eq!(sweep(Ok(1), Ok(2)).ok(), Some(3));
/// ```
#[derive(Debug, Default)]
pub struct Steps {
    rows: u64,
    failed: Option<sqlx::Error>,
}

impl Steps {
    /// Adds the result of a step, and logs an error with the step's name.
    pub fn add(&mut self, step: &'static str, outcome: Result<u64, sqlx::Error>) {
        match outcome {
            Ok(rows) => self.rows += rows,
            Err(error) => {
                tracing::warn!(step, error = chain(&error), "step failed, the others continue");
                self.failed.get_or_insert(error);
            }
        }
    }

    /// The number of rows of all steps.
    ///
    /// # Errors
    /// The first error of a step.
    pub fn finish(self) -> Result<u64, sqlx::Error> {
        self.failed.map_or(Ok(self.rows), Err)
    }
}
