package io.vagus.device;

import io.vagus.device.mqtt.Outgoing;
import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A store on disk: a lane of segment files for each priority, and a state file that says how far
 * each has come. What was kept survives the process, and with {@link StoreConfig#synced} the power.
 * After a crash some messages may go out again, fewer than the server remembers. Guarded by itself.
 */
final class FileStore implements Store {
  private static final int SEGMENTS = 16;

  /** Less than the server remembers of a device (256), with a full window under way. */
  private static final int SYNC_EVERY = 64;

  private static final int NOTHING = -1;

  private final Path folder;
  private final StoreConfig config;
  private final StateFile file;
  private final Tally tally;
  private final SegmentLane[] lanes;
  private final long segmentBytes;
  private int unsynced;
  private boolean dirty;
  private boolean closed;

  private FileStore(
      Path folder, StoreConfig config, StateFile file, Tally tally, SegmentLane[] lanes) {
    this.folder = folder;
    this.config = config;
    this.file = file;
    this.tally = tally;
    this.lanes = lanes;
    this.segmentBytes = config.bound().bytes() / SEGMENTS;
  }

  static FileStore open(Path folder, StoreConfig config) {
    try {
      Files.createDirectories(folder);
      StateFile file = StateFile.open(folder.resolve("state"));
      StateFile.State state = file.read();
      state.tally().kept = 0;
      SegmentLane[] lanes = new SegmentLane[state.done().length];
      for (int lane = 0; lane < lanes.length; lane++) {
        lanes[lane] = new SegmentLane(state.done()[lane]);
        for (Path path : segments(folder, lane)) {
          lanes[lane].add(SegmentFile.open(path, lane, state.done()[lane], state.tally()));
        }
      }
      return new FileStore(folder, config, file, state.tally(), lanes);
    } catch (IOException e) {
      throw new VagusException(
          ErrorCode.IO_FAILED, "cannot open the store " + folder + ": " + e, e);
    }
  }

  private static List<Path> segments(Path folder, int lane) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(f -> f.getFileName().toString().startsWith(lane + "-"))
          .sorted(Comparator.comparing(f -> f.getFileName().toString()))
          .toList();
    }
  }

  @Override
  public synchronized Stored append(Draft draft) {
    if (closed) {
      throw new VagusException(ErrorCode.STOPPING, "the device is closed");
    }
    Outgoing message = number(draft);
    dirty = true;
    int size = SegmentFile.bytes(message);
    while (bytes() + size > config.bound().bytes()) {
      int lost = size > config.bound().bytes() ? NOTHING : giveUpSome(message.lane());
      tally.droppedFull += Math.max(0, lost);
      if (lost == NOTHING) {
        tally.droppedFull++;
        return new Stored.Dropped(Stored.DropReason.FULL);
      }
    }
    return write(message, draft.sequenced() ? tally.sequence : 0);
  }

  private Outgoing number(Draft draft) {
    String messageId = tally.nextId(file.storeId(), draft.sequenced());
    byte[] payload = draft.content().bytes(messageId, tally.sequence);
    return new Outgoing(
        tally.number,
        draft.priority().ordinal(),
        draft.topic(),
        draft.withId() ? messageId : "",
        payload);
  }

  /** A disk that takes no more is a bound like another: what the policy gives up makes room. */
  private Stored write(Outgoing message, long sequence) {
    while (!tryWrite(message, sequence)) {
      int lost = giveUpSome(message.lane());
      tally.droppedDisk += Math.max(0, lost);
      if (lost == NOTHING) {
        tally.droppedDisk++;
        return new Stored.Dropped(Stored.DropReason.DISK);
      }
    }
    tally.kept++;
    return new Stored.Kept(message.number());
  }

  private boolean tryWrite(Outgoing message, long sequence) {
    SegmentLane lane = lanes[message.lane()];
    try {
      SegmentFile tail = lane.tail();
      if (tail == null
          || (tail.size() > 0 && tail.size() + SegmentFile.bytes(message) > segmentBytes)) {
        tail = SegmentFile.create(folder, message.lane(), message.number(), config.synced());
        lane.add(tail);
      }
      tail.append(message, sequence, config.synced());
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private long bytes() {
    long sum = 0;
    for (SegmentLane lane : lanes) {
      sum += lane.bytes();
    }
    return sum;
  }

  /** How many messages were lost by it, or {@link #NOTHING}: the new one has to give way. */
  private int giveUpSome(int newLane) {
    SegmentLane victim = null;
    for (int i = 0; i < lanes.length; i++) {
      SegmentLane lane = lanes[i];
      boolean better =
          switch (config.policy()) {
            case OLDEST -> !lane.isEmpty() && (victim == null || lane.oldest() < victim.oldest());
            case NEWEST -> false;
            case BY_PRIORITY -> !lane.isEmpty() && victim == null && i <= newLane;
          };
      victim = better ? lane : victim;
    }
    if (victim == null) {
      return NOTHING;
    }
    int lost = victim.dropOldest();
    tally.kept -= lost;
    // The numbers that were in it must not be given out again.
    save(config.synced());
    return lost;
  }

  @Override
  public synchronized @Nullable Outgoing next() {
    SegmentLane first = null;
    Outgoing next = null;
    for (SegmentLane lane : lanes) {
      Outgoing message = closed ? null : lane.peek(tally);
      if (message != null && (next == null || goesBefore(message, next))) {
        next = message;
        first = lane;
      }
    }
    if (first != null) {
      first.take();
    }
    return next;
  }

  private static boolean goesBefore(Outgoing message, Outgoing other) {
    boolean urgent = message.lane() == Priority.URGENT.ordinal();
    return urgent || message.number() < other.number();
  }

  @Override
  public synchronized void done(Outgoing message, int reasonCode) {
    tally.done(reasonCode);
    unsynced++;
    dirty = true;
    if (!closed) {
      lanes[message.lane()].done(message.number());
    }
  }

  @Override
  public synchronized void settled() {
    if (dirty && !closed) {
      save(config.synced() && unsynced >= SYNC_EVERY);
    }
  }

  private void save(boolean synced) {
    long[] done = new long[lanes.length];
    for (int lane = 0; lane < lanes.length; lane++) {
      done[lane] = lanes[lane].done();
    }
    try {
      file.write(new StateFile.State(done, tally), synced);
      unsynced = synced ? 0 : unsynced;
      dirty = false;
    } catch (IOException e) {
      // The slots need no room on a full disk, so that this is the disk's end: what is not written
      // down goes out again after a start.
    }
  }

  @Override
  public synchronized Counters counters() {
    return tally.counters();
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    try {
      save(config.synced());
      closed = true;
      for (SegmentLane lane : lanes) {
        lane.close();
      }
      file.close();
    } catch (IOException e) {
      throw new VagusException(
          ErrorCode.IO_FAILED, "cannot close the store " + folder + ": " + e, e);
    }
  }
}
