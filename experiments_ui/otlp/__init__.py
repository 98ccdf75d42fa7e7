"""The OpenTelemetry edge: spans over gRPC and HTTP."""
