package io.vagus.server;

import io.vagus.api.Backups;
import io.vagus.backup.ArchiveHeader;
import io.vagus.backup.ArchiveWriter;
import io.vagus.journal.FileJournal;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.SnapshotFile;
import io.vagus.kit.SnapshotFolder;
import io.vagus.kit.VagusException;
import io.vagus.kit.WallClock;
import io.vagus.process.Processor;
import io.vagus.registry.sql.SqlRegistry;
import io.vagus.series.questdb.QuestDbSeries;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Backups of a running server. Thread-safe.
 *
 * <p>The order is what makes one whole. Sessions first: a packet that they hold as received is in
 * the journal of messages, which is kept after them. Then, while nothing is processed but messages
 * go on being acknowledged: the state of the processing, the series, and the journal up to its
 * durable end. A start on them reads what follows the state from the journal, as after a crash. The
 * registry after it: it knows every product and device that the journal speaks of. Certificates are
 * copied; the admin token is left out.
 */
final class ServerBackups implements Backups, AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ServerBackups.class.getName());
  private static final String FOLDER = ".backup";

  /** Small files, all of them: the format, certificates and their keys. */
  private static final List<String> COPIED = List.of(DataDirectory.FORMAT_FILE, "tls", "trust");

  private final DataDirectory data;
  private final SqlRegistry registry;
  private final QuestDbSeries series;
  private final FileJournal messages;
  private final FileJournal sessions;
  private final Processor processor;
  private final WallClock clock;
  private final AtomicBoolean taken = new AtomicBoolean();
  private volatile @Nullable Archive open;

  ServerBackups(
      DataDirectory data,
      SqlRegistry registry,
      QuestDbSeries series,
      FileJournal messages,
      FileJournal sessions,
      Processor processor,
      WallClock clock) {
    this.data = data;
    this.registry = registry;
    this.series = series;
    this.messages = messages;
    this.sessions = sessions;
    this.processor = processor;
    this.clock = clock;
    SnapshotFolder.remove(data.resolve(FOLDER));
  }

  @Override
  public Backup take() {
    if (!taken.compareAndSet(false, true)) {
      throw new VagusException(
          ErrorCode.BUSY, "backup: one is being made (expected: one at a time)");
    }
    try {
      SnapshotFolder folder = SnapshotFolder.create(data.resolve(FOLDER));
      try {
        keepAll(folder);
        Archive archive = new Archive(folder, folder.files());
        open = archive;
        return archive;
      } catch (RuntimeException | Error e) {
        folder.close();
        throw e;
      }
    } catch (RuntimeException | Error e) {
      taken.set(false);
      throw e;
    }
  }

  /** Before the engines: breaks off what is on its way, so that none of their files is held. */
  @Override
  public void close() {
    Archive archive = open;
    if (archive != null) {
      archive.close();
    }
  }

  private void keepAll(SnapshotFolder folder) {
    Path sessionsSnapshot = data.resolve("sessions.snapshot");
    sessions.snapshot(
        folder, "sessions", () -> folder.linkIfPresent("sessions.snapshot", sessionsSnapshot));
    Duration still =
        processor.snapshot(
            folder,
            "process",
            () -> {
              series.snapshot(folder, "series");
              messages.snapshot(folder, "journal", () -> {});
            });
    copyRegistry(folder);
    data.files(COPIED).forEach((name, file) -> folder.copy(name, file));
    LOG.log(
        System.Logger.Level.INFO, "backup: processing stood still for {0} ms", still.toMillis());
  }

  private void copyRegistry(SnapshotFolder folder) {
    Path copy = folder.place("registry.db");
    registry.copyTo(copy);
    try {
      folder.add("registry.db", Files.size(copy));
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "backup of the registry: " + e, e);
    }
  }

  /** One backup, on its way out. */
  private final class Archive implements Backup {
    private final SnapshotFolder folder;
    private final List<SnapshotFile> files;
    private final AtomicBoolean closed = new AtomicBoolean();

    Archive(SnapshotFolder folder, List<SnapshotFile> files) {
      this.folder = folder;
      this.files = files;
    }

    @Override
    public long sizeBytes() {
      return files.stream().mapToLong(SnapshotFile::sizeBytes).sum();
    }

    @Override
    public void writeTo(OutputStream out) throws IOException {
      ArchiveWriter.write(
          new ArchiveHeader(
              ArchiveHeader.FORMAT,
              DataDirectory.FORMAT,
              clock.now().toString(),
              files.size(),
              sizeBytes()),
          files,
          out);
    }

    @Override
    public void close() {
      if (closed.compareAndSet(false, true)) {
        try {
          folder.close();
        } finally {
          open = null;
          taken.set(false);
        }
      }
    }
  }
}
