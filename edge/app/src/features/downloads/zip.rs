//! Several files as one archive, made while it is sent.
//!
//! One file is read after the other, and no more of it is held than a piece. When one breaks off,
//! so does the archive: what is missing must not look whole.

use super::send::{add, dress, open};
use crate::{
    problem::{DownloadProblem, Problem},
    respond,
    store::download::{Opened, PartFile},
};
use bytes::Bytes;
use download::{Archive, ArchiveError, Entry, total_len};
use futures::{StreamExt, stream::try_unfold};
use http::{StatusCode, header};
use kernel::UnixMillis;
use ports::{Body, BodyError, BodyStream, Host};
use std::vec;

/// An archive that is being sent.
struct Sending<H: Host> {
    host: H,
    archive: Option<Archive>,
    left: vec::IntoIter<PartFile>,
    /// The next file, where it is open already.
    open: Option<BodyStream>,
    /// The file that is being sent.
    reading: Option<BodyStream>,
}

fn entry(file: &PartFile) -> Entry {
    let modified = UnixMillis(file.ready_at_ms);
    Entry { name: file.name.clone(), size: file.size, modified }
}

fn files(opened: &Opened) -> Vec<PartFile> {
    opened.parts.iter().filter_map(|part| part.file.clone()).collect()
}

/// What the archive is called: like the product, if all of it is of one.
fn name(opened: &Opened) -> String {
    let mut products = opened.parts.iter().map(|part| part.product.as_deref());
    let first = products.next().flatten();
    match first.filter(|_| products.all(|product| product == first)) {
        Some(product) => format!("{product}.zip"),
        None => "downloads.zip".to_owned(),
    }
}

/// What is said of an archive before its bytes.
///
/// # Errors
/// [`DownloadProblem::Store`] when the files are too large together.
pub fn head(opened: &Opened) -> Result<http::Response<Body>, Problem> {
    let entries: Vec<_> = files(opened).iter().map(entry).collect();
    let len = total_len(&entries).map_err(|e| DownloadProblem::Store(e.to_string()))?;
    let mut response = respond::empty(StatusCode::OK);
    let headers = response.headers_mut();
    dress(headers, &name(opened), "application/zip");
    add(
        headers,
        [
            (header::CONTENT_LENGTH, len.to_string()),
            // It is made anew each time, so that nobody can begin in the middle of it.
            (header::ACCEPT_RANGES, "none".to_owned()),
        ],
    );
    Ok(response)
}

/// Sends the archive.
///
/// # Errors
/// [`DownloadProblem::Store`] when it is known before the first byte that it cannot be made.
pub async fn stream(host: &impl Host, opened: &Opened) -> Result<http::Response<Body>, Problem> {
    let mut response = head(opened)?;
    let files = files(opened);
    let first = match files.first() {
        Some(file) => Some(open(host, file, None).await?.body.into_stream()),
        None => None,
    };
    let sending = Sending {
        host: host.clone(),
        archive: Some(Archive::new()),
        left: files.into_iter(),
        open: first,
        reading: None,
    };
    *response.body_mut() = Body::stream(try_unfold(sending, Sending::next));
    Ok(response)
}

fn broken(cause: impl ToString) -> BodyError {
    BodyError::Broken(cause.to_string())
}

impl<H: Host> Sending<H> {
    fn archive(&mut self) -> Result<&mut Archive, BodyError> {
        self.archive.as_mut().ok_or_else(|| broken(ArchiveError::OutOfOrder))
    }

    /// The next piece, until all has been sent.
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, BodyError> {
        while let Some(mut pieces) = self.reading.take() {
            let Some(piece) = pieces.next().await.transpose()? else {
                let end = self.archive()?.end().map_err(broken)?;
                return Ok(Some((end.into(), self)));
            };
            self.archive()?.data(&piece).map_err(broken)?;
            self.reading = Some(pieces);
            if !piece.is_empty() {
                return Ok(Some((piece, self)));
            }
        }
        if let Some(file) = self.left.next() {
            let pieces = match self.open.take() {
                Some(pieces) => pieces,
                None => {
                    let object = open(&self.host, &file, None).await;
                    // What is the matter stands in the line of the log that tells of the break.
                    object.map_err(|problem| broken(format!("{problem:?}")))?.body.into_stream()
                }
            };
            let header = self.archive()?.begin(&entry(&file)).map_err(broken)?;
            self.reading = Some(pieces);
            return Ok(Some((header.into(), self)));
        }
        match self.archive.take() {
            Some(archive) => Ok(Some((archive.finish().map_err(broken)?.into(), self))),
            None => Ok(None),
        }
    }
}
