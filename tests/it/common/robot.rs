//! The server of a group chat's robot.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};

/// A robot's server that refuses the first `refused` messages; yields the bodies of all.
pub fn robot(refused: usize) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/robot", listener.local_addr().unwrap());
    let (sender, bodies) = channel();
    std::thread::spawn(move || {
        for (number, stream) in listener.incoming().map_while(Result::ok).enumerate() {
            let body = request(&stream);
            let answer = if number < refused { "500 Internal Server Error" } else { "200 OK" };
            let reply = "{\"errcode\":0,\"errmsg\":\"ok\"}";
            let _ = write!(
                &stream,
                "HTTP/1.1 {answer}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{reply}",
                reply.len()
            );
            if sender.send(body).is_err() {
                return;
            }
        }
    });
    (address, bodies)
}

fn request(mut stream: &TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let read = stream.read(&mut buffer).unwrap_or(0);
        bytes.extend_from_slice(&buffer[..read]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:").map(str::to_owned))
                .map_or(0, |length| length.trim().parse().unwrap());
            if body.len() >= length || read == 0 {
                return body.to_owned();
            }
        } else if read == 0 {
            return text;
        }
    }
}
