//! Trace context as text (`traceparent` of W3C Trace Context), for event headers, outbox rows and sealed links.

use std::collections::HashMap;

use opentelemetry::{
    Context, global,
    trace::{SpanContext, TraceContextExt},
};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

const TRACEPARENT: &str = "traceparent";

/// The current span as `traceparent`; `None` without a span.
pub fn traceparent() -> Option<String> {
    let mut carrier = HashMap::new();
    let context = Span::current().context();
    global::get_text_map_propagator(|propagator| propagator.inject_context(&context, &mut carrier));
    carrier.remove(TRACEPARENT)
}

/// Makes `span` a child of the span in `traceparent`, so that both are in one trace.
pub fn continue_from(span: &Span, traceparent: &str) {
    // Fails only for a span that was entered before, or that is filtered out.
    let _ = span.set_parent(extract(traceparent));
}

/// Links the current span to the span in `traceparent`, and adds `linked_trace_id` to its log lines.
///
/// The span must declare the field: `linked_trace_id = tracing::field::Empty`. Spans of HTTP requests do.
pub fn link(traceparent: &str) {
    let linked = span_context(&extract(traceparent));
    if linked.is_valid() {
        let span = Span::current();
        span.record("linked_trace_id", linked.trace_id().to_string());
        span.add_link(linked);
    }
}

fn extract(traceparent: &str) -> Context {
    let carrier = HashMap::from([(TRACEPARENT.to_owned(), traceparent.to_owned())]);
    global::get_text_map_propagator(|propagator| propagator.extract_with_context(&Context::new(), &carrier))
}

fn span_context(context: &Context) -> SpanContext {
    context.span().span_context().clone()
}
