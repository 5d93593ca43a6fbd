package io.vagus.fleet;

import io.vagus.kit.MonotonicClock;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Queue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** A device that posts its messages one after the other. Its state is confined to its executor. */
final class HttpUplink implements Uplink {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  /** Messages that a device keeps while it cannot send; one more is dropped and counted. */
  private static final int BUFFER = 1000;

  private final HttpClient client;
  private final ScheduledExecutorService home;
  private final HttpRequest request;
  private final Counts counts;
  private final MonotonicClock clock = MonotonicClock.system();
  private final Queue<byte[]> outbox = new ArrayDeque<>();
  private boolean busy;
  private boolean stopped;

  /**
   * @param secret empty for an open server
   */
  HttpUplink(
      HttpClient client,
      ScheduledExecutorService home,
      URI server,
      String device,
      String secret,
      Counts counts) {
    this.client = client;
    this.home = home;
    this.counts = counts;
    HttpRequest.Builder builder =
        HttpRequest.newBuilder(server.resolve("/v1/" + device + "/telemetry"))
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json");
    if (!secret.isEmpty()) {
      byte[] pair = (device + ":" + secret).getBytes(StandardCharsets.UTF_8);
      builder.header("Authorization", "Basic " + Base64.getEncoder().encodeToString(pair));
    }
    this.request = builder.build();
  }

  @Override
  public void connect() {
    // By its first message.
    counts.settled.increment();
  }

  @Override
  public void send(byte[] payload) {
    counts.sent.increment();
    home.execute(() -> {
      if (outbox.size() >= BUFFER) {
        counts.dropped.increment();
      } else {
        outbox.add(payload);
        next();
      }
    });
  }

  private void next() {
    byte[] payload = outbox.peek();
    if (busy || stopped || payload == null) {
      return;
    }
    busy = true;
    long start = clock.nanos();
    HttpRequest post =
        HttpRequest.newBuilder(request, (name, value) -> true)
            .POST(HttpRequest.BodyPublishers.ofByteArray(payload))
            .build();
    var _ =
        client
            .sendAsync(post, HttpResponse.BodyHandlers.discarding())
            .whenCompleteAsync(
                (answer, failure) -> {
                  busy = false;
                  if (answer == null) {
                    again("no answer: " + cause(failure));
                  } else {
                    answered(answer.statusCode(), start);
                  }
                },
                home);
  }

  /** What lies behind what the client's threads wrap it in. */
  private static String cause(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  private void again(String failure) {
    counts.failed(failure);
    counts.resent.increment();
    var _ = home.schedule(this::next, 5, TimeUnit.SECONDS);
  }

  private void answered(int status, long start) {
    if (status == 429 || status == 503) {
      again("HTTP " + status);
      return;
    }
    outbox.remove();
    if (status / 100 == 2) {
      counts.acknowledged(clock.nanos() - start);
    } else {
      counts.refused("HTTP " + status);
    }
    next();
  }

  @Override
  public void drop() {
    // Each request stands alone.
  }

  @Override
  public void stop() {
    home.execute(() -> stopped = true);
  }
}
