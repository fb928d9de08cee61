//! Real `kill -9` at random points of a pull: nothing wrong is ever seen, the
//! next run goes on, and a kill costs less than one chunk.

use crate::crowd::child;
use crate::world::{World, assert_right, limits, noise};
use arbor_hub_faults::{Fault, On, Repo, Server};
use std::time::{Duration, Instant};

const KILLS: u64 = 200;
const SIZE: usize = 24 << 20;

/// A small generator, so that a failure can be repeated.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

async fn kill_often(kills: u64, connections: usize, rate: u64) {
    let content = noise(SIZE, 70);
    let world = World::new(Repo::new("acme/tiny").large("model.safetensors", &content));
    world.hub.always(On::Content, Fault::Slow(rate));
    let mut dice = Dice(20_261_127);
    let start = Instant::now();
    let (mut met, mut finished) = (0, 0);
    for kill in 0..kills {
        let before = sent(&world);
        let mut child = child(&world, connections);
        // Most of it passes while bytes come, some of it before and after.
        let until = before + dice.roll(200_000);
        let late = Duration::from_micros(dice.roll(3_000));
        while sent(&world) < until && child.try_wait().expect("a state").is_none() {
            std::thread::sleep(Duration::from_micros(300));
        }
        std::thread::sleep(late);
        child.kill().expect("killed");
        finished += u64::from(child.wait().expect("ended").success());
        met += u64::from(sent(&world) > before);
        let case = format!("kill {kill}");
        world.assert_clean(&case);
        if finished == 0 {
            world.assert_unseen(&case);
        }
    }
    world.hub.heal();
    let pulled = world.pull("acme/tiny").await.expect("pulled");
    assert_right(
        "after the kills",
        &pulled,
        &[("model.safetensors", &content)],
    );
    let twice = sent(&world) - SIZE as u64;
    println!(
        "{kills} kills in {:.1?}, {met} while bytes came: {twice} bytes came twice",
        start.elapsed()
    );
    assert!(met > kills / 2, "only {met} kills met a transfer");
    assert!(
        twice <= met * limits().chunk,
        "{twice} bytes came twice in {met} kills"
    );
}

/// Bytes of the file that were sent.
fn sent(world: &World) -> u64 {
    let requests = world.hub.requests();
    requests
        .iter()
        .filter(|r| r.server == Server::Content)
        .map(|r| r.sent)
        .sum()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_kills_cost_less_than_a_chunk_each() {
    kill_often(KILLS, 1, 8 << 20).await;
}

/// Several connections, each of which a kill cuts.
#[tokio::test(flavor = "multi_thread")]
async fn kills_cost_little_with_several_connections() {
    kill_often(20, 3, 4 << 20).await;
}
