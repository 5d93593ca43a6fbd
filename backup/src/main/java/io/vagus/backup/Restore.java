package io.vagus.backup;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.SnapshotFolder;
import io.vagus.kit.VagusException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Unpacks an archive into a folder within the data folder, and moves all of it up when it is there,
 * right and durable; no server starts on the data folder before that. What fails leaves nothing
 * behind. One thread.
 */
public final class Restore implements ArchiveReader.Target {
  /** Exists in a data folder whose restore did not come to its end. */
  public static final String UNFINISHED = ".restoring";

  /** A new file system has it. */
  private static final String NO_CONTENT = "lost+found";

  private final Path target;
  private final Path unpacked;
  private final TreeSet<Path> folders = new TreeSet<>();

  private Restore(Path target) {
    this.target = target;
    this.unpacked = target.resolve(UNFINISHED);
    folders.add(unpacked);
  }

  /**
   * Makes the data folder.
   *
   * @param data does not exist, or is empty; CONFLICT otherwise
   */
  public static ArchiveHeader into(Path data, InputStream archive, int newestDataFormat) {
    Path target = data.toAbsolutePath().normalize();
    boolean isNew = Files.notExists(target);
    try {
      Files.createDirectories(target);
      if (!entries(target).isEmpty()) {
        throw new VagusException(
            ErrorCode.CONFLICT,
            "data folder " + target + " is not empty; give one that is, or that does not exist");
      }
      Restore restore = new Restore(target);
      Files.createDirectory(restore.unpacked);
      boolean done = false;
      try {
        ArchiveHeader header = ArchiveReader.read(archive, newestDataFormat, restore);
        restore.moveUp();
        done = true;
        return header;
      } finally {
        if (!done) {
          restore.undo(isNew);
        }
      }
    } catch (IOException e) {
      throw failed(target, e);
    }
  }

  private static List<Path> entries(Path folder) throws IOException {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.filter(p -> !p.endsWith(NO_CONTENT)).toList();
    }
  }

  @Override
  public void begin(ArchiveHeader header) throws IOException {
    long free = Files.getFileStore(target).getUsableSpace();
    if (free < header.sizeBytes()) {
      throw new VagusException(
          ErrorCode.DISK_FULL,
          "%s: %d bytes free (expected: >= %d, the files of the backup)"
              .formatted(target, free, header.sizeBytes()));
    }
  }

  @Override
  public OutputStream file(String name) throws IOException {
    Path path = unpacked.resolve(name);
    for (Path folder = path.getParent();
        folder != null && folders.add(folder);
        folder = folder.getParent()) {
      Files.createDirectories(folder);
    }
    FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    permit(path, "rw-------");
    return new SyncedFile(channel);
  }

  private static void permit(Path path, String permissions) throws IOException {
    if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }
  }

  /** Durable when it is closed. */
  private static final class SyncedFile extends FilterOutputStream {
    private final FileChannel channel;

    SyncedFile(FileChannel channel) {
      super(Channels.newOutputStream(channel));
      this.channel = channel;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      out.write(bytes, from, length);
    }

    @Override
    public void close() throws IOException {
      try (channel) {
        channel.force(true);
      }
    }
  }

  private void moveUp() throws IOException {
    permit(target, "rwx------");
    for (Path folder : folders.descendingSet()) {
      sync(folder);
    }
    for (Path entry : entries(unpacked)) {
      Files.move(entry, target.resolve(entry.getFileName()));
    }
    sync(target);
    Files.delete(unpacked);
    sync(target);
    Path parent = target.getParent();
    if (parent != null) {
      sync(parent);
    }
  }

  private void undo(boolean isNew) throws IOException {
    for (Path entry : entries(target)) {
      SnapshotFolder.remove(entry);
      Files.deleteIfExists(entry);
    }
    if (isNew) {
      Files.delete(target);
    }
  }

  private static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static VagusException failed(Path target, IOException e) {
    boolean full = String.valueOf(e.getMessage()).contains("No space left");
    return full
        ? new VagusException(ErrorCode.DISK_FULL, "restoring to " + target + ": disk full", e)
        : new VagusException(ErrorCode.IO_FAILED, "restoring to " + target + ": " + e, e);
  }
}
