//! What a chart lets its reader choose, and which choices contradict each other.

use architecture::{chart, declared};

/// Something that a chart can do in more than one way.
#[derive(Debug)]
pub struct Switch {
    /// What it is about.
    pub name: &'static str,
    /// The ways there are, each as what `--set` takes. The first is the default.
    pub ways: &'static [&'static [&'static str]],
}

/// All switches: every chart has them. To cover another one, add it here.
pub const SWITCHES: [Switch; 9] = [
    Switch { name: "autoscaling", ways: &[&[], &["autoscaling.enabled=true"]] },
    Switch {
        name: "service",
        ways: &[&[], &["service.type=NodePort", "service.nodePort=31799"], &["service.type=LoadBalancer"]],
    },
    Switch {
        name: "route",
        ways: &[&[], &["route.enabled=true", "route.parentRefs[0].name=public", "route.hostnames[0]=product.example"]],
    },
    Switch {
        name: "monitor",
        ways: &[&[], &["serviceMonitor.enabled=true", "serviceMonitor.labels.release=prometheus"]],
    },
    Switch { name: "policies", ways: &[&[], &["networkPolicy.enabled=false"]] },
    Switch { name: "postgres", ways: &[&[], &["postgres.enabled=true"]] },
    Switch { name: "development", ways: &[&[], &["development.enabled=true"]] },
    Switch { name: "traces", ways: &[&[], &["otlp.endpoint=http://collector.observability.svc:4317"]] },
    Switch { name: "registry", ways: &[&[], &["imagePullSecrets[0].name=registry"]] },
];

/// One way of each switch.
#[derive(Debug, Clone, Default)]
pub struct Combination(Vec<&'static str>);

impl Combination {
    /// As `--set` takes it, with what `product` can't do without.
    pub fn settings(&self, product: &str) -> String {
        let mut settings = self.0.join(",");
        if self.has("development.enabled=true") && declared::product(product).client.is_some() {
            settings += &format!(",development.secrets.{}_CLIENT_SECRET=shared", product.to_uppercase());
        }
        // Rules and dashboard go with the monitor, in the charts that have them.
        if self.has("serviceMonitor.enabled=true") && chart::chart(product).join("files/rules.yaml").exists() {
            settings += ",prometheusRule.enabled=true,dashboard.enabled=true";
        }
        settings
    }

    /// What the chart says when it refuses this; nothing when it has to take it.
    pub fn refusal(&self) -> Option<&'static str> {
        let secrets_alone = self.has("development.enabled=true") && !self.has("postgres.enabled=true");
        secrets_alone.then_some("development.enabled needs postgres.enabled")
    }

    fn has(&self, setting: &str) -> bool {
        self.0.contains(&setting)
    }
}

/// Every way of each switch with every way of all others.
pub fn combinations() -> Vec<Combination> {
    SWITCHES.iter().fold(vec![Combination::default()], |so_far, switch| {
        let with = |way: &&[&'static str]| {
            let way = way.to_vec();
            so_far.iter().map(move |it| Combination([it.0.clone(), way.clone()].concat())).collect::<Vec<_>>()
        };
        switch.ways.iter().flat_map(with).collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_meets_every_other() {
        let all = combinations();
        assert_eq!(all.len(), SWITCHES.iter().map(|switch| switch.ways.len()).product::<usize>());
        let distinct: std::collections::BTreeSet<String> = all.iter().map(|it| it.0.join(",")).collect();
        assert_eq!(distinct.len(), all.len());
    }
}
