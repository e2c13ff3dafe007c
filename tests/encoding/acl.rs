use redwire::Secret;
use redwire::command::Flags;
use redwire::prelude::*;

use super::{refuses, sends};

const SECRET: Flags = Flags::SECRET;

#[test]
fn questions() {
    // One command of ACL holds passwords, so each of them is looked at before it is printed.
    let asks = Flags::IDEMPOTENT | SECRET;
    sends(Build.acl_cat(), "ACL CAT", "", asks);
    sends(Build.acl_cat_category("read"), "ACL CAT read", "", asks);
    sends(
        Build.acl_dryrun("alice", Build.mget::<Vec<String>>(["a", "b"]).request()),
        "ACL DRYRUN alice MGET a b",
        "",
        asks,
    );
    sends(Build.acl_genpass(), "ACL GENPASS", "", asks);
    sends(Build.acl_genpass_bits(4096), "ACL GENPASS 4096", "", asks);
    for bits in [0, 4097] {
        refuses(Build.acl_genpass_bits(bits), "ACL: a password has 1 to 4096 bits");
    }
    sends(Build.acl_getuser("alice"), "ACL GETUSER alice", "", asks);
    sends(Build.acl_list(), "ACL LIST", "", asks);
    sends(Build.acl_log(), "ACL LOG", "", asks);
    sends(Build.acl_log_count(3), "ACL LOG 3", "", asks);
    sends(Build.acl_users(), "ACL USERS", "", asks);
    sends(Build.acl_whoami(), "ACL WHOAMI", "", asks);
    sends(Build.acl_help(), "ACL HELP", "", asks);
}

#[test]
fn changes() {
    sends(Build.acl_deluser(["alice", "bob"]), "ACL DELUSER alice bob", "", SECRET);
    refuses(Build.acl_deluser([""; 0]), "ACL: at least one user is needed");
    sends(Build.acl_load(), "ACL LOAD", "", SECRET);
    sends(Build.acl_log_reset(), "ACL LOG RESET", "", SECRET);
    sends(Build.acl_save(), "ACL SAVE", "", SECRET);
}

fn with(rules: AclRules, text: &str) {
    sends(
        Build.acl_setuser("alice", rules),
        format!("ACL SETUSER alice {text}").trim_end(),
        "",
        SECRET,
    );
}

#[test]
fn rules() {
    let digest = "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8";
    let new = AclRules::new;
    with(new(), "");
    with(new().reset().off().on(), "reset off on");
    with(new().password("pw").remove_password(Secret::new("old")), ">pw <old");
    with(
        new().password_hash(digest).remove_password_hash(digest),
        &format!("#{digest} !{digest}"),
    );
    with(new().nopass().resetpass(), "nopass resetpass");
    with(
        new().allow_command("config|get").deny_command("set"),
        "+config|get -set",
    );
    with(new().allow_category("all").deny_category("admin"), "+@all -@admin");
    with(new().allcommands().nocommands(), "allcommands nocommands");
    with(
        new().keys("a:*").read_keys("b:*").write_keys(b"c\xff"),
        "~a:* %R~b:* %W~c\\xff",
    );
    with(new().allkeys().resetkeys(), "allkeys resetkeys");
    with(
        new().channels("news").allchannels().resetchannels(),
        "&news allchannels resetchannels",
    );
    with(new().databases([0, 15]).alldbs().resetdbs(), "db=0,15 alldbs resetdbs");
    let selector = new().allow_command("set").keys("x");
    with(new().clearselectors().selector(selector), "clearselectors (+set ~x)");
    with(
        new().sanitize_payload().skip_sanitize_payload(),
        "sanitize-payload skip-sanitize-payload",
    );
    with(new().rule("+@newest"), "+@newest");
}

#[test]
fn rules_that_no_server_takes() {
    let new = AclRules::new;
    let refused =
        |rules: AclRules, message: &str| refuses(Build.acl_setuser("alice", rules), &format!("ACL: {message}"));
    let digest = "a SHA-256 digest has 64 lower-case hexadecimal digits";
    refused(new().password_hash("5E88"), digest);
    refused(new().remove_password_hash("g".repeat(64)), digest);
    refused(new().keys("a b"), "a pattern cannot have spaces");
    refused(new().channels("a\0"), "a pattern cannot have spaces");
    refused(new().allow_command("get set"), "a command or category is one word");
    refused(new().deny_category(""), "a command or category is one word");
    refused(new().databases([]), "at least one database is needed");
    // Of several mistakes the first, also of one within.
    refused(
        new().selector(new().keys("a b")).allow_command(""),
        "a pattern cannot have spaces",
    );
}

#[test]
fn nothing_secret_is_printed() {
    let digest = "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8";
    let rules = AclRules::new()
        .on()
        .password("hunter2")
        .remove_password("hunter3")
        .password_hash(digest)
        .remove_password_hash(digest)
        .rule("hunter4")
        .selector(AclRules::new().password("hunter5"))
        .allow_category("read")
        .keys("a:*");
    assert_eq!(format!("{rules:?}"), "[on, ***, ***, ***, ***, ***, ***, +@read, ~a:*]");
    let command = Build.acl_setuser("alice", rules);
    assert_eq!(command.request().to_string(), "ACL ***");
}
