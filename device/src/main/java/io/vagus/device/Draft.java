package io.vagus.device;

import java.util.Map;

/**
 * A message before the store numbers it.
 *
 * @param withId whether it goes out with a message id
 * @param sequenced whether it takes a number of the device's telemetry
 */
record Draft(Priority priority, String topic, boolean withId, boolean sequenced, Content content) {

  /** The payload, which may hold the message's id and its sequence number. */
  interface Content {
    byte[] bytes(String id, long sequence);
  }

  static Draft of(Message message, long nowMicros) {
    return switch (message) {
      case Message.Telemetry t -> {
        long micros = t.time().map(Times::micros).orElse(nowMicros);
        Map<String, ?> values = t.values();
        yield new Draft(
            t.priority(),
            "telemetry",
            false, // it is in the payload
            true,
            (id, sequence) -> Json.telemetry(micros, id, sequence, values));
      }
      case Message.Payload p ->
          new Draft(p.priority(), p.topic(), p.withId(), false, (id, sequence) -> p.bytes());
    };
  }
}
