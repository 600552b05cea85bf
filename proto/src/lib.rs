//! The contracts between the products: gRPC services and events, generated from the `.proto` files in this folder.
//!
//! To add an event:
//! 1. add its message to the product's `events.proto`;
//! 2. bind it to its topic in [`topics`], and add the topic to [`topics::ALL`];
//! 3. add a row to the table in `proto/README.md`;
//! 4. add the topic to `product.toml` and `catalog-info.yaml` of its producer and its consumers.
//!
//! To read an event or an answer: use the functions of [`read`].
//!
//! To add a method: 1. add it to the product's service; 2. implement it in the product's `grpc/`.
//!
//! To add a `.proto` file: add it to `FILES` in `build.rs`.

#![warn(missing_docs)]
#![expect(clippy::allow_attributes, reason = "generated code allows the lints that it violates")]

pub mod convert;
pub mod read;
pub mod topics;

/// Types that several products use.
pub mod common {
    #[expect(missing_docs, reason = "generated code has the comments of the .proto files and no others")]
    pub mod v1 {
        tonic::include_proto!("common.v1");
    }
}

/// The service and the events of login.
pub mod login {
    #[expect(missing_docs, reason = "generated code has the comments of the .proto files and no others")]
    pub mod v1 {
        tonic::include_proto!("login.v1");
    }
}

/// The service and the events of mypage.
pub mod mypage {
    #[expect(missing_docs, reason = "generated code has the comments of the .proto files and no others")]
    pub mod v1 {
        tonic::include_proto!("mypage.v1");
    }
}

/// The service and the events of ad.
pub mod ad {
    #[expect(missing_docs, reason = "generated code has the comments of the .proto files and no others")]
    pub mod v1 {
        tonic::include_proto!("ad.v1");
    }
}

/// The encoded `FileDescriptorSet` of all contracts, for gRPC reflection.
pub const FILE_DESCRIPTOR_SET: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/contracts.binpb"));
