use clap::{
    Arg, Command, Error,
    error::{ContextKind, ContextValue, ErrorKind},
};

/// Formats clap's error as one line that names the environment variable.
pub(super) fn in_one_line(error: &Error, mut command: Command) -> String {
    // Arguments have their display names only after `build`.
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
            let reason = std::error::Error::source(error).map(ToString::to_string);
            let value = if is_secret(command, error) { String::new() } else { format!("`{value}`: ") };
            let reason = reason.or_else(|| Some(format!("must be one of {}", error.get(ContextKind::ValidValue)?)));
            format!("{names}: {value}{}", reason.unwrap_or_else(|| "not valid".into()))
        }
        _ => error.to_string().lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned(),
    }
}

fn argument<'a>(command: &'a Command, name: &str) -> Option<&'a Arg> {
    let mut commands = std::iter::once(command).chain(command.get_subcommands());
    commands.find_map(|command| command.get_arguments().find(|argument| argument.to_string() == name))
}

fn variable(command: &Command, name: &str) -> String {
    let found = argument(command, name).and_then(Arg::get_env);
    found.map_or_else(|| name.to_owned(), |variable| variable.to_string_lossy().into_owned())
}

/// Whether the value is a secret that must not be logged, even when it is invalid.
fn is_secret(command: &Command, error: &Error) -> bool {
    let Some(ContextValue::String(name)) = error.get(ContextKind::InvalidArg) else { return true };
    argument(command, name).is_none_or(Arg::is_hide_env_values_set)
}

#[cfg(test)]
mod tests {
    use clap::{Args, CommandFactory, Parser};

    use super::*;
    use crate::config::{LogFormat, PublicUrl, SecretKey};

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
        #[arg(long, env = "TEST_ONLY_KEY", hide_env_values = true)]
        key: Option<SecretKey>,
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

    #[test]
    fn never_prints_a_secret() {
        let said = line(&["x", "serve", "--public-url", "http://a", "--key", "not+a+key/but+a+secret"]);
        assert!(said.starts_with("TEST_ONLY_KEY: must be 32 bytes"), "{said}");
        assert!(!said.contains("but+a+secret"), "{said}");
    }
}
