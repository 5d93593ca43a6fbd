package io.vagus.series.questdb;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/** What a file system must be told so that a change outlives a power loss. */
final class DurableFiles {
  private DurableFiles() {}

  /** Puts a small file in place of the one before it, all or nothing. */
  static void replace(Path path, ByteBuffer bytes) throws IOException {
    Path temporary = path.resolveSibling(path.getFileName() + ".tmp");
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
    syncParent(path);
  }

  /** The name of a file, new, renamed or deleted, becomes durable. */
  static void syncParent(Path path) throws IOException {
    syncDirectory(Objects.requireNonNull(path.toAbsolutePath().getParent()));
  }

  /** The names in a directory become durable. */
  static void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Of all files below, as far as they are not deleted meanwhile. */
  static long sizeBytes(Path directory) throws IOException {
    AtomicLong sum = new AtomicLong();
    Files.walkFileTree(
        directory,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            sum.addAndGet(attributes.size());
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            return FileVisitResult.CONTINUE;
          }
        });
    return sum.get();
  }

  static VagusException failed(String what, IOException e) {
    boolean full = String.valueOf(e.getMessage()).contains("No space left");
    return new VagusException(
        full ? ErrorCode.DISK_FULL : ErrorCode.IO_FAILED, what + ": " + e.getMessage(), e);
  }
}
