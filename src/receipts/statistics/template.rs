//! Our own table of figures, to be filled in by hand.

use super::columns::Field;
use crate::model::statistics::Metric;

/// Its columns, in their order.
pub const COLUMNS: [Field; 14] = [
    Field::Platform,
    Field::Account,
    Field::Url,
    Field::PlatformId,
    Field::Title,
    Field::PostedAt,
    Field::ObservedAt,
    Field::Figure(Metric::Views),
    Field::Figure(Metric::Likes),
    Field::Figure(Metric::Comments),
    Field::Figure(Metric::Shares),
    Field::Figure(Metric::Favorites),
    Field::Figure(Metric::Forwards),
    Field::Figure(Metric::FollowersGained),
];
