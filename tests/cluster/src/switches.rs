//! Options of the charts, and their invalid combinations.

use architecture::declared;

/// An option of the charts.
#[derive(Debug)]
pub struct Switch {
    pub name: &'static str,
    /// Variants of the option, each a list of `--set` arguments. The first is the default.
    pub variants: &'static [&'static [&'static str]],
}

/// All options that every chart has. To cover another one, add it here.
pub const SWITCHES: [Switch; 9] = [
    Switch { name: "autoscaling", variants: &[&[], &["autoscaling.enabled=true"]] },
    Switch {
        name: "service",
        variants: &[&[], &["service.type=NodePort", "service.nodePort=31799"], &["service.type=LoadBalancer"]],
    },
    Switch {
        name: "route",
        variants: &[
            &[],
            &["route.enabled=true", "route.parentRefs[0].name=public", "route.hostnames[0]=product.example"],
        ],
    },
    Switch {
        name: "monitor",
        variants: &[&[], &["serviceMonitor.enabled=true", "serviceMonitor.labels.release=prometheus"]],
    },
    Switch { name: "policies", variants: &[&[], &["networkPolicy.enabled=false"]] },
    Switch { name: "postgres", variants: &[&[], &["postgres.enabled=true"]] },
    Switch { name: "development", variants: &[&[], &["development.enabled=true"]] },
    Switch { name: "traces", variants: &[&[], &["otlp.endpoint=http://collector.observability.svc:4317"]] },
    Switch { name: "registry", variants: &[&[], &["imagePullSecrets[0].name=registry"]] },
];

/// One variant of each switch.
#[derive(Debug, Clone, Default)]
pub struct Combination(Vec<&'static str>);

impl Combination {
    /// Formats the combination for `--set`, with the values that `product` requires.
    pub fn settings(&self, product: &str) -> String {
        let mut settings = self.0.join(",");
        if self.has("development.enabled=true") && declared::product(product).client.is_some() {
            settings += &format!(",development.secrets.{}_CLIENT_SECRET=shared", product.to_uppercase());
        }
        // Rules and dashboard need the monitor.
        if self.has("serviceMonitor.enabled=true") {
            settings += ",prometheusRule.enabled=true,dashboard.enabled=true";
        }
        settings
    }

    /// Returns the chart's error message if the combination is invalid.
    pub fn rejection(&self) -> Option<&'static str> {
        let secrets_alone = self.has("development.enabled=true") && !self.has("postgres.enabled=true");
        secrets_alone.then_some("development.enabled needs postgres.enabled")
    }

    fn has(&self, setting: &str) -> bool {
        self.0.contains(&setting)
    }
}

/// Returns the combination with every optional part, but without generated secrets.
pub fn every_part() -> Combination {
    let parts = SWITCHES.iter().filter(|switch| !["policies", "development"].contains(&switch.name));
    Combination(parts.flat_map(|switch| switch.variants[1].iter().copied()).collect())
}

/// Returns every combination of the switches' variants.
pub fn combinations() -> Vec<Combination> {
    SWITCHES.iter().fold(vec![Combination::default()], |combinations, switch| {
        let with = |variant: &&[&'static str]| {
            let variant = variant.to_vec();
            combinations.iter().map(move |it| Combination([it.0.clone(), variant.clone()].concat())).collect::<Vec<_>>()
        };
        switch.variants.iter().flat_map(with).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_variants_are_combined() {
        let all = combinations();
        assert_eq!(all.len(), SWITCHES.iter().map(|switch| switch.variants.len()).product::<usize>());
        let distinct: std::collections::BTreeSet<String> = all.iter().map(|it| it.0.join(",")).collect();
        assert_eq!(distinct.len(), all.len());
    }
}
