/**
 * The first thing that runs, and as little as can be: the web view paints nothing before the scripts of a page have
 * run once, and the program itself takes many times as long to read as this. So the frame of `index.html` is painted, and then
 * the program is fetched.
 */
import './styles/tokens.css';
import './styles/base.css';
import './styles/boot.css';

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
