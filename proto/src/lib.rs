//! The contracts between the products: gRPC services and events, generated from the `.proto` files beside this crate.
//!
//! To add an event: add its message to the product's `events.proto`, implement [`chassis::event::Event`] for it in
//! [`topics`], add a line to the table in `proto/README.md`, and name the topic in the `product.toml` of its writer and readers.

#![warn(missing_docs)]
#![expect(clippy::allow_attributes, reason = "generated code allows the lints that it does not keep")]

pub mod convert;
pub mod topics;

/// Types that several products use.
pub mod common {
    #[expect(missing_docs, reason = "generated code has the comments of the .proto files and no others")]
    pub mod v1 {
        tonic::include_proto!("common.v1");
    }
}

/// login's services and events.
pub mod login {
    #[expect(missing_docs, reason = "generated code has the comments of the .proto files and no others")]
    pub mod v1 {
        tonic::include_proto!("login.v1");
    }
}

/// mypage's services and events.
pub mod mypage {
    #[expect(missing_docs, reason = "generated code has the comments of the .proto files and no others")]
    pub mod v1 {
        tonic::include_proto!("mypage.v1");
    }
}

/// ad's services and events.
pub mod ad {
    #[expect(missing_docs, reason = "generated code has the comments of the .proto files and no others")]
    pub mod v1 {
        tonic::include_proto!("ad.v1");
    }
}

/// The descriptors of all contracts, for gRPC reflection.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/contracts.binpb"));
