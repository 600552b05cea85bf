//! An SMTP server of the test's own (RFC 5321), as little of it as a client needs.

use std::sync::{Arc, Mutex};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

/// What it says to a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mood {
    Takes,
    /// 451: not now.
    Busy,
    /// 550: never.
    Refuses,
    /// This, to every recipient.
    Says(&'static str),
}

/// The server. Clones share it.
#[derive(Clone)]
pub(crate) struct SmtpServer {
    pub(crate) url: String,
    mood: Arc<Mutex<Mood>>,
    taken: Arc<Mutex<Vec<String>>>,
}

impl SmtpServer {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("smtp://{}", listener.local_addr().expect("an address"));
        let server = Self { url, mood: Arc::new(Mutex::new(Mood::Takes)), taken: Arc::default() };
        let serving = server.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let serving = serving.clone();
                // A client that goes away in between is none of its business.
                tokio::spawn(async move { serving.serve(stream).await.ok() });
            }
        });
        server
    }

    pub(crate) fn is(&self, mood: Mood) {
        *self.mood.lock().expect("no panic") = mood;
    }

    /// The mails that it took, as they came.
    pub(crate) fn taken(&self) -> Vec<String> {
        self.taken.lock().expect("no panic").clone()
    }

    async fn serve(&self, stream: TcpStream) -> std::io::Result<()> {
        let mut stream = BufReader::new(stream);
        stream.write_all(b"220 test\r\n").await?;
        let mut line = String::new();
        while stream.read_line(&mut line).await? > 0 {
            let command = line.split([' ', '\r']).next().unwrap_or_default().to_uppercase();
            let answer = match (command.as_str(), *self.mood.lock().expect("no panic")) {
                ("MAIL", Mood::Busy) => "451 come back later\r\n",
                ("RCPT", Mood::Refuses) => "550 there is no such person\r\n",
                ("RCPT", Mood::Says(reply)) => reply,
                ("DATA", _) => "354 go on\r\n",
                ("QUIT", _) => "221 bye\r\n",
                _ => "250 test\r\n",
            };
            stream.write_all(answer.as_bytes()).await?;
            if command == "DATA" {
                let mut mail = String::new();
                while stream.read_line(&mut mail).await? > 0 && !mail.ends_with("\r\n.\r\n") {}
                self.taken.lock().expect("no panic").push(mail);
                stream.write_all(b"250 taken\r\n").await?;
            }
            line.clear();
        }
        Ok(())
    }
}
