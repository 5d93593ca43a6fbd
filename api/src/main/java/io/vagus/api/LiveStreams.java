package io.vagus.api;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.VagusException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The live streams that are open, a bounded number of them. Thread-safe. */
final class LiveStreams implements AutoCloseable {
  private final int most;
  private final Semaphore free;
  private final Set<Thread> streaming = ConcurrentHashMap.newKeySet();
  private final CountDownLatch stopping = new CountDownLatch(1);

  LiveStreams(int most) {
    this.most = most;
    this.free = new Semaphore(most);
  }

  /** What writes one stream, until it may not go on. */
  @FunctionalInterface
  interface Source {
    void writeTo(OutputStream out, BooleanSupplier goOn) throws IOException, InterruptedException;
  }

  /**
   * @param allowed whether whoever asked still may see it
   */
  Reply open(BooleanSupplier allowed, Source source) {
    // Looked at here, so that the refusal is a problem; taken where it is sure to be given back.
    if (free.availablePermits() == 0) {
      throw busy();
    }
    return Reply.stream(
        EventWriter.CONTENT_TYPE,
        out -> {
          if (!free.tryAcquire()) {
            throw busy();
          }
          streaming.add(Thread.currentThread());
          try {
            source.writeTo(out, () -> stopping.getCount() > 0 && allowed.getAsBoolean());
          } finally {
            streaming.remove(Thread.currentThread());
            free.release();
          }
        });
  }

  /** Paces a stream: waits, and answers at once that it may not go on when all end. */
  boolean goOnAfter(Duration pause) throws InterruptedException {
    return !stopping.await(pause.toNanos(), TimeUnit.NANOSECONDS);
  }

  private VagusException busy() {
    return new VagusException(ErrorCode.BUSY, "liveStreams: all " + most + " are taken");
  }

  /** Ends all streams. */
  @Override
  public void close() {
    stopping.countDown();
    streaming.forEach(Thread::interrupt);
  }
}
