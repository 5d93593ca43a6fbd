package io.vagus.journal;

import io.micrometer.core.instrument.MeterRegistry;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.RetentionClock;
import io.vagus.kit.SnapshotFolder;
import io.vagus.kit.VagusException;
import io.vagus.kit.WallClock;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The log in segmented files of one directory, which it alone may use. A commit is one write and
 * one fdatasync of all that waits. Thread-safe; the files are written by one thread of its own.
 */
public final class FileJournal implements Journal {
  private static final Logger LOG = System.getLogger("io.vagus.journal");

  private final Path dir;
  private final DirectoryLock lock;
  private final Segments segments;
  private final Commits commits;
  private final Consumers consumers;
  private final Damages damages;
  private final CommitQueue queue;
  private final Backlog backlog;
  private final SegmentWriter writer;
  private final Housekeeper housekeeper;
  private final Thread thread;

  /**
   * Opens the log, creating the directory when it is missing, and repairs what an interrupted write
   * left behind.
   *
   * @throws VagusException DATA_LOCKED when another process has it open, IO_FAILED when it cannot
   *     be read
   */
  public static FileJournal open(
      Path dir, JournalConfig config, WallClock wall, MonotonicClock mono, MeterRegistry meters) {
    return open(dir, config, wall, mono, meters, SegmentFile::open);
  }

  static FileJournal open(
      Path dir,
      JournalConfig config,
      WallClock wall,
      MonotonicClock mono,
      MeterRegistry meters,
      SegmentFile.Opener files) {
    DirectoryLock lock = null;
    try {
      createDirectory(dir.toAbsolutePath());
      lock = DirectoryLock.acquire(dir);
      FileJournal journal =
          new FileJournal(dir, lock, config, wall, meters(dir, meters, mono), mono, files);
      journal.start(config, dir);
      return journal;
    } catch (IOException | RuntimeException e) {
      if (lock != null) {
        lock.close();
      }
      if (e instanceof VagusException known) {
        throw known;
      }
      throw new VagusException(ErrorCode.IO_FAILED, "opening the journal " + dir, e);
    }
  }

  /** Creates what is missing of the path, durably. */
  private static void createDirectory(Path dir) throws IOException {
    Path parent = dir.getParent();
    if (!Files.isDirectory(dir)) {
      if (parent != null) {
        createDirectory(parent);
      }
      Files.createDirectory(dir);
    }
    if (parent != null) {
      SegmentStore.syncDirectory(parent);
    }
  }

  private static JournalMeters meters(Path dir, MeterRegistry registry, MonotonicClock mono) {
    return new JournalMeters(registry, mono, String.valueOf(dir.toAbsolutePath().getFileName()));
  }

  private FileJournal(
      Path dir,
      DirectoryLock lock,
      JournalConfig config,
      WallClock wall,
      JournalMeters meters,
      MonotonicClock mono,
      SegmentFile.Opener files)
      throws IOException {
    this.dir = dir;
    this.lock = lock;
    damages = new Damages(meters);
    consumers = new Consumers(dir);
    long id = lock.journalId();
    segments = new Segments(new Recovery(dir, id, files, damages, meters).run());
    Segment active = active();
    commits = new Commits(active == null ? consumers.most() : active.end().offset());
    queue = new CommitQueue(config.queueBytes().bytes(), mono);
    backlog = new Backlog(config.maxBacklog().bytes());
    if (consumers.least().isPresent()) {
      backlog.released(this::backlogBytes);
    }
    SegmentStore store = new SegmentStore(dir, files, config.segmentSize().bytes(), id, wall);
    housekeeper =
        new Housekeeper(
            store, segments, consumers, damages, config, new RetentionClock(wall, mono));
    boolean fsync = config.fsync() == JournalConfig.Fsync.ON;
    writer =
        new SegmentWriter(
            store, segments, active, commits, queue, backlog, meters, fsync, housekeeper::wake);
    long blockBytes =
        config.segmentSize().bytes() - BlockCodec.SEGMENT_HEADER_BYTES - BlockCodec.HEADER_BYTES;
    CommitLoop loop =
        new CommitLoop(
            queue,
            writer,
            config.every().toNanos(),
            Math.min(config.maxBytes().bytes(), blockBytes),
            mono);
    thread = Thread.ofPlatform().daemon().name("journal-writer").unstarted(loop);
    meters.watch(this::health);
  }

  /** The segment to go on with; null to begin a new one. */
  private @Nullable Segment active() {
    if (segments.all().isEmpty()) {
      return null;
    }
    Segment last = segments.all().getLast();
    long read = consumers.most();
    if (read <= last.end().offset()) {
      return last;
    }
    // A consumer has read further, so these offsets were durable once, and must not come again.
    damages.found(last, last.end().position(), last.end().offset(), read);
    last.end(new Segment.End(last.end().position(), read));
    return null;
  }

  private void start(JournalConfig config, Path dir) {
    if (config.fsync() == JournalConfig.Fsync.OFF) {
      LOG.log(
          Level.WARNING, "journal.fsync is off: a power loss loses acknowledged records of " + dir);
    }
    thread.start();
    housekeeper.start();
  }

  @Override
  public boolean append(RecordBatch batch, AppendCallback callback) {
    return queue.offer(batch, callback);
  }

  @Override
  public void whenWritable(Runnable action) {
    queue.whenRoom(action);
  }

  @Override
  public boolean isBehind() {
    return backlog.isBehind();
  }

  @Override
  public void whenCaughtUp(Runnable action) {
    backlog.whenCaughtUp(action);
  }

  private long backlogBytes() {
    return segments.bytesFrom(consumers.most());
  }

  @Override
  public long startOffset() {
    List<Segment> all = segments.all();
    return all.isEmpty() ? commits.endOffset() : all.getFirst().base();
  }

  @Override
  public long endOffset() {
    return commits.endOffset();
  }

  @Override
  public OptionalLong offsetAt(long timeMicros) {
    for (Segment segment : segments.all()) {
      long near = segment.index().atTime(timeMicros);
      if (near >= 0) {
        OptionalLong found = scanFor(timeMicros, near, segment.end().offset());
        if (found.isPresent()) {
          return found;
        }
      }
    }
    return OptionalLong.empty();
  }

  private OptionalLong scanFor(long timeMicros, long from, long to) {
    try (FileJournalReader reader = newReader(from)) {
      while (reader.advance() && reader.recordOffset() < to) {
        if (reader.recordTimeMicros() >= timeMicros) {
          return OptionalLong.of(reader.recordOffset());
        }
        reader.passRecord();
      }
      return OptionalLong.empty();
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "looking for time " + timeMicros, e);
    }
  }

  @Override
  public JournalReader reader(long fromOffset) {
    Offsets.check("fromOffset", fromOffset, endOffset());
    return newReader(Math.max(fromOffset, startOffset()));
  }

  private FileJournalReader newReader(long from) {
    return new FileJournalReader(segments, commits, damages, lock.journalId(), from);
  }

  @Override
  public void release(String consumer, long belowOffset) {
    Offsets.check("belowOffset", belowOffset, endOffset());
    try {
      consumers.release(consumer, belowOffset);
      backlog.released(this::backlogBytes);
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "registering consumer " + consumer, e);
    }
  }

  /**
   * Keeps all records that are durable now, while others are appended.
   *
   * @param name of this journal's folder
   * @param first runs before, on this thread, while no segment is removed: for what must not need a
   *     record that is no longer there
   */
  public void snapshot(SnapshotFolder folder, String name, Runnable first) {
    housekeeper.whileNothingIsRemoved(() -> {
      first.run();
      folder.copy(name + "/lock", dir.resolve("lock"));
      // Before the ends are read: what a consumer released was durable.
      folder.linkIfPresent(name + "/consumers", dir.resolve("consumers"));
      List<Segment> all = segments.all();
      for (Segment segment : all) {
        long end = segment.end().position();
        folder.link(name + "/" + segment, segment.path(), end);
        if (segment != all.getLast()) {
          Path index = Segment.indexPath(dir, segment.base());
          folder.linkIfPresent(name + "/" + index.getFileName(), index);
        }
      }
    });
  }

  @Override
  public boolean isStalled() {
    return !writer.stalled().isEmpty();
  }

  @Override
  public JournalHealth health() {
    boolean stopped = thread.getState() == Thread.State.TERMINATED;
    return new JournalHealth(
        stopped ? "stopped" : writer.stalled(),
        backlog.why(),
        backlog.bytes(),
        queue.bytes(),
        queue.oldestNanos(),
        segments.all().size(),
        segments.sizeBytes(),
        damages.all());
  }

  @Override
  public void close() {
    queue.close();
    Threads.join(thread);
    housekeeper.stop();
    lock.close();
  }
}
