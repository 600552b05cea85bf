//! Where a request comes from, as far as it says who: an IPv4 address, or the /64 that an IPv6 customer has to themselves.

use std::net::IpAddr;

/// The network's bytes.
pub fn prefix(address: IpAddr) -> Vec<u8> {
    match address.to_canonical() {
        IpAddr::V4(address) => address.octets().to_vec(),
        IpAddr::V6(address) => address.octets()[..8].to_vec(),
    }
}
