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
import org.jspecify.annotations.Nullable;

/** A device that posts its messages one after the other. Its state is confined to its executor. */
final class HttpUplink implements Uplink {
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

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
            .whenCompleteAsync((answer, failure) -> answered(answer, start), home);
  }

  private void answered(@Nullable HttpResponse<Void> answer, long start) {
    busy = false;
    int status = answer == null ? 0 : answer.statusCode();
    if (status == 0 || status == 429 || status == 503) {
      counts.failed(status == 0 ? "no answer" : "HTTP " + status);
      counts.resent.increment();
      var _ = home.schedule(this::next, 5, TimeUnit.SECONDS);
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
