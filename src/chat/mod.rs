//! Messages to the group chats that colleges use.
