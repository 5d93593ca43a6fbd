package io.vagus.server;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

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
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The folder of everything a server keeps, held by one process at a time. */
final class DataDirectory implements AutoCloseable {
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
      return new DataDirectory(root, lockFile);
    } catch (IOException e) {
      throw new VagusException(
          ErrorCode.IO_FAILED, "data folder " + root.toAbsolutePath() + ": " + e, e);
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
