//! Pickles that would fill the memory, nest without end or take what is not
//! there, and tensors that claim more than their storage holds.

use super::guard::check;
use super::tensor::{gathered, laid};
use candle_core::pickle::{Object, Stack};
use proptest::prelude::*;
use std::io::Cursor;

/// A tuple of a tuple of …, each twice as large as the one before.
fn doubling(times: u8) -> Vec<u8> {
    let mut pickle = b"\x80\x02K\x01q\x00".to_vec();
    for _ in 0..times {
        pickle.extend(b"h\x00\x86q\x00");
    }
    pickle.push(b'.');
    pickle
}

#[test]
fn what_costs_more_than_it_is_long_is_refused() {
    let nested = [&b"\x80\x02)"[..], &[0x85; 1_000], b"."].concat();
    let long = b"\x80\x02X\xff\xff\xff\xffabc.".to_vec();
    for (pickle, said) in [
        (doubling(30), "more objects"),
        (nested, "deeper"),
        (long, "too early"),
        (b"\x80\x02\x8a\x09123456789.".to_vec(), "over eight bytes"),
        (b"\x80\x02cposix\nsystem\n.".to_vec(), "`posix.system`"),
        (b"cbuiltins\neval\n.".to_vec(), "`builtins.eval`"),
        (b"\x80\x02ctorch\nload\n.".to_vec(), "`torch.load`"),
        (b"\x80\x04\x8c\x05posix\x93.".to_vec(), "operation 0x8c"),
        (b"(S'true'\nios\nsystem\n.".to_vec(), "operation 0x53"),
        (b"\x80\x02h\x07.".to_vec(), "did not keep"),
        (b"\x80\x02R.".to_vec(), "than it made"),
        (b"\x80\x02(q\x00.".to_vec(), "than it made"),
        (b"\x80\x02t.".to_vec(), "than it made"),
        (b"\x80\x02.".to_vec(), "one object"),
        (b"\x80\x02}".to_vec(), "too early"),
    ] {
        let refused = check(&pickle).expect_err("a refusal");
        assert!(refused.contains(said), "{said}: {refused}");
    }
    assert_eq!(check(&doubling(4)), Ok(()));
}

proptest! {
    #[test]
    fn what_passes_the_guard_makes_the_library_neither_panic_nor_swell(
        operations in proptest::collection::vec(
            prop_oneof![
                Just(b"(".to_vec()), Just(b"t".to_vec()), Just(b"}".to_vec()),
                Just(b"]".to_vec()), Just(b")".to_vec()), Just(b"K\x05".to_vec()),
                Just(b"q\x00".to_vec()), Just(b"h\x00".to_vec()), Just(b"s".to_vec()),
                Just(b"u".to_vec()), Just(b"a".to_vec()), Just(b"e".to_vec()),
                Just(b"R".to_vec()), Just(b"b".to_vec()), Just(b"Q".to_vec()),
                Just(b"\x86".to_vec()), Just(b"X\x01\x00\x00\x00k".to_vec()),
                Just(b"ctorch\nFloatStorage\n".to_vec()),
                Just(b"\x8a\x08\xff\xff\xff\xff\xff\xff\xff\xff".to_vec()),
            ],
            0..40,
        ),
    ) {
        let pickle = [operations.concat(), b".".to_vec()].concat();
        if check(&pickle).is_ok() {
            let mut stack = Stack::empty();
            let _ = stack.read_loop(&mut Cursor::new(&pickle)).map(|()| stack.finalize());
        }
    }

    #[test]
    fn no_bytes_are_too_strange(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let zip = [b"PK\x03\x04".as_slice(), &bytes].concat();
        prop_assert!(super::read(&zip).is_err());
        let _ = check(&bytes);
    }
}

fn class(module: &str, name: &str) -> Object {
    Object::Class {
        module_name: module.to_owned(),
        class_name: name.to_owned(),
    }
}

fn numbers(numbers: &[i64]) -> Object {
    Object::Tuple(numbers.iter().map(|n| Object::Long(*n)).collect())
}

fn tensor(storage: &str, offset: i64, shape: &[i64], strides: &[i64]) -> Object {
    let text = |text: &str| Object::Unicode(text.to_owned());
    let storage = vec![
        text("storage"),
        class("torch", storage),
        text("0"),
        text("cpu"),
        Object::Int(6),
    ];
    let storage = Object::PersistentLoad(Box::new(Object::Tuple(storage)));
    let arguments = vec![
        storage,
        Object::Long(offset),
        numbers(shape),
        numbers(strides),
    ];
    Object::Reduce {
        callable: Box::new(class("torch._utils", "_rebuild_tensor_v2")),
        args: Box::new(Object::Tuple(arguments)),
    }
}

#[test]
fn a_tensor_keeps_to_its_storage() {
    // Six numbers of four bytes, from the file's hundredth byte on.
    let storage = |key: &str| (key == "0").then_some(100..124);
    let lay = |value: &Object| laid("w".to_owned(), value, storage);
    let whole = lay(&tensor("FloatStorage", 0, &[2, 3], &[3, 1])).expect("it fits");
    assert_eq!((whole.entry.bytes, whole.strides), (100..124, None));
    let part = lay(&tensor("FloatStorage", 2, &[4], &[1])).expect("it fits");
    assert_eq!(part.entry.bytes, 108..124);
    let turned = lay(&tensor("FloatStorage", 0, &[3, 2], &[1, 3])).expect("it fits");
    assert_eq!(turned.strides.as_deref(), Some(&[1, 3][..]));
    let none = lay(&tensor("FloatStorage", 6, &[0, 3], &[3, 1])).expect("it fits");
    assert_eq!(none.entry.bytes, 124..124);
    let most = i64::MAX;
    for (offset, shape, strides) in [
        (0, &[7][..], &[1][..]),
        (3, &[4], &[1]),
        (0, &[2, 3], &[4, 1]),
        (most, &[1], &[1]),
        (0, &[most, most], &[1, 1]),
        (0, &[most, 0, most], &[1, 1, 1]),
        (0, &[2], &[most]),
        (7, &[0], &[1]),
    ] {
        let refused = lay(&tensor("FloatStorage", offset, shape, strides));
        let refused = refused.expect_err("a refusal");
        assert!(refused.contains("beyond its storage"), "{refused}");
    }
    for (value, said) in [
        (
            tensor("FloatStorage", 0, &[3, 3], &[1, 1]),
            "more than once",
        ),
        (
            tensor("FloatStorage", 0, &[6, 9], &[1, 0]),
            "more than once",
        ),
        (tensor("FloatStorage", -1, &[1], &[1]), "no tensor"),
        (tensor("FloatStorage", 0, &[2, 3], &[1]), "no tensor"),
        (tensor("FloatStorage", 0, &[1; 9], &[1; 9]), "no tensor"),
        (tensor("OtherStorage", 0, &[1], &[1]), "no tensor"),
        (Object::None, "no tensor"),
    ] {
        let refused = lay(&value).expect_err("a refusal");
        assert!(refused.contains(said), "{said}: {refused}");
    }
}

#[test]
fn columns_become_rows() {
    let columns = [1, 4, 2, 5, 3, 6];
    assert_eq!(gathered(&columns, &[2, 3], &[1, 2], 1), [1, 2, 3, 4, 5, 6]);
}
