package io.vagus.ingest.mqtt;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An application message (MQTT 5.0 §3.3), shared by all who get it; its arrays are not changed.
 *
 * @param publishedMicros wall clock, from which it expires
 * @param publisher number of the session it came from, 0 for the server itself, {@link #PLATFORM}
 */
record Message(
    String topic,
    byte[] payload,
    int qos,
    boolean retain,
    Properties properties,
    long publishedMicros,
    long publisher) {

  /** The server itself, which keeps the message and sends it again until it is answered. */
  static final long PLATFORM = -1;

  /** No expiry interval, no payload format indicator. */
  static final int ABSENT = -1;

  record UserProperty(String name, String value) {}

  /**
   * What subscribers are told besides (§3.3.2.3).
   *
   * @param payloadFormat 0, 1 or {@link #ABSENT}
   * @param expirySeconds or {@link #ABSENT}
   */
  record Properties(
      int payloadFormat,
      long expirySeconds,
      @Nullable String contentType,
      @Nullable String responseTopic,
      byte @Nullable [] correlationData,
      List<UserProperty> user) {
    static final Properties NONE = new Properties(ABSENT, ABSENT, null, null, null, List.of());
  }

  /** Whether neither a session without connection nor the log need keep it. */
  boolean isKeptElsewhere() {
    return publisher == PLATFORM;
  }

  /** What it counts for in bounds of bytes. */
  int sizeBytes() {
    int size = 64 + topic.length() + payload.length;
    if (properties.correlationData != null) {
      size += properties.correlationData.length;
    }
    for (UserProperty p : properties.user) {
      size += 8 + p.name.length() + p.value.length();
    }
    return size;
  }

  boolean isExpired(long nowMicros) {
    return properties.expirySeconds >= 0 && remainingSeconds(nowMicros) <= 0;
  }

  /** What is left of the expiry interval [MQTT-3.3.2-6]. */
  long remainingSeconds(long nowMicros) {
    long waited = Math.max(0, (nowMicros - publishedMicros) / 1_000_000);
    return properties.expirySeconds - waited;
  }

  Message publishedAt(long micros) {
    return new Message(topic, payload, qos, retain, properties, micros, publisher);
  }
}
