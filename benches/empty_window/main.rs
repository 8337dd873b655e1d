//! A window of Tauri with one word in it: what any app of this kind costs at least. `make bench-start` measures the app beside it.

fn main() {
    let context = tauri::generate_context!("benches/empty_window/tauri.conf.json");
    tauri::Builder::default().run(context).expect("a window opens");
}
