package io.vagus.series.questdb;

import io.questdb.cairo.CairoError;
import io.questdb.cairo.CairoException;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.SnapshotFolder;
import io.vagus.kit.VagusException;
import io.vagus.kit.WallClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The folder: {@code raw/} is QuestDB's, {@code minute/} and {@code hour/} hold roll-ups, {@code
 * series.dict} the {@link Dictionary}, {@code state} the {@link SeriesState}; {@code rebuild}
 * exists while raw readings are to be replayed, {@code lock} is held by the process that has it
 * open.
 *
 * <p>When QuestDB's part cannot be read, only that is put aside: roll-ups reach back further than
 * any journal and stay. When dictionary or state cannot be read, all of it is.
 */
final class Store implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Store.class.getName());
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  /** EIO, ENOMEM, EACCES, ENFILE, EMFILE, ENOSPC: the machine's trouble, not the files'. */
  private static final Set<Integer> NOT_THE_FILES = Set.of(5, 12, 13, 23, 24, 28);

  private final Path directory;
  private final FileChannel lock;
  private final Dictionary dictionary;
  private final RawStore raw;
  private final Rollups rollups;
  private final ReentrantLock writing = new ReentrantLock();

  private Store(Path directory, FileChannel lock, WallClock wall) throws IOException {
    this.directory = directory;
    this.lock = lock;
    SeriesState state = SeriesState.read(directory.resolve("state"));
    dictionary = Dictionary.open(directory.resolve("series.dict"));
    if (dictionary.count() < state.seriesCount()) {
      throw new VagusException(
          ErrorCode.DATA_CORRUPT,
          "series.dict: " + dictionary.count() + " (expected: >= " + state.seriesCount() + ")");
    }
    RawStore opened = openRaw();
    if (opened == null) {
      state = state.rebuiltAt(wall.micros());
      state.write(directory.resolve("state"));
      quarantine(rawPath(directory), directory, wall);
      opened = freshRaw();
    }
    raw = opened;
    rollups = new Rollups(directory, state, raw, dictionary, writing);
  }

  static Store open(Path directory, WallClock wall) {
    try {
      Files.createDirectories(directory);
      EngineConfig.silenceLogs(directory);
      NativeSetup.load();
      EngineConfig.startLogs();
      FileChannel lock = lock(directory);
      try {
        return new Store(directory, lock, wall);
      } catch (VagusException e) {
        lock.close();
        if (e.code() != ErrorCode.DATA_CORRUPT) {
          throw e;
        }
        LOG.log(System.Logger.Level.ERROR, "series store cannot be read", e);
      }
      quarantine(directory, directory, wall);
      Files.createDirectories(directory);
      return new Store(directory, lock(directory), wall);
    } catch (IOException e) {
      throw DurableFiles.failed("series store", e);
    }
  }

  private static FileChannel lock(Path directory) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    @Nullable FileLock held;
    try {
      held = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      held = null;
    }
    if (held == null) {
      channel.close();
      throw new VagusException(
          ErrorCode.DATA_LOCKED, "series store " + directory + ": open in another process");
    }
    return channel;
  }

  /** Null when the files are there and cannot be read. */
  private @Nullable RawStore openRaw() throws IOException {
    Path path = rawPath(directory);
    if (!Files.exists(path)) {
      return freshRaw();
    }
    try {
      TxnCheck.run(path);
      return RawStore.open(path);
    } catch (CairoException e) {
      if (NOT_THE_FILES.contains(e.getErrno())) {
        throw RawStore.failed("open", e);
      }
      LOG.log(System.Logger.Level.ERROR, "series tables cannot be read", e);
    } catch (VagusException e) {
      if (e.code() == ErrorCode.DISK_FULL) {
        throw e;
      }
      LOG.log(System.Logger.Level.ERROR, "series tables cannot be read", e);
    } catch (RuntimeException | CairoError | InternalError | AssertionError e) {
      // Damaged files surface as whatever the engine trips over.
      LOG.log(System.Logger.Level.ERROR, "series tables cannot be read", e);
    }
    return null;
  }

  private RawStore freshRaw() throws IOException {
    Files.write(rebuildPath(), new byte[0]);
    DurableFiles.syncDirectory(directory);
    return RawStore.create(Files.createDirectories(rawPath(directory)));
  }

  private static void quarantine(Path what, Path directory, WallClock wall) throws IOException {
    String name = directory.getFileName() + ".quarantine-" + STAMP.format(wall.now());
    Path target = directory.resolveSibling(name);
    for (int i = 2; Files.exists(target); i++) {
      target = directory.resolveSibling(name + "-" + i);
    }
    Files.move(what, target, StandardCopyOption.ATOMIC_MOVE);
    DurableFiles.syncParent(target);
    LOG.log(System.Logger.Level.ERROR, "put aside {0}, to be rebuilt from the journal", target);
  }

  List<String> quarantined() {
    String prefix = directory.getFileName() + ".quarantine-";
    try (Stream<Path> siblings = Files.list(directory.toAbsolutePath().getParent())) {
      return siblings
          .map(p -> p.getFileName().toString())
          .filter(name -> name.startsWith(prefix))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean needsRebuild() {
    return Files.exists(rebuildPath());
  }

  void rebuildStarted() {
    try {
      Files.deleteIfExists(rebuildPath());
      DurableFiles.syncDirectory(directory);
    } catch (IOException e) {
      throw DurableFiles.failed("rebuild", e);
    }
  }

  /** Keeps all that is committed. */
  void snapshot(SnapshotFolder folder, String name) {
    writing.lock();
    try {
      folder.link(name + "/series.dict", directory.resolve("series.dict"), dictionary.sizeBytes());
      folder.linkIfPresent(name + "/state", directory.resolve("state"));
      folder.linkIfPresent(name + "/rebuild", rebuildPath());
      rollups.snapshot(folder, name);
      raw.snapshot(folder, name + "/raw");
    } catch (IOException e) {
      throw DurableFiles.failed("snapshot", e);
    } finally {
      writing.unlock();
    }
  }

  Dictionary dictionary() {
    return dictionary;
  }

  RawStore raw() {
    return raw;
  }

  Rollups rollups() {
    return rollups;
  }

  ReentrantLock writing() {
    return writing;
  }

  long rawBytes() throws IOException {
    return DurableFiles.sizeBytes(rawPath(directory));
  }

  private Path rebuildPath() {
    return directory.resolve("rebuild");
  }

  private static Path rawPath(Path directory) {
    return directory.resolve("raw");
  }

  @Override
  public void close() {
    raw.close();
    try {
      dictionary.close();
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
