//! Stores that the environment names: `KAFKA_BROKERS`, `LOGIN_DATABASE_URL` and the like.
//!
//! A variable may belong to another project, so messages about its store name the variable.

use anyhow::{Result, bail};
use url::Url;

use crate::product::Product;

/// Form of a database URL.
const FORM: &str = "postgres://ROLE:PASSWORD@HOST:PORT/DATABASE, of a role that may create roles and databases";

/// Variable of the broker.
pub(super) const BROKERS: &str = "KAFKA_BROKERS";

/// Variable of a product's database.
pub(super) fn database_variable(product: &Product) -> String {
    format!("{}_DATABASE_URL", product.name.to_uppercase())
}

/// The database URLs in the environment, in the order of the products; `None` when it has none. An empty value is none.
pub(super) fn databases(products: &[Product], value: impl Fn(&str) -> Option<String>) -> Result<Option<Vec<String>>> {
    let variables: Vec<String> = products.iter().map(database_variable).collect();
    let values: Vec<Option<String>> =
        variables.iter().map(|variable| value(variable).filter(|url| !url.is_empty())).collect();
    let named = |given: bool| {
        let chosen = variables.iter().zip(&values).filter(|(_, value)| value.is_some() == given);
        chosen.map(|(variable, _)| variable.as_str()).collect::<Vec<_>>().join(", ")
    };
    if values.iter().all(Option::is_none) {
        return Ok(None);
    }
    if values.iter().any(Option::is_none) {
        bail!(
            "the environment has {}, but not {}: unset the first, so that devstack starts its own Postgres, or set all",
            named(true),
            named(false)
        );
    }
    for (variable, url) in variables.iter().zip(values.iter().flatten()) {
        if !is_of_postgres(url) {
            bail!("{variable} in the environment names {}: unset it, or set it to {FORM}", place(url));
        }
    }
    Ok(Some(values.into_iter().flatten().collect()))
}

/// Whether it is a URL into which devstack can put its own roles and databases.
fn is_of_postgres(url: &str) -> bool {
    Url::parse(url).is_ok_and(|url| ["postgres", "postgresql"].contains(&url.scheme()) && url.has_host())
}

/// The advice when the database in the variable of the product cannot be used. It shows no password.
pub(super) fn database_hint(product: &Product, url: &str) -> String {
    let variable = database_variable(product);
    let place = place(url);
    format!(
        "{variable} in the environment names {place}: correct it, or unset it and those of the other products, so that devstack starts its own Postgres"
    )
}

/// The advice when the broker in the environment cannot be used.
pub(super) fn broker_hint(brokers: &str) -> String {
    format!(
        "{BROKERS} in the environment names {brokers}: correct it, or unset it, so that devstack starts its own broker"
    )
}

/// Role, host, port and database of a URL.
fn place(url: &str) -> String {
    match Url::parse(url) {
        Ok(url) if url.has_host() => {
            let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
            format!("{}@{}{port}{}", url.username(), url.host_str().unwrap_or_default(), url.path())
        }
        _ => "no URL of a database".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn products() -> Vec<Product> {
        let text = |name: &str| format!("name = \"{name}\"\n[ports]\nhttp = 1\ngrpc = 2\nops = 3");
        ["desk", "shop"].map(|name| toml::from_str(&text(name)).unwrap()).to_vec()
    }

    fn given(set: &[(&str, &str)]) -> Result<Option<Vec<String>>> {
        let value = |name: &str| set.iter().find(|(each, _)| *each == name).map(|(_, value)| (*value).to_owned());
        databases(&products(), value)
    }

    #[test]
    fn all_databases_are_given_or_none() {
        assert_eq!(given(&[]).unwrap(), None);
        assert_eq!(given(&[("DESK_DATABASE_URL", "")]).unwrap(), None);
        let urls = ["postgres://a@shop/x", "postgresql://desk/x"].map(str::to_owned);
        let both = given(&[("SHOP_DATABASE_URL", &urls[0]), ("DESK_DATABASE_URL", &urls[1])]).unwrap();
        assert_eq!(both, Some(vec![urls[1].clone(), urls[0].clone()]));
    }

    #[test]
    fn a_variable_of_another_project_is_named() {
        let error = given(&[("SHOP_DATABASE_URL", "postgres://other")]).unwrap_err().to_string();
        assert!(
            error.starts_with("the environment has SHOP_DATABASE_URL, but not DESK_DATABASE_URL: unset"),
            "{error}"
        );
        for (other, named) in [("secret", "no URL of a database"), ("mysql://app:secret@other/x", "app@other/x")] {
            let error = given(&[("DESK_DATABASE_URL", "postgres://a@b/c"), ("SHOP_DATABASE_URL", other)]).unwrap_err();
            let expected =
                format!("SHOP_DATABASE_URL in the environment names {named}: unset it, or set it to postgres://");
            assert!(error.to_string().starts_with(&expected), "{error}");
        }
        let hint = database_hint(&products()[1], "postgres://root:secret@other:5433/app?sslmode=require");
        assert!(hint.starts_with("SHOP_DATABASE_URL in the environment names root@other:5433/app: "), "{hint}");
        assert!(!hint.contains("secret"));
        assert!(database_hint(&products()[0], "secret").contains("names no URL of a database"));
        assert!(broker_hint("other:9092").starts_with("KAFKA_BROKERS in the environment names other:9092: "));
    }
}
