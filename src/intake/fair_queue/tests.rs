//! Turns and membership.

use proptest::prelude::*;

use super::*;

#[test]
fn one_file_of_a_small_department_waits_for_one_of_the_large() {
    let mut queue = Queue::default();
    for number in 0..200 {
        queue.push("large", number);
    }
    queue.push("small", 1000);
    assert_eq!(queue.order().iter().position(|item| **item == 1000), Some(1));
    assert_eq!([queue.pop(), queue.pop(), queue.pop()], [Some(0), Some(1000), Some(1)]);
}

#[test]
fn what_is_put_back_is_next() {
    let mut queue = Queue::default();
    queue.push("a", 1);
    queue.push("b", 2);
    let first = queue.pop().unwrap();
    queue.push_front("a", first);
    assert_eq!(queue.order(), [&1, &2]);
}

#[test]
fn thousands_that_are_taken_out_or_lie_in_folders_of_their_own_are_no_work() {
    // Linear, not quadratic, which would take minutes here.
    let mut queue = Queue::default();
    for number in 0..20_000_u32 {
        queue.push("large", number);
        queue.push(&number.to_string(), number + 100_000);
    }
    assert_eq!(queue.order().len(), 40_000);
    assert_eq!(queue.order()[1], &100_000);
    for number in (0..20_000).rev() {
        assert!(queue.remove(&number));
    }
    assert_eq!(queue.pop(), Some(100_000));
    assert_eq!(queue.len(), 19_999);
}

#[test]
fn who_is_passed_over_keeps_the_turn() {
    let mut queue = Queue::default();
    for (department, item) in [("a", 1), ("a", 2), ("b", 3), ("c", 4)] {
        queue.push(department, item);
    }
    assert_eq!(queue.pop_where(|department| department != "a"), Some(3));
    assert_eq!(queue.pop_where(|department| department == "b"), None);
    assert_eq!([queue.pop(), queue.pop(), queue.pop()], [Some(1), Some(4), Some(2)]);
}

proptest! {
    #[test]
    fn everything_comes_out_once_in_the_order_told(
        steps in prop::collection::vec((0u8..4, 0u8..5, 0u32..40), 0..200)
    ) {
        let mut queue = Queue::default();
        let mut inside = std::collections::HashSet::new();
        for (what, department, item) in steps {
            let department = department.to_string();
            match what {
                0 => prop_assert_eq!(queue.push(&department, item), inside.insert(item)),
                1 => prop_assert_eq!(queue.push_front(&department, item), inside.insert(item)),
                2 => prop_assert_eq!(queue.remove(&item), inside.remove(&item)),
                _ => if let Some(popped) = queue.pop() { prop_assert!(inside.remove(&popped)) },
            }
            prop_assert_eq!(queue.len(), inside.len());
        }
        let told: Vec<u32> = queue.order().into_iter().copied().collect();
        let popped: Vec<u32> = std::iter::from_fn(|| queue.pop()).collect();
        prop_assert_eq!(&told, &popped);
        prop_assert_eq!(popped.into_iter().collect::<std::collections::HashSet<_>>(), inside);
    }
}
