package io.vagus.journal;

import static io.vagus.journal.Appends.LONG;
import static io.vagus.journal.Appends.append;
import static io.vagus.journal.Appends.batch;
import static io.vagus.journal.Appends.poll;
import static io.vagus.journal.Appends.readAll;
import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vagus.journal.Appends.Outcome;
import io.vagus.journal.Appends.Read;
import io.vagus.kit.DataSize;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every journal does. */
@Timeout(60)
abstract class JournalContract {
  private static final DataSize QUEUE = new DataSize(64 << 10);
  private Journal journal;

  abstract Journal create(DataSize queueBytes) throws Exception;

  @BeforeEach
  void createJournal() throws Exception {
    journal = create(QUEUE);
  }

  @AfterEach
  void closeJournal() {
    journal.close();
  }

  @Test
  void numbersRecordsFromZeroWithoutHoles() {
    assertThat(append(journal, 10, "a", "b")).isEqualTo(0);
    assertThat(append(journal, 20, "c")).isEqualTo(2);
    assertThat(journal.endOffset()).isEqualTo(3);
    assertThat(journal.startOffset()).isEqualTo(0);
    assertThat(readAll(journal, 0))
        .containsExactly(new Read(0, 10, "a"), new Read(1, 10, "b"), new Read(2, 20, "c"));
  }

  @Test
  void readsFromAnyOffset() {
    append(journal, 1, "a", "b", "c", "d");
    assertThat(readAll(journal, 2)).extracting(Read::text).containsExactly("c", "d");
    assertThat(readAll(journal, 4)).isEmpty();
  }

  @Test
  void handsOverNoMoreRecordsThanAskedFor() {
    append(journal, 1, "a", "b", "c");
    List<Read> got = new ArrayList<>();
    try (JournalReader reader = journal.reader(0)) {
      assertThat(poll(reader, 2, Duration.ZERO, got)).isEqualTo(2);
      assertThat(reader.position()).isEqualTo(2);
      assertThat(poll(reader, 2, Duration.ZERO, got)).isEqualTo(1);
      assertThat(poll(reader, 2, Duration.ofMillis(5), got)).isZero();
    }
    assertThat(got).extracting(Read::offset).containsExactly(0L, 1L, 2L);
  }

  @Test
  void keepsEmptyAndLargeRecords() {
    String large = "x".repeat(3 << 20);
    append(journal, 1, "", large, "");
    assertThat(readAll(journal, 0)).extracting(Read::text).containsExactly("", large, "");
  }

  @Test
  void callsBackForAnEmptyBatch() {
    append(journal, 1, "a");
    assertThat(append(journal, 2)).isEqualTo(1);
    assertThat(journal.endOffset()).isEqualTo(1);
  }

  @Test
  void refusesOffsetsBeyondItsEnd() {
    append(journal, 1, "a");
    assertThatThrownBy(() -> journal.reader(2)).hasMessageContaining("fromOffset: 2");
    assertThatThrownBy(() -> journal.release("process", 2)).hasMessageContaining("belowOffset: 2");
  }

  @Test
  void findsTheFirstRecordAtOrAfterATime() {
    append(journal, 100, "a");
    append(journal, 300, "b");
    append(journal, 200, "late");
    append(journal, 400, "c");
    assertThat(journal.offsetAt(0)).isEqualTo(OptionalLong.of(0));
    assertThat(journal.offsetAt(100)).isEqualTo(OptionalLong.of(0));
    assertThat(journal.offsetAt(101)).isEqualTo(OptionalLong.of(1));
    assertThat(journal.offsetAt(301)).isEqualTo(OptionalLong.of(3));
    assertThat(journal.offsetAt(401)).isEmpty();
  }

  @Test
  void wakesAReaderThatWaits() throws Exception {
    List<Read> got = Collections.synchronizedList(new ArrayList<>());
    AtomicReference<Thread> waiter = new AtomicReference<>();
    Thread thread =
        Thread.ofVirtual()
            .start(() -> {
              waiter.set(Thread.currentThread());
              try (JournalReader reader = journal.reader(0)) {
                poll(reader, 10, LONG, got);
              }
            });
    eventually(
        LONG,
        "the reader waits",
        () -> waiter.get() != null && waiter.get().getState() == Thread.State.TIMED_WAITING);
    append(journal, 1, "a");
    thread.join();
    assertThat(got).extracting(Read::text).containsExactly("a");
  }

  @Test
  void interruptsAReaderThatWaits() throws Exception {
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread thread =
        Thread.ofVirtual()
            .start(() -> {
              try (JournalReader reader = journal.reader(0)) {
                reader.poll(1, LONG, (offset, time, array, from, length) -> {});
              } catch (Throwable e) {
                thrown.set(e);
              }
            });
    thread.interrupt();
    thread.join();
    assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
  }

  @Test
  void makesBatchesOfManyThreadsDurableInTheirOrder() throws Exception {
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      String name = "t" + t + "-";
      threads.add(Thread.ofPlatform().start(() -> appendNumbered(name, 500)));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    List<Read> all = readAll(journal, 0);
    assertThat(all).hasSize(2000);
    for (int t = 0; t < 4; t++) {
      String name = "t" + t + "-";
      List<String> own =
          all.stream().map(Read::text).filter(text -> text.startsWith(name)).toList();
      for (int i = 0; i < 500; i++) {
        assertThat(own.get(i)).isEqualTo(name + i);
      }
    }
    for (int i = 0; i < 2000; i++) {
      assertThat(all.get(i).offset()).isEqualTo(i);
    }
  }

  private void appendNumbered(String name, int count) {
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Outcome outcome = new Outcome();
      RecordBatch batch = batch(i, name + i);
      eventually(LONG, "room in the queue", () -> journal.append(batch, outcome));
      outcomes.add(outcome);
    }
    outcomes.forEach(outcome -> assertThat(outcome.get()).isNotNegative());
  }

  @Test
  void answersFalseWhenTheQueueIsFullAndSaysWhenItHasRoom() throws Exception {
    CountDownLatch free = new CountDownLatch(1);
    CountDownLatch held = holdThread(free);
    held.await();
    String text = "x".repeat(1000);
    int taken = 0;
    while (journal.append(batch(1, text), new Outcome())) {
      taken++;
    }
    assertThat(taken).isBetween(40, 64);
    assertThat(journal.health().queuedBytes()).isLessThanOrEqualTo(QUEUE.bytes());
    CountDownLatch writable = new CountDownLatch(1);
    journal.whenWritable(writable::countDown);
    assertThat(writable.getCount()).isEqualTo(1);
    free.countDown();
    writable.await();
    assertThat(append(journal, 1, text)).isEqualTo(taken + 1);
    eventually(LONG, "nothing is queued", () -> journal.health().queuedBytes() == 0);
  }

  /** Keeps the journal's thread busy until the latch is free. */
  private CountDownLatch holdThread(CountDownLatch free) {
    CountDownLatch held = new CountDownLatch(1);
    journal.append(
        batch(1, "first"),
        new AppendCallback() {
          @Override
          public void durable(long firstOffset) {
            held.countDown();
            try {
              free.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }

          @Override
          public void abandoned() {}
        });
    return held;
  }

  @Test
  void saysAtOnceThatItIsWritableWhenItIs() throws Exception {
    CountDownLatch writable = new CountDownLatch(1);
    journal.whenWritable(writable::countDown);
    writable.await();
  }

  @Test
  void takesABatchLargerThanTheQueueWhenNothingWaits() {
    String text = "x".repeat(200 << 10);
    assertThat(append(journal, 1, text)).isZero();
    assertThat(readAll(journal, 0)).extracting(Read::text).containsExactly(text);
  }

  @Test
  void outlivesACallbackThatThrows() {
    journal.append(
        batch(1, "a"),
        new AppendCallback() {
          @Override
          public void durable(long firstOffset) {
            throw new IllegalStateException("thrown by the test");
          }

          @Override
          public void abandoned() {}
        });
    assertThat(append(journal, 1, "b")).isEqualTo(1);
  }

  @Test
  void makesWhatIsQueuedDurableWhenClosed() {
    List<Outcome> outcomes = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      Outcome outcome = new Outcome();
      journal.append(batch(1, "r" + i), outcome);
      outcomes.add(outcome);
    }
    journal.close();
    for (int i = 0; i < 100; i++) {
      assertThat(outcomes.get(i).get()).isEqualTo(i);
    }
  }

  @Test
  void abandonsWhatIsAppendedAfterClose() {
    journal.close();
    assertThat(append(journal, 1, "late")).isEqualTo(-1);
    AtomicInteger runs = new AtomicInteger();
    journal.whenWritable(runs::incrementAndGet);
    assertThat(runs).hasValue(1);
  }
}
