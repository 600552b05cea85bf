//! The sources of facts. An id of an event or of a usage record is unique for its source only.

use chassis::{id::TenantId, secret};
use uuid::{Builder, Uuid};

/// mypage's own source: the first part of the names of its topics.
pub const MYPAGE: &str = "mypage";

/// Derives an id for a fact whose own id is taken by a fact of another source or tenant. The same fact always gets the same
/// id: a UUIDv8 (RFC 9562) of a hash.
pub fn derived_id(tenant: TenantId, source: &str, id: Uuid) -> Uuid {
    // Both ids have a fixed length, so no other fact has the same text.
    let hash = secret::hash(&format!("{tenant} {id} {source}"));
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash[..16]);
    Builder::from_custom_bytes(bytes).into_uuid()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_derived_id_depends_on_the_tenant_the_source_and_the_id() {
        let tenant = |number| TenantId::from(Uuid::from_u128(number));
        let derived = derived_id(tenant(1), "ad", Uuid::from_u128(2));
        assert_eq!(derived, derived_id(tenant(1), "ad", Uuid::from_u128(2)));
        assert_eq!(derived.get_version_num(), 8);
        for other in [
            derived_id(tenant(2), "ad", Uuid::from_u128(2)),
            derived_id(tenant(1), "login", Uuid::from_u128(2)),
            derived_id(tenant(1), "ad", Uuid::from_u128(3)),
        ] {
            assert_ne!(other, derived);
        }
    }
}
