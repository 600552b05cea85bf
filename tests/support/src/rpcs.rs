//! Compares the table of a test with the gRPC methods of its product.

use contracts::FILE_DESCRIPTOR_SET;
use prost::Message;
use prost_types::FileDescriptorSet;

/// Asserts that a table has one row for each method of the service, such as `login.v1.Login`, in the order of its file.
///
/// # Panics
/// If it has not, or if no such service exists.
pub fn assert_lists_every_rpc(table: &[&str], service: &str) {
    let files = FileDescriptorSet::decode(FILE_DESCRIPTOR_SET).expect("descriptors");
    let services = files.file.iter().flat_map(|file| file.service.iter().map(move |service| (file.package(), service)));
    let found = services.map(|(package, found)| (format!("{package}.{}", found.name()), found));
    let (_, found) = found.into_iter().find(|(name, _)| name == service).expect("a service");
    let methods: Vec<_> = found.method.iter().map(|method| method.name()).collect();
    assert_eq!(methods, table, "methods of {service}, and the rows of the table");
}
