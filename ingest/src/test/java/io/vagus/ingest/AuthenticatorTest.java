package io.vagus.ingest;

import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import io.vagus.kit.ErrorCode;
import io.vagus.kit.MonotonicClock;
import io.vagus.registry.Credentials;
import io.vagus.registry.Credentials.Refused;
import io.vagus.registry.Credentials.Verdict;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class AuthenticatorTest {
  private static final Duration BOUND = Duration.ofSeconds(20);

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Holds up the thread that checks. */
  private static boolean passed(CountDownLatch gate) {
    try {
      return gate.await(BOUND.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Test
  void whoFillsTheQueueKeepsNobodyElseOut() throws Exception {
    InetAddress guesser = InetAddress.getByName("127.0.0.2");
    InetAddress other = InetAddress.getByName("127.0.0.1");
    CountDownLatch gate = new CountDownLatch(1);
    AtomicInteger busy = new AtomicInteger();
    AtomicReference<Verdict> verdict = new AtomicReference<>();
    try (IngestFixture fixture = new IngestFixture();
        Authenticator authenticator =
            new Authenticator(
                fixture.registry.credentials(),
                LimitsConfig.defaults(),
                AccessConfig.defaults(),
                MonotonicClock.system())) {
      int guesses = 4096 * Runtime.getRuntime().availableProcessors();
      for (int i = 0; i < guesses; i++) {
        authenticator.authenticate(
            Runnable::run,
            guesser,
            "guess-" + i,
            bytes("wrong horse"),
            () -> passed(gate),
            answer -> {
              if (answer instanceof Refused refused && refused.code() == ErrorCode.BUSY) {
                busy.incrementAndGet();
              }
            });
      }
      assertThat(busy).as("the queue was filled").hasPositiveValue();
      authenticator.authenticate(
          Runnable::run, other, "t-1", bytes(IngestFixture.SECRET), () -> true, verdict::set);
      gate.countDown();
      eventually(BOUND, "a verdict", () -> verdict.get() != null);
      assertThat(verdict.get()).isInstanceOf(Credentials.DeviceVerdict.class);
    }
  }
}
