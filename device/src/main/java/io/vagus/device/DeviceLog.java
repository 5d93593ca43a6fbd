package io.vagus.device;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.MonotonicClock;
import io.vagus.kit.VagusException;
import io.vagus.kit.WallClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a device notes of itself, kept on the device, bounded, and sent when somebody asks for it
 * (device contract, Log). A disk that takes no more costs lines, and nothing else. Guarded by
 * itself.
 */
public final class DeviceLog implements AutoCloseable {
  /** So that one line always fits into an answer. */
  private static final int MAX_TEXT_CHARS = 500;

  /** Of an answer's lines, below the 4 KiB of a result's output. */
  private static final int MAX_PART_BYTES = 3_600;

  private final Optional<LogFiles> files;
  private final LogLevel usual;
  private final WallClock clock;
  private final MonotonicClock monotonic;
  private LogLevel level;
  private long usualAgainNanos;
  private long lost;

  /**
   * @param folder empty: nothing is kept
   */
  DeviceLog(Optional<Path> folder, LogConfig config, WallClock clock, MonotonicClock monotonic) {
    this.files = folder.map(f -> new LogFiles(f, config.bound().bytes()));
    this.usual = config.level();
    this.level = usual;
    this.clock = clock;
    this.monotonic = monotonic;
  }

  /** Which lines somebody asks for. */
  record Query(int lines, LogLevel level, Instant from, Instant to, long beforeSeq) {
    private boolean takes(Map<String, @Nullable Object> line) {
      Optional<LogLevel> its = LogLevel.of(String.valueOf(line.get("level")));
      return its.filter(l -> l.compareTo(level) >= 0).isPresent()
          && line.get("seq") instanceof Long seq
          && seq < beforeSeq
          && line.get("time") instanceof String time
          && !Instant.parse(time).isBefore(from)
          && !Instant.parse(time).isAfter(to);
    }
  }

  boolean isKept() {
    return files.isPresent();
  }

  /** Keeps a line with the device's time, up to 500 characters of it. */
  public synchronized void log(LogLevel of, String text) {
    if (files.isEmpty() || of.compareTo(level()) < 0) {
      return;
    }
    boolean fits = text.length() <= MAX_TEXT_CHARS;
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("time", clock.now().toString());
    line.put("level", of.word());
    line.put("message", fits ? text : text.substring(0, MAX_TEXT_CHARS - 1) + "…");
    try {
      files.get().append(line);
    } catch (IOException e) {
      lost++;
    }
  }

  /** The one in force. */
  public synchronized LogLevel level() {
    if (level != usual && monotonic.nanos() - usualAgainNanos >= 0) {
      level = usual;
    }
    return level;
  }

  /** For so long; then, and after a restart, the usual one is in force again. */
  synchronized void level(LogLevel other, Duration during) {
    level = other;
    usualAgainNanos = monotonic.nanos() + during.toNanos();
  }

  /**
   * As many of the newest lines as fit into an answer, the oldest of them first; {@code next} says
   * before which line to go on when there are more.
   */
  synchronized Map<String, Object> answer(Query query) {
    List<Map<String, @Nullable Object>> found = found(query);
    int from = found.size();
    int bytes = 0;
    while (from > 0 && bytes + size(found.get(from - 1)) <= MAX_PART_BYTES) {
      bytes += size(found.get(--from));
    }
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("lines", List.copyOf(found.subList(from, found.size())));
    if (from > 0 && found.get(from).get("seq") instanceof Long next) {
      answer.put("next", next);
    }
    if (lost > 0) {
      answer.put("lost", lost);
    }
    return answer;
  }

  private List<Map<String, @Nullable Object>> found(Query query) {
    try {
      List<Map<String, @Nullable Object>> found = new ArrayList<>();
      for (Map<String, @Nullable Object> line : files.orElseThrow().lines()) {
        if (query.takes(line)) {
          found.add(line);
        }
      }
      return found.subList(Math.max(0, found.size() - query.lines()), found.size());
    } catch (IOException e) {
      throw new VagusException(ErrorCode.IO_FAILED, "cannot read the log: " + e, e);
    }
  }

  private static int size(Map<String, @Nullable Object> line) {
    return Json.text(line).getBytes(StandardCharsets.UTF_8).length + 1;
  }

  @Override
  public synchronized void close() {
    files.ifPresent(open -> {
      try {
        open.close();
      } catch (IOException e) {
        throw new VagusException(ErrorCode.IO_FAILED, "cannot close the log: " + e, e);
      }
    });
  }
}
