//! Typed ids: UUIDv7 values (RFC 9562) of different types, so that the compiler finds mixed-up ids.
//!
//! To add an id, in the product's `domain/`:
//! ```
//! chassis::typed_id! {
//!     /// A campaign.
//!     pub struct CampaignId;
//! }
//! ```
//! To use it:
//! - `CampaignId::new(&clock)` creates one;
//! - `CampaignId::parse("campaign_id", text)?` reads one from a request;
//! - `SELECT campaign_id AS "campaign_id: CampaignId"` reads one from the database, and `campaign_id.as_uuid()` binds one;
//! - `inline(CampaignId)` is its type for a parameter in `#[utoipa::path]`, where utoipa collects no schemas.

use std::sync::Mutex;

use uuid::{ContextV7, Timestamp, Uuid};

use crate::clock::Clock;

typed_id! {
    /// A tenant: a company that uses the products and sees only its own data.
    pub struct TenantId;
}
typed_id! {
    /// A person's account in one tenant.
    pub struct UserId;
}
typed_id! {
    /// A person's session on one device: `sid` in tokens.
    pub struct SessionId;
}

/// Creates a UUIDv7. Ids of the same process are in order even within a millisecond, so that paging by id skips no row.
pub fn new_uuid(clock: &Clock) -> Uuid {
    static CONTEXT: Mutex<ContextV7> = Mutex::new(ContextV7::new());
    let now = clock.now();
    let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
    Uuid::new_v7(Timestamp::from_unix(&CONTEXT, seconds, now.timestamp_subsec_nanos()))
}

/// Crates that the code of [`typed_id!`](crate::typed_id) uses, so that a product does not need to depend on them.
#[doc(hidden)]
pub mod external {
    pub use {serde, sqlx, utoipa, uuid::Uuid};

    pub use crate::{clock::Clock, problem::FieldError};

    /// The OpenAPI schema of every id: a string in the format `uuid`.
    pub fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::{KnownFormat, ObjectBuilder, SchemaFormat, schema::Type};
        ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid))).into()
    }
}

/// Defines a typed id. See [`chassis::id`](crate::id) for how to use it.
#[macro_export]
macro_rules! typed_id {
    ($(#[$meta:meta])* $vis:vis struct $name:ident $(;)?) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis struct $name($crate::id::external::Uuid);

        impl $name {
            /// Creates an id that is greater than all ids this process created before.
            pub fn new(clock: &$crate::id::external::Clock) -> Self {
                Self($crate::id::new_uuid(clock))
            }

            /// Parses the value of a request's field.
            ///
            /// # Errors
            /// `invalid_id` with the field's name when `text` is not a UUID.
            pub fn parse(field: &str, text: &str) -> ::std::result::Result<Self, $crate::id::external::FieldError> {
                text.parse().map_err(|_| $crate::id::external::FieldError::new(field, "invalid_id", "must be a UUID"))
            }

            /// The id as a UUID, to bind it in a query.
            pub const fn as_uuid(self) -> $crate::id::external::Uuid {
                self.0
            }
        }

        impl ::std::convert::From<$crate::id::external::Uuid> for $name {
            fn from(id: $crate::id::external::Uuid) -> Self {
                Self(id)
            }
        }

        impl ::std::str::FromStr for $name {
            type Err = <$crate::id::external::Uuid as ::std::str::FromStr>::Err;

            fn from_str(text: &str) -> ::std::result::Result<Self, Self::Err> {
                $crate::id::external::Uuid::try_parse(text).map(Self)
            }
        }

        impl ::std::fmt::Display for $name {
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.0, formatter)
            }
        }

        impl ::std::fmt::Debug for $name {
            fn fmt(&self, formatter: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                ::std::fmt::Display::fmt(&self.0, formatter)
            }
        }

        impl $crate::id::external::serde::Serialize for $name {
            fn serialize<S: $crate::id::external::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                $crate::id::external::serde::Serialize::serialize(&self.0, serializer)
            }
        }

        impl<'de> $crate::id::external::serde::Deserialize<'de> for $name {
            fn deserialize<D: $crate::id::external::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                $crate::id::external::serde::Deserialize::deserialize(deserializer).map(Self)
            }
        }

        impl $crate::id::external::sqlx::Type<$crate::id::external::sqlx::Postgres> for $name {
            fn type_info() -> $crate::id::external::sqlx::postgres::PgTypeInfo {
                <$crate::id::external::Uuid as $crate::id::external::sqlx::Type<_>>::type_info()
            }
        }

        impl $crate::id::external::sqlx::postgres::PgHasArrayType for $name {
            fn array_type_info() -> $crate::id::external::sqlx::postgres::PgTypeInfo {
                <$crate::id::external::Uuid as $crate::id::external::sqlx::postgres::PgHasArrayType>::array_type_info()
            }
        }

        impl<'q> $crate::id::external::sqlx::Encode<'q, $crate::id::external::sqlx::Postgres> for $name {
            fn encode_by_ref(
                &self,
                buffer: &mut $crate::id::external::sqlx::postgres::PgArgumentBuffer,
            ) -> ::std::result::Result<
                $crate::id::external::sqlx::encode::IsNull,
                $crate::id::external::sqlx::error::BoxDynError,
            > {
                $crate::id::external::sqlx::Encode::<$crate::id::external::sqlx::Postgres>::encode_by_ref(
                    &self.0, buffer,
                )
            }
        }

        impl<'r> $crate::id::external::sqlx::Decode<'r, $crate::id::external::sqlx::Postgres> for $name {
            fn decode(
                value: $crate::id::external::sqlx::postgres::PgValueRef<'r>,
            ) -> ::std::result::Result<Self, $crate::id::external::sqlx::error::BoxDynError> {
                $crate::id::external::sqlx::Decode::<$crate::id::external::sqlx::Postgres>::decode(value).map(Self)
            }
        }

        impl $crate::id::external::utoipa::PartialSchema for $name {
            fn schema() -> $crate::id::external::utoipa::openapi::RefOr<
                $crate::id::external::utoipa::openapi::schema::Schema,
            > {
                $crate::id::external::schema()
            }
        }

        impl $crate::id::external::utoipa::ToSchema for $name {}
    };
}
use typed_id;

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn ids_of_one_instant_are_in_order() {
        let clock = Clock::fixed(DateTime::UNIX_EPOCH);
        let ids: Vec<_> = (0..100).map(|_| TenantId::new(&clock)).collect();
        assert!(ids.is_sorted());
    }

    #[test]
    fn an_id_is_a_plain_string_in_json() {
        let id = UserId::new(&Clock::system());
        let json = serde_json::to_string(&id).expect("json");
        assert_eq!(json, format!("\"{id}\""));
        assert_eq!(serde_json::from_str::<UserId>(&json).expect("an id"), id);
    }

    #[test]
    fn an_invalid_id_names_the_field() {
        let error = SessionId::parse("session_id", "7").expect_err("not a UUID");
        assert_eq!((error.field.as_str(), error.code), ("session_id", "invalid_id"));
    }
}
