/** A browser's drag and drop, told as the shell would. */
import type { AppEvent } from '../upcoming';

export function listenToDrag(tell: (event: AppEvent) => void): () => void {
  const over = (event: DragEvent): void => {
    event.preventDefault();
    tell({ event: 'drag_hover', over: true });
  };
  const leave = (event: DragEvent): void => {
    if (event.relatedTarget === null) tell({ event: 'drag_hover', over: false });
  };
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    const file = event.dataTransfer?.files[0];
    const path = `/home/user/${file?.name}`;
    // The shell looks into the file; the double goes by the name.
    if (file && /conversation|\.zip$/.test(file.name)) tell({ event: 'import_path', paths: [path] });
    else if (file) tell({ event: 'open_path', path });
    else tell({ event: 'drag_hover', over: false });
  };
  addEventListener('dragover', over);
  addEventListener('dragleave', leave);
  addEventListener('drop', drop);
  return () => {
    removeEventListener('dragover', over);
    removeEventListener('dragleave', leave);
    removeEventListener('drop', drop);
  };
}
