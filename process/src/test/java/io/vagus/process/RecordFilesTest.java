package io.vagus.process;

import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.ledger.Outcome;
import io.vagus.model.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files beside the state: records once per offset, traces at their offset. */
class RecordFilesTest {
  private static final long SMALL = 16 * 300;

  @TempDir Path folder;

  private static List<Long> newest(RecordLog log, long below, int limit) {
    return log.newest(
            below,
            limit,
            content -> {
              content.rewind();
              return content.getLong();
            })
        .items();
  }

  private static void add(RecordLog log, long offset) {
    log.add(offset, out -> out.putText("record " + offset));
  }

  @Test
  void listsNewestFirstFromAnyPoint() {
    try (RecordLog log = new RecordLog(folder, SMALL)) {
      for (long i = 0; i < 50; i++) {
        add(log, i * 10);
      }
      assertThat(newest(log, Long.MAX_VALUE, 3)).containsExactly(490L, 480L, 470L);
      assertThat(newest(log, 470, 2)).containsExactly(460L, 450L);
      assertThat(newest(log, 475, 1)).containsExactly(470L);
      assertThat(newest(log, 0, 5)).isEmpty();
      assertThat(newest(log, Long.MAX_VALUE, 1000)).hasSize(50);
      assertThat(log.find(250, Bytes::getText)).contains("record 250");
      assertThat(log.find(255, Bytes::getText)).isEmpty();
    }
  }

  @Test
  void addsARecordOnceOverRestarts() {
    try (RecordLog log = new RecordLog(folder, SMALL)) {
      for (long i = 0; i < 20; i++) {
        add(log, i);
      }
    }
    try (RecordLog log = new RecordLog(folder, SMALL)) {
      for (long i = 10; i < 25; i++) {
        add(log, i);
      }
      assertThat(newest(log, Long.MAX_VALUE, 100)).hasSize(25).doesNotHaveDuplicates();
    }
  }

  @Test
  void dropsTheOldestBeyondItsBound() throws IOException {
    try (RecordLog log = new RecordLog(folder, SMALL)) {
      for (long i = 0; i < 2000; i++) {
        add(log, i);
      }
      assertThat(newest(log, Long.MAX_VALUE, 1)).containsExactly(1999L);
      assertThat(log.find(0, Bytes::getText)).isEmpty();
    }
    try (Stream<Path> files = Files.list(folder)) {
      long bytes = files.mapToLong(path -> path.toFile().length()).sum();
      assertThat(bytes).isBetween(SMALL / 2, SMALL + 16 * 60);
    }
  }

  @Test
  void writesARecordAgainThatWasTorn() throws IOException {
    Path file = folder.resolve("%016x".formatted(7));
    try (RecordLog log = new RecordLog(folder, SMALL)) {
      add(log, 7);
      add(log, 8);
    }
    byte[] whole = Files.readAllBytes(file);
    for (int length = 0; length < whole.length; length++) {
      Files.write(file, Arrays.copyOf(whole, length));
      try (RecordLog log = new RecordLog(folder, SMALL)) {
        add(log, 7);
        add(log, 8);
        assertThat(newest(log, Long.MAX_VALUE, 9)).as("torn at %d", length).containsExactly(8L, 7L);
      }
    }
  }

  private static void trace(TraceLog log, long offset, long messageKey, long deviceKey) {
    Effects effects = new Effects();
    effects.accepted();
    effects.messageKey = messageKey;
    log.add(offset, deviceKey, offset - 1, Transport.MQTT, effects, 1000, 2000);
  }

  @Test
  void findsTheNewestTraceOfADeviceBeforeATimeOverFilesAndInMemory() {
    try (TraceLog log = new TraceLog(folder)) {
      int many = (1 << 16) + 5000; // 70536
      for (int offset = 0; offset < many; offset++) {
        Effects effects = new Effects();
        effects.accepted();
        log.add(offset, offset % 10, offset - 10, Transport.MQTT, effects, offset, offset);
        if (offset == many - 2000) {
          log.stored(offset);
        }
      }
      assertThat(log.before(3, many)).isEqualTo(70_533);
      assertThat(log.before(3, many - 4000)).isEqualTo(66_533);
      assertThat(log.before(3, 1004)).isEqualTo(1003);
      assertThat(log.before(3, 1003)).isEqualTo(993);
      assertThat(log.before(3, 3)).isEqualTo(-1);
      assertThat(log.before(77, many)).isEqualTo(-1);
    }
  }

  @Test
  void keepsTracesOverSegmentsHolesAndRestarts() {
    long first = (1 << 16) - 3;
    try (TraceLog log = new TraceLog(folder)) {
      for (long offset = first; offset < first + 10; offset++) {
        if (offset != first + 5) {
          trace(log, offset, offset, 5);
        }
      }
      assertThat(log.find(first + 1)).isPresent();
      assertThat(log.find(first + 1).orElseThrow().storedMicros()).isEmpty();
      log.stored(7000);
      assertThat(log.hasUnwritten()).isFalse();
      trace(log, first + 10, 4, 6);
      assertThat(log.find(first + 10)).isPresent();
      log.force();
    }
    try (TraceLog log = new TraceLog(folder)) {
      for (long offset = first; offset < first + 10; offset++) {
        assertThat(log.find(offset).isPresent()).as("%d", offset).isEqualTo(offset != first + 5);
      }
      TraceLog.Entry entry = log.find(first + 4).orElseThrow();
      assertThat(entry.outcome()).isEqualTo(Outcome.ACCEPTED);
      assertThat(entry.previousOffset()).isEqualTo(first + 3);
      assertThat(entry.storedMicros()).hasValue(7000);
      assertThat(log.find(first + 10)).as("was not stored").isEmpty();
      assertThat(log.find(1L << 40)).isEmpty();
      List<Long> found = new ArrayList<>();
      log.search(first + 2, 5, 10, found::add);
      log.search(first + 6, 0, 10, found::add);
      log.search(first + 6, 77, 10, found::add);
      assertThat(found).containsExactly(first + 2, first + 6);
      log.removeBelow(first + 5);
      assertThat(log.find(first)).isEmpty();
      assertThat(log.find(first + 4)).isPresent();
    }
  }

  @Test
  void findsAMessageByItsIdThroughTheIndexesOfSealedSegments() throws IOException {
    int segment = 1 << 16;
    try (TraceLog log = new TraceLog(folder)) {
      for (long offset = 0; offset < 3 * segment; offset++) {
        trace(log, offset, offset % 7 == 0 ? Keys.NONE : Keys.ofId("m-" + offset % 50_000), 5);
        if (offset % 10_000 == 0) {
          log.stored(7000);
        }
      }
      log.stored(7000);
    }
    Path first = folder.resolve("index-0000000000000000");
    assertThat(first).exists();
    assertThat(folder.resolve("index-0000000000010000")).exists();
    assertThat(folder.resolve("index-0000000000020000")).as("not sealed").doesNotExist();
    try (TraceLog log = new TraceLog(folder)) {
      List<Long> expected = List.of(160_001L, 110_001L, 60_001L, 10_001L);
      assertThat(find(log, "m-10001")).isEqualTo(expected);
      Files.write(first, new byte[100]);
      assertThat(find(log, "m-10001")).as("a broken index is made again").isEqualTo(expected);
      Files.delete(first);
      assertThat(find(log, "m-10001")).isEqualTo(expected);
      assertThat(first).exists();
      assertThat(find(log, "m-60000")).isEmpty();
      log.removeBelow(segment);
      assertThat(first).doesNotExist();
      assertThat(find(log, "m-10001")).isEqualTo(List.of(160_001L, 110_001L));
    }
  }

  private static List<Long> find(TraceLog log, String id) {
    List<Long> found = new ArrayList<>();
    log.search(Keys.ofId(id), 5, 10, found::add);
    return found;
  }

  @Test
  void passesOverAHugeHole() {
    try (TraceLog log = new TraceLog(folder)) {
      trace(log, 1, 1, 1);
      trace(log, 1L << 40, 2, 1);
      assertThat(log.find(1)).isPresent();
      assertThat(log.find(1L << 40)).isPresent();
    }
  }
}
