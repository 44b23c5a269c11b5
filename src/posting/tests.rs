//! What a post says and what it never exceeds.

use super::*;
