package io.vagus.server;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import io.vagus.backup.Restore;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The folder of everything a server keeps, held by one process at a time. */
final class DataDirectory implements AutoCloseable {
  /** Of everything below the folder; a later one changes what this version could not read. */
  static final int FORMAT = 1;

  static final String FORMAT_FILE = "format";
  private static final Pattern FORMAT_LINE = Pattern.compile("vagus-data (\\d{1,9})\\s*");

  private final Path root;
  private final FileChannel lockFile;

  private DataDirectory(Path root, FileChannel lockFile) {
    this.root = root;
    this.lockFile = lockFile;
  }

  /** Makes the folder when it is missing; DATA_LOCKED when another process has it. */
  static DataDirectory open(Path root) {
    try {
      if (Files.notExists(root)) {
        Files.createDirectories(root);
        restrict(root, "rwx------");
      }
      FileChannel lockFile = FileChannel.open(root.resolve("lock"), CREATE, WRITE);
      if (tryLock(lockFile) == null) {
        lockFile.close();
        throw new VagusException(
            ErrorCode.DATA_LOCKED,
            "data folder "
                + root.toAbsolutePath()
                + " is in use by another process; stop that one, or give this one its own with"
                + " --data DIR");
      }
      DataDirectory directory = new DataDirectory(root, lockFile);
      try {
        directory.requireReadable();
      } catch (IOException | RuntimeException e) {
        lockFile.close();
        throw e;
      }
      return directory;
    } catch (IOException e) {
      throw new VagusException(
          ErrorCode.IO_FAILED, "data folder " + root.toAbsolutePath() + ": " + e, e);
    }
  }

  private void requireReadable() throws IOException {
    if (Files.exists(root.resolve(Restore.UNFINISHED))) {
      throw new VagusException(
          ErrorCode.DATA_CORRUPT,
          "data folder "
              + root.toAbsolutePath()
              + ": a restore into it did not come to its end; empty it and restore again");
    }
    Path file = root.resolve(FORMAT_FILE);
    if (Files.notExists(file)) {
      // New, or from before there was such a file.
      write(FORMAT_FILE, "vagus-data " + FORMAT + "\n");
      return;
    }
    Matcher line = FORMAT_LINE.matcher(Files.readString(file, StandardCharsets.UTF_8));
    if (!line.matches()) {
      throw new VagusException(
          ErrorCode.DATA_CORRUPT, file + ": (expected: \"vagus-data " + FORMAT + "\")");
    }
    int format = Integer.parseInt(line.group(1));
    if (format > FORMAT) {
      throw new VagusException(
          ErrorCode.DATA_TOO_NEW,
          "data folder %s: format %d (expected: <= %d): a newer Vagus wrote it; start that one, or restore a backup from before the upgrade"
              .formatted(root.toAbsolutePath(), format, FORMAT));
    }
  }

  private static @Nullable FileLock tryLock(FileChannel file) throws IOException {
    try {
      return file.tryLock();
    } catch (OverlappingFileLockException e) {
      return null; // another server in this very process
    }
  }

  Path root() {
    return root;
  }

  Path resolve(String name) {
    return root.resolve(name);
  }

  /** All files of some of its entries, by name; an entry that is not there has none. */
  Map<String, Path> files(List<String> names) {
    Map<String, Path> found = new TreeMap<>();
    try {
      for (String name : names) {
        if (Files.exists(root.resolve(name))) {
          addFiles(root.resolve(name), found);
        }
      }
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "cannot list " + root + ": " + e, e);
    }
    return found;
  }

  private void addFiles(Path entry, Map<String, Path> found) throws IOException {
    try (Stream<Path> files = Files.walk(entry)) {
      files
          .filter(Files::isRegularFile)
          .forEach(file -> found.put(root.relativize(file).toString(), file));
    }
  }

  /** Writes a small file that only its owner may read. */
  void writeSecret(String name, String content) {
    Path file = root.resolve(name);
    try {
      Files.deleteIfExists(file);
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, content, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "cannot write " + file + ": " + e, e);
    }
  }

  /** Writes a small file. */
  void write(String name, String content) {
    try {
      Files.writeString(root.resolve(name), content, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "cannot write " + name + ": " + e, e);
    }
  }

  private static void restrict(Path path, String permissions) throws IOException {
    Set<String> views = path.getFileSystem().supportedFileAttributeViews();
    if (views.contains("posix")) {
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(permissions));
    }
  }

  /** Lets another process have the folder. */
  @Override
  public void close() {
    try {
      Files.deleteIfExists(root.resolve(Server.READY_FILE));
      lockFile.close();
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "cannot release " + root + ": " + e, e);
    }
  }
}
