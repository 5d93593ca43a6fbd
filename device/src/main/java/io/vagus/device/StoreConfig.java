package io.vagus.device;

import io.vagus.kit.DataSize;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where messages wait until the server has them.
 *
 * @param folder the device's alone; empty: memory
 * @param bound of what waits; a full store gives up a sixteenth of it at once
 * @param synced whether each message is on the disk before {@link Device#send} returns, so that
 *     power may fail; else only the process may
 */
public record StoreConfig(
    Optional<Path> folder, DataSize bound, DropPolicy policy, boolean synced) {
  private static final long MIN_BYTES = 64 * 1024;

  public StoreConfig {
    if (bound.bytes() < MIN_BYTES) {
      throw new IllegalArgumentException(
          "bound: " + bound.bytes() + " bytes (expected: >= " + MIN_BYTES + ")");
    }
  }

  /** 64 MiB on disk, synced, the oldest given up first. */
  public static StoreConfig on(Path folder) {
    return new StoreConfig(Optional.of(folder), new DataSize(64 << 20), DropPolicy.OLDEST, true);
  }

  /** A mebibyte of memory, the oldest given up first. */
  public static StoreConfig inMemory() {
    return new StoreConfig(Optional.empty(), new DataSize(1 << 20), DropPolicy.OLDEST, false);
  }

  public StoreConfig with(DataSize other, DropPolicy otherPolicy) {
    return new StoreConfig(folder, other, otherPolicy, synced);
  }
}
