use clap::{
    Arg, Command, Error,
    error::{ContextKind, ContextValue, ErrorKind},
};

/// Clap's error as one line that names the environment variable, since that is where a product's settings come from.
pub(super) fn in_one_line(error: &Error, mut command: Command) -> String {
    // Only a built command knows how its arguments are written.
    command.build();
    let command = &command;
    let names: Vec<String> = match error.get(ContextKind::InvalidArg) {
        Some(ContextValue::String(name)) => vec![variable(command, name)],
        Some(ContextValue::Strings(names)) => names.iter().map(|name| variable(command, name)).collect(),
        _ => vec![],
    };
    let names = names.join(", ");
    match error.kind() {
        ErrorKind::MissingRequiredArgument => format!("{names}: not set"),
        ErrorKind::ValueValidation | ErrorKind::InvalidValue if !names.is_empty() => {
            let value = error.get(ContextKind::InvalidValue).map(ToString::to_string).unwrap_or_default();
            let why = std::error::Error::source(error).map(ToString::to_string);
            let why = why.or_else(|| Some(format!("must be one of {}", error.get(ContextKind::ValidValue)?)));
            format!("{names}: `{value}`: {}", why.unwrap_or_else(|| "not understood".into()))
        }
        _ => error.to_string().lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned(),
    }
}

fn variable(command: &Command, name: &str) -> String {
    let is_named = |argument: &&Arg| argument.to_string() == name;
    let found = std::iter::once(command)
        .chain(command.get_subcommands())
        .find_map(|command| command.get_arguments().find(is_named).and_then(Arg::get_env));
    found.map_or_else(|| name.to_owned(), |variable| variable.to_string_lossy().into_owned())
}

#[cfg(test)]
mod tests {
    use clap::{Args, CommandFactory, Parser};

    use super::*;
    use crate::config::{LogFormat, PublicUrl};

    #[derive(Debug, Parser)]
    enum Cli {
        Serve(Serve),
    }

    #[derive(Debug, Args)]
    struct Serve {
        #[arg(long, env = "TEST_ONLY_PUBLIC_URL")]
        public_url: PublicUrl,
        #[arg(long, env = "TEST_ONLY_LOG_FORMAT", value_enum, default_value = "json")]
        log_format: LogFormat,
    }

    fn line(arguments: &[&str]) -> String {
        let error = Cli::try_parse_from(arguments).expect_err("bad configuration");
        in_one_line(&error, Cli::command())
    }

    #[test]
    fn names_the_variable() {
        assert_eq!(line(&["x", "serve"]), "TEST_ONLY_PUBLIC_URL: not set");
        assert_eq!(
            line(&["x", "serve", "--public-url", "http://a/"]),
            "TEST_ONLY_PUBLIC_URL: `http://a/`: must not end with a slash"
        );
        assert_eq!(
            line(&["x", "serve", "--public-url", "http://a", "--log-format", "xml"]),
            "TEST_ONLY_LOG_FORMAT: `xml`: must be one of json, pretty"
        );
    }
}
