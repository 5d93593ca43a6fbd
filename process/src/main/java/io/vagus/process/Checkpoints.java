package io.vagus.process;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.SnapshotFolder;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * Where the state of the processing is kept: a base file with all of it, and a delta file with what
 * changed since, one frame per checkpoint. A delta that has grown beyond its base, and {@link
 * #MIN_DELTA_BYTES}, is replaced by a new base, so that a checkpoint costs what changed and a start
 * what there is.
 *
 * <pre>
 * step of a new base                  | what a start finds after a crash here
 * ------------------------------------+-----------------------------------------
 * write base-N+1.tmp, force           | base-N, delta-N; the tmp file is removed
 * rename to base-N+1, force directory | base-N+1 with an empty delta; N is removed
 * remove base-N, delta-N              | base-N+1
 * </pre>
 *
 * One thread.
 */
final class Checkpoints implements AutoCloseable {
  private static final long MIN_DELTA_BYTES = 32L << 20;
  private static final String BASE = "base-";
  private static final String DELTA = "delta-";
  private static final String TEMPORARY = ".tmp";

  private final Path folder;
  private final long minDeltaBytes;
  private long generation;
  private long baseBytes;
  private FrameFile delta;

  /** Opens the folder and hands over the frames of the last state, in order. */
  static Checkpoints open(Path folder, Consumer<Bytes> frames) {
    return open(folder, MIN_DELTA_BYTES, frames);
  }

  static Checkpoints open(Path folder, long minDeltaBytes, Consumer<Bytes> frames) {
    try {
      Files.createDirectories(folder);
      return new Checkpoints(folder, minDeltaBytes, frames);
    } catch (IOException e) {
      throw FrameFile.failed(folder, e);
    }
  }

  private Checkpoints(Path folder, long minDeltaBytes, Consumer<Bytes> frames) throws IOException {
    this.folder = folder;
    this.minDeltaBytes = minDeltaBytes;
    this.generation = newestGeneration();
    removeAllBut(generation);
    if (generation > 0) {
      readBase(folder.resolve(BASE + generation), frames);
    }
    this.delta =
        FrameFile.open(
            folder.resolve(DELTA + generation), (position, frame) -> frames.accept(frame));
    forceFolder();
  }

  private void readBase(Path path, Consumer<Bytes> frames) throws IOException {
    baseBytes = Files.size(path);
    long readable = FrameFile.read(path, (position, frame) -> frames.accept(frame));
    if (readable != baseBytes) {
      throw new VagusException(
          ErrorCode.DATA_CORRUPT,
          "%s: readable to byte %d of %d".formatted(path, readable, baseBytes));
    }
  }

  /** Adds what changed and makes it durable. */
  void append(Bytes frame) {
    delta.append(frame);
    delta.force();
  }

  boolean wantsBase() {
    return delta.sizeBytes() > Math.max(minDeltaBytes, baseBytes);
  }

  /** Writes a new base with the frames that {@code writer} hands to its sink. */
  void rebase(Consumer<Consumer<Bytes>> writer) {
    long next = generation + 1;
    Path temporary = folder.resolve(BASE + next + TEMPORARY);
    try {
      Files.deleteIfExists(temporary);
      try (FrameFile file = FrameFile.open(temporary, (position, frame) -> {})) {
        writer.accept(file::append);
        file.force();
        baseBytes = file.sizeBytes();
      }
      Files.move(temporary, folder.resolve(BASE + next), StandardCopyOption.ATOMIC_MOVE);
      forceFolder();
      delta.close();
      generation = next;
      delta = FrameFile.open(folder.resolve(DELTA + next), (position, frame) -> {});
      removeAllBut(next);
      forceFolder();
    } catch (IOException e) {
      throw FrameFile.failed(folder, e);
    }
  }

  private long newestGeneration() throws IOException {
    return files().stream()
        .map(path -> path.getFileName().toString())
        .filter(name -> name.startsWith(BASE) && !name.endsWith(TEMPORARY))
        .mapToLong(name -> Long.parseLong(name.substring(BASE.length())))
        .max()
        .orElse(0);
  }

  private void removeAllBut(long kept) throws IOException {
    for (Path path : files()) {
      String name = path.getFileName().toString();
      boolean ours = name.startsWith(BASE) || name.startsWith(DELTA);
      if (ours && !name.equals(BASE + kept) && !name.equals(DELTA + kept)) {
        Files.delete(path);
      }
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return new ArrayList<>(files.toList());
    }
  }

  private void forceFolder() throws IOException {
    try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Keeps the last state. */
  void snapshot(SnapshotFolder to, String name) {
    to.linkIfPresent(name + "/" + BASE + generation, folder.resolve(BASE + generation));
    to.link(name + "/" + DELTA + generation, delta.path(), delta.sizeBytes());
  }

  long sizeBytes() {
    return baseBytes + delta.sizeBytes();
  }

  @Override
  public void close() {
    delta.close();
  }
}
