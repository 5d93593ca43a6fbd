package io.vagus.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.device.mqtt.Outgoing;
import io.vagus.kit.DataSize;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class FileStoreTest {
  private static final DataSize BOUND = new DataSize(64 * 1024);
  private static final String PAD = "x".repeat(400);

  @TempDir Path folder;

  private Store open(DropPolicy policy) {
    return Store.open(StoreConfig.on(folder).with(BOUND, policy));
  }

  private static Stored put(Store store, Priority priority, String text) {
    return store.append(
        new Draft(
            priority,
            "telemetry",
            true,
            true,
            (id, sequence) -> (text + " " + sequence + PAD).getBytes(StandardCharsets.UTF_8)));
  }

  private static String text(Outgoing message) {
    return new String(message.payload(), StandardCharsets.UTF_8).replace(PAD, "");
  }

  private static List<String> drain(Store store) {
    List<String> all = new ArrayList<>();
    for (Outgoing m = store.next(); m != null; m = store.next()) {
      all.add(text(m));
      store.done(m, 0);
    }
    store.settled();
    return all;
  }

  @Test
  void keepsOrderOverPrioritiesAndStarts() {
    try (Store store = open(DropPolicy.OLDEST)) {
      put(store, Priority.NORMAL, "a");
      put(store, Priority.HIGH, "b");
      put(store, Priority.LOW, "c");
      put(store, Priority.NORMAL, "d");
    }
    try (Store store = open(DropPolicy.OLDEST)) {
      put(store, Priority.HIGH, "e");
      assertThat(drain(store)).containsExactly("a 1", "b 2", "c 3", "d 4", "e 5");
      assertThat(store.counters()).isEqualTo(new Counters(5, 0, 5, 0, 0, 0, 0));
    }
  }

  @Test
  void whatWasDoneStaysDoneAndWhatWasUnderWayComesAgainWithItsId() {
    List<String> ids = new ArrayList<>();
    try (Store store = open(DropPolicy.OLDEST)) {
      for (int i = 0; i < 6; i++) {
        put(store, Priority.NORMAL, "m");
      }
      for (int i = 0; i < 4; i++) {
        Outgoing m = store.next();
        ids.add(m.messageId());
        if (i != 2) {
          store.done(m, i == 1 ? 0x99 : 0);
        }
      }
    }
    try (Store store = open(DropPolicy.OLDEST)) {
      assertThat(store.counters().acknowledged()).isEqualTo(2);
      assertThat(store.counters().refused()).isEqualTo(1);
      Outgoing again = store.next();
      assertThat(again.messageId()).isEqualTo(ids.get(2));
      assertThat(store.next().messageId()).isEqualTo(ids.get(3)); // beyond the first that is not
      assertThat(text(store.next())).isEqualTo("m 5");
    }
  }

  @Test
  void aFullStoreGivesUpTheOldestAndCountsThem() {
    try (Store store = open(DropPolicy.OLDEST)) {
      for (int i = 0; i < 400; i++) {
        assertThat(put(store, Priority.NORMAL, "m")).isInstanceOf(Stored.Kept.class);
      }
      Counters counters = store.counters();
      assertThat(counters.kept() + counters.droppedFull()).isEqualTo(400);
      assertThat(bytesOnDisk()).isLessThanOrEqualTo(BOUND.bytes() + 1024);

      List<String> left = drain(store);
      assertThat(left).hasSize((int) counters.kept());
      assertThat(left.getFirst()).isEqualTo("m " + (counters.droppedFull() + 1));
      assertThat(left.getLast()).isEqualTo("m 400");
      assertThat(store.counters().kept()).isZero();
    }
  }

  @Test
  void aFullStoreGivesUpTheNewestWhenToldSo() {
    try (Store store = open(DropPolicy.NEWEST)) {
      long dropped = 0;
      for (int i = 0; i < 400; i++) {
        dropped += put(store, Priority.NORMAL, "m") instanceof Stored.Dropped ? 1 : 0;
      }
      assertThat(store.counters().droppedFull()).isEqualTo(dropped).isPositive();
      List<String> left = drain(store);
      assertThat(left).hasSize((int) (400 - dropped));
      assertThat(left.getFirst()).isEqualTo("m 1");
    }
  }

  @Test
  void aFullStoreGivesUpTheLowestPriorityFirstAndNothingAbove() {
    try (Store store = open(DropPolicy.BY_PRIORITY)) {
      for (int i = 0; i < 60; i++) {
        put(store, Priority.HIGH, "high");
        put(store, Priority.LOW, "low");
      }
      for (int i = 0; i < 60; i++) {
        put(store, Priority.NORMAL, "normal");
      }
      List<String> left = drain(store);
      assertThat(left.stream().filter(t -> t.startsWith("high"))).hasSize(60);
      assertThat(left.stream().filter(t -> t.startsWith("low")).count()).isLessThan(30);
      assertThat(store.counters().droppedFull()).isEqualTo(180 - left.size());
    }
  }

  @Test
  void lowMessagesDoNotTakeThePlaceOfHighOnes() {
    try (Store store = open(DropPolicy.BY_PRIORITY)) {
      while (store.counters().droppedFull() == 0) {
        put(store, Priority.HIGH, "high");
      }
      long before = store.counters().kept();
      for (int i = 0; i < 300; i++) {
        put(store, Priority.LOW, "low");
      }
      assertThat(drain(store).stream().filter(t -> t.startsWith("high"))).hasSize((int) before);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 8, 30, 500})
  void aTornTailIsCutOffAndNothingBeforeItIsLost(int torn) throws IOException {
    try (Store store = open(DropPolicy.OLDEST)) {
      put(store, Priority.NORMAL, "a");
      put(store, Priority.NORMAL, "b");
    }
    Path segment = segments().getFirst();
    byte[] whole = Files.readAllBytes(segment);
    ByteBuffer begun = ByteBuffer.wrap(whole, 0, Math.min(torn, whole.length / 2 - 1));
    try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.APPEND)) {
      channel.write(begun);
    }
    try (Store store = open(DropPolicy.OLDEST)) {
      put(store, Priority.NORMAL, "c");
      assertThat(drain(store)).containsExactly("a 1", "b 2", "c 3");
      assertThat(store.counters().damaged()).isZero();
    }
  }

  @Test
  void aDamagedRecordIsCountedAndTheNextSegmentsAreRead() throws IOException {
    try (Store store = open(DropPolicy.OLDEST)) {
      for (int i = 0; i < 20; i++) {
        put(store, Priority.NORMAL, "m");
      }
    }
    assertThat(segments()).hasSizeGreaterThan(2);
    try (FileChannel channel = FileChannel.open(segments().getFirst(), StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[] {'?'}), 60);
    }
    try (Store store = open(DropPolicy.OLDEST)) {
      List<String> left = drain(store);
      assertThat(left.getLast()).isEqualTo("m 20");
      assertThat(left.size()).isBetween(10, 19);
      assertThat(store.counters().damaged()).isOne();
    }
  }

  @Test
  void numbersAreNotGivenOutTwiceWhenAllThatHeldThemIsGone() throws IOException {
    String last;
    try (Store store = open(DropPolicy.OLDEST)) {
      put(store, Priority.NORMAL, "a");
      Outgoing m = store.next();
      last = m.messageId();
      store.done(m, 0);
    }
    for (Path segment : segments()) {
      Files.delete(segment);
    }
    try (Store store = open(DropPolicy.OLDEST)) {
      put(store, Priority.NORMAL, "b");
      Outgoing next = store.next();
      assertThat(text(next)).isEqualTo("b 2");
      assertThat(next.messageId()).isNotEqualTo(last);
    }
  }

  @Test
  void oneFolderIsOneDevices() {
    try (Store store = open(DropPolicy.OLDEST)) {
      put(store, Priority.NORMAL, "a");
      assertThatThrownBy(() -> open(DropPolicy.OLDEST))
          .isInstanceOf(VagusException.class)
          .hasMessageContaining("is used by another device");
    }
  }

  @Test
  void anInterruptedCallerDoesNotBreakIt() {
    try (Store store = open(DropPolicy.OLDEST)) {
      Thread.currentThread().interrupt();
      Stored stored = put(store, Priority.NORMAL, "a");
      assertThat(Thread.interrupted()).isTrue();
      assertThat(stored).isInstanceOf(Stored.Kept.class);
      put(store, Priority.NORMAL, "b");
      assertThat(drain(store)).containsExactly("a 1", "b 2");
    }
  }

  private List<Path> segments() throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(".segment")).sorted().toList();
    }
  }

  private long bytesOnDisk() {
    try {
      long sum = 0;
      for (Path segment : segments()) {
        sum += Files.size(segment);
      }
      return sum;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
