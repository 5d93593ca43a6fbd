package io.vagus.kit;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Files of running engines as they were at one moment, kept while they are read at leisure.
 *
 * <p>A file that is only appended to, or only replaced as a whole, is kept by a hard link, which
 * takes microseconds whatever its size: the engine may then delete or replace it. One that is
 * changed in place is copied. Not thread-safe: handed from one thread to the next.
 */
public final class SnapshotFolder implements AutoCloseable {
  private final Path folder;
  private final List<SnapshotFile> files = new ArrayList<>();
  private final TreeMap<String, Path> pinned = new TreeMap<>();
  private final Deque<AutoCloseable> pins = new ArrayDeque<>();

  private SnapshotFolder(Path folder) {
    this.folder = folder;
  }

  /** An empty one, on the file system of the files; what an earlier process left is removed. */
  public static SnapshotFolder create(Path folder) {
    try {
      remove(folder);
      boolean posix =
          Files.getFileStore(folder.toAbsolutePath().getParent())
              .supportsFileAttributeView("posix");
      if (posix) {
        Files.createDirectory(
            folder,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      } else {
        Files.createDirectory(folder);
      }
      return new SnapshotFolder(folder);
    } catch (IOException e) {
      throw failed(folder, e);
    }
  }

  /** Removes what a process that was killed left behind. */
  public static void remove(Path folder) {
    if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(java.util.Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    } catch (IOException e) {
      throw failed(folder, e);
    }
  }

  /** Keeps the first bytes of a file that is appended to. */
  public void link(String name, Path file, long sizeBytes) {
    try {
      Files.createLink(place(name), file);
      files.add(new SnapshotFile(name, place(name), sizeBytes));
    } catch (IOException | UnsupportedOperationException e) {
      throw failed(file, e);
    }
  }

  /** Keeps a file that is only ever replaced as a whole; one that is not there is left out. */
  public void linkIfPresent(String name, Path file) {
    try {
      if (Files.exists(file)) {
        link(name, file, Files.size(file));
      }
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  /** Keeps a small file that is changed in place. */
  public void copy(String name, Path file) {
    try {
      Files.copy(file, place(name));
      add(name, Files.size(place(name)));
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  /** Where the caller is to write a file of that name, before it calls {@link #add}. */
  public Path place(String name) {
    try {
      Path place = folder.resolve(name);
      Files.createDirectories(place.getParent());
      return place;
    } catch (IOException e) {
      throw failed(folder, e);
    }
  }

  /** Takes a file that is at its {@link #place}. */
  public void add(String name, long sizeBytes) {
    files.add(new SnapshotFile(name, place(name), sizeBytes));
  }

  /** Takes a directory where it is: its owner keeps it as long as the pins are held. */
  public void pinned(String name, Path directory) {
    pinned.put(name, directory);
  }

  /** What is to be closed when all is read. */
  public void pin(AutoCloseable pin) {
    pins.push(pin);
  }

  /** All of them. */
  public List<SnapshotFile> files() {
    List<SnapshotFile> all = new ArrayList<>(files);
    pinned.forEach((name, directory) -> list(name, directory, all));
    return all;
  }

  private static void list(String name, Path directory, List<SnapshotFile> into) {
    try {
      Files.walkFileTree(
          directory,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              into.add(
                  new SnapshotFile(
                      name + "/" + directory.relativize(file), file, attributes.size()));
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw failed(directory, e);
    }
  }

  private static VagusException failed(Path path, Exception e) {
    boolean full = String.valueOf(e.getMessage()).contains("No space left");
    String what = e instanceof NoSuchFileException ? "it is gone" : String.valueOf(e.getMessage());
    return new VagusException(
        full ? ErrorCode.DISK_FULL : ErrorCode.IO_FAILED, "snapshot of " + path + ": " + what, e);
  }

  /** Lets go of everything. */
  @Override
  public void close() {
    RuntimeException failure = null;
    while (!pins.isEmpty()) {
      try {
        pins.pop().close();
      } catch (Exception e) {
        failure = new VagusException(ErrorCode.INTERNAL, "snapshot: " + e, e);
      }
    }
    remove(folder);
    if (failure != null) {
      throw failure;
    }
  }
}
