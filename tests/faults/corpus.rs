//! Replies of every type as they stand on the wire, what each one is, and bytes that are none.

use redwire::resp::{Data, Items, ReplyRef};

/// One reply or push message.
pub struct Sample {
    pub bytes: Vec<u8>,
    /// As [`shape`] writes it.
    pub shown: String,
}

/// An element with everything that is known of it, attributes included, which neither `Debug` nor `==` look at.
pub fn shape(element: ReplyRef<'_>) -> String {
    let list = |items: Items<'_>| items.map(shape).collect::<Vec<_>>().join(" ");
    let text = |text: &[u8]| text.escape_ascii().to_string();
    let attributes = element.attributes().map_or(String::new(), |pairs| {
        let pairs: Vec<String> = pairs
            .map(|(field, value)| format!("{}={}", shape(field), shape(value)))
            .collect();
        format!("|{}| ", pairs.join(" "))
    });
    let own = match element.data() {
        Data::Null => "nil".into(),
        Data::Integer(value) => format!(":{value}"),
        Data::Double(value) => format!(",{value:?}"),
        Data::Boolean(value) => format!("#{value}"),
        Data::BigNumber(digits) => format!("({}", text(digits)),
        Data::Simple(line) => format!("+{}", text(line)),
        Data::Bulk(bytes) if bytes.len() > 100 => format!("${} bytes, sum {}", bytes.len(), sum(bytes)),
        Data::Bulk(bytes) => format!("${}", text(bytes)),
        Data::Verbatim { format, text: of } => format!("={}:{}", text(format), text(of)),
        Data::Error(line) => format!("-{}", text(line)),
        Data::Array(items) => format!("[{}]", list(items)),
        Data::Map(pairs) => {
            let pairs: Vec<String> = pairs
                .map(|(field, value)| format!("{}={}", shape(field), shape(value)))
                .collect();
            format!("{{{}}}", pairs.join(" "))
        }
        Data::Set(items) => format!("~[{}]", list(items)),
        Data::Push(items) => format!(">[{}]", list(items)),
        other => panic!("a kind that nobody tested: {other:?}"),
    };
    attributes + &own
}

fn sum(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(7, |sum: u64, byte| sum.wrapping_mul(31).wrapping_add(u64::from(*byte)))
}

/// Every type of RESP2 and RESP3, alone, inside of others, streamed, empty, with attributes.
const SMALL: &[(&str, &str)] = &[
    ("+OK\r\n", "+OK"),
    ("+\r\n", "+"),
    ("+tab\tand \u{e9}\r\n", "+tab\\tand \\xc3\\xa9"),
    ("-ERR unknown command 'x'\r\n", "-ERR unknown command \\'x\\'"),
    ("-\r\n", "-"),
    (":0\r\n", ":0"),
    (":-42\r\n", ":-42"),
    (":+7\r\n", ":7"),
    (":0000000000000000012\r\n", ":12"),
    (":9223372036854775807\r\n", ":9223372036854775807"),
    (":-9223372036854775808\r\n", ":-9223372036854775808"),
    ("$5\r\nhello\r\n", "$hello"),
    ("$0\r\n\r\n", "$"),
    ("$-1\r\n", "nil"),
    ("$12\r\n\r\n:1\r\n\0\r\n$5\r\r\n", "$\\r\\n:1\\r\\n\\x00\\r\\n$5\\r"),
    ("$0003\r\nabc\r\n", "$abc"),
    ("*0\r\n", "[]"),
    ("*-1\r\n", "nil"),
    ("*3\r\n:1\r\n$3\r\ntwo\r\n*1\r\n+three\r\n", "[:1 $two [+three]]"),
    ("*3\r\n$-1\r\n*-1\r\n*0\r\n", "[nil nil []]"),
    ("*2\r\n-ERR a\r\n!8\r\nERR b\r\n!\r\n", "[-ERR a -ERR b\\r\\n!]"),
    ("_\r\n", "nil"),
    ("#t\r\n", "#true"),
    ("#f\r\n", "#false"),
    (",3.25\r\n", ",3.25"),
    (",-1e-7\r\n", ",-1e-7"),
    (",10\r\n", ",10.0"),
    (",inf\r\n", ",inf"),
    (",-inf\r\n", ",-inf"),
    (",nan\r\n", ",NaN"),
    (
        "(3492890328409238509324850943850943825024385\r\n",
        "(3492890328409238509324850943850943825024385",
    ),
    ("(-1\r\n", "(-1"),
    ("!21\r\nSYNTAX invalid syntax\r\n", "-SYNTAX invalid syntax"),
    ("=15\r\ntxt:Some string\r\n", "=txt:Some string"),
    ("=4\r\nmkd:\r\n", "=mkd:"),
    ("%0\r\n", "{}"),
    (
        "%2\r\n+first\r\n:1\r\n+second\r\n*2\r\n_\r\n#t\r\n",
        "{+first=:1 +second=[nil #true]}",
    ),
    ("~3\r\n+a\r\n+a\r\n%1\r\n~0\r\n,1\r\n", "~[+a +a {~[]=,1.0}]"),
    (
        ">3\r\n$7\r\nmessage\r\n$2\r\nch\r\n$5\r\nhello\r\n",
        ">[$message $ch $hello]",
    ),
    (">1\r\n+tick\r\n", ">[+tick]"),
    (">2\r\n+invalidate\r\n*1\r\n$1\r\nk\r\n", ">[+invalidate [$k]]"),
    ("|1\r\n+ttl\r\n:3600\r\n+value\r\n", "|+ttl=:3600| +value"),
    ("|0\r\n:1\r\n", "|| :1"),
    (
        "|1\r\n+a\r\n|1\r\n+b\r\n:1\r\n:2\r\n*1\r\n|1\r\n+c\r\n_\r\n#f\r\n",
        "|+a=|+b=:1| :2| [|+c=nil| #false]",
    ),
    ("|1\r\n+a\r\n:1\r\n>2\r\n+x\r\n:2\r\n", "|+a=:1| >[+x :2]"),
    ("$?\r\n;4\r\nHell\r\n;5\r\no wor\r\n;2\r\nld\r\n;0\r\n", "$Hello world"),
    ("$?\r\n;0\r\n", "$"),
    ("$?\r\n;2\r\n\r\n\r\n;0\r\n", "$\\r\\n"),
    (
        "*?\r\n:1\r\n$?\r\n;1\r\na\r\n;1\r\nb\r\n;0\r\n*?\r\n.\r\n.\r\n",
        "[:1 $ab []]",
    ),
    ("%?\r\n+a\r\n:1\r\n+b\r\n~?\r\n:2\r\n.\r\n.\r\n", "{+a=:1 +b=~[:2]}"),
    (
        "*2\r\n*?\r\n*2\r\n:1\r\n:2\r\n.\r\n$?\r\n;1\r\nz\r\n;0\r\n",
        "[[[:1 :2]] $z]",
    ),
    ("*?\r\n|1\r\n+n\r\n:0\r\n:1\r\n.\r\n", "[|+n=:0| :1]"),
    (
        "*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n*1\r\n:8\r\n",
        "[[[[[[[[:8]]]]]]]]",
    ),
    (
        "*4\r\n:1\r\n:123456789012345\r\n:1234567890123456\r\n:-1\r\n",
        "[:1 :123456789012345 :1234567890123456 :-1]",
    ),
];

/// The small samples and a few big ones.
pub fn samples() -> Vec<Sample> {
    let small = SMALL.iter().map(|(bytes, shown)| Sample {
        bytes: bytes.as_bytes().into(),
        shown: (*shown).into(),
    });
    small.chain(big()).collect()
}

fn big() -> Vec<Sample> {
    let text: Vec<u8> = (0..1200u32).map(|n| (n * 7 % 256) as u8).collect();
    let bulk = |text: &[u8]| [format!("${}\r\n", text.len()).as_bytes(), text, b"\r\n"].concat();
    let shown = format!("$1200 bytes, sum {}", sum(&text));
    let numbers: String = (0..150).map(|n| format!(":{}\r\n", n * 99991)).collect();
    let each = (0..150)
        .map(|n| format!(":{}", n * 99991))
        .collect::<Vec<_>>()
        .join(" ");
    let names: String = (0..60)
        .map(|n| format!("${}\r\nname{n}\r\n:{n}\r\n", format!("name{n}").len()))
        .collect();
    let pairs = (0..60).map(|n| format!("$name{n}=:{n}")).collect::<Vec<_>>().join(" ");
    let line = "x".repeat(700);
    let rows = "*2\r\n$1\r\na\r\n*1\r\n:5\r\n".repeat(40);
    let row = vec!["[$a [:5]]"; 40].join(" ");
    let pieces: Vec<u8> = text
        .chunks(70)
        .flat_map(|piece| [format!(";{}\r\n", piece.len()).as_bytes(), piece, b"\r\n"].concat())
        .collect();
    vec![
        Sample {
            bytes: bulk(&text),
            shown: shown.clone(),
        },
        Sample {
            bytes: [b"*2\r\n".as_slice(), &bulk(&text), b":1\r\n"].concat(),
            shown: format!("[{shown} :1]"),
        },
        Sample {
            bytes: format!("*150\r\n{numbers}").into(),
            shown: format!("[{each}]"),
        },
        Sample {
            bytes: format!("%60\r\n{names}").into(),
            shown: format!("{{{pairs}}}"),
        },
        Sample {
            bytes: format!("+{line}\r\n").into(),
            shown: format!("+{line}"),
        },
        Sample {
            bytes: format!("*40\r\n{rows}").into(),
            shown: format!("[{row}]"),
        },
        Sample {
            bytes: [b"$?\r\n".as_slice(), &pieces, b";0\r\n"].concat(),
            shown,
        },
    ]
}

/// Bytes with one fault, and where the faulty element begins.
pub const FAULTY: &[(&str, usize)] = &[
    ("@\r\n", 0),
    ("\r\n", 0),
    ("*2\r\n:1\r\n?", 8),
    ("$-5\r\n", 0),
    ("%-1\r\n", 0),
    ("*1\r\n*-7\r\n", 4),
    ("$3\r\nabcd\r\n", 0),
    ("$3\r\nabc\n", 0),
    ("*1\r\n$0\r\n \r\n", 4),
    ("+a\rb\r\n", 0),
    ("+a\nb\r\n", 0),
    (":12a\r\n", 0),
    (":9223372036854775808\r\n", 0),
    ("*1\r\n:\r\n", 4),
    (",1,5\r\n", 0),
    ("(1.5\r\n", 0),
    ("#x\r\n", 0),
    ("_x\r\n", 0),
    ("$x\r\n", 0),
    ("*9999999999999\r\n", 0),
    ("*2\r\n$536870913\r\n", 4),
    ("$9223372036854775807\r\n", 0),
    ("%2147483648\r\n", 0),
    ("=2\r\nab\r\n", 0),
    ("=5\r\nabcde\r\n", 0),
    (".\r\n", 0),
    (".x\r\n", 0),
    ("*1\r\n.\r\n", 4),
    ("%?\r\n+a\r\n.\r\n", 8),
    (";1\r\na\r\n", 0),
    ("$?\r\n;2\r\nabc\r\n;0\r\n", 4),
    ("$?\r\n+a\r\n", 4),
    ("$?\r\n;-1\r\n", 4),
    ("$?\r\n;?\r\n", 4),
    ("!?\r\n", 0),
    ("=?\r\n", 0),
    (">?\r\n", 0),
    ("|?\r\n", 0),
    ("$-\r\n", 0),
    ("$-x\r\n", 0),
    ("*-1x\r\n", 0),
    ("$-01\r\n", 0),
];

/// A mixed stream of about 200 bytes.
pub const SMALL_STREAM: &[&str] = &[
    "+OK\r\n",
    ":-1000\r\n",
    "$10\r\nhello\r\n$5\r\r\n",
    "$-1\r\n",
    "-ERR no\r\n",
    "*3\r\n:1\r\n*2\r\n+a\r\n,0.5\r\n_\r\n",
    "%1\r\n$1\r\nk\r\n#t\r\n",
    "|1\r\n+ttl\r\n:9\r\n~1\r\n(12345678901234567890\r\n",
    ">2\r\n+message\r\n$2\r\nhi\r\n",
    "=7\r\ntxt:abc\r\n",
    "$?\r\n;3\r\nabc\r\n;1\r\nd\r\n;0\r\n",
    "!7\r\nERR big\r\n",
    "*0\r\n",
    "*?\r\n:1\r\n.\r\n",
];
