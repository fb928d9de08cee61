//! The site and the API over the use cases.
