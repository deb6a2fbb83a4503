/** The most files that are taken from one drop: as many as anybody waits for. */
export const DROPPED_MAX = 500;

/** What looks like a picture among the files of a folder. A browser does not know the type of all of them. */
const PICTURE = /\.(?:jpe?g|png|webp|gif|avif|hei[cf]|tiff?|bmp|jxl|jp2|svg)$/i;

export interface Dropped {
  files: File[];
  /** Files of folders that are no pictures, or too many. */
  skipped: number;
}

/**
 * Reads what was dropped or pasted. Of a folder, and the folders in it, these are the pictures; a file that was dropped
 * by itself is always among them, so that whoever dropped it hears what becomes of it. Call it right in the event:
 * later the browser says nothing any more.
 */
export async function readDropped(transfer: DataTransfer): Promise<Dropped> {
  const entries = Array.from(transfer.items, (item) =>
    item.kind === "file" ? item.webkitGetAsEntry() : null,
  );
  const given = Array.from(transfer.files);
  const folders = entries.filter((entry) => entry !== null).filter(isFolder);
  if (folders.length === 0) return cut({ files: given, skipped: 0 });
  const names = new Set(folders.map(({ name }) => name));
  // A browser lists a folder among the files, too, as a file without a type.
  const alone = given.filter(({ name, type }) => type !== "" || !names.has(name));
  const found: Dropped = { files: alone, skipped: 0 };
  for (const folder of folders) await readFolder(folder, found);
  return cut(found);
}

function cut({ files, skipped }: Dropped): Dropped {
  const most = files.slice(0, DROPPED_MAX);
  return { files: most, skipped: skipped + files.length - most.length };
}

async function readFolder(folder: FileSystemDirectoryEntry, found: Dropped): Promise<void> {
  const reader = folder.createReader();
  // It gives some at a time, and none at the end.
  for (;;) {
    const entries = await new Promise<FileSystemEntry[]>((resolve) => {
      reader.readEntries(resolve, () => resolve([]));
    });
    if (entries.length === 0) return;
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      if (isFolder(entry)) await readFolder(entry, found);
      else if (isFile(entry)) await readFile(entry, found);
    }
  }
}

async function readFile(entry: FileSystemFileEntry, found: Dropped): Promise<void> {
  // What systems leave in folders (.DS_Store, ._IMG_1.jpg) is nobody's picture.
  if (entry.name.startsWith(".")) return;
  const file = PICTURE.test(entry.name)
    ? await new Promise<File | null>((resolve) => {
        entry.file(resolve, () => resolve(null));
      })
    : null;
  if (file && found.files.length < DROPPED_MAX) found.files.push(file);
  else found.skipped += 1;
}

// Chromium has these classes, but not by name.

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}
