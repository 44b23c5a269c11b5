//! The sandboxed media process and its client.
