//! Trace context in text: W3C `traceparent`, as it stands in event headers, outbox rows and sealed links.

use std::collections::HashMap;

use opentelemetry::{
    Context, global,
    trace::{SpanContext, TraceContextExt},
};
use tracing::Span;
use tracing_opentelemetry::OpenTelemetrySpanExt;

const TRACEPARENT: &str = "traceparent";

/// The current span as `traceparent`; nothing outside of any.
pub fn traceparent() -> Option<String> {
    let mut carrier = HashMap::new();
    let context = Span::current().context();
    global::get_text_map_propagator(|propagator| propagator.inject_context(&context, &mut carrier));
    carrier.remove(TRACEPARENT)
}

/// Makes `span` a child of what `traceparent` names, so that one trace tells the whole story.
pub fn continue_from(span: &Span, traceparent: &str) {
    // It fails only for a span that has begun, or that nobody listens to.
    let _ = span.set_parent(extract(traceparent));
}

/// Links the current span to what `traceparent` names, and puts `linked_trace_id` on each of its log lines.
///
/// The span has to declare the field: `linked_trace_id = tracing::field::Empty`; requests' spans do.
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
