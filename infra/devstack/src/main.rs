//! The program `devstack`.

mod arguments;
mod cli;

use std::process::ExitCode;

use clap::Parser;

use crate::cli::Cli;

/// Exit code of a wrong command line (EX_USAGE), as the scripts have it.
const USAGE: u8 = 64;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and the version go to standard output; they are no error.
            let _reader_is_gone = error.print();
            return if error.use_stderr() { ExitCode::from(USAGE) } else { ExitCode::SUCCESS };
        }
    };
    match cli.run().await {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            eprintln!("devstack: {error:#}");
            ExitCode::FAILURE
        }
    }
}
