//! The service as programs see it: statuses, headers, the envelope, and what
//! hostile requests get. What pages say is tested in `pages/`.

mod answers;
pub(crate) mod client;
mod hostile;
mod kept;
mod listed;
pub(crate) mod live;
mod runs;
