package io.vagus.api;

import static io.vagus.testkit.Eventually.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Live streams over real sockets. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class LiveTest {
  private static final Duration BOUND = Duration.ofSeconds(20);
  private Fixture fixture;

  @BeforeEach
  void start() {
    fixture = Fixture.secured();
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  private HttpResponse<InputStream> open(String path) throws Exception {
    return Fixture.CLIENT.send(
        fixture.request("GET", path, "").build(), BodyHandlers.ofInputStream());
  }

  private static String readUntil(InputStream in, String what) throws Exception {
    StringBuilder text = new StringBuilder();
    while (text.indexOf(what) < 0) {
      int b = in.read();
      assertThat(b).as("ended before " + what + " after " + text).isNotNegative();
      text.append((char) b);
    }
    return text.toString();
  }

  @Test
  void sendsTheDevicesOwnReadingsAndHeartbeats() throws Exception {
    HttpResponse<InputStream> stream = open("/api/v1/devices/pump-1/live");
    assertThat(stream.headers().firstValue("Content-Type")).contains("text/event-stream");
    try (InputStream in = stream.body()) {
      readUntil(in, ": connected\n\n");
      fixture.live.publish(FakeSeries.reading("pump-2", "temperature", 1, 1));
      fixture.live.publish(FakeSeries.reading("pump-1", "temperature", 2_000_000, 21.5));
      String event = readUntil(in, "\n\n").strip();
      while (event.startsWith(":")) {
        event = readUntil(in, "\n\n").strip();
      }
      assertThat(event)
          .isEqualTo(
              "event: readings\ndata: {\"readings\":[{\"device\":\"pump-1\","
                  + "\"metric\":\"temperature\",\"value\":21.5,\"time\":\"1970-01-01T00:00:02Z\","
                  + "\"deviceTime\":\"1970-01-01T00:00:02Z\","
                  + "\"receivedTime\":\"1970-01-01T00:00:02.000005Z\",\"quality\":[]}]}");
      readUntil(in, ": heartbeat\n\n");
    }
    // The next heartbeat finds nobody.
    eventually(BOUND, "stream ends", () -> fixture.live.subscriptions.isEmpty());
  }

  @Test
  void sendsWhatTheFilterFinds() throws Exception {
    fixture.registry.createDevice(Fixture.device("fan-1"));
    try (InputStream in = open("/api/v1/live?q=fan&tag.site=north").body()) {
      readUntil(in, ": connected");
      fixture.live.publish(FakeSeries.reading("pump-1", "temperature", 1, 1));
      fixture.live.publish(FakeSeries.reading("fan-1", "temperature", 2, 2));
      assertThat(readUntil(in, "}]}")).contains("fan-1").doesNotContain("pump-1");
    }
  }

  @Test
  void tellsASlowReaderHowMuchItMissed() throws Exception {
    try (Socket socket = new Socket()) {
      socket.setReceiveBufferSize(16 << 10);
      socket.connect(fixture.server.address());
      String request =
          "GET /api/v1/live HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer "
              + fixture.admin
              + "\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      InputStream in = socket.getInputStream();
      readUntil(in, ": connected");
      FakeLive.Queue queue = fixture.live.subscriptions.getFirst();
      eventually(
          BOUND,
          "readings are dropped",
          () -> {
            for (int i = 0; i < 5000; i++) {
              fixture.live.publish(FakeSeries.reading("pump-1", "m".repeat(100), i, i));
            }
            return queue.dropped.get() > 100_000;
          });
      readUntil(in, "event: dropped\ndata: {\"count\":");
      assertThat(Long.parseLong(readUntil(in, ",").replace(",", ""))).isPositive();
    }
  }

  @Test
  void refusesMoreStreamsThanConfigured() throws Exception {
    List<InputStream> streams = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      InputStream in = open("/api/v1/live").body();
      readUntil(in, ": connected");
      streams.add(in);
    }
    HttpResponse<InputStream> fifth = open("/api/v1/live");
    assertThat(fifth.statusCode()).isEqualTo(503);
    assertThat(fifth.headers().firstValue("Retry-After")).isPresent();
    fifth.body().close();
    streams.removeFirst().close();
    eventually(BOUND, "a place is free", () -> fixture.live.subscriptions.size() == 3);
    try (InputStream in = open("/api/v1/live").body()) {
      readUntil(in, ": connected");
    }
    for (InputStream stream : streams) {
      stream.close();
    }
  }

  @Test
  void endsWhenTheServerStops() throws Exception {
    try (InputStream in = open("/api/v1/live").body()) {
      readUntil(in, ": connected");
      long startNanos = System.nanoTime();
      fixture.server.close();
      assertThat(Duration.ofNanos(System.nanoTime() - startNanos)).isLessThan(BOUND);
      assertThat(fixture.live.subscriptions).isEmpty();
    }
  }
}
