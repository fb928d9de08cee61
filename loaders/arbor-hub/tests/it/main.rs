//! Pulling from a hub that misbehaves: each fault ends in the right bytes or
//! in an error with a name, nothing is left outside the cache, and nothing
//! unfinished can be seen in it.

mod answers;
mod bundles;
mod cache;
mod content;
mod crowd;
mod cuts;
mod headers;
mod kills;
mod names;
mod redirects;
mod space;
mod waits;
mod world;
