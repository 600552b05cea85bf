use std::{fmt, net::IpAddr, str::FromStr};

/// A list of IP networks in CIDR notation, separated by commas. A plain address is a network with one address. Empty by
/// default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Networks(Vec<(IpAddr, u32)>);

impl Networks {
    /// Whether one of the networks contains the address. An IPv4-mapped IPv6 address counts as its IPv4 address.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|(network, length)| match (network, address) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                (network.to_bits() ^ address.to_bits()).leading_zeros() >= *length
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                (network.to_bits() ^ address.to_bits()).leading_zeros() >= *length
            }
            _ => false,
        })
    }
}

impl FromStr for Networks {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let each = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        each.map(network).collect::<Result<_, _>>().map(Self)
    }
}

fn network(text: &str) -> Result<(IpAddr, u32), String> {
    let wrong = || format!("`{text}` is not a network: write it as 10.0.0.0/8 or fd00::/8");
    let (address, length) = text.split_once('/').map_or((text, None), |(address, length)| (address, Some(length)));
    let address: IpAddr = address.parse().map_err(|_| wrong())?;
    let longest = if address.is_ipv4() { 32 } else { 128 };
    let length = length.map_or(Ok(longest), str::parse).map_err(|_| wrong())?;
    if length > longest { Err(wrong()) } else { Ok((address, length)) }
}

impl fmt::Display for Networks {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let each: Vec<_> = self.0.iter().map(|(address, length)| format!("{address}/{length}")).collect();
        formatter.write_str(&each.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_contain_their_addresses_and_no_others() {
        let networks: Networks = "10.0.0.0/8, 192.0.2.7,fd00::/8".parse().expect("networks");
        let holds = |address: &str| networks.contains(address.parse().expect("an address"));
        assert!(holds("10.255.0.1") && holds("192.0.2.7") && holds("fd12::1") && holds("::ffff:10.0.0.1"));
        assert!(!holds("11.0.0.1") && !holds("192.0.2.8") && !holds("fe80::1"));
        assert!("0.0.0.0/0".parse::<Networks>().expect("all").contains([1, 2, 3, 4].into()));
        assert!(!Networks::default().contains([127, 0, 0, 1].into()));
    }

    #[test]
    fn an_invalid_network_is_rejected() {
        for wrong in ["10.0.0.0/33", "fd00::/129", "10.0.0", "proxy.example", "10.0.0.0/-1"] {
            assert!(wrong.parse::<Networks>().is_err(), "{wrong}");
        }
    }
}
