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
fn say(client: &Client, room: &str, name: &str, text: &str) -> Result<i64, Error> {
    let publish = cmd("PUBLISH").arg(room).arg(format!("{name}: {text}"));
    client.run(publish.returns())
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

/// What two of them say, and what each of them sees.
fn conversation() -> Result<(), Error> {
    let server = redwire::mock::Server::new();
    let room = "chat:lobby";
    let options = PubSubOptions::new().with_ignore_subscribe_messages();
    let mut screens: Vec<(&str, Client, PubSub)> = Vec::new();
    for name in ["alice", "bob"] {
        let client = server.blocking_client();
        let mut pubsub = client.pubsub_with(options.clone());
        pubsub.subscribe(room)?;
        screens.push((name, client, pubsub));
    }
    for (speaker, text) in [
        (0, "hello?"),
        (1, "hello alice"),
        (0, "you were quick"),
        (1, "so was redwire"),
    ] {
        let (name, client, _) = &screens[speaker];
        let seen = say(client, room, name, text)?;
        println!("{name} says {text:?}, which {seen} see:");
        for (name, _, pubsub) in &mut screens {
            let event = pubsub
                .listen()
                .find_map(|event| event.map(Event::into_message).transpose());
            if let Some(message) = event.transpose()? {
                println!("    {name:5} | {}", line(&message));
            }
        }
    }

    println!("Nobody says anything:");
    let (_, _, pubsub) = &mut screens[0];
    println!("    alice | {:?}", pubsub.get_message(Duration::from_secs(5))?);

    println!("The connection of bob is cut:");
    let (_, client, _) = &screens[0];
    client.execute(cmd("CLIENT KILL TYPE pubsub"))?;
    let (_, _, pubsub) = &mut screens[1];
    if let Some(Event::Gap(gap)) = pubsub.get_message(None)? {
        println!("    bob   | (lost for {:?}, {})", gap.lasted, gap.why);
    }
    say(&screens[0].1, room, "alice", "are you back?")?;
    let message = screens[1]
        .2
        .listen()
        .find_map(|event| event.map(Event::into_message).transpose());
    if let Some(message) = message.transpose()? {
        println!("    bob   | {}", line(&message));
    }
    Ok(())
}
