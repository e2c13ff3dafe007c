//! A chat: everybody in a room sees what everybody says.
//!
//! In two terminals, `cargo run --example chat -- redis://127.0.0.1/ alice` and the same with `bob`: type a line and press
//! return, end with Ctrl-D. A third word names the room. Without any, a conversation is played on an in-memory server.
//
// tests/run:
// tests/run: {url} alice

use std::time::Duration;

use redwire::blocking::{Client, PubSub};
use redwire::prelude::*;
use redwire::pubsub::{Event, Message, PubSubOptions, WorkerOptions};

fn main() -> Result<(), Error> {
    let mut args = std::env::args().skip(1);
    match (args.next(), args.next(), args.next()) {
        (Some(url), Some(name), room) => {
            let room = format!("chat:{}", room.as_deref().unwrap_or("lobby"));
            chat(&Client::connect(url)?, &name, &room)
        }
        _ => {
            println!("No URL and name given: this is a conversation on the in-memory server.\n");
            conversation()
        }
    }
}

/// A line of the chat, for everybody in the room.
fn say(client: &Client, room: &str, name: &str, text: &str) -> Result<u64, Error> {
    client.publish(room, format!("{name}: {text}"))
}

/// As it is shown; what is not text is shown as well as can be.
fn line(message: &Message) -> String {
    String::from_utf8_lossy(message.payload()).into_owned()
}

/// Says what is typed, while a thread shows what is said.
fn chat(client: &Client, name: &str, room: &str) -> Result<(), Error> {
    let mut pubsub = client.pubsub();
    pubsub.subscribe_with(room, |message| println!("{}", line(&message)))?;
    let options = WorkerOptions::new().on_event(|event| {
        if let Event::Gap(gap) = event {
            println!(
                "(the connection was lost for {:?}: you may have missed something)",
                gap.lasted
            );
        }
    });
    let worker = pubsub.run_in_thread(options)?;

    let here = say(client, room, name, "(has come)")?;
    println!("You are one of {here} in {room}. Ctrl-D ends it.");
    for text in std::io::stdin().lines() {
        // What cannot be read is the end of it.
        let Ok(text) = text else { break };
        if let Err(error) = say(client, room, name, &text) {
            println!("(not said: {error})");
        }
    }
    say(client, room, name, "(has left)")?;
    worker.stop();
    worker.join()
}

/// Somebody in the conversation.
struct Person {
    name: &'static str,
    client: Client,
    pubsub: PubSub,
}

impl Person {
    fn new(server: &redwire::mock::Server, name: &'static str, room: &str) -> Result<Self, Error> {
        let client = server.blocking_client();
        let options = PubSubOptions::new().with_ignore_subscribe_messages();
        let mut pubsub = client.pubsub_with(options);
        pubsub.subscribe(room)?;
        Ok(Person { name, client, pubsub })
    }

    /// Shows the next line, or that some may be missing.
    fn look(&mut self) -> Result<(), Error> {
        while let Some(event) = self.pubsub.listen().next() {
            match event? {
                Event::Message(message) => {
                    println!("    {:5} | {}", self.name, line(&message));
                    return Ok(());
                }
                Event::Gap(gap) => println!("    {:5} | (lost for {:?}: {})", self.name, gap.lasted, gap.why),
                _ => {}
            }
        }
        Ok(())
    }
}

/// What two of them say, and what each of them sees.
fn conversation() -> Result<(), Error> {
    let server = redwire::mock::Server::new();
    let room = "chat:lobby";
    let mut alice = Person::new(&server, "alice", room)?;
    let mut bob = Person::new(&server, "bob", room)?;
    for (from_alice, text) in [
        (true, "hello?"),
        (false, "hello alice"),
        (true, "you were quick"),
        (false, "so was redwire"),
    ] {
        let speaker = if from_alice { &alice } else { &bob };
        let seen = say(&speaker.client, room, speaker.name, text)?;
        println!("{} says {text:?}, which {seen} see:", speaker.name);
        alice.look()?;
        bob.look()?;
    }

    println!("Nobody says anything for five seconds:");
    let nothing = alice.pubsub.get_message(Duration::from_secs(5))?;
    println!("    alice | {nothing:?}");

    println!("The connections of both are cut, and alice says something to bob, who is back before her:");
    server.blocking_client().execute(cmd("CLIENT KILL TYPE pubsub"))?;
    let gap = bob.pubsub.get_message(None)?;
    println!("    bob   | {}", gap.map_or("nothing", |event| event.kind()));
    let seen = say(&alice.client, room, alice.name, "are you back?")?;
    println!("alice says \"are you back?\", which {seen} sees:");
    bob.look()
}
