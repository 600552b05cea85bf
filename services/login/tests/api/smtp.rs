//! A minimal SMTP server (RFC 5321).

use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// Reply to an e-mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reply {
    Takes,
    /// 451: try later.
    Busy,
    /// 550: rejected.
    Refuses,
    /// The reply to every recipient.
    Says(&'static str),
}

/// The server. Clones share it.
#[derive(Clone)]
pub(crate) struct SmtpServer {
    pub(crate) url: String,
    reply: Arc<Mutex<Reply>>,
    taken: Arc<Mutex<Vec<String>>>,
}

impl SmtpServer {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("smtp://{}", listener.local_addr().expect("an address"));
        let server = Self { url, reply: Arc::new(Mutex::new(Reply::Takes)), taken: Arc::default() };
        let serving = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let serving = serving.clone();
                // Ignore aborted connections.
                tokio::spawn(async move { serving.serve(stream).await.ok() });
            }
        });
        server
    }

    pub(crate) fn is(&self, reply: Reply) {
        *self.reply.lock().expect("not poisoned") = reply;
    }

    /// Accepted e-mails in order.
    pub(crate) fn taken(&self) -> Vec<String> {
        self.taken.lock().expect("not poisoned").clone()
    }

    async fn serve(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        stream.write_all(b"220 test\r\n").await?;
        let mut line = String::new();
        while stream.read_line(&mut line).await? > 0 {
            let command = line.split([' ', '\r']).next().unwrap_or_default().to_uppercase();
            let answer = match (command.as_str(), *self.reply.lock().expect("not poisoned")) {
                ("MAIL", Reply::Busy) => "451 come back later\r\n",
                ("RCPT", Reply::Refuses) => "550 there is no such person\r\n",
                ("RCPT", Reply::Says(reply)) => reply,
                ("DATA", _) => "354 go on\r\n",
                ("QUIT", _) => "221 bye\r\n",
                _ => "250 test\r\n",
            };
            stream.write_all(answer.as_bytes()).await?;
            if command == "DATA" {
                let mut mail = String::new();
                while stream.read_line(&mut mail).await? > 0 && !mail.ends_with("\r\n.\r\n") {}
                self.taken.lock().expect("not poisoned").push(mail);
                stream.write_all(b"250 taken\r\n").await?;
            }
            line.clear();
        }
        Ok(())
    }
}
