//! The contracts between the products: gRPC services and events, generated from the `.proto` files beside this crate.
//!
//! To add an event: add its message to the product's `events.proto`, implement [`chassis::event::Event`] for it in
//! [`topics`], add a line to the table in `proto/README.md`, and name the topic in the `product.toml` of its writer and readers.

#![expect(
    missing_docs,
    clippy::allow_attributes,
    reason = "generated code carries the comments of the .proto files, and allows for itself what it needs"
)]

pub mod convert;
pub mod topics;

/// Types that more than one product speaks of.
pub mod common {
    pub mod v1 {
        tonic::include_proto!("common.v1");
    }
}

/// login's services and events.
pub mod login {
    pub mod v1 {
        tonic::include_proto!("login.v1");
    }
}

/// mypage's services and events.
pub mod mypage {
    pub mod v1 {
        tonic::include_proto!("mypage.v1");
    }
}

/// ad's services and events.
pub mod ad {
    pub mod v1 {
        tonic::include_proto!("ad.v1");
    }
}

/// The descriptors of all contracts, for gRPC reflection.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/contracts.binpb"));
