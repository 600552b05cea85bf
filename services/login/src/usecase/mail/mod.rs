//! E-mails: limits of requests, the queue, and sending.

pub(in crate::usecase) mod limit_requests;
pub mod queue_mail;
pub mod read_mailbox;
pub mod send_mail;
