use super::*;

const HASHES: [&str; 2] = [
    // Computed with Python's `json.dumps(separators=(",", ":"), ensure_ascii=False)` and `hashlib`.
    "fbb4163afdb5c879b88c28776df853802729cc9b5946b3f8d2b0c33754fa33bd",
    "eaf717277c3cad5b90171b6dfaa27e1a203779da73bd63363d4a61febecab25f",
];

fn first() -> Entry<'static> {
    Entry {
        tenant: "ten_a",
        id: "aud_1",
        actor: "acc_a",
        action: "create_grant",
        subject: "acc_b",
        request_id: "req_1",
        created_at_ms: 1_900_000_000_000,
    }
}

fn second() -> Entry<'static> {
    Entry {
        id: "aud_2",
        action: "put_domain",
        subject: "ten_b shop.\"x\"\\\u{e9}\n\u{1f}",
        request_id: "req_2",
        created_at_ms: 1_900_000_000_001,
        ..first()
    }
}

/// A stored entry, which a test may then change.
struct Stored {
    head: Head,
    prev: Hash,
    entry: Entry<'static>,
}

fn three() -> Vec<Stored> {
    let mut head = Head::START;
    let entries = [first(), second(), Entry { id: "aud_3", ..first() }];
    let add = |entry: Entry<'static>| {
        let prev = head.hash;
        head = head.then(&entry);
        Stored { head, prev, entry }
    };
    entries.map(add).into()
}

fn walk(mut walk: Walk, stored: &[Stored]) -> Walk {
    for Stored { head, prev, entry } in stored {
        let link = Link { seq: head.seq, prev_hash: prev, hash: &head.hash, entry: *entry };
        walk.push(&link);
    }
    walk.end();
    walk
}

#[test]
fn hashes_are_those_that_anybody_can_compute() {
    let one = Head::START.then(&first());
    let two = one.then(&second());
    assert_eq!([hex(&one.hash).as_str(), hex(&two.hash).as_str()], HASHES);
    assert_eq!((one.seq, two.seq), (1, 2));
    let text = r#"["postern-audit-1","ten_a",1,"0000000000000000000000000000000000000000000000000000000000000000","aud_1","acc_a","create_grant","acc_b","req_1",1900000000000]"#;
    assert_eq!(first().canonical(1, &[0; 32]), text);
}

#[test]
fn what_was_only_written_is_whole() {
    let stored = three();
    let walked = walk(Walk::new(), &stored);
    assert_eq!((walked.entries(), walked.broken_at()), (3, None));
    assert_eq!(walked.head(), Some(stored[2].head));
    let nothing = walk(Walk::new(), &[]);
    assert_eq!((nothing.entries(), nothing.broken_at(), nothing.head()), (0, None, None));
}

#[test]
fn whatever_is_changed_is_found() {
    let changes: [fn(&mut Stored); 9] = [
        |s| s.entry.tenant = "ten_b",
        |s| s.entry.id = "aud_9",
        |s| s.entry.actor = "acc_z",
        |s| s.entry.action = "revoke_key",
        |s| s.entry.subject = "acc_c",
        |s| s.entry.request_id = "req_9",
        |s| s.entry.created_at_ms += 1,
        |s| s.prev[0] ^= 1,
        |s| s.head.hash[31] ^= 1,
    ];
    for (n, change) in changes.into_iter().enumerate() {
        for at in 0..3 {
            let mut stored = three();
            change(&mut stored[at]);
            let walked = walk(Walk::new(), &stored);
            let seq = i64::try_from(at).unwrap() + 1;
            assert_eq!(walked.broken_at(), Some(seq), "change {n} at {at}");
            assert_eq!(walked.entries(), at as u64);
        }
    }
    // An entry that has been changed and hashed again does not fit what follows it.
    let mut stored = three();
    stored[1].entry.actor = "acc_z";
    stored[1].head = stored[0].head.then(&stored[1].entry);
    assert_eq!(walk(Walk::new(), &stored).broken_at(), Some(3));
    // Nor does a field that has moved into the next one.
    let moved = Entry { actor: "acc_acreate", action: "_grant", ..first() };
    assert_ne!(moved.hash(1, &[0; 32]), first().hash(1, &[0; 32]));
}

#[test]
fn what_is_missing_is_found() {
    for gone in 0..2 {
        let mut stored = three();
        stored.remove(gone);
        let seq = i64::try_from(gone).unwrap() + 1;
        assert_eq!(walk(Walk::new(), &stored).broken_at(), Some(seq));
    }
    let mut stored = three();
    stored.swap(0, 1);
    assert_eq!(walk(Walk::new(), &stored).broken_at(), Some(1));
}

#[test]
fn whoever_has_noted_an_entry_goes_on_from_it() {
    let mut stored = three();
    let noted = stored[1].head;
    let walked = walk(Walk::from(noted), &stored[1..]);
    assert_eq!((walked.entries(), walked.broken_at()), (1, None));
    assert_eq!(walked.head(), Some(stored[2].head));
    // What is gone from the end is missed by them alone.
    assert_eq!(walk(Walk::from(stored[2].head), &[]).broken_at(), Some(3));
    assert_eq!(walk(Walk::new(), &stored[..2]).broken_at(), None);
    // And so is a log that has been written anew from the beginning.
    stored[0].entry.actor = "acc_z";
    stored[0].head = Head::START.then(&stored[0].entry);
    stored[1].prev = stored[0].head.hash;
    stored[1].head = stored[0].head.then(&stored[1].entry);
    assert_eq!(walk(Walk::new(), &stored[..2]).broken_at(), None);
    assert_eq!(walk(Walk::from(noted), &stored[1..]).broken_at(), Some(2));
}

#[test]
fn heads_read_back_and_nothing_else_does() {
    let head = Head::START.then(&first());
    assert_eq!(head.to_string().parse(), Ok(head));
    let text = HASHES[0];
    for wrong in [
        String::new(),
        text.to_owned(),
        format!("0.{text}"),
        format!("-1.{text}"),
        format!("+1.{text}"),
        format!("1.{}", text.to_uppercase()),
        format!("1.{text}0"),
        format!("1.+{}", text.split_at(1).1),
        format!("1.{}\u{e9}", text.split_at(2).1),
        format!("1234567890123456.{text}"),
    ] {
        assert_eq!(wrong.parse::<Head>(), Err(HeadError), "{wrong}");
    }
}
