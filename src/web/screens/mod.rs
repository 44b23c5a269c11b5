//! What screens ask of the server: the page, editions, files; and what they say: beats, plays.
