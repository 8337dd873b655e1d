pub use upstream::*;
