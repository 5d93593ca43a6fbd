package io.vagus.bench;

import io.vagus.bench.mqtt.MessageWriter;
import io.vagus.bench.mqtt.Packet;
import io.vagus.bench.mqtt.Protocol;
import java.nio.charset.StandardCharsets;

/**
 * A device's PUBLISH packet, encoded once: each message is a copy with a few digits written into
 * it, so that sending costs far less than receiving. Confined to its connection's event loop.
 *
 * <p>Message {@code n} carries the id {@code n} and, as {@code m0}, the number n; the other values
 * vary with n.
 */
final class Telemetry implements MessageWriter {
  private static final int ID_DIGITS = 12;
  private static final String ID = "0".repeat(ID_DIGITS);
  private static final String QUOTED_ID = "\"" + ID + "\"";
  private static final String NUMBER = "1".repeat(ID_DIGITS);
  private static final String VALUE = "21.500";
  private static final String TIME = "1790000000000000"; // microseconds
  private static final int USER_PROPERTY = 0x26; // MQTT 5.0 §2.2.2.2
  private static final String MESSAGE_ID = "message-id";

  /** What a message looks like. */
  record Shape(Protocol protocol, int payloadBytes, int readings, boolean timed) {}

  private final byte[] packet;
  private final int packetIdAt;
  private final int idAt;
  private final int numberAt;
  private final int timeAt;
  private final int[] valuesAt;

  Telemetry(String device, Shape shape) {
    boolean v5 = shape.protocol() == Protocol.V5;
    byte[] topic = ("v1/" + device + "/telemetry").getBytes(StandardCharsets.US_ASCII);
    byte[] properties = v5 ? messageIdProperty() : new byte[0];
    String json = json(shape, v5);
    byte[] payload = json.getBytes(StandardCharsets.US_ASCII);
    int remaining = 2 + topic.length + 2 + (v5 ? 1 + properties.length : 0) + payload.length;
    Packet out = new Packet(remaining + 5);
    out.put(0x32).putLength(remaining).putBlock(topic);
    packetIdAt = out.position();
    out.putShort(0);
    if (v5) {
      out.putLength(properties.length).put(properties);
    }
    int v5IdAt = out.position() - ID_DIGITS;
    int payloadAt = out.position();
    packet = out.put(payload).bytes();
    idAt = v5 ? v5IdAt : payloadAt + json.indexOf(QUOTED_ID) + 1;
    numberAt = payloadAt + json.indexOf(NUMBER);
    timeAt = shape.timed() ? payloadAt + json.indexOf(TIME) : -1;
    valuesAt = valuePositions(json, payloadAt, shape.readings() - 1);
  }

  private static byte[] messageIdProperty() {
    return new Packet(64)
        .put(USER_PROPERTY)
        .putBlock(MESSAGE_ID.getBytes(StandardCharsets.US_ASCII))
        .putBlock(ID.getBytes(StandardCharsets.US_ASCII))
        .bytes();
  }

  /** Padded with spaces, which JSON allows, to the size asked for. */
  private static String json(Shape shape, boolean v5) {
    StringBuilder json = new StringBuilder("{");
    if (shape.timed()) {
      json.append("\"time\":").append(TIME).append(',');
    }
    if (!v5) {
      json.append("\"id\":").append(QUOTED_ID).append(",");
    }
    json.append("\"values\":{\"m0\":").append(NUMBER);
    for (int i = 1; i < shape.readings(); i++) {
      json.append(",\"m").append(i).append("\":").append(VALUE);
    }
    json.append("}}");
    json.append(" ".repeat(Math.max(0, shape.payloadBytes() - json.length())));
    return json.toString();
  }

  private static int[] valuePositions(String json, int payloadAt, int count) {
    int[] positions = new int[count];
    int from = 0;
    for (int i = 0; i < count; i++) {
      from = json.indexOf(VALUE, from) + 1;
      positions[i] = payloadAt + from - 1;
    }
    return positions;
  }

  @Override
  public byte[] packet(int packetId, boolean dup, long number, long timeMicros) {
    packet[0] = (byte) (dup ? 0x3A : 0x32);
    packet[packetIdAt] = (byte) (packetId >> 8);
    packet[packetIdAt + 1] = (byte) packetId;
    digits(idAt, ID_DIGITS, number);
    // A leading 1 keeps the number's width.
    digits(numberAt + 1, ID_DIGITS - 1, number);
    if (timeAt >= 0) {
      digits(timeAt, 16, timeMicros);
    }
    for (int i = 0; i < valuesAt.length; i++) {
      digits(valuesAt[i] + 3, 3, number * 7 + i);
    }
    return packet;
  }

  /** The number that {@code m0} was sent with. */
  static long numberOf(double m0) {
    return Math.round(m0 - 1e11);
  }

  /** The last digits of the number. */
  private void digits(int at, int count, long number) {
    long rest = number;
    for (int i = at + count - 1; i >= at; i--) {
      packet[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }
}
