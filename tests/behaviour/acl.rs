use std::path::Path;

use redwire::blocking::Client;
use redwire::prelude::*;
use redwire::{Config, Protocol};

use crate::support::{Raw, Server};
use crate::table::{Case, case, fails, step, works};

pub fn cases_on_real_servers() -> Vec<Case> {
    let get = |key: &str| Build.get::<String>(key).into_parts().0;
    let rules = AclRules::new().reset().allow_command("get").keys("cache:*");
    vec![
        case(
            "acl users",
            vec![
                step(Build.acl_setuser("alice", rules), "true"),
                step(Build.acl_users(), r#"["alice", "default"]"#),
                works(Build.acl_list()),
                works(Build.acl_getuser("alice")),
                step(Build.acl_getuser("bob"), "None"),
                step(Build.acl_dryrun("alice", &get("cache:1")), "Allowed"),
                works(Build.acl_dryrun("alice", &get("other"))),
                fails(Build.acl_dryrun("bob", &get("a")), "ERR User 'bob' not found"),
                fails(
                    Build.acl_dryrun("alice", &cmd("NOSUCH")),
                    "ERR Command 'NOSUCH' not found",
                ),
                fails(
                    Build.acl_setuser("alice", AclRules::new().rule("hunter2")),
                    "ERR Error in ACL SETUSER modifier '",
                ),
                step(Build.acl_deluser(["alice", "bob"]), "1"),
                fails(Build.acl_deluser("default"), "ERR The 'default' user cannot be removed"),
                step(Build.acl_users(), r#"["default"]"#),
                step(Build.acl_whoami(), r#""default""#),
            ],
        ),
        case(
            "acl questions",
            vec![
                works(Build.acl_cat()),
                works(Build.acl_cat_category("read")),
                fails(Build.acl_cat_category("nosuch"), "ERR Unknown category 'nosuch'"),
                works(Build.acl_genpass()),
                works(Build.acl_genpass_bits(1)),
                step(Build.acl_log_reset(), "true"),
                step(Build.acl_log(), "[]"),
                step(Build.acl_log_count(3), "[]"),
                fails(Build.acl_save(), "ERR This"),
                fails(Build.acl_load(), "ERR This"),
                works(Build.acl_help()),
            ],
        ),
    ]
}

fn each_protocol(test: impl Fn(&Server, Client)) {
    for protocol in [Protocol::Resp2, Protocol::Resp3] {
        let server = Server::start();
        let config = Config::parse(&server.url()).unwrap().with_protocol(protocol);
        test(&server, Client::connect(config).unwrap());
    }
}

/// Its own test, for servers of different ages tell different flags.
#[test]
fn a_user_with_every_kind_of_rule() {
    let hunter3 = "fb8c2e2b85ca81eb4350199faddd983cb26af3064614e737ea9f479621cfa57a";
    let rules = AclRules::new()
        .on()
        .password("hunter2")
        .password_hash(hunter3)
        .remove_password_hash(hunter3)
        .allow_category("all")
        .deny_category("dangerous")
        .keys("cache:*")
        .read_keys("r:*")
        .resetchannels()
        .channels("news")
        .selector(AclRules::new().allow_command("set").keys("x"));
    each_protocol(|server, client| {
        assert!(client.acl_setuser("alice", rules.clone()).unwrap());
        let user = client.acl_getuser("alice").unwrap().unwrap();
        assert!(user.is_on() && !user.flags.contains("nopass"), "{user:?}");
        let digest = "f52fbd32b2b3b86ff88ef6c490628285f482af15ddcb29541f94bcf526a3f6c7";
        assert_eq!(user.passwords, [digest.into()]);
        assert_eq!(user.commands, ["+@all", "-@dangerous"]);
        assert_eq!(user.keys, ["~cache:*", "%R~r:*"]);
        assert_eq!(user.channels, ["&news"]);
        let [selector] = &*user.selectors else {
            panic!("{user:?}")
        };
        assert_eq!(selector.commands, ["-@all", "+set"]);
        assert_eq!((&*selector.keys, selector.channels.len()), (&["~x".to_string()][..], 0));
        let databases = user.databases.as_deref();
        assert!(databases.is_none_or(|databases| databases == "alldbs"), "{user:?}");
        assert!(user.other.is_empty() && selector.other.is_empty(), "{user:?}");
        assert!(!format!("{user:?}").contains(digest));

        // What may be a password in the open is not repeated.
        let wrong = client
            .acl_setuser("alice", AclRules::new().rule("hunter2"))
            .unwrap_err();
        assert_eq!(
            wrong.to_string(),
            "ERR Error in ACL SETUSER modifier '***': Syntax error"
        );

        let denied = client.acl_dryrun("alice", &cmd("GET").arg("foo")).unwrap();
        assert!(
            matches!(&denied, AclDryrun::Denied(why) if why.contains("no permissions to access the 'foo' key")),
            "{denied:?}"
        );
        let (mut alice, mut stranger) = (Raw::tcp(server.port()).unwrap(), Raw::tcp(server.port()).unwrap());
        assert_eq!(alice.call(&["AUTH", "alice", "hunter2"]).text(), "OK");
        assert!(
            stranger
                .call(&["AUTH", "alice", "hunter3"])
                .text()
                .starts_with("WRONGPASS")
        );
    });
}

#[test]
fn refusals_are_logged() {
    each_protocol(|server, client| {
        let rules = AclRules::new().on().nopass().allow_command("get").keys("cache:*");
        client.acl_setuser("alice", rules).unwrap();
        let mut raw = Raw::tcp(server.port()).unwrap();
        assert_eq!(raw.call(&["AUTH", "alice", "any"]).text(), "OK");
        assert!(raw.call(&["SET", "k", "v"]).text().starts_with("NOPERM"));
        let key: &[u8] = b"\xff\0";
        raw.try_call(&[&b"GET"[..], key]).unwrap();
        assert!(raw.call(&["AUTH", "bob", "x"]).text().starts_with("WRONGPASS"));
        raw.try_call(&[&b"AUTH"[..], b"\xff", b"x"]).unwrap();

        let log = client.acl_log().unwrap();
        let told: Vec<_> = log
            .iter()
            .map(|entry| (&*entry.reason, &entry.object[..], &*entry.username))
            .collect();
        let expected: [(&str, &[u8], &str); 4] = [
            ("auth", b"AUTH", "\u{fffd}"),
            ("auth", b"AUTH", "bob"),
            ("key", key, "alice"),
            ("command", b"set", "alice"),
        ];
        assert_eq!(told, expected);
        for entry in &log {
            assert_eq!((entry.count, &*entry.context), (1, "toplevel"));
            assert!(
                entry.age.as_secs() < 30 && entry.client_info.addr.starts_with("127.0.0.1:"),
                "{entry:?}"
            );
            assert!(entry.other.is_empty(), "{entry:?}");
            assert_eq!(entry.entry_id.is_some(), entry.timestamp_created.is_some());
            assert_eq!(entry.timestamp_created, entry.timestamp_last_updated);
        }
        let latest = client.acl_log_count(1).unwrap();
        assert_eq!((latest.len(), latest[0].entry_id), (1, log[0].entry_id));
        assert!(client.acl_log_reset().unwrap());
        assert_eq!(client.acl_log().unwrap(), []);
    });
}

#[test]
fn users_are_kept_in_a_file() {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("users-{}.acl", std::process::id()));
    std::fs::write(&file, "").unwrap();
    let server = Server::builder().arg("--aclfile", &file.display().to_string()).start();
    let client = Client::connect(server.url()).unwrap();
    client.acl_setuser("alice", AclRules::new().on()).unwrap();
    assert!(client.acl_save().unwrap());
    client.acl_deluser("alice").unwrap();
    assert!(client.acl_load().unwrap());
    let users = client.acl_users();
    std::fs::remove_file(&file).unwrap();
    assert_eq!(users.unwrap(), ["alice", "default"]);
}
