//! `ad admin credit`.

use chassis::{error::chain, text::single_line};
use clap::Args;

use crate::{
    app::App,
    domain::charge::ChargeId,
    usecase::credit_charge::{CreditError, Request, credit_charge},
};

/// Maximum length of a reason, in characters.
const REASON_CHARS: usize = 200;

#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct CreditArguments {
    /// The charge, as the ledger shows it
    #[arg(value_name = "CHARGE_ID")]
    pub charge_id: ChargeId,
    /// Why; the advertiser reads it in the ledger
    #[arg(long)]
    pub reason: String,
    /// Millionths of the charge's currency; by default all that is left of the charge
    #[arg(long)]
    pub micros: Option<i64>,
}

pub(super) async fn credit(app: &App, arguments: CreditArguments) -> Result<String, String> {
    let CreditArguments { charge_id, reason, micros } = arguments;
    let reason = single_line("reason", &reason, REASON_CHARS).map_err(|error| format!("--reason: {}", error.detail))?;
    match credit_charge(app, Request { charge_id, micros, reason }).await {
        Ok(credit) => {
            let (micros, currency) = (credit.amount.micros, credit.amount.currency);
            Ok(format!("credited {micros} micros {currency} of charge {charge_id}: credit {}", credit.credit_id))
        }
        Err(error @ CreditError::Store(_)) => Err(chain(&error)),
        Err(error) => Err(format!("charge {charge_id}: {error}")),
    }
}
