//! What the service is made of: each part owns its state and its time, and knows nothing of the others.

pub mod daily_backup;
pub mod manifest_writer;
pub mod opinion_poll;
pub mod pauser;
pub mod record_poll;
pub mod running_works;
pub mod scanner;
pub mod status_publisher;
