//! Compiles `first.c` for the oldest processor of its kind, whatever Rust is compiled for.

fn main() {
    println!("cargo::rerun-if-changed=src/first.c");
    let is = |name: &str, wanted: &str| std::env::var(name).is_ok_and(|value| value == wanted);
    if !is("CARGO_CFG_TARGET_ARCH", "x86_64") || !is("CARGO_CFG_TARGET_FAMILY", "unix") {
        return;
    }
    cc::Build::new()
        .file("src/first.c")
        // Else it would be compiled for x86-64-v3, as `.cargo/config.toml` asks of Rust.
        .inherit_rustflags(false)
        .flag("-march=x86-64")
        .opt_level(1)
        .warnings_into_errors(true)
        .compile("vitrine_processor_first");
}
