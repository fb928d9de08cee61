//! The site on a catalogue that the program does not ship, served from this
//! process: for that no option of the program is needed.

use arbor_catalog::CatalogueFiles;
use arbor_server::Config;
use arbor_service::Registry;
use arbor_store_sqlite::{OpenOptions, SqliteStore};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};
use std::time::Duration;
use tempfile::TempDir;
use tokio::runtime::Builder;
use tokio::sync::oneshot;

/// A site that ends with the value.
pub(super) struct Site {
    address: mpsc::Receiver<SocketAddr>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    _folder: TempDir,
}

impl Site {
    /// Begins to read and store a catalogue, and then to serve it.
    pub(super) fn of(files: impl FnOnce() -> CatalogueFiles + Send + 'static) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let database = folder.path().join("arbor.db");
        let (tell, address) = mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let thread = thread::spawn(move || {
            let runtime = Builder::new_multi_thread()
                .worker_threads(2)
                .enable_all()
                .build()
                .expect("a runtime");
            let files = files();
            runtime.block_on(async {
                tokio::select! {
                    () = serve(database, &files, tell) => {}
                    _ = stopped => {}
                }
            });
        });
        Self {
            address,
            stop: Some(stop),
            thread: Some(thread),
            _folder: folder,
        }
    }

    /// Where it is, without a slash at the end, as soon as it answers.
    pub(super) fn url(&self) -> String {
        let address = self.address.recv();
        format!("http://{}", address.expect("the site opens"))
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn serve(database: PathBuf, files: &CatalogueFiles, tell: mpsc::Sender<SocketAddr>) {
    let store = SqliteStore::open(&database, &OpenOptions::default()).await;
    let store = Arc::new(store.expect("a database"));
    let opened = Registry::open(store, files).await;
    let (registry, _) = opened.unwrap_or_else(|error| panic!("it is refused: {error:#?}"));
    let config = Config {
        bind: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
        // Nobody else writes into this database.
        refresh: Duration::from_secs(3_600),
        ..Config::default()
    };
    let served = arbor_server::serve(Arc::new(registry), None, config, move |address| {
        let _ = tell.send(address);
    });
    served.await.expect("the site serves");
}
