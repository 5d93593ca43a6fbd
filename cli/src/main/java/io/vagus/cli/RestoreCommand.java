package io.vagus.cli;

import io.vagus.backup.ArchiveHeader;
import io.vagus.backup.Restore;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import io.vagus.server.Server;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./vagus restore}. */
@Command(
    name = "restore",
    description = "Makes a data folder of a backup; all of it, or none.",
    mixinStandardHelpOptions = true,
    footer = {
      "",
      "Every file is held against its checksum before anything is put in place. The next start",
      "makes an admin token; those issued before are valid too.",
      "",
      "Example:",
      "  ./vagus restore /backups/vagus-2026-11-25.tar.zst --data /var/lib/vagus"
    })
final class RestoreCommand implements Callable<Integer> {
  @Parameters(paramLabel = "FILE", description = "What `vagus backup` wrote.")
  @SuppressWarnings("NullAway.Init") // picocli fills it
  Path file;

  @Option(
      names = "--data",
      required = true,
      paramLabel = "DIR",
      description = "The data folder to make; it is empty or does not exist.")
  @SuppressWarnings("NullAway.Init") // picocli fills it
  Path data;

  @Override
  public Integer call() {
    if (!Files.isReadable(file)) {
      throw new VagusException(ErrorCode.NOT_FOUND, file + ": no such file, or not readable");
    }
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 128 << 10)) {
      Progress progress = Progress.of("restored", Files.size(file));
      ArchiveHeader header;
      try {
        header = Restore.into(data, progress.counting(in), Server.DATA_FORMAT);
      } finally {
        progress.done();
      }
      System.out.printf(
          "%s: %d files, %s, as of %s; start it with: ./vagus up --data %s%n",
          data, header.files(), Progress.size(header.sizeBytes()), header.created(), data);
      return 0;
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, file + ": " + e, e);
    }
  }
}
