package io.vagus.server;

import static io.vagus.server.RunningServer.expect;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.BitSet;
import java.util.TreeMap;

/**
 * One device's messages, numbered from 0, each with its number as id and as value; remembers which
 * were acknowledged and, when the server is gone, sends the others again. One thread runs it, any
 * may ask.
 */
final class NumberedLoad {
  private static final int WINDOW = 10;

  private final String device;
  private final boolean byMqtt;
  private final TreeMap<Integer, String> unacknowledged = new TreeMap<>();
  private final BitSet acknowledged = new BitSet();
  private Instant lastTime = Instant.EPOCH;
  private int begun;
  private int toldToWait;
  private volatile boolean finishing;

  NumberedLoad(String device, boolean byMqtt) {
    this.device = device;
    this.byMqtt = byMqtt;
  }

  String device() {
    return device;
  }

  /** No new messages; {@link #run} ends when all there are are acknowledged. */
  void finish() {
    finishing = true;
  }

  synchronized int begun() {
    return begun;
  }

  synchronized BitSet acknowledged() {
    return (BitSet) acknowledged.clone();
  }

  /** Sends until the server is gone, or all is acknowledged after {@link #finish}. */
  void run(RunningServer server) {
    try {
      if (byMqtt) {
        runMqtt(server.port("mqtt"));
      } else {
        runHttp(server);
      }
    } catch (IOException | UncheckedIOException e) {
      // The server was killed: what was not acknowledged stays in the window.
    }
  }

  private void runMqtt(int port) throws IOException {
    try (MqttDevice client = MqttDevice.connected(port, device)) {
      int sent = -1;
      while (fill()) {
        for (var message : window().tailMap(sent, false).entrySet()) {
          sent = message.getKey();
          client.publish(packetId(sent), message.getValue());
        }
        MqttDevice.Ack ack = client.readAck();
        if (ack.reason() != 0) {
          throw new AssertionError(device + ": PUBACK with reason " + ack.reason());
        }
        acknowledge(numberOf(ack.packetId()));
      }
    }
  }

  private void runHttp(RunningServer server) throws IOException {
    while (fill()) {
      var message = window().firstEntry();
      HttpResponse<String> answer = server.telemetry(device, message.getValue());
      if (answer.statusCode() != 429 && answer.statusCode() != 503) {
        expect(200, answer);
        acknowledge(message.getKey());
      } else {
        waitAsTold(answer);
      }
    }
  }

  private synchronized void waitAsTold(HttpResponse<String> answer) {
    if (answer.headers().firstValueAsLong("Retry-After").orElse(0) < 1) {
      throw new AssertionError(device + ": no Retry-After with " + answer.statusCode());
    }
    toldToWait++;
  }

  /** Answers that asked it to come back later. */
  synchronized int toldToWait() {
    return toldToWait;
  }

  /** Begins new messages; false when there is nothing left to do. */
  private synchronized boolean fill() {
    while (!finishing && unacknowledged.size() < WINDOW) {
      Instant now = Instant.now().truncatedTo(ChronoUnit.MICROS);
      lastTime = now.isAfter(lastTime) ? now : lastTime.plus(1, ChronoUnit.MICROS);
      unacknowledged.put(
          begun,
          "{\"id\":\"%s-%d\",\"time\":\"%s\",\"values\":{\"n\":%d}}"
              .formatted(device, begun, lastTime, begun));
      begun++;
    }
    return !unacknowledged.isEmpty();
  }

  private synchronized TreeMap<Integer, String> window() {
    return new TreeMap<>(unacknowledged);
  }

  private synchronized void acknowledge(int number) {
    if (unacknowledged.remove(number) == null) {
      throw new AssertionError(device + ": " + number + " is acknowledged and was not sent");
    }
    acknowledged.set(number);
  }

  private synchronized int numberOf(int packetId) {
    return unacknowledged.keySet().stream()
        .filter(number -> packetId(number) == packetId)
        .findFirst()
        .orElseThrow(() -> new AssertionError(device + ": PUBACK of unknown packet " + packetId));
  }

  private static int packetId(int number) {
    return number % 65_535 + 1;
  }
}
