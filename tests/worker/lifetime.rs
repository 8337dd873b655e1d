//! The worker lives as long as whoever started it, and no longer.

use std::time::Duration;

use serde_json::json;

use crate::client::{starter, wait_for_end, Worker, PATIENCE};

const ROUNDS: usize = 20;

#[test]
fn ends_when_stdin_closes_whatever_it_is_doing() {
    let idle = Worker::spawn().close();
    assert!(idle < Duration::from_secs(5), "idle: {idle:?}");

    let mut worker = Worker::with_starter();
    worker
        .request("generate/start", json!({"prompt": "Once", "end_at_eos": false, "max_tokens": 400}))
        .unwrap();
    worker.notification();
    let writing = worker.close();
    assert!(writing < Duration::from_secs(5), "writing: {writing:?}");

    let mut worker = Worker::with_starter();
    worker.request("generate/start", json!({"prompt": "Once", "step": true})).unwrap();
    worker.notification();
    let waiting = worker.close();
    assert!(waiting < Duration::from_secs(5), "waiting for a choice: {waiting:?}");
}

#[test]
fn shutdown_answers_and_ends() {
    let mut worker = Worker::spawn();
    assert_eq!(worker.request("shutdown", json!({})).unwrap(), json!({}));
    wait_for_end(&mut worker.child, PATIENCE);
    assert!(worker.child.try_wait().unwrap().unwrap().success());
}

#[test]
fn twenty_loads_closed_half_way_leave_nothing() {
    for round in 0..ROUNDS {
        let mut worker = Worker::spawn();
        worker.send("model/load", json!({"path": starter()}));
        // Somewhere else in the load each time.
        std::thread::sleep(Duration::from_millis(round as u64 * 8));
        let took = worker.close();
        assert!(took < Duration::from_secs(1), "round {round}: cancelling took {took:?}");
    }
}
