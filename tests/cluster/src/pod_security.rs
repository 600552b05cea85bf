//! Security contexts of the restricted pod security standard.

use serde_json::{Value, json};

/// Returns the `securityContext` of a pod.
pub fn pod_context() -> Value {
    json!({
        "runAsNonRoot": true,
        "runAsUser": 65532,
        "seccompProfile": { "type": "RuntimeDefault" },
    })
}

/// Returns the `securityContext` of a container.
pub fn container_context() -> Value {
    json!({
        "allowPrivilegeEscalation": false,
        "readOnlyRootFilesystem": true,
        "capabilities": { "drop": ["ALL"] },
    })
}
