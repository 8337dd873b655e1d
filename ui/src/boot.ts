/**
 * The first thing that runs, and as little as can be: the program takes many times as long to run as this. So the frame of
 * `index.html` is painted first; the program is fetched meanwhile (`frame.ts`) and runs then.
 */
import './styles/tokens.css';
import './styles/base.css';
import './styles/boot.css';
import './styles/forced.css';

/** A window that is not shown paints no frame; the program comes all the same (ms). */
const AT_THE_LATEST = 100;

let begun = false;

function begin(): void {
  if (begun) return;
  begun = true;
  void import('./main');
}

// After the frame, not before it.
requestAnimationFrame(() => setTimeout(begin));
setTimeout(begin, AT_THE_LATEST);
