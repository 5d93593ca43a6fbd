package io.vagus.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.device.DeviceLog.Query;
import io.vagus.kit.DataSize;
import io.vagus.testkit.ManualClock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The log that goes round on a device. */
@Timeout(30)
class DeviceLogTest {
  private static final LogConfig SMALL = new LogConfig(new DataSize(16 << 10), LogLevel.INFO);

  @TempDir Path folder;
  private final ManualClock clock = new ManualClock(1_795_600_000_000_000L);

  private DeviceLog open() {
    return new DeviceLog(Optional.of(folder), SMALL, clock, clock);
  }

  private static Query newest(int lines, long before) {
    return new Query(lines, LogLevel.DEBUG, Instant.MIN, Instant.MAX, before);
  }

  /** All of them, part by part, the oldest first. */
  private static List<String> all(DeviceLog log, Query first) {
    List<String> texts = new ArrayList<>();
    Query query = first;
    while (true) {
      Map<String, Object> part = log.answer(query);
      assertThat(Json.text(part).getBytes(StandardCharsets.UTF_8).length).isLessThan(4096);
      List<String> of = ((List<?>) part.get("lines")).stream().map(DeviceLogTest::text).toList();
      texts.addAll(0, of);
      if (!(part.get("next") instanceof Long next)) {
        return texts;
      }
      assertThat(of).isNotEmpty();
      query = new Query(query.lines() - of.size(), query.level(), query.from(), query.to(), next);
    }
  }

  private static String text(@Nullable Object line) {
    return String.valueOf(((Map<?, ?>) line).get("message"));
  }

  @Test
  void keepsTheNewestLinesWithinItsBoundAndHandsThemOutInParts() throws Exception {
    try (DeviceLog log = open()) {
      for (int n = 0; n < 5000; n++) {
        log.log(LogLevel.INFO, "line " + n);
      }
      List<String> all = all(log, newest(5000, Long.MAX_VALUE));
      assertThat(all).endsWith("line 4998", "line 4999").hasSizeBetween(80, 400);
      assertThat(all.getFirst()).isEqualTo("line " + (5000 - all.size()));
      assertThat(all(log, newest(60, Long.MAX_VALUE)))
          .isEqualTo(all.subList(all.size() - 60, all.size()));
    }
    long bytes = Files.size(folder.resolve("log")) + Files.size(folder.resolve("log.1"));
    assertThat(bytes).isLessThanOrEqualTo(SMALL.bound().bytes());
  }

  @Test
  void goesOnAfterAKillThatToreItsLastLine() throws Exception {
    try (DeviceLog log = open()) {
      log.log(LogLevel.WARN, "before \"it\"\nand so on");
    }
    Files.writeString(folder.resolve("log"), "{\"seq\":2,\"ti", StandardOpenOption.APPEND);
    try (DeviceLog log = open()) {
      log.log(LogLevel.WARN, "after");
      assertThat(all(log, newest(9, Long.MAX_VALUE)))
          .containsExactly("before \"it\"\nand so on", "after");
    }
  }

  @Test
  void handsOutWhatIsAskedForByLevelAndTime() {
    try (DeviceLog log = open()) {
      Instant start = clock.now();
      for (LogLevel level : LogLevel.values()) {
        log.log(level, level.word());
        clock.advance(Duration.ofMinutes(1));
      }
      assertThat(all(log, newest(9, Long.MAX_VALUE))).containsExactly("info", "warn", "error");
      Query warnings =
          new Query(9, LogLevel.WARN, start, start.plus(Duration.ofMinutes(2)), Long.MAX_VALUE);
      assertThat(all(log, warnings)).containsExactly("warn");
    }
  }

  @Test
  void anAskedForLevelReturnsByItselfAfterItsTimeAndAfterARestart() {
    try (DeviceLog log = open()) {
      log.level(LogLevel.DEBUG, Duration.ofMinutes(10));
      clock.advance(Duration.ofSeconds(599));
      log.log(LogLevel.DEBUG, "within");
      clock.advance(Duration.ofSeconds(1));
      log.log(LogLevel.DEBUG, "after");
      assertThat(log.level()).isEqualTo(LogLevel.INFO);
      log.level(LogLevel.DEBUG, Duration.ofMinutes(10));
    }
    try (DeviceLog log = open()) {
      log.log(LogLevel.DEBUG, "restarted");
      assertThat(all(log, newest(9, Long.MAX_VALUE))).containsExactly("within");
    }
  }

  @Test
  void aLineOfAnyLengthAndAnySignFitsIntoAnAnswer() {
    try (DeviceLog log = open()) {
      log.log(LogLevel.ERROR, "\u0001".repeat(100_000));
      log.log(LogLevel.ERROR, "\uD83D\uDE00".repeat(100_000));
      assertThat(all(log, newest(2, Long.MAX_VALUE))).hasSize(2).allMatch(t -> t.endsWith("…"));
    }
  }
}
