//! A text of our own for readers who bring none.

use crate::protocol::TrainingSample;

/// Written by `training/corpus/excerpt.py`.
const CHINESE: &str = include_str!("sample/chinese.txt");
const ENGLISH: &str = include_str!("sample/english.txt");

/// Pages of prose. With both languages, one after the other.
pub fn sample(which: TrainingSample) -> String {
    match which {
        TrainingSample::Chinese => CHINESE.into(),
        TrainingSample::English => ENGLISH.into(),
        TrainingSample::Both => format!("{CHINESE}\n{ENGLISH}"),
    }
}
