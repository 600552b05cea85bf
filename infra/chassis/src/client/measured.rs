use std::sync::LazyLock;

use opentelemetry::metrics::Histogram;
use tokio::time::Instant;
use tonic::Code;

use crate::telemetry::{attribute, duration_histogram, names};

static DURATION: LazyLock<Histogram<f64>> = LazyLock::new(|| {
    duration_histogram(names::RPC_CLIENT_CALL_DURATION, "Seconds of a gRPC call, with the wait for a replica")
});

/// A call in progress. It is measured when it is dropped, so that a call that its caller gives up counts too, as cancelled.
pub(super) struct Measured {
    method: String,
    started: Instant,
    code: Code,
}

impl Measured {
    pub(super) fn new(method: String) -> Self {
        Self { method, started: Instant::now(), code: Code::Cancelled }
    }

    /// Ends the measurement.
    pub(super) fn ended(mut self, code: Code) {
        self.code = code;
    }
}

impl Drop for Measured {
    fn drop(&mut self) {
        let attributes = [
            attribute(names::RPC_METHOD, std::mem::take(&mut self.method)),
            attribute(names::RPC_RESPONSE_STATUS_CODE, format!("{:?}", self.code)),
        ];
        DURATION.record(self.started.elapsed().as_secs_f64(), &attributes);
    }
}
