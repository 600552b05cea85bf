//! The network of a client: its IPv4 address, or its IPv6 /64 prefix, which one customer has.

use std::net::IpAddr;

pub fn prefix(address: IpAddr) -> Vec<u8> {
    match address.to_canonical() {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets()[..8].to_vec(),
    }
}
