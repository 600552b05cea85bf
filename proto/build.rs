//! Generates Rust code from the contracts with protox, so that `protoc` does not need to be installed.

use std::{env, error::Error, fs, path::PathBuf};

use prost::Message;

const FILES: [&str; 9] = [
    "common/v1/interest.proto",
    "common/v1/money.proto",
    "common/v1/usage.proto",
    "login/v1/login.proto",
    "login/v1/events.proto",
    "mypage/v1/mypage.proto",
    "mypage/v1/events.proto",
    "ad/v1/ads.proto",
    "ad/v1/events.proto",
];

fn main() -> Result<(), Box<dyn Error>> {
    for file in FILES {
        println!("cargo::rerun-if-changed={file}");
    }
    println!("cargo::rerun-if-changed=login/v1/user.proto");
    let descriptors = protox::compile(FILES, ["."])?;
    // For gRPC reflection: `compile_fds` writes no descriptor file.
    let out = PathBuf::from(env::var("OUT_DIR")?).join("contracts.binpb");
    fs::write(out, descriptors.encode_to_vec())?;
    let mut messages = prost_build::Config::new();
    messages.enable_type_names();
    tonic_prost_build::configure().compile_fds_with_config(descriptors, messages)?;
    Ok(())
}
