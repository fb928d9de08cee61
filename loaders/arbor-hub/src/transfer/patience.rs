//! When to try again: failures in a row are counted, pauses grow and are
//! spread, a server's own wish goes first.

use crate::HubError;
use crate::error::Again;
use crate::settings::Limits;
use std::time::Duration;

/// The patience left for one server.
pub(crate) struct Patience<'a> {
    limits: &'a Limits,
    failures: u32,
}

impl<'a> Patience<'a> {
    pub(crate) fn new(limits: &'a Limits) -> Self {
        Self {
            limits,
            failures: 0,
        }
    }

    /// Something arrived: what went wrong before no longer counts.
    pub(crate) fn renew(&mut self) {
        self.failures = 0;
    }

    /// How long to wait after an error, or the error if it is final.
    pub(crate) fn after(&mut self, error: HubError) -> Result<(HubError, Duration), HubError> {
        self.failures += 1;
        if self.failures >= self.limits.attempts {
            return Err(error);
        }
        let pause = match error.again() {
            Again::Never | Again::Elsewhere => return Err(error),
            Again::After(wait) if wait > self.limits.longest_wait => return Err(error),
            // Everybody is told the same moment: spread out behind it.
            Again::After(wait) => wait + self.jitter(self.limits.pause),
            Again::Soon => {
                let doublings = self.failures.saturating_sub(1).min(16);
                let pause = self.limits.pause.saturating_mul(1 << doublings);
                let pause = pause.min(self.limits.longest_pause);
                pause / 2 + self.jitter(pause / 2)
            }
        };
        Ok((error, pause))
    }

    /// Waits after an error, or gives it back if it is final.
    pub(crate) async fn pause(&mut self, error: HubError) -> Result<(), HubError> {
        let (_, pause) = self.after(error)?;
        tokio::time::sleep(pause).await;
        Ok(())
    }

    fn jitter(&self, up_to: Duration) -> Duration {
        up_to.mul_f64(fastrand::f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut() -> HubError {
        HubError::Network {
            url: String::new(),
            reason: String::new(),
        }
    }

    fn limited(seconds: u64) -> HubError {
        HubError::RateLimited {
            url: String::new(),
            wait: Duration::from_secs(seconds),
        }
    }

    #[test]
    fn pauses_grow_until_patience_ends() {
        let limits = Limits::default();
        let mut patience = Patience::new(&limits);
        for doubled in [1, 2, 4, 8, 16] {
            let (_, pause) = patience.after(cut()).expect("patience");
            let full = limits.pause * doubled;
            assert!(pause >= full / 2 && pause <= full, "{pause:?} of {full:?}");
        }
        assert!(patience.after(cut()).is_err());
        patience.renew();
        assert!(patience.after(cut()).is_ok());
    }

    #[test]
    fn the_servers_wish_is_obeyed_or_reported() {
        let limits = Limits::default();
        let mut patience = Patience::new(&limits);
        let (_, pause) = patience.after(limited(300)).expect("patience");
        assert!(pause >= Duration::from_secs(300) && pause < Duration::from_secs(302));
        let day = patience.after(limited(86_400)).expect_err("too long");
        assert!(day.to_string().contains("86400 s"), "{day}");
    }
}
