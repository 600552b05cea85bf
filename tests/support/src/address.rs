use std::net::{IpAddr, Ipv4Addr};

/// Returns the loopback address that client `number` binds to, in its own /24 network.
/// login throttles by network, so clients of different numbers do not throttle each other.
/// Returns `None` on systems other than Linux, which do not route the whole of 127.0.0.0/8.
pub fn source_address(number: usize) -> Option<IpAddr> {
    let [.., high, low] = u32::try_from(number).ok()?.to_be_bytes();
    cfg!(target_os = "linux").then_some(Ipv4Addr::new(127, high.checked_add(1)?, low, 1).into())
}
