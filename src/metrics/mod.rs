//! What the service does, in numbers for Prometheus.
