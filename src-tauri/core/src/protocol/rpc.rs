//! The JSON-RPC 2.0 envelope (<https://www.jsonrpc.org/specification>).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::RpcError;

/// The id of a request: a number or a string, given back unchanged.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum RequestId {
    Number(i64),
    Text(String),
}

/// A request as the worker reads it. `params` may be left out where a method needs none.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Request {
    pub jsonrpc: String,
    /// Missing in a notification; the worker then acts and answers nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<RequestId>,
    pub method: String,
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub params: Value,
}

impl Request {
    pub fn new(id: i64, method: &str, params: Value) -> Self {
        Self { jsonrpc: "2.0".into(), id: Some(RequestId::Number(id)), method: method.into(), params }
    }
}

/// The answer to one request: exactly one of `result` and `error` is there.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Response {
    pub jsonrpc: String,
    /// `null` where the request could not be parsed far enough to know its id.
    pub id: Option<RequestId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<RpcError>,
}

/// A message that expects no answer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Notification {
    pub jsonrpc: String,
    pub method: String,
    pub params: Value,
}

/// A line as the worker writes it.
#[derive(Debug, Clone, Serialize)]
#[serde(untagged)]
pub enum Outgoing {
    Response(Response),
    Notification(Notification),
}

impl Outgoing {
    pub fn result(id: Option<RequestId>, result: Value) -> Self {
        Self::Response(Response { jsonrpc: "2.0".into(), id, result: Some(result), error: None })
    }

    pub fn error(id: Option<RequestId>, error: RpcError) -> Self {
        Self::Response(Response { jsonrpc: "2.0".into(), id, result: None, error: Some(error) })
    }

    /// # Panics
    /// Never for the protocol's own types: they all serialize to JSON.
    pub fn notification(method: &str, params: &impl Serialize) -> Self {
        Self::Notification(Notification {
            jsonrpc: "2.0".into(),
            method: method.into(),
            params: serde_json::to_value(params).expect("protocol types serialize"),
        })
    }
}

/// A line as the shell reads it. A response has no `method`; a notification always has one.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub enum Incoming {
    Notification(Notification),
    Response(Response),
}
