package io.vagus.journal;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * How far each consumer has released the log, in the file {@code consumers}: a line of offset and
 * name each, then the checksum of these lines. Written behind: an older state holds back more,
 * which is safe. Guarded by its own lock.
 */
final class Consumers {
  private static final Logger LOG = System.getLogger("io.vagus.journal");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  private final Path dir;
  private final Path path;
  private final Map<String, Long> released = new TreeMap<>();
  private boolean dirty;

  Consumers(Path dir) throws IOException {
    this.dir = dir;
    path = dir.resolve("consumers");
    if (Files.exists(path)) {
      load(Files.readString(path, StandardCharsets.UTF_8));
    }
  }

  private void load(String text) {
    int cut = text.lastIndexOf('\n', text.length() - 2) + 1;
    String body = text.substring(0, cut);
    if (!text.substring(cut).equals(checksum(body))) {
      LOG.log(Level.ERROR, path + " is damaged: consumers are unknown until they release again");
      return;
    }
    body.lines()
        .forEach(line -> {
          int space = line.indexOf(' ');
          released.put(line.substring(space + 1), Long.parseLong(line.substring(0, space)));
        });
  }

  /** Remembers it; a consumer not known before is durable on return. */
  synchronized void release(String consumer, long belowOffset) throws IOException {
    if (!NAME.matcher(consumer).matches()) {
      throw new IllegalArgumentException("consumer: " + consumer + " (expected: " + NAME + ")");
    }
    Long before = released.get(consumer);
    if (before == null || before < belowOffset) {
      released.put(consumer, belowOffset);
      dirty = true;
    }
    if (before == null) {
      save();
      SegmentStore.syncDirectory(dir);
    }
  }

  /** The offset below which all consumers need nothing; empty when there are none. */
  synchronized OptionalLong least() {
    return released.values().stream().mapToLong(Long::longValue).min();
  }

  /** The furthest that a consumer has read: so much of the log was durable. */
  synchronized long most() {
    return released.values().stream().mapToLong(Long::longValue).max().orElse(0);
  }

  /** Writes the file when something changed. */
  synchronized void save() throws IOException {
    if (!dirty) {
      return;
    }
    StringBuilder body = new StringBuilder();
    released.forEach((name, offset) -> body.append(offset).append(' ').append(name).append('\n'));
    String text = body + checksum(body.toString());
    Path temporary = path.resolveSibling("consumers.tmp");
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE);
    dirty = false;
  }

  private static String checksum(String body) {
    CRC32C crc = new CRC32C();
    crc.update(body.getBytes(StandardCharsets.UTF_8));
    return "crc32c " + Long.toHexString(crc.getValue()) + "\n";
  }
}
