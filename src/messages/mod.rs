//! Every text a person can see, in both languages.
