#!/usr/bin/python3
"""A window as a file manager has it: who presses it and drags takes the files along that were named at its start.

Says `ready` when it can be pressed, and ends with the drag: with 0 where the files were taken, else with 1.
"""

import sys
from pathlib import Path

import gi

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, Gtk

uris = [Path(path).absolute().as_uri() for path in sys.argv[1:]]
refused = []

# In the corner and over all other windows, with or without a window manager.
window = Gtk.Window(type=Gtk.WindowType.POPUP)
window.set_default_size(80, 40)
window.move(0, 0)
handle = Gtk.EventBox()
handle.add(Gtk.Label(label="files"))
handle.drag_source_set(Gdk.ModifierType.BUTTON1_MASK, [], Gdk.DragAction.COPY)
handle.drag_source_add_uri_targets()
handle.connect("drag-data-get", lambda _widget, _context, data, _info, _time: data.set_uris(uris))
handle.connect("drag-failed", lambda _widget, _context, why: refused.append(why))
handle.connect("drag-end", lambda _widget, _context: Gtk.main_quit())
window.add(handle)
window.connect("map-event", lambda _window, _event: print("ready", flush=True))
window.show_all()
Gtk.main()
sys.exit(1 if refused else 0)
