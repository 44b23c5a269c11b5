//! The command line: arguments, defaults and conflicts, settled once.
