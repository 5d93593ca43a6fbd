package io.vagus.journal;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Short ways to write to a journal and to read from it. */
final class Appends {
  static final Duration LONG = Duration.ofSeconds(20);

  private Appends() {}

  record Read(long offset, long timeMicros, String text) {}

  /** What became of a batch: its first offset, or -1 when it was abandoned. */
  static final class Outcome implements AppendCallback {
    final CompletableFuture<Long> future = new CompletableFuture<>();

    @Override
    public void durable(long firstOffset) {
      future.complete(firstOffset);
    }

    @Override
    public void abandoned() {
      future.complete(-1L);
    }

    long get() {
      try {
        return future.get(20, TimeUnit.SECONDS);
      } catch (Exception e) {
        throw new AssertionError("no callback", e);
      }
    }
  }

  static RecordBatch batch(long timeMicros, String... texts) {
    RecordBatch batch = new RecordBatch(256);
    for (String text : texts) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      batch.add(timeMicros, bytes, 0, bytes.length);
    }
    return batch;
  }

  /** Appends one batch and waits for its first offset. */
  static long append(Journal journal, long timeMicros, String... texts) {
    Outcome outcome = new Outcome();
    if (!journal.append(batch(timeMicros, texts), outcome)) {
      throw new AssertionError("the queue is full");
    }
    return outcome.get();
  }

  /** All there is from the offset on. */
  static List<Read> readAll(Journal journal, long from) {
    List<Read> all = new ArrayList<>();
    try (JournalReader reader = journal.reader(from)) {
      while (poll(reader, 1000, Duration.ZERO, all) > 0) {}
    }
    return all;
  }

  static int poll(JournalReader reader, int max, Duration wait, List<Read> into) {
    try {
      return reader.poll(
          max,
          wait,
          (offset, time, array, at, length) ->
              into.add(
                  new Read(offset, time, new String(array, at, length, StandardCharsets.UTF_8))));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
