//! The manifest and its spreadsheet forms.
