//! The page that shows an edition: plain JavaScript, embedded in the binary.

/// Returns the page that plays a folder, complete in one file.
pub fn folder_page(title: &str) -> String {
    title.to_owned()
}
