package io.vagus.cli;

import io.vagus.backup.ArchiveHeader;
import io.vagus.backup.ArchiveReader;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.server.Server;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./vagus backup}. */
@Command(
    name = "backup",
    description = "Writes everything that a running server keeps into one file, and checks it.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "The server goes on meanwhile. What was acknowledged before is in the file. It holds",
      "hashes of secrets and the key of a self-made certificate: keep it as you keep those.",
      "A token of scope `backup` (VAGUS_TOKEN) is enough.",
      "",
      "Example:",
      "  ./vagus backup /backups/vagus-$(date +%%F).tar.zst --data /var/lib/vagus"
    })
final class BackupCommand implements Callable<Integer> {
  @Mixin final ApiOptions api = new ApiOptions();

  @Parameters(paramLabel = "FILE", description = "Where to; readable by its owner only.")
  @SuppressWarnings("NullAway.Init") // picocli fills it
  Path file;

  @Option(names = "--replace", description = "Put it in the place of a FILE that is there.")
  boolean replace;

  @Override
  public Integer call() {
    Path target = file.toAbsolutePath();
    if (Files.exists(target) && !replace) {
      throw new VagusException(
          ErrorCode.CONFLICT, target + " exists; give another name, or --replace");
    }
    long beganNanos = System.nanoTime();
    Path part = target.resolveSibling(target.getFileName() + ".part");
    part.toFile().deleteOnExit(); // when it is interrupted
    try {
      api.stream("/api/v1/backup", archive -> write(archive, part));
      ArchiveHeader header = check(part);
      long packed = Files.size(part);
      Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
      sync(Objects.requireNonNull(target.getParent()));
      System.out.printf(
          Locale.ROOT,
          "%s: %d files, %s, packed %s, checked, %.1f s%n",
          file,
          header.files(),
          Progress.size(header.sizeBytes()),
          Progress.size(packed),
          (System.nanoTime() - beganNanos) / 1e9);
      return 0;
    } catch (IOException e) {
      throw failed(target, e);
    } finally {
      remove(part);
    }
  }

  private static void write(InputStream archive, Path part) throws IOException {
    Files.deleteIfExists(part);
    FileAttribute<?>[] mode =
        part.getFileSystem().supportedFileAttributeViews().contains("posix")
            ? new FileAttribute<?>[] {
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
            }
            : new FileAttribute<?>[0];
    Progress progress = Progress.of("received", 0);
    byte[] chunk = new byte[128 << 10];
    try (FileChannel out =
            FileChannel.open(
                part, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), mode);
        InputStream in = progress.counting(archive)) {
      for (int n = read(in, chunk); n >= 0; n = read(in, chunk)) {
        ByteBuffer bytes = ByteBuffer.wrap(chunk, 0, n);
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
      }
      out.force(true);
    } finally {
      progress.done();
    }
  }

  private static int read(InputStream archive, byte[] chunk) {
    try {
      return archive.read(chunk);
    } catch (IOException e) {
      throw new VagusException(
          ErrorCode.IO_FAILED,
          "the server broke the backup off ("
              + e.getMessage()
              + "); its log says why; nothing of it is kept",
          e);
    }
  }

  /** As a restore would read it. */
  private static ArchiveHeader check(Path part) throws IOException {
    Progress progress = Progress.of("checked", Files.size(part));
    try (InputStream in = new BufferedInputStream(Files.newInputStream(part), 128 << 10)) {
      return ArchiveReader.read(progress.counting(in), Server.DATA_FORMAT, ArchiveReader.nowhere());
    } finally {
      progress.done();
    }
  }

  private static void sync(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  private static void remove(Path part) {
    try {
      Files.deleteIfExists(part);
    } catch (IOException e) {
      System.err.println("vagus: cannot remove " + part + ": " + e);
    }
  }

  private static VagusException failed(Path target, IOException e) {
    boolean full = String.valueOf(e.getMessage()).contains("No space left");
    return full
        ? new VagusException(
            ErrorCode.DISK_FULL, target + ": disk full; nothing of the backup is kept", e)
        : new VagusException(ErrorCode.IO_FAILED, target + ": " + e, e);
  }
}
