//! Compression, done once when an answer is made and kept with it.

use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::{self, Write};

/// Below this, headers weigh more than what compression saves.
const WORTH_IT: usize = 400;

/// How a body is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Encoding {
    /// As it is.
    Identity,
    /// Brotli.
    Brotli,
    /// Gzip.
    Gzip,
}

impl Encoding {
    /// The best that an `Accept-Encoding` header allows.
    pub(crate) fn accepted(header: &str) -> Self {
        let allows = |name: &str| {
            header.split(',').take(16).any(|part| {
                let mut words = part.split(';').map(str::trim);
                let named = words.next().is_some_and(|w| w.eq_ignore_ascii_case(name));
                let refused = words.any(|word| {
                    let weight = word.strip_prefix("q=").and_then(|q| q.parse::<f32>().ok());
                    weight.is_some_and(|weight| weight <= 0.0)
                });
                named && !refused
            })
        };
        if allows("br") {
            Self::Brotli
        } else if allows("gzip") {
            Self::Gzip
        } else {
            Self::Identity
        }
    }

    /// As the `Content-Encoding` header names it.
    pub(crate) const fn name(self) -> Option<&'static str> {
        match self {
            Self::Identity => None,
            Self::Brotli => Some("br"),
            Self::Gzip => Some("gzip"),
        }
    }

    /// A body so encoded, and how it then is: small ones stay as they are.
    pub(crate) fn apply(self, body: Vec<u8>) -> io::Result<(Vec<u8>, Self)> {
        if body.len() < WORTH_IT {
            return Ok((body, Self::Identity));
        }
        let encoded = match self {
            Self::Identity => body,
            Self::Brotli => {
                let parameters = brotli::enc::BrotliEncoderParams {
                    quality: 5,
                    size_hint: body.len(),
                    ..Default::default()
                };
                let mut out = Vec::with_capacity(body.len() / 4);
                brotli::BrotliCompress(&mut body.as_slice(), &mut out, &parameters)?;
                out
            }
            Self::Gzip => {
                let out = Vec::with_capacity(body.len() / 4);
                let mut encoder = GzEncoder::new(out, Compression::new(6));
                encoder.write_all(&body)?;
                encoder.finish()?
            }
        };
        Ok((encoded, self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_that_is_allowed_is_taken() {
        for (header, encoding) in [
            ("", Encoding::Identity),
            ("gzip, deflate, br, zstd", Encoding::Brotli),
            ("gzip;q=0.5, br;q=0", Encoding::Gzip),
            ("GZIP", Encoding::Gzip),
            ("brotli", Encoding::Identity),
        ] {
            assert_eq!(Encoding::accepted(header), encoding, "{header}");
        }
    }
}
