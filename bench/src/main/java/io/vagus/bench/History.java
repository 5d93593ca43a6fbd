package io.vagus.bench;

import io.vagus.bench.mqtt.MessageWriter;
import io.vagus.bench.mqtt.Packet;
import java.nio.charset.StandardCharsets;

/**
 * A device's past in a few messages: each an array of timed readings of {@code m0}, evenly spread
 * over a span that ends when the bench began. Confined to its connection's event loop.
 */
final class History implements MessageWriter {
  /** Which past: {@code messages} times {@code perMessage} readings over the span. */
  record Shape(int messages, int perMessage, long startMicros, long spanMicros) {
    long timeMicros(long reading) {
      return startMicros + spanMicros / ((long) messages * perMessage) * reading;
    }
  }

  private static final int MAX_READING_BYTES = 64;

  private final byte[] topic;
  private final Shape shape;
  private final int seed;

  History(String device, int seed, Shape shape) {
    this.topic = ("v1/" + device + "/telemetry").getBytes(StandardCharsets.US_ASCII);
    this.seed = seed;
    this.shape = shape;
  }

  @Override
  public byte[] packet(int packetId, boolean dup, long number, long timeMicros) {
    StringBuilder json = new StringBuilder(MAX_READING_BYTES * shape.perMessage()).append('[');
    for (int i = 0; i < shape.perMessage(); i++) {
      long reading = number * shape.perMessage() + i;
      json.append(i == 0 ? "" : ",")
          .append("{\"time\":")
          .append(shape.timeMicros(reading))
          .append(",\"values\":{\"m0\":")
          .append(20 + (seed + reading) % 100)
          .append("}}");
    }
    byte[] payload = json.append(']').toString().getBytes(StandardCharsets.US_ASCII);
    int remaining = 2 + topic.length + 2 + 1 + payload.length;
    return new Packet(remaining + 5)
        .put(dup ? 0x3A : 0x32)
        .putLength(remaining)
        .putBlock(topic)
        .putShort(packetId)
        .putLength(0)
        .put(payload)
        .bytes();
  }
}
