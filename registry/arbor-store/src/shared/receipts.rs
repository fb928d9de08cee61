//! Receipts and tensors' digests: appended, never changed.

use super::{Conn, Fault, Reader, Row, bump};
use arbor_model::{
    CommitSha, ContentDigest, Receipt, ReceiptFile, ReceiptId, RepoId, TensorDigest,
};
use arbor_store::queries;

/// More receipts of a repository than this are never read at once.
const LIMIT: i64 = 1_000;

/// Appends a receipt, in the caller's transaction.
pub(crate) async fn record_receipt(conn: &mut Conn, receipt: &Receipt) -> Result<ReceiptId, Fault> {
    let put = sqlx::query(queries::RECEIPT_PUT)
        .bind(receipt.repo.as_str())
        .bind(receipt.revision.as_str())
        .bind(receipt.commit.to_string())
        .bind(receipt.endpoint.as_str())
        .bind(receipt.time_us);
    let row = put.fetch_one(&mut *conn).await?;
    let id: u64 = Reader::new("receipt", &row).number(0)?;
    let key = i64::try_from(id).unwrap_or(0);
    for file in &receipt.files {
        let size = i64::try_from(file.size).map_err(|_| Fault::Unstorable("a file's size"))?;
        let put = sqlx::query(queries::RECEIPT_FILE_PUT)
            .bind(key)
            .bind(file.path.as_str())
            .bind(size)
            .bind(file.digest.to_string());
        put.execute(&mut *conn).await?;
    }
    bump(conn).await?;
    Ok(ReceiptId(id))
}

/// The newest receipt of a commit.
pub(crate) async fn receipt(
    conn: &mut Conn,
    repo: &RepoId,
    commit: &CommitSha,
) -> Result<Option<Receipt>, Fault> {
    let query = sqlx::query(queries::RECEIPT_OF_COMMIT)
        .bind(repo.as_str())
        .bind(commit.to_string());
    let Some(row) = query.fetch_optional(&mut *conn).await? else {
        return Ok(None);
    };
    read(conn, &row).await.map(Some)
}

/// Receipts of a repository, the newest first.
pub(crate) async fn receipts(conn: &mut Conn, repo: &RepoId) -> Result<Vec<Receipt>, Fault> {
    let query = sqlx::query(queries::RECEIPT_OF_REPO).bind(repo.as_str());
    let mut found = Vec::new();
    for row in query.bind(LIMIT).fetch_all(&mut *conn).await? {
        found.push(read(conn, &row).await?);
    }
    Ok(found)
}

/// Every repository that has a receipt.
pub(crate) async fn receipt_repos(conn: &mut Conn) -> Result<Vec<RepoId>, Fault> {
    let query = sqlx::query(queries::RECEIPT_REPOS);
    let mut found = Vec::new();
    for row in query.fetch_all(conn).await? {
        found.push(Reader::new("receipt", &row).parse(0)?);
    }
    Ok(found)
}

/// A receipt with its files.
async fn read(conn: &mut Conn, row: &Row) -> Result<Receipt, Fault> {
    let r = Reader::new("receipt", row);
    let id: i64 = r.number(0)?;
    let mut receipt = Receipt {
        repo: r.parse(1)?,
        revision: r.parse(2)?,
        commit: r.parse(3)?,
        endpoint: r.parse(4)?,
        time_us: r.number(5)?,
        files: Vec::new(),
    };
    let query = sqlx::query(queries::RECEIPT_FILE_OF).bind(id);
    for row in query.fetch_all(conn).await? {
        let r = Reader::new("receipt_file", &row);
        receipt.files.push(ReceiptFile {
            path: r.parse(0)?,
            size: r.number(1)?,
            digest: r.parse(2)?,
        });
    }
    Ok(receipt)
}

/// Keeps the digests of a file's tensors; what is known already stays.
pub(crate) async fn record_tensors(
    conn: &mut Conn,
    file: &ContentDigest,
    tensors: &[TensorDigest],
) -> Result<(), Fault> {
    for (place, tensor) in (0_i64..).zip(tensors) {
        let put = sqlx::query(queries::TENSOR_PUT)
            .bind(file.to_string())
            .bind(place)
            .bind(tensor.name.as_str())
            .bind(tensor.dtype.as_str())
            .bind(tensor.shape_text())
            .bind(tensor.digest.to_string());
        put.execute(&mut *conn).await?;
    }
    Ok(())
}

/// The digests of a file's tensors, in the order of the file.
pub(crate) async fn tensors(
    conn: &mut Conn,
    file: &ContentDigest,
) -> Result<Vec<TensorDigest>, Fault> {
    let query = sqlx::query(queries::TENSOR_OF_FILE).bind(file.to_string());
    let mut found = Vec::new();
    for row in query.fetch_all(conn).await? {
        let r = Reader::new("tensor", &row);
        found.push(TensorDigest {
            name: r.text(0)?.to_owned(),
            dtype: r.text(1)?.to_owned(),
            shape: r.check(TensorDigest::shape_of(r.text(2)?))?,
            digest: r.parse(3)?,
        });
    }
    Ok(found)
}
