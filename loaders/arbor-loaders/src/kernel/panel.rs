//! Small products in single precision, for scores and mixtures: rows times a
//! panel of columns that was put in order for it. Large ones are the matrix
//! library's.

/// Rows and columns that are multiplied at once: as many sums as there are
/// vector registers.
pub(super) const ROWS: usize = 6;
pub(super) const COLUMNS: usize = 16;

/// Rows `[n, inner]` times a panel `[inner, 16]`, into columns of `[n, width]`.
#[inline(always)]
pub(super) fn blocks(
    rows: &[f32],
    inner: usize,
    panel: &[[f32; COLUMNS]],
    (out, width, first, columns): (&mut [f32], usize, usize, usize),
) {
    if inner == 0 || width == 0 {
        return;
    }
    let count = rows.len() / inner;
    for start in (0..count).step_by(ROWS) {
        // The last block repeats its last row.
        let row = |at: usize| {
            let at = (start + at).min(count - 1);
            &rows[at * inner..(at + 1) * inner]
        };
        let tile = tile(std::array::from_fn(row), panel);
        for (at, tile) in tile.iter().enumerate().take(count - start) {
            let from = (start + at) * width + first;
            out[from..from + columns].copy_from_slice(&tile[..columns]);
        }
    }
}

#[inline(always)]
fn tile(rows: [&[f32]; ROWS], panel: &[[f32; COLUMNS]]) -> [[f32; COLUMNS]; ROWS] {
    let rows = rows.map(|row| &row[..panel.len()]);
    let mut sums = [[0.0_f32; COLUMNS]; ROWS];
    for (at, panel) in panel.iter().enumerate() {
        for (sums, row) in sums.iter_mut().zip(&rows) {
            let by = row[at];
            for (sum, n) in sums.iter_mut().zip(panel) {
                *sum = by.mul_add(*n, *sum);
            }
        }
    }
    sums
}
