//! `devstack products`: a table of the products for scripts.

use std::fmt::Write as _;

use anyhow::Result;

use super::values::secret_variable;
use crate::product::Product;

/// A line for each product: its name, its HTTP port, and the variable of its secret as a client of login, with tabs between.
/// The last is empty for a product that is no client.
pub fn table(products: &[Product]) -> Result<String> {
    let mut lines = String::new();
    for product in products {
        let variable = secret_variable(product)?.unwrap_or_default();
        // Writing to a String cannot fail.
        let _written = writeln!(lines, "{}\t{}\t{variable}", product.name, product.ports.http);
    }
    Ok(lines)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kubernetes::values::tests::products;

    #[test]
    fn a_product_has_a_line_with_its_port_and_secret_variable() {
        let expected = "ad\t8280\t\nlogin\t8180\t\nmypage\t8080\tMYPAGE_CLIENT_SECRET\n";
        assert_eq!(table(&products()).unwrap(), expected);
    }
}
