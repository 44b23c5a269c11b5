//! Presets, configuration and sidecars: everything that people write in TOML.
