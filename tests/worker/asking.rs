//! What tests ask of the client and benches don't.

use serde_json::Value;

use crate::client::{starter, Generated, Worker};

impl Worker {
    /// A worker with the bundled model in it.
    pub fn with_starter() -> Self {
        Self::with_model(&starter())
    }

    /// The error kind of a request that must fail.
    pub fn refusal(&mut self, method: &str, params: Value) -> String {
        let error = self
            .request(method, params.clone())
            .expect_err(&format!("{method} with {params} must be refused"));
        error["data"]["kind"].as_str().expect("every error has a kind").to_owned()
    }
}

impl Generated {
    pub fn text(&self) -> String {
        self.tokens.iter().map(|token| token["text"].as_str().expect("a text")).collect()
    }
}
