//! Walks as streams.

use std::boxed::Box;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::stream::{FusedStream, Stream};

use super::AsyncClient;
use crate::error::Error;
use crate::flow::Driver;
use crate::resp::FromReply;
use crate::scan::ScanIter;

impl<R: 'static, T: FromReply> ScanIter<AsyncClient<R>, T> {
    /// The next element, `None` after the last one and after an error.
    ///
    /// Cancel safety: as for [`try_next`](ScanIter::try_next).
    pub async fn next(&mut self) -> Option<Result<T, Error>> {
        self.try_next().await.transpose()
    }
}

impl<R: 'static, T: FromReply> Stream for ScanIter<AsyncClient<R>, T> {
    type Item = Result<T, Error>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.poll_element(cx, |client, fetch| Box::pin(async move { client.drive(fetch).await }))
    }
}

impl<R: 'static, T: FromReply> FusedStream for ScanIter<AsyncClient<R>, T> {
    fn is_terminated(&self) -> bool {
        self.is_over()
    }
}
